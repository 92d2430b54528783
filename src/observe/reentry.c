#include "observe/reentry.h"

#include "base/median.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

struct iso_reentry {
  const iso_mesh *mesh;
  iso_reentry_options options;
  double given_until_ms; /* by guests, as of the last step shown */
  double *last;          /* [nowned] ms: the last activation; NAN: none */
  uint8_t *active;       /* [nowned] 1: not recovered from it */
  /* NULL until an owned node activates a second time: in most beats none does. */
  double *before;    /* [nowned] ms: the activation before the last; NAN: none */
  double *interval;  /* [nowned] room for the median */
  iso_error failure; /* of this rank: events are no longer kept */
  int64_t looked;    /* step that the ender looked at last */
  iso_reentry_summary found;
  iso_isthmus isthmus;
  /* What is published, on rank 0. */
  int32_t induced, goes_on;
  double last_node, isthmus_node;
};

static iso_status allocate(iso_reentry *r, iso_error *err) {
  const size_t n = (size_t)r->mesh->nowned;
  const char *what = "the activations after the last stimulus";
  ISO_TRY(iso_alloc(&r->last, n, sizeof *r->last, what, err));
  return iso_alloc(&r->active, n, sizeof *r->active, what, err);
}

/* Room for what nodes that activate again have. */
static iso_status make_room(iso_reentry *r, iso_error *err) {
  const size_t n = (size_t)r->mesh->nowned;
  const char *what = "activations of nodes that were active before";
  if (r->interval) return ISO_OK;
  if (!r->before) ISO_TRY(iso_alloc(&r->before, n, sizeof *r->before, what, err));
  for (size_t i = 0; i < n; i++) r->before[i] = NAN;
  return iso_alloc(&r->interval, n, sizeof *r->interval, what, err);
}

iso_status iso_reentry_new(iso_reentry **out, const iso_mesh *mesh, const iso_reentry_options *options,
                           iso_error *err) {
  iso_reentry *r;
  *out = NULL;
  ISO_TRY(iso_alloc(&r, 1, sizeof *r, "the activations after the last stimulus", err));
  *r = (iso_reentry){
      .mesh = mesh, .options = *options, .given_until_ms = -INFINITY, .isthmus = iso_isthmus_none()};
  const iso_status status = allocate(r, err);
  if (status != ISO_OK) {
    iso_reentry_free(r);
    return status;
  }
  for (iso_lid i = 0; i < mesh->nowned; i++) r->last[i] = NAN;
  *out = r;
  return ISO_OK;
}

void iso_reentry_free(iso_reentry *r) {
  if (!r) return;
  free(r->last);
  free(r->before);
  free(r->active);
  free(r->interval);
  free(r);
}

static iso_status activate(iso_reentry *r, iso_lid node, double time_ms, iso_error *err) {
  if (!isnan(r->last[node])) {
    ISO_TRY(make_room(r, err));
    r->before[node] = r->last[node];
  }
  r->last[node] = time_ms;
  return ISO_OK;
}

/* Ranks do not meet here, so a failure waits for the report: returning it would leave the others waiting for
 * this rank in the next step. */
static iso_status look(void *self, const iso_view *view, iso_error *err) {
  iso_reentry *r = self;
  (void)err;
  r->given_until_ms = view->given_until_ms;
  for (int64_t k = 0; k < view->nevents && r->failure.status == ISO_OK; k++) {
    const iso_event *e = &view->events[k];
    r->active[e->node] = e->kind == ISO_ACTIVATED;
    if (e->kind == ISO_ACTIVATED) activate(r, e->node, e->time_ms, &r->failure);
  }
  return ISO_OK;
}

/* Collective. */
static iso_status check(const iso_reentry *r, iso_error *err) {
  if (r->failure.status != ISO_OK) iso_fail(err, r->failure.status, "%s", r->failure.message);
  return iso_agree(r->mesh->comm, r->failure.status, err);
}

double iso_reentry_last(const iso_reentry *r, iso_lid node) { return r->last[node]; }
double iso_reentry_before(const iso_reentry *r, iso_lid node) { return r->before ? r->before[node] : NAN; }

/* ---- what it comes to ---- */

static double stimulated_until(const iso_reentry *r) {
  return fmax(r->options.last_stimulus_ms, r->given_until_ms);
}

/* Collective. The last activation of any node; -INFINITY: none. */
static double latest(const iso_reentry *r) {
  double last = -INFINITY;
  for (iso_lid i = 0; i < r->mesh->nowned; i++) last = fmax(last, r->last[i]);
  MPI_Allreduce(MPI_IN_PLACE, &last, 1, MPI_DOUBLE, MPI_MAX, r->mesh->comm);
  return last;
}

