#include "observe/circuit.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

struct iso_circuit {
  const iso_mesh *mesh;
  double last_stimulus_ms;
  double after_ms; /* activations up to then do not count */
  /* [nowned] of activations after that: how many, times, and the sum of the squares of their intervals */
  int32_t *count;
  double *first, *second, *last, *squares;
  iso_circuit_summary found;
  double exit_node, highest_node; /* what is published */
};

static void forget(iso_circuit *c) {
  for (iso_lid i = 0; i < c->mesh->nowned; i++) {
    c->count[i] = 0, c->squares[i] = 0;
    c->first[i] = c->second[i] = c->last[i] = NAN;
  }
}

static iso_status allocate(iso_circuit *c, iso_error *err) {
  const size_t n = (size_t)c->mesh->nowned;
  const char *what = "intervals between activations";
  ISO_TRY(iso_alloc(&c->count, n, sizeof *c->count, what, err));
  ISO_TRY(iso_alloc(&c->first, n, sizeof *c->first, what, err));
  ISO_TRY(iso_alloc(&c->second, n, sizeof *c->second, what, err));
  ISO_TRY(iso_alloc(&c->last, n, sizeof *c->last, what, err));
  return iso_alloc(&c->squares, n, sizeof *c->squares, what, err);
}

iso_status iso_circuit_new(iso_circuit **out, const iso_mesh *mesh, double last_stimulus_ms, iso_error *err) {
  iso_circuit *c;
  *out = NULL;
  ISO_TRY(iso_alloc(&c, 1, sizeof *c, "intervals between activations", err));
  *c = (iso_circuit){.mesh = mesh, .last_stimulus_ms = last_stimulus_ms, .after_ms = last_stimulus_ms};
  const iso_status status = allocate(c, err);
  if (status != ISO_OK) {
    iso_circuit_free(c);
    return status;
  }
  forget(c);
  *out = c;
  return ISO_OK;
}

void iso_circuit_free(iso_circuit *c) {
  if (!c) return;
  free(c->count);
  free(c->first);
  free(c->second);
  free(c->last);
  free(c->squares);
  free(c);
}

static void activate(iso_circuit *c, iso_lid i, double time_ms) {
  if (!(time_ms > c->after_ms)) return;
  const int32_t before = c->count[i]++;
  if (before == 0) c->first[i] = time_ms;
  if (before == 1) c->second[i] = time_ms;
  if (before > 0) c->squares[i] += (time_ms - c->last[i]) * (time_ms - c->last[i]);
  c->last[i] = time_ms;
}

/* A pulse that a guest gives ends after all that has been shown, so nothing before it counts. */
static iso_status look(void *self, const iso_view *view, iso_error *err) {
  iso_circuit *c = self;
  (void)err;
  const double after_ms = fmax(c->last_stimulus_ms, view->given_until_ms);
  if (after_ms != c->after_ms) {
    c->after_ms = after_ms;
    forget(c);
  }
  for (int64_t k = 0; k < view->nevents; k++)
    if (view->events[k].kind == ISO_ACTIVATED) activate(c, view->events[k].node, view->events[k].time_ms);
  return ISO_OK;
}

/* ---- what it comes to ---- */

static double frequency(const iso_circuit *c, iso_lid i) {
  return c->count[i] > 1 ? 1000 * (c->count[i] - 1) / (c->last[i] - c->first[i]) : NAN;
}

/* Of the intervals: the standard deviation, of their mean. */
static double variation(const iso_circuit *c, iso_lid i) {
  const double n = c->count[i] - 1, mean = (c->last[i] - c->first[i]) / n;
  return c->count[i] > 2 ? sqrt(fmax(0, c->squares[i] / n - mean * mean)) / mean : NAN;
}

typedef double node_value(const iso_circuit *, iso_lid);

static double back_at(const iso_circuit *c, iso_lid i) { return c->second[i]; }
static double minus_frequency(const iso_circuit *c, iso_lid i) {
  return c->count[i] > 2 ? -frequency(c, i) : NAN;
}

/* Collective. The least value of all nodes, and the lowest node that has it; NAN and -1: none. */
static double least(const iso_circuit *c, node_value *value, iso_gid *node) {
  const iso_mesh *mesh = c->mesh;
  double low = INFINITY;
  int64_t at = INT64_MAX;
  for (iso_lid i = 0; i < mesh->nowned; i++) low = fmin(low, value(c, i)); /* fmin passes NaN over */
  MPI_Allreduce(MPI_IN_PLACE, &low, 1, MPI_DOUBLE, MPI_MIN, mesh->comm);
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (value(c, i) == low && mesh->gid[i] < at) at = mesh->gid[i];
  MPI_Allreduce(MPI_IN_PLACE, &at, 1, MPI_INT64_T, MPI_MIN, mesh->comm);
  *node = at == INT64_MAX ? -1 : at;
  return isinf(low) ? NAN : low;
}

