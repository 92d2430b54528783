#include "study/wave_parts.h"

#include "base/memory.h"

#include <stdlib.h>

static iso_status allocate(iso_setup *setup, iso_error *err) {
  ISO_TRY(iso_alloc(&setup->parts, 1, sizeof *setup->parts, "velocities", err));
  *setup->parts = (iso_wave_parts){0};
  const size_t regions = (size_t)setup->config->nregions;
  return iso_alloc(&setup->parts->speeds, regions, sizeof *setup->parts->speeds, "velocities", err);
}

static iso_status make(iso_setup *setup, iso_error *err) {
  iso_wave_parts *p = setup->parts;
  int threads;
  iso_log_now(setup->log, "setting up velocities");
  ISO_TRY(iso_study_speeds(setup, p->speeds, err));
  ISO_TRY(iso_setup_threads(setup, setup->mesh->comm, &threads, err));
  const iso_phase before = iso_timer_enter(setup->timer, ISO_PHASE_ASSEMBLE);
  iso_status status = iso_eikonal_new(&p->eikonal, setup->mesh, threads, err);
  if (status == ISO_OK) status = iso_eikonal_set_speeds(p->eikonal, &setup->tissue, p->speeds, err);
  iso_timer_enter(setup->timer, before);
  return status;
}

iso_status iso_wave_parts_make(iso_setup *setup, iso_error *err) {
  if (setup->parts) return ISO_OK;
  iso_status status = iso_agree(setup->mesh->comm, allocate(setup, err), err);
  if (status == ISO_OK) status = make(setup, err);
  if (status != ISO_OK) {
    iso_wave_parts_free(setup->parts);
    setup->parts = NULL;
    return status;
  }
  setup->made[ISO_STAGE_WAVE]++;
  return ISO_OK;
}

iso_status iso_wave_parts_record(iso_setup *setup, iso_error *err) {
  iso_wave_parts *p = setup->parts;
  if (p->templates.n > 0) return ISO_OK;
  const iso_status status = iso_templates_new(&p->templates, setup, p->speeds, err);
  if (status != ISO_OK) iso_templates_free(&p->templates);
  return status;
}

void iso_wave_parts_free(iso_wave_parts *p) {
  if (!p) return;
  iso_eikonal_free(p->eikonal);
  iso_templates_free(&p->templates);
  free(p->speeds);
  free(p);
}