/* Collective. Where the last activation was. */
static void find_last_node(const iso_reentry *r, iso_reentry_summary *s) {
  const iso_mesh *mesh = r->mesh;
  double at[3] = {-INFINITY, -INFINITY, -INFINITY};
  int64_t node = INT64_MAX;
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (r->last[i] == s->last_ms && mesh->gid[i] < node) node = mesh->gid[i];
  MPI_Allreduce(MPI_IN_PLACE, &node, 1, MPI_INT64_T, MPI_MIN, mesh->comm);
  for (iso_lid i = 0; i < mesh->nowned; i++)
    for (int d = 0; d < 3 && mesh->gid[i] == node; d++) at[d] = mesh->xyz[i][d];
  MPI_Allreduce(MPI_IN_PLACE, at, 3, MPI_DOUBLE, MPI_MAX, mesh->comm);
  s->last_node = node;
  for (int d = 0; d < 3; d++) s->last_mm[d] = at[d];
}

/* Collective. */
static double cycle_length(const iso_reentry *r, double after_ms, double last_ms) {
  const iso_lid n = r->interval ? r->mesh->nowned : 0;
  for (iso_lid i = 0; i < n; i++) {
    const bool counts = r->before[i] > after_ms && r->last[i] >= last_ms - r->options.window_ms;
    r->interval[i] = counts ? r->last[i] - r->before[i] : NAN;
  }
  return iso_median(r->mesh->comm, n, r->interval);
}

/* Collective. */
static bool goes_on(const iso_reentry *r, double after_ms) {
  int active = 0;
  for (iso_lid i = 0; i < r->mesh->nowned && !active; i++) active = r->active[i] && r->last[i] > after_ms;
  MPI_Allreduce(MPI_IN_PLACE, &active, 1, MPI_INT, MPI_MAX, r->mesh->comm);
  return active;
}

iso_reentry_summary iso_reentry_summarise(const iso_reentry *r) {
  const double after_ms = stimulated_until(r), last_ms = latest(r);
  iso_reentry_summary s = {.known = after_ms < INFINITY,
                           .cycle_length_ms = NAN,
                           .last_ms = NAN,
                           .last_node = -1,
                           .last_mm = {NAN, NAN, NAN}};
  if (!s.known || !(last_ms > after_ms)) return s;
  s.last_ms = last_ms;
  s.sustained_ms = last_ms - fmax(after_ms, 0);
  s.induced = s.sustained_ms >= r->options.sustained_ms;
  s.goes_on = goes_on(r, after_ms);
  s.cycle_length_ms = cycle_length(r, after_ms, last_ms);
  find_last_node(r, &s);
  return s;
}

/* ---- results ---- */

static void fill_last(const void *self, int64_t row, double *owned) {
  const iso_reentry *r = self;
  (void)row;
  for (iso_lid i = 0; i < r->mesh->nowned; i++)
    owned[i] = r->last[i] > stimulated_until(r) ? r->last[i] : NAN;
}

static void fill_interval(const void *self, int64_t row, double *owned) {
  const iso_reentry *r = self;
  (void)row;
  for (iso_lid i = 0; i < r->mesh->nowned; i++) {
    const double before = iso_reentry_before(r, i);
    owned[i] = before > stimulated_until(r) ? r->last[i] - before : NAN;
  }
}

static iso_status publish(const iso_reentry *r, iso_results *results, iso_error *err) {
  const iso_variable table[] = {
      {.name = "induced",
       .unit = "1",
       .meaning = "1: activity after the last stimulus was sustained",
       .type = ISO_VARIABLE_WHOLE,
       .data = &r->induced},
      {.name = "sustained",
       .unit = "ms",
       .meaning = "from the end of the last stimulus to the last activation",
       .data = &r->found.sustained_ms},
      {.name = "cycle_length",
       .unit = "ms",
       .may_lack = true,
       .meaning = "median over the nodes of the last interval between activations after the last stimulus",
       .data = &r->found.cycle_length_ms},
      {.name = "active_at_end",
       .unit = "1",
       .meaning = "1: a node has not recovered from that activity",
       .type = ISO_VARIABLE_WHOLE,
       .data = &r->goes_on},
      {.name = "activity_end",
       .unit = "ms",
       .may_lack = true,
       .meaning = "time of the last activation after the last stimulus",
       .data = &r->found.last_ms},
      {.name = "activity_end_node",
       .unit = "1",
       .meaning = "where it was; -1: nowhere",
       .data = &r->last_node},
      {.name = "isthmus_node",
       .unit = "1",
       .meaning = "where the wave is when the least tissue activates; -1: there is none",
       .data = &r->isthmus_node},
      {.name = "last_activation_time",
       .unit = "ms",
       .may_lack = true,
       .meaning = "time of the last activation after the last stimulus",
       .fill = fill_last,
       .self = r},
      {.name = "last_interval",
       .unit = "ms",
       .may_lack = true,
       .meaning = "between the last two activations after the last stimulus",
       .fill = fill_interval,
       .self = r}};
  const size_t n = sizeof table / sizeof *table, nmaps = isnan(r->found.cycle_length_ms) ? 2 : 0;
  iso_status status = ISO_OK;
  for (size_t k = 0; k < n - nmaps && status == ISO_OK; k++)
    status = iso_results_add(results, &table[k], err);
  return status;
}

