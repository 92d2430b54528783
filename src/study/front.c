#include "study/front.h"

#include "base/memory.h"
#include "eikonal/recurrent.h"
#include "study/restitution.h"
#include "study/wave.h"

#include <math.h>
#include <stdlib.h>

struct iso_setup_front {
  const iso_mesh *mesh;
  iso_speeds *speeds;        /* [nregions] */
  iso_restitutions measured; /* of all regions */
  iso_eikonal *eikonal;
  iso_recurrent *waves;
  iso_event *event; /* [2 nowned] room */
  iso_mover moves;
};

/* ---- of a simulation ---- */

static void go(void *self, const iso_mover_step *s, int64_t *n, const iso_event **events) {
  struct iso_setup_front *f = self;
  const iso_recurrent_step step = {s->from_ms, s->to_ms, s->stimulated, s->count, s->node};
  const iso_recurrence *what;
  iso_recurrent_go(f->waves, &step, n, &what);
  for (int64_t k = 0; k < *n; k++)
    f->event[k] = (iso_event){.time_ms = what[k].time_ms,
                              .node = what[k].node,
                              .kind = what[k].activates ? ISO_ACTIVATED : ISO_REPOLARISED};
  *events = f->event;
}

static const char *const kept[] = {"front.time", "front.rested"};

static iso_status save(const void *self, iso_archive *archive, iso_error *err) {
  const struct iso_setup_front *f = self;
  ISO_TRY(iso_archive_put_nodes(archive, kept[0], "ms", "time of the last activation, or of one to come",
                                ISO_ARCHIVE_DOUBLE, iso_recurrent_times(f->waves), err));
  return iso_archive_put_nodes(archive, kept[1], "ms", "time of the last recovery, or of one to come",
                               ISO_ARCHIVE_DOUBLE, iso_recurrent_rested(f->waves), err);
}

static iso_status restore(void *self, double now_ms, const iso_archive *archive, iso_error *err) {
  struct iso_setup_front *f = self;
  const iso_archive_array *array[2];
  iso_status status = ISO_OK;
  for (int k = 0; k < 2 && status == ISO_OK; k++)
    status = iso_archive_get(archive, kept[k], ISO_ARCHIVE_NODES, ISO_ARCHIVE_DOUBLE, &array[k], err);
  ISO_TRY(iso_agree(f->mesh->comm, status, err));
  iso_recurrent_set(f->waves, now_ms, array[0]->values, array[1]->values);
  return ISO_OK;
}

/* ---- making it ---- */

/* A region that no wave passes has speeds that do not matter. */
static iso_status check_speeds(const iso_setup *setup, iso_speeds *speeds, iso_error *err) {
  char path[64];
  for (int r = 0; r < setup->config->nregions; r++) {
    iso_speeds *s = &speeds[r];
    const bool all = s->along > 0 && s->across > 0 && s->normal > 0;
    snprintf(path, sizeof path, "regions.%d.conductivity", r);
    if (!all && s->along + s->across + s->normal > 0)
      return iso_config_fail(setup->config, err, path,
                             "in region '%.60s' waves come through strips in some directions and not in "
                             "others: say its velocities (velocity), or use a finer mesh (mesh.refine)",
                             setup->config->regions[r].name);
    if (!all) *s = (iso_speeds){1, 1, 1, 0};
  }
  return ISO_OK;
}

/* Whether a region passes waves. */
static iso_status measure(struct iso_setup_front *f, const iso_setup *setup, iso_error *err) {
  const int n = setup->config->nregions;
  bool *passes = NULL;
  iso_status status = iso_alloc(&passes, (size_t)n, sizeof *passes, "restitution", err);
  status = iso_agree(setup->mesh->comm, status, err);
  if (status == ISO_OK) status = iso_study_speeds(setup, f->speeds, err);
  for (int r = 0; r < n && status == ISO_OK; r++) passes[r] = f->speeds[r].along > 0;
  if (status == ISO_OK) status = check_speeds(setup, f->speeds, err);
  if (status == ISO_OK) status = iso_restitutions_measure(&f->measured, setup, f->speeds, passes, err);
  free(passes);
  return status;
}

static iso_status delay_junctions(struct iso_setup_front *f, const iso_setup *setup, iso_error *err) {
  iso_wave wave = {.setup = (iso_setup *)setup, .eikonal = f->eikonal};
  return iso_wave_delay_junctions(&wave, err);
}

static iso_status make(struct iso_setup_front *f, const iso_setup *setup, iso_error *err) {
  const iso_mesh *mesh = setup->mesh;
  iso_status status =
      iso_alloc(&f->speeds, (size_t)setup->config->nregions, sizeof *f->speeds, "velocities", err);
  if (status == ISO_OK)
    status = iso_alloc(&f->event, 2 * (size_t)mesh->nowned, sizeof *f->event, "waves", err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  ISO_TRY(measure(f, setup, err));
  ISO_TRY(iso_eikonal_new(&f->eikonal, mesh, setup->device->threads, err));
  ISO_TRY(iso_eikonal_set_speeds(f->eikonal, &setup->tissue, f->speeds, err));
  ISO_TRY(delay_junctions(f, setup, err));
  f->mesh = mesh;
  f->moves = (iso_mover){.self = f, .go = go, .save = save, .restore = restore};
  return ISO_OK;
}

static iso_status bring_to_rest(struct iso_setup_front *f, const iso_setup *setup, iso_error *err) {
  const iso_lid n = setup->mesh->nowned;
  double *stretch = NULL;
  iso_recurrent_free(f->waves);
  f->waves = NULL;
  ISO_TRY(iso_alloc_all(setup->mesh->comm, &stretch, (size_t)n, sizeof *stretch, "waves", err));
  for (iso_lid i = 0; i < n; i++) stretch[i] = 1;
  iso_status status = iso_setup_stretch(setup, stretch, err);
  if (status == ISO_OK)
    status = iso_recurrent_new(&f->waves, f->eikonal, &setup->tissue, f->measured.region, stretch, err);
  free(stretch);
  return status;
}

iso_status iso_setup_front(iso_setup *setup, iso_error *err) {
  struct iso_setup_front *f = setup->front;
  if (!f) {
    iso_status status = iso_alloc(&f, 1, sizeof *f, "waves", err);
    ISO_TRY(iso_agree(setup->mesh->comm, status, err));
    setup->front = f;
    ISO_TRY(make(f, setup, err));
    iso_restitutions_say(&f->measured, setup, f->speeds);
  }
  ISO_TRY(bring_to_rest(f, setup, err));
  setup->moves = &f->moves;
  return ISO_OK;
}

void iso_setup_drop_front(iso_setup *setup) {
  struct iso_setup_front *f = setup->front;
  if (!f) return;
  iso_recurrent_free(f->waves);
  iso_eikonal_free(f->eikonal);
  iso_restitutions_free(&f->measured);
  free(f->speeds);
  free(f->event);
  free(f);
  setup->front = NULL, setup->moves = NULL;
}
