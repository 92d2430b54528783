#include "observe/circuit.h"

#include "base/memory.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* What only nodes with two activations have: times, and the sum of the squares of the intervals. */
enum { FIRST, SECOND, SQUARES, NKEPT };

struct iso_circuit {
  const iso_mesh *mesh;
  const iso_reentry *reentry;
  double last_stimulus_ms;
  double after_ms;     /* activations up to then do not count */
  int32_t *count;      /* [nowned] activations after that */
  double *kept[NKEPT]; /* [nowned] of nodes with two of them; NULL until there is one */
  iso_error failure;   /* of this rank: events are no longer kept */
  iso_circuit_summary found;
  double exit_node, highest_node; /* what is published */
};

iso_status iso_circuit_new(iso_circuit **out, const iso_mesh *mesh, const iso_reentry *reentry,
                           double last_stimulus_ms, iso_error *err) {
  const char *what = "intervals between activations";
  iso_circuit *c;
  *out = NULL;
  ISO_TRY(iso_alloc(&c, 1, sizeof *c, what, err));
  *c = (iso_circuit){
      .mesh = mesh, .reentry = reentry, .last_stimulus_ms = last_stimulus_ms, .after_ms = last_stimulus_ms};
  const iso_status status = iso_alloc(&c->count, (size_t)mesh->nowned, sizeof *c->count, what, err);
  if (status != ISO_OK) {
    iso_circuit_free(c);
    return status;
  }
  *out = c;
  return ISO_OK;
}

void iso_circuit_free(iso_circuit *c) {
  if (!c) return;
  free(c->count);
  for (int k = 0; k < NKEPT; k++) free(c->kept[k]);
  free(c);
}

static iso_status make_room(iso_circuit *c, iso_error *err) {
  for (int k = 0; k < NKEPT; k++)
    if (!c->kept[k])
      ISO_TRY(iso_alloc(&c->kept[k], (size_t)c->mesh->nowned, sizeof *c->kept[k],
                        "intervals between activations", err));
  return ISO_OK;
}

static iso_status activate(iso_circuit *c, iso_lid i, double time_ms, iso_error *err) {
  if (!(time_ms > c->after_ms)) return ISO_OK;
  const int32_t count = ++c->count[i];
  if (count == 1) return ISO_OK;
  ISO_TRY(make_room(c, err));
  const double before_ms = iso_reentry_before(c->reentry, i), interval = time_ms - before_ms;
  if (count == 2) c->kept[FIRST][i] = before_ms, c->kept[SECOND][i] = time_ms, c->kept[SQUARES][i] = 0;
  c->kept[SQUARES][i] += interval * interval;
  return ISO_OK;
}

/* A pulse that a guest gives ends after all that has been shown, so nothing before it counts. Ranks do not
 * meet here, so a failure waits for the report. */
static iso_status look(void *self, const iso_view *view, iso_error *err) {
  iso_circuit *c = self;
  (void)err;
  const double after_ms = fmax(c->last_stimulus_ms, view->given_until_ms);
  if (after_ms != c->after_ms) {
    c->after_ms = after_ms;
    memset(c->count, 0, (size_t)c->mesh->nowned * sizeof *c->count);
  }
  for (int64_t k = 0; k < view->nevents && c->failure.status == ISO_OK; k++) {
    const iso_event *e = &view->events[k];
    if (e->kind == ISO_ACTIVATED) activate(c, e->node, e->time_ms, &c->failure);
  }
  return ISO_OK;
}

/* Collective. */
static iso_status check(const iso_circuit *c, iso_error *err) {
  if (c->failure.status != ISO_OK) iso_fail(err, c->failure.status, "%s", c->failure.message);
  return iso_agree(c->mesh->comm, c->failure.status, err);
}

/* ---- what it comes to ---- */

/* NAN: it has no two activations. */
static double kept_at(const iso_circuit *c, int kept, iso_lid i) {
  return c->count[i] > 1 ? c->kept[kept][i] : NAN;
}