static iso_status report(void *self, iso_results *results, iso_error *err) {
  iso_reentry *r = self;
  ISO_TRY(check(r, err));
  r->found = iso_reentry_summarise(r);
  r->induced = r->found.induced, r->goes_on = r->found.goes_on;
  r->last_node = (double)r->found.last_node;
  r->isthmus = iso_isthmus_none();
  if (!r->found.known) return ISO_OK;
  if (!isnan(r->found.cycle_length_ms))
    ISO_TRY(iso_isthmus_find(&r->isthmus, r->mesh, r->last, r->found.last_ms, r->found.cycle_length_ms, err));
  r->isthmus_node = (double)r->isthmus.node;
  return iso_agree(r->mesh->comm, publish(r, results, err), err);
}

iso_isthmus iso_reentry_isthmus(const iso_reentry *r) { return r->isthmus; }

/* ---- saving ---- */

/* Arrays of nodes that are made while they are saved. */
static const iso_archive_array before_array = {.name = "reentry.before",
                                               .unit = "ms",
                                               .meaning = "time of the activation before it",
                                               .place = ISO_ARCHIVE_NODES,
                                               .type = ISO_ARCHIVE_DOUBLE};
static const iso_archive_array active_array = {.name = "reentry.active",
                                               .unit = "1",
                                               .meaning = "1: not recovered from it",
                                               .place = ISO_ARCHIVE_NODES,
                                               .type = ISO_ARCHIVE_INT32};

static iso_status save_all(const iso_reentry *r, iso_archive *archive, iso_error *err) {
  const iso_lid n = r->mesh->nowned;
  iso_archive_array before = before_array, active = active_array;
  before.count = active.count = n;
  ISO_TRY(iso_archive_put_nodes(archive, "reentry.last", "ms", "time of the last activation",
                                ISO_ARCHIVE_DOUBLE, r->last, err));
  ISO_TRY(iso_archive_room(archive, &before, &before.values, err));
  for (iso_lid i = 0; i < n; i++) ((double *)before.values)[i] = iso_reentry_before(r, i);
  ISO_TRY(iso_archive_room(archive, &active, &active.values, err));
  for (iso_lid i = 0; i < n; i++) ((int32_t *)active.values)[i] = r->active[i];
  return iso_archive_put_number(archive, "reentry.given_until", "ms",
                                "end of the last pulse given by a guest", r->given_until_ms, err);
}

static iso_status save(void *self, iso_archive *archive, iso_error *err) {
  const iso_reentry *r = self;
  ISO_TRY(check(r, err));
  return iso_agree(r->mesh->comm, save_all(r, archive, err), err);
}

static iso_status restore_all(iso_reentry *r, const iso_archive *archive, iso_error *err) {
  const iso_lid n = r->mesh->nowned;
  const iso_archive_array *before, *active;
  ISO_TRY(iso_archive_get_nodes(archive, "reentry.last", ISO_ARCHIVE_DOUBLE, r->last, err));
  ISO_TRY(iso_archive_get(archive, before_array.name, ISO_ARCHIVE_NODES, ISO_ARCHIVE_DOUBLE, &before, err));
  ISO_TRY(iso_archive_get(archive, active_array.name, ISO_ARCHIVE_NODES, ISO_ARCHIVE_INT32, &active, err));
  for (iso_lid i = 0; i < n; i++) {
    const double time_ms = ((const double *)before->values)[i];
    if (!isnan(time_ms)) ISO_TRY(make_room(r, err));
    if (r->before) r->before[i] = time_ms;
    r->active[i] = ((const int32_t *)active->values)[i] != 0;
  }
  return iso_archive_get_number(archive, "reentry.given_until", &r->given_until_ms, err);
}

static iso_status restore(void *self, const iso_archive *archive, iso_error *err) {
  iso_reentry *r = self;
  return iso_agree(r->mesh->comm, restore_all(r, archive, err), err);
}

iso_guest iso_reentry_guest(iso_reentry *r) {
  return (iso_guest){.name = "re-entry",
                     .stop_ms = INFINITY,
                     .self = r,
                     .look = look,
                     .report = report,
                     .save = save,
                     .restore = restore};
}

/* ---- the end ---- */

static iso_status look_for_end(void *self, const iso_view *view, iso_error *err) {
  (void)err;
  ((iso_reentry *)self)->looked = view->step;
  return ISO_OK;
}

static iso_status end_when_sustained(void *self, iso_hands *hands, iso_error *err) {
  const iso_reentry *r = self;
  (void)err;
  if (latest(r) - fmax(stimulated_until(r), 0) >= r->options.sustained_ms) iso_hands_end(hands, r->looked);
  return ISO_OK;
}

iso_guest iso_reentry_ender(iso_reentry *r, double every_ms) {
  return (iso_guest){.name = "sustained",
                     .stop_ms = INFINITY,
                     .every_ms = every_ms,
                     .reason = "activity after the last stimulus is sustained",
                     .self = r,
                     .look = look_for_end,
                     .act = end_when_sustained};
}