/* Collective. */
static void find_place(const iso_mesh *mesh, iso_gid node, double at[3]) {
  for (int d = 0; d < 3; d++) at[d] = -INFINITY;
  for (iso_lid i = 0; i < mesh->nowned; i++)
    for (int d = 0; d < 3 && mesh->gid[i] == node; d++) at[d] = mesh->xyz[i][d];
  MPI_Allreduce(MPI_IN_PLACE, at, 3, MPI_DOUBLE, MPI_MAX, mesh->comm);
  for (int d = 0; d < 3; d++) at[d] = node < 0 ? NAN : at[d];
}

iso_circuit_summary iso_circuit_summarise(const iso_circuit *c) {
  iso_circuit_summary s;
  s.exit_ms = least(c, back_at, &s.exit_node);
  s.highest_Hz = -least(c, minus_frequency, &s.highest_node);
  find_place(c->mesh, s.exit_node, s.exit_mm);
  return s;
}

/* ---- results ---- */

static void fill_frequency(const void *self, int64_t row, double *owned) {
  const iso_circuit *c = self;
  (void)row;
  for (iso_lid i = 0; i < c->mesh->nowned; i++) owned[i] = frequency(c, i);
}

static void fill_variation(const void *self, int64_t row, double *owned) {
  const iso_circuit *c = self;
  (void)row;
  for (iso_lid i = 0; i < c->mesh->nowned; i++) owned[i] = variation(c, i);
}

static iso_status publish(const iso_circuit *c, iso_results *results, iso_error *err) {
  const iso_variable all[] = {
      {"exit_time", "ms", "earliest second activation of a node after the last stimulus",
       .data = &c->found.exit_ms},
      {"exit_node", "1", "which node", .data = &c->exit_node},
      {"highest_frequency", "Hz", "of activations after the last stimulus, of nodes with two intervals",
       .may_lack = true, .data = &c->found.highest_Hz},
      {"highest_frequency_node", "1", "which node; -1: none", .data = &c->highest_node},
      {"activation_frequency", "Hz", "of activations after the last stimulus", .may_lack = true,
       .fill = fill_frequency, .self = c},
      {"interval_variation", "1", "standard deviation of their intervals, of the mean", .may_lack = true,
       .fill = fill_variation, .self = c}};
  for (size_t k = 0; k < sizeof all / sizeof *all; k++) ISO_TRY(iso_results_add(results, &all[k], err));
  return ISO_OK;
}

static iso_status report(void *self, iso_results *results, iso_error *err) {
  iso_circuit *c = self;
  c->found = iso_circuit_summarise(c);
  c->exit_node = (double)c->found.exit_node, c->highest_node = (double)c->found.highest_node;
  if (isnan(c->found.exit_ms)) return ISO_OK;
  return iso_agree(c->mesh->comm, publish(c, results, err), err);
}

/* ---- saving ---- */

enum { NKEPT = 4 };

typedef struct {
  const char *name, *unit, *meaning;
  double *values;
} kept;

static void list_kept(const iso_circuit *c, kept list[NKEPT]) {
  const kept all[NKEPT] = {{"circuit.first", "ms", "first activation after the last stimulus", c->first},
                           {"circuit.second", "ms", "second activation after it", c->second},
                           {"circuit.last", "ms", "last activation after it", c->last},
                           {"circuit.squares", "ms2", "sum of the squares of the intervals", c->squares}};
  for (int k = 0; k < NKEPT; k++) list[k] = all[k];
}

static iso_status save_all(const iso_circuit *c, iso_archive *archive, iso_error *err) {
  kept list[NKEPT];
  list_kept(c, list);
  ISO_TRY(
      iso_archive_put_number(archive, "circuit.after", "ms", "end of the last stimulus", c->after_ms, err));
  ISO_TRY(iso_archive_put_nodes(archive, "circuit.count", "1", "activations after it", ISO_ARCHIVE_INT32,
                                c->count, err));
  for (int k = 0; k < NKEPT; k++)
    ISO_TRY(iso_archive_put_nodes(archive, list[k].name, list[k].unit, list[k].meaning, ISO_ARCHIVE_DOUBLE,
                                  list[k].values, err));
  return ISO_OK;
}

static iso_status save(void *self, iso_archive *archive, iso_error *err) {
  const iso_circuit *c = self;
  return iso_agree(c->mesh->comm, save_all(c, archive, err), err);
}

static iso_status restore_all(iso_circuit *c, const iso_archive *archive, iso_error *err) {
  kept list[NKEPT];
  list_kept(c, list);
  ISO_TRY(iso_archive_get_number(archive, "circuit.after", &c->after_ms, err));
  ISO_TRY(iso_archive_get_nodes(archive, "circuit.count", ISO_ARCHIVE_INT32, c->count, err));
  for (int k = 0; k < NKEPT; k++)
    ISO_TRY(iso_archive_get_nodes(archive, list[k].name, ISO_ARCHIVE_DOUBLE, list[k].values, err));
  return ISO_OK;
}

static iso_status restore(void *self, const iso_archive *archive, iso_error *err) {
  iso_circuit *c = self;
  return iso_agree(c->mesh->comm, restore_all(c, archive, err), err);
}

iso_guest iso_circuit_guest(iso_circuit *c) {
  return (iso_guest){.name = "circuit",
                     .stop_ms = INFINITY,
                     .self = c,
                     .look = look,
                     .report = report,
                     .save = save,
                     .restore = restore};
}