/* From its first activation to its last. */
static double span(const iso_circuit *c, iso_lid i) {
  return iso_reentry_last(c->reentry, i) - kept_at(c, FIRST, i);
}

static double frequency(const iso_circuit *c, iso_lid i) {
  return c->count[i] > 1 ? 1000 * (c->count[i] - 1) / span(c, i) : NAN;
}

/* Of the intervals: the standard deviation, of their mean. */
static double variation(const iso_circuit *c, iso_lid i) {
  const double n = c->count[i] - 1, mean = span(c, i) / n;
  return c->count[i] > 2 ? sqrt(fmax(0, c->kept[SQUARES][i] / n - mean * mean)) / mean : NAN;
}

typedef double node_value(const iso_circuit *, iso_lid);

static double back_at(const iso_circuit *c, iso_lid i) { return kept_at(c, SECOND, i); }
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
      {"exit_x", "mm", "where it is, x", .data = &c->found.exit_mm[0]},
      {"exit_y", "mm", "where it is, y", .data = &c->found.exit_mm[1]},
      {"exit_z", "mm", "where it is, z", .data = &c->found.exit_mm[2]},
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
  ISO_TRY(check(c, err));
  c->found = iso_circuit_summarise(c);
  c->exit_node = (double)c->found.exit_node, c->highest_node = (double)c->found.highest_node;
  if (isnan(c->found.exit_ms)) return ISO_OK;
  return iso_agree(c->mesh->comm, publish(c, results, err), err);
}

/* ---- saving ---- */

#define KEPT(array_name, array_unit, text)                                                                   \
  {                                                                                                          \
    .name = array_name, .unit = array_unit, .meaning = text, .place = ISO_ARCHIVE_NODES,                     \
    .type = ISO_ARCHIVE_DOUBLE                                                                               \
  }
static const iso_archive_array kept_array[NKEPT] = {
    KEPT("circuit.first", "ms", "first activation after the last stimulus"),
    KEPT("circuit.second", "ms", "second activation after it"),
    KEPT("circuit.squares", "ms2", "sum of the squares of the intervals")};

static iso_status save_all(const iso_circuit *c, iso_archive *archive, iso_error *err) {
  ISO_TRY(
      iso_archive_put_number(archive, "circuit.after", "ms", "end of the last stimulus", c->after_ms, err));
  ISO_TRY(iso_archive_put_nodes(archive, "circuit.count", "1", "activations after it", ISO_ARCHIVE_INT32,
                                c->count, err));
  for (int k = 0; k < NKEPT; k++) {
    iso_archive_array array = kept_array[k];
    array.count = c->mesh->nowned;
    ISO_TRY(iso_archive_room(archive, &array, &array.values, err));
    for (iso_lid i = 0; i < c->mesh->nowned; i++) ((double *)array.values)[i] = kept_at(c, k, i);
  }
  return ISO_OK;
}

static iso_status save(void *self, iso_archive *archive, iso_error *err) {
  const iso_circuit *c = self;
  ISO_TRY(check(c, err));
  return iso_agree(c->mesh->comm, save_all(c, archive, err), err);
}

static bool some_came_back(const iso_circuit *c) {
  bool some = false;
  for (iso_lid i = 0; i < c->mesh->nowned; i++) some |= c->count[i] > 1;
  return some;
}

static iso_status restore_all(iso_circuit *c, const iso_archive *archive, iso_error *err) {
  ISO_TRY(iso_archive_get_number(archive, "circuit.after", &c->after_ms, err));
  ISO_TRY(iso_archive_get_nodes(archive, "circuit.count", ISO_ARCHIVE_INT32, c->count, err));
  if (!some_came_back(c)) return ISO_OK;
  ISO_TRY(make_room(c, err));
  for (int k = 0; k < NKEPT; k++)
    ISO_TRY(iso_archive_get_nodes(archive, kept_array[k].name, ISO_ARCHIVE_DOUBLE, c->kept[k], err));
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
