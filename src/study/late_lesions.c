#include "study/late_lesions.h"

iso_status iso_late_lesions_burn(iso_setup *setup, iso_watchers *watchers, double after_ms, iso_error *err) {
  const double now_ms = iso_simulation_time(setup->simulation);
  iso_archive *archive = NULL;
  if (!iso_setup_burns(setup->config, after_ms, now_ms)) return ISO_OK;
  iso_series_hold(watchers->series, true);
  iso_status status = iso_agree(setup->mesh->comm, iso_archive_new(&archive, setup->mesh, err), err);
  if (status == ISO_OK) status = iso_simulation_save(setup->simulation, archive, err);
  if (status == ISO_OK) status = iso_setup_burn_late(setup, after_ms, now_ms, err);
  if (status == ISO_OK) status = iso_watchers_follow(watchers, err);
  if (status == ISO_OK) status = iso_simulation_restore(setup->simulation, archive, err);
  iso_archive_free(archive);
  iso_series_hold(watchers->series, false);
  if (status == ISO_OK)
    iso_log_say(setup->log, ISO_LOG_INFO, "burned at %.6g ms: %.3g%% of the tissue so far", now_ms,
                setup->burned_percent);
  return status;
}
