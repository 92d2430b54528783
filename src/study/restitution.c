#include "study/restitution.h"

#include "base/memory.h"
#include "study/tune_strips.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Intervals of S2: around the duration of the action potential, where most changes, and up to a long rest. */
#define BEFORE_MS 40.0
#define AFTER_MS 60.0
#define FINE_MS 2.0
#define LONGEST_MS 460.0
#define COARSE_MS 50.0
#define LEAST_MS 15.0 /* from S1 to S2 */
enum { MOST = 64 };   /* rows of a region */

#define AFTER_S1_MS 2000.0 /* for it to recover */

/* ---- a region ---- */

typedef struct table {
  int n;
  double first_ms; /* interval of the first row */
  double wait_ms;
  double rest_ms[MOST], apd_ms[MOST], velocity[MOST];
} table;

static bool came_through(const iso_restitution_row *row) {
  return row->rest_ms >= 0 && row->apd_ms > 0 && row->velocity_m_per_s > 0;
}

/* Of rows [n], the one with the least rest; n: none came through. After shorter intervals than its the front
 * stays at the stimulus for long, and comes to tissue that is more at rest again. */
static int first_of(int n, const iso_restitution_row *rows) {
  int first = n;
  for (int k = 0; k < n; k++)
    if (came_through(&rows[k]) && (first == n || rows[k].rest_ms < rows[first].rest_ms)) first = k;
  return first;
}

/* Those after more and more rest. */
static void add(table *t, int n, const iso_restitution_row *rows) {
  for (int k = first_of(n, rows); k < n && t->n < MOST; k++) {
    const iso_restitution_row *row = &rows[k];
    if (!came_through(row) || (t->n > 0 && !(row->rest_ms > t->rest_ms[t->n - 1]))) continue;
    if (t->n == 0) t->first_ms = row->interval_ms;
    t->rest_ms[t->n] = row->rest_ms, t->apd_ms[t->n] = row->apd_ms;
    t->velocity[t->n++] = row->velocity_m_per_s;
  }
}

static iso_status try_all(iso_cable *cable, const iso_config_region *region, const iso_cable_rests *rests,
                          table *t, iso_error *err) {
  iso_restitution_row *rows;
  int n;
  const iso_status status = iso_cable_restitution(cable, region->longitudinal_S_per_m,
                                                  region->transverse_S_per_m, rests, &rows, &n, err);
  if (status == ISO_OK) add(t, n, rows);
  free(rows);
  return status;
}

static iso_status scan(iso_cable *cable, const iso_config_region *region, table *t, iso_error *err) {
  iso_action_potential first;
  iso_status status = iso_cable_action_potential(cable, region->longitudinal_S_per_m,
                                                 region->transverse_S_per_m, AFTER_S1_MS, &first, err);
  free(first.vm_mV);
  if (status != ISO_OK || !(first.apd_ms > 0)) return status;
  iso_cable_rests rests = {.apd_ms = first.apd_ms, .resolution_ms = FINE_MS};
  rests.shortest_ms = fmax(FINE_MS * floor((first.apd_ms - BEFORE_MS) / FINE_MS), LEAST_MS);
  rests.longest_ms = FINE_MS * ceil((first.apd_ms + AFTER_MS) / FINE_MS);
  ISO_TRY(try_all(cable, region, &rests, t, err));
  rests.resolution_ms = COARSE_MS;
  rests.shortest_ms = rests.longest_ms + COARSE_MS;
  rests.longest_ms = rests.shortest_ms + COARSE_MS * floor((LONGEST_MS - AFTER_MS) / COARSE_MS);
  return try_all(cable, region, &rests, t, err);
}

/* The first row says how long its front stood at the stimulus before the tissue beside it took it: there the
 * rest was the interval less the action potential, at the beginning of the way it was longer. */
static void finish(table *t) {
  const int last = t->n - 1;
  const double fastest = t->velocity[last];
  t->wait_ms = fmax(t->rest_ms[0] - (t->first_ms - t->apd_ms[last]), 0);
  for (int k = 0; k <= last; k++) t->velocity[k] /= fastest;
}

