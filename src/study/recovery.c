#include "study/recovery.h"

#include "base/memory.h"
#include "linear/system.h"
#include "tissue/conductor.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* How long it spreads: fitted to monodomain recovery (docs/eikonal.md#ecg). */
static const double SPREAD_MS = 30;

/* Whether there is anything to spread. */
static bool differ(const iso_templates *t) {
  bool differs = false;
  for (int r = 0; r < t->n; r++) {
    if (!isfinite(t->region[r].apd_ms)) return false;
    differs |= t->region[r].apd_ms != t->region[0].apd_ms;
  }
  return differs;
}

static bool all_recover(const iso_templates *t) {
  for (int r = 0; r < t->n; r++)
    if (!isfinite(t->region[r].apd_ms)) return false;
  return true;
}

/* One explicit step into next [nowned], by differences, so that what is even stays so. */
static void step(const iso_system *s, double step_ms, const double *value, double *next) {
  for (iso_lid i = 0; i < s->nrows; i++) {
    double sum = 0;
    for (int64_t k = s->start[i]; k < s->start[i + 1]; k++)
      sum += s->stiffness[k] * (value[s->column[k]] - value[i]);
    next[i] = s->lumped[i] > 0 ? value[i] - step_ms * sum / s->lumped[i] : value[i];
  }
}

/* value [nlocal], whose owned entries are set; next: room for [nowned]. */
static iso_status spread(const iso_mesh *mesh, const iso_system *s, double *value, double *next,
                         iso_error *err) {
  const int64_t n = (int64_t)ceil(SPREAD_MS * s->eigenvalue) + 1; /* half of what is stable */
  for (int64_t k = 0; k < n; k++) {
    ISO_TRY(iso_halo_update(mesh->halo, value, sizeof *value, err));
    step(s, SPREAD_MS / (double)n, value, next);
    for (iso_lid i = 0; i < mesh->nowned; i++) value[i] = next[i];
  }
  return ISO_OK;
}

iso_status iso_spread_recovery(const iso_setup *setup, const iso_templates *templates, double *lasting_ms,
                               iso_error *err) {
  const iso_mesh *mesh = setup->mesh;
  double *value = NULL;
  iso_system system;
  iso_tissue_conductor room;
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    const int r = iso_tissue_of_node(&setup->tissue, mesh->node_tag[i]);
    lasting_ms[i] = all_recover(templates) ? templates->region[r].apd_ms : NAN;
  }
  if (!differ(templates)) return ISO_OK;
  ISO_TRY(iso_alloc_all(mesh->comm, &value, (size_t)mesh->nlocal, sizeof *value, "recovery", err));
  for (iso_lid i = 0; i < mesh->nowned; i++) value[i] = lasting_ms[i];
  iso_status status = iso_system_new(&system, mesh, iso_tissue_conduct(&room, &setup->tissue), false, err);
  if (status == ISO_OK) {
    status = iso_agree(mesh->comm, spread(mesh, &system, value, lasting_ms, err), err);
    iso_system_free(&system);
  }
  free(value);
  return status;
}
