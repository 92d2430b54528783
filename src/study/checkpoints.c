#include "study/checkpoints.h"

#include "base/memory.h"
#include "result/checkpoint.h"
#include "study/provenance.h"
#include "study/restart.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

iso_status iso_output_name(MPI_Comm comm, char **out, const char *prefix, const char *suffix,
                           iso_error *err) {
  const size_t size = strlen(prefix) + strlen(suffix) + 1;
  ISO_TRY(iso_alloc_all(comm, out, size, 1, "a file name", err));
  snprintf(*out, size, "%s%s", prefix, suffix);
  return ISO_OK;
}

iso_status iso_checkpoints_new(iso_checkpoints *out, MPI_Comm comm, const iso_setup *setup,
                               const char *prefix, bool only_last, iso_error *err) {
  const iso_config_checkpoint *asked = &setup->config->checkpoint;
  *out =
      (iso_checkpoints){.setup = setup, .only_last = only_last, .clock = iso_clock(), .began = iso_clock()};
  if (!only_last && !(asked->interval_ms > 0) && !(asked->every_minutes > 0)) return ISO_OK;
  ISO_TRY(iso_output_name(comm, &out->path, prefix, ISO_CHECKPOINT_SUFFIX, err));
  ISO_TRY(iso_agree(comm, iso_restart_spool(out->path, &out->spool, err), err));
  return iso_output_check(comm, out->path, err);
}

void iso_checkpoints_free(iso_checkpoints *c) {
  free(c->path);
  free(c->spool);
  *c = (iso_checkpoints){0};
}

bool iso_checkpoints_due(const iso_checkpoints *c, int64_t step) {
  const double every = c->setup->config->checkpoint.interval_ms, dt = c->setup->config->time.step_ms;
  const double rounding = 1e-6 * dt;
  if (!c->path || c->only_last || !(every > 0)) return false;
  return floor(((double)step * dt + rounding) / every) > floor(((double)(step - 1) * dt + rounding) / every);
}

bool iso_checkpoints_late(const iso_checkpoints *c) {
  const double minutes = c->setup->config->checkpoint.every_minutes;
  return c->path && !c->only_last && minutes > 0 && iso_clock() - c->clock >= 60 * minutes;
}

/* What the time loop and the whole run took so far: the last of its parts tells of all. */
static iso_status put_times(const iso_checkpoints *c, double loop_s, iso_archive *archive, iso_error *err) {
  ISO_TRY(
      iso_archive_put_number(archive, "run.loop_time", "s", "that the time loop took so far", loop_s, err));
  return iso_archive_put_number(archive, "run.wall_time", "s", "that the run took so far",
                                iso_clock() - c->began, err);
}

static iso_status write_archive(const iso_checkpoints *c, const iso_archive *archive, iso_error *err) {
  iso_provenance provenance;
  iso_status status = iso_provenance_new(&provenance, c->setup, NAN, err);
  if (status == ISO_OK) {
    const iso_checkpoint_spec spec = {.path = c->path,
                                      .keep = c->setup->config->checkpoint.keep,
                                      .nattributes = provenance.count,
                                      .attributes = provenance.attribute};
    status = iso_checkpoint_write(&spec, archive, err);
  }
  iso_provenance_free(&provenance);
  return status;
}

static iso_status save(const iso_checkpoints *c, double loop_s, const iso_trials *trials,
                       iso_archive *archive, iso_error *err) {
  ISO_TRY(iso_simulation_save(c->setup->simulation, archive, err));
  iso_status status = put_times(c, loop_s, archive, err);
  if (status == ISO_OK && trials) status = iso_trials_save(trials, archive, err);
  ISO_TRY(iso_agree(c->setup->mesh->comm, status, err));
  return write_archive(c, archive, err);
}

iso_status iso_checkpoints_write(iso_checkpoints *c, double loop_s, const iso_trials *trials,
                                 iso_error *err) {
  iso_archive *archive = NULL;
  iso_phase before = iso_timer_enter(c->setup->timer, ISO_PHASE_OUTPUT);
  const double began = iso_clock();
  iso_status status = iso_agree(c->setup->mesh->comm, iso_archive_new(&archive, c->setup->mesh, err), err);
  if (status == ISO_OK) status = save(c, loop_s, trials, archive, err);
  iso_archive_free(archive);
  c->clock = iso_clock();
  iso_timer_enter(c->setup->timer, before);
  c->nwritten += status == ISO_OK;
  if (status == ISO_OK)
    iso_log_say(c->setup->log, ISO_LOG_DETAIL, "checkpoint at %.6g ms written in %.2f s",
                iso_simulation_time(c->setup->simulation), c->clock - began);
  return status;
}

iso_status iso_checkpoints_list(const iso_checkpoints *c, iso_names *files, iso_error *err) {
  const int keep = c->setup->config->checkpoint.keep, n = c->nwritten < keep ? c->nwritten : keep;
  for (int k = 0; k < n; k++) {
    char *path;
    ISO_TRY(iso_checkpoint_older(c->path, k, &path, err));
    const iso_status status = iso_names_add(files, path, err);
    free(path);
    ISO_TRY(status);
  }
  return n > 0 && access(c->spool, F_OK) == 0 ? iso_names_add(files, c->spool, err) : ISO_OK;
}