static iso_status measure(const iso_setup *setup, const iso_tuned *item, table *t, iso_error *err) {
  const iso_config_region *region = &setup->config->regions[item->region];
  iso_cable *cable;
  char path[64];
  ISO_TRY(iso_tune_cable(&cable, setup->config, item, setup->no_cache, err));
  const iso_status status = scan(cable, region, t, err);
  iso_cable_free(cable);
  if (t->n > 0) finish(t);
  if (status != ISO_OK || t->n > 0) return status;
  snprintf(path, sizeof path, "regions.%d", item->region);
  return iso_config_fail(setup->config, err, path,
                         "in region '%.60s' a wave comes through a strip of its tissue, and no second one "
                         "after up to %g ms more, so that its restitution is not known: it does not recover; "
                         "take method: monodomain",
                         region->name, LONGEST_MS);
}

/* ---- all of them ---- */

static iso_status measure_all(const iso_setup *setup, const iso_tuning *t, const bool *passes, table *tables,
                              iso_error *err) {
  MPI_Comm comm = setup->mesh->comm;
  int rank, ranks, turn = 0;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &ranks);
  iso_status status = ISO_OK;
  for (int r = 0; r < t->n && status == ISO_OK; r++)
    if (passes[r] && turn++ % ranks == rank) status = measure(setup, &t->item[r], &tables[r], err);
  ISO_TRY(iso_agree(comm, status, err));
  turn = 0;
  for (int r = 0; r < t->n; r++)
    if (passes[r]) MPI_Bcast(&tables[r], (int)sizeof *tables, MPI_BYTE, turn++ % ranks, comm);
  return ISO_OK;
}

static iso_status keep(iso_restitutions *out, const table *tables, iso_error *err) {
  int64_t at = 0, rows = 0;
  for (int r = 0; r < out->n; r++) rows += tables[r].n;
  ISO_TRY(iso_alloc(&out->region, (size_t)out->n, sizeof *out->region, "restitution", err));
  ISO_TRY(iso_alloc(&out->room, 3 * (size_t)rows + 1, sizeof *out->room, "restitution", err));
  for (int r = 0; r < out->n; r++) {
    const table *t = &tables[r];
    double *rest = out->room + at, *apd = rest + t->n, *velocity = apd + t->n;
    for (int k = 0; k < t->n; k++)
      rest[k] = t->rest_ms[k], apd[k] = t->apd_ms[k], velocity[k] = t->velocity[k];
    out->region[r] = (iso_restitution){t->n, t->wait_ms, rest, apd, velocity};
    at += 3 * t->n;
  }
  return ISO_OK;
}

iso_status iso_restitutions_measure(iso_restitutions *out, const iso_setup *setup, const iso_speeds *speeds,
                                    const bool *passes, iso_error *err) {
  const int n = setup->config->nregions;
  iso_tuning *t = &out->strips;
  table *tables = NULL;
  *out = (iso_restitutions){.n = n};
  iso_status status = iso_tune_room(t, n, err);
  if (status == ISO_OK) status = iso_alloc(&tables, (size_t)n, sizeof *tables, "restitution", err);
  status = iso_agree(setup->mesh->comm, status, err);
  if (status == ISO_OK) status = iso_tune_strips_along(setup, speeds, t, err);
  if (status == ISO_OK) status = measure_all(setup, t, passes, tables, err);
  if (status == ISO_OK) status = iso_agree(setup->mesh->comm, keep(out, tables, err), err);
  free(tables);
  return status;
}

void iso_restitutions_free(iso_restitutions *r) {
  free(r->region);
  free(r->room);
  iso_tuning_free(&r->strips);
  *r = (iso_restitutions){0};
}

void iso_restitutions_say(const iso_restitutions *restitutions, const iso_setup *setup,
                          const iso_speeds *speeds) {
  char text[ISO_TUNED_STRIP_TEXT];
  for (int r = 0; r < restitutions->n; r++) {
    const iso_restitution *t = &restitutions->region[r];
    const char *name = setup->config->regions[r].name;
    iso_log_say(setup->log, ISO_LOG_INFO, "region %s: %s, as the mesh has", name,
                iso_tuned_strip_text(&restitutions->strips.item[r], text));
    if (t->n == 0)
      iso_log_say(setup->log, ISO_LOG_INFO, "region %s: no wave passes", name);
    else
      iso_log_say(
          setup->log, ISO_LOG_INFO,
          "region %s: %.3g m/s along, %.3g across the fibres; APD %.4g to %.4g ms, velocity %.2g to 1 "
          "times that, after rests of %.3g to %.4g ms; fronts wait for %.3g ms",
          name, speeds[r].along, speeds[r].across, t->apd_ms[0], t->apd_ms[t->n - 1], t->velocity[0],
          t->rest_ms[0], t->rest_ms[t->n - 1], t->wait_ms);
  }
}
