#include "observe/wavefronts.h"

#include "base/memory.h"
#include "base/share.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct row {
  double time_ms, fronts;
} row;

struct iso_wavefronts {
  const iso_mesh *mesh;
  iso_wavefronts_options options;
  double given_until_ms; /* by guests, as of the last step shown */
  double *last;          /* [nowned] ms, the last activation; NAN: none */
  iso_lid *root;         /* [nlocal] of a node's tree */
  iso_gid *label;        /* [nlocal] lowest global number that is known of its front */
  int64_t nrows, room;
  row *rows; /* [nrows] on rank 0; nrows is everybody's */
  /* What is published, on rank 0. */
  double *time;
  int32_t *count;
};

/* Of a node that is in no front. */
static const iso_gid none = INT64_MAX;

static iso_status allocate(iso_wavefronts *w, iso_error *err) {
  ISO_TRY(iso_alloc(&w->last, (size_t)w->mesh->nowned, sizeof *w->last, "wavefronts", err));
  ISO_TRY(iso_alloc(&w->root, (size_t)w->mesh->nlocal, sizeof *w->root, "wavefronts", err));
  return iso_alloc(&w->label, (size_t)w->mesh->nlocal, sizeof *w->label, "wavefronts", err);
}

iso_status iso_wavefronts_new(iso_wavefronts **out, const iso_mesh *mesh,
                              const iso_wavefronts_options *options, iso_error *err) {
  iso_wavefronts *w;
  *out = NULL;
  ISO_TRY(iso_alloc(&w, 1, sizeof *w, "wavefronts", err));
  *w = (iso_wavefronts){.mesh = mesh, .options = *options, .given_until_ms = -INFINITY};
  const iso_status status = allocate(w, err);
  if (status != ISO_OK) {
    iso_wavefronts_free(w);
    return status;
  }
  for (iso_lid i = 0; i < mesh->nowned; i++) w->last[i] = NAN;
  *out = w;
  return ISO_OK;
}

void iso_wavefronts_free(iso_wavefronts *w) {
  if (!w) return;
  free(w->last);
  free(w->root);
  free(w->label);
  free(w->rows);
  free(w->time);
  free(w->count);
  free(w);
}

static iso_status look(void *self, const iso_view *view, iso_error *err) {
  iso_wavefronts *w = self;
  (void)err;
  w->given_until_ms = view->given_until_ms;
  for (int64_t k = 0; k < view->nevents; k++)
    if (view->events[k].kind == ISO_ACTIVATED) w->last[view->events[k].node] = view->events[k].time_ms;
  return ISO_OK;
}

/* ---- counting ---- */

static iso_lid root_of(iso_lid *root, iso_lid i) {
  while (root[i] != i) i = root[i] = root[root[i]];
  return i;
}

/* Trees of the nodes that are in a front and share an element. */
static void join(iso_wavefronts *w) {
  const iso_mesh *mesh = w->mesh;
  for (iso_lid i = 0; i < mesh->nlocal; i++) w->root[i] = i;
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    const iso_lid *node = mesh->conn + (int64_t)e * mesh->width;
    iso_lid before = -1;
    for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++) {
      if (w->label[node[k]] == none) continue;
      if (before >= 0) w->root[root_of(w->root, node[k])] = root_of(w->root, before);
      before = node[k];
    }
  }
  for (iso_lid i = 0; i < mesh->nlocal; i++) w->root[i] = root_of(w->root, i);
}

/* Every tree takes its lowest label; returns whether one changed. */
static bool lower(iso_wavefronts *w) {
  bool changed = false;
  for (iso_lid i = 0; i < w->mesh->nlocal; i++)
    if (w->label[i] < w->label[w->root[i]]) w->label[w->root[i]] = w->label[i];
  for (iso_lid i = 0; i < w->mesh->nlocal; i++) {
    changed |= w->label[i] != w->label[w->root[i]];
    w->label[i] = w->label[w->root[i]];
  }
  return changed;
}

/* Collective. A label crosses one rank in a round, so rounds are few. */
static iso_status spread_labels(iso_wavefronts *w, iso_error *err) {
  const iso_mesh *mesh = w->mesh;
  ISO_TRY(iso_agree(mesh->comm, iso_halo_update(mesh->halo, w->label, sizeof *w->label, err), err));
  join(w);
  for (int changed = 1; changed;) {
    const bool lowered = lower(w);
    ISO_TRY(iso_agree(mesh->comm, iso_halo_update(mesh->halo, w->label, sizeof *w->label, err), err));
    changed = lowered || lower(w);
    MPI_Allreduce(MPI_IN_PLACE, &changed, 1, MPI_INT, MPI_LOR, mesh->comm);
  }
  return ISO_OK;
}

/* On rank 0. */
static iso_status keep(iso_wavefronts *w, double time_ms, int64_t fronts, iso_error *err) {
  if (w->nrows == w->room) {
    const int64_t room = 2 * w->room + 64;
    ISO_TRY(iso_realloc(&w->rows, (size_t)room, sizeof *w->rows, "wavefronts", err));
    w->room = room;
  }
  w->rows[w->nrows] = (row){time_ms, (double)fronts};
  return ISO_OK;
}

static iso_status count(void *self, const iso_view *view, iso_error *err) {
  iso_wavefronts *w = self;
  const iso_mesh *mesh = w->mesh;
  int64_t fronts = 0;
  for (iso_lid i = 0; i < mesh->nowned; i++)
    w->label[i] = view->time_ms - w->last[i] < w->options.width_ms ? mesh->gid[i] : none; /* NaN: none */
  ISO_TRY(spread_labels(w, err));
  for (iso_lid i = 0; i < mesh->nowned; i++) fronts += w->label[i] == mesh->gid[i];
  MPI_Allreduce(MPI_IN_PLACE, &fronts, 1, MPI_INT64_T, MPI_SUM, mesh->comm);
  const iso_status status = iso_rank(mesh->comm) == 0 ? keep(w, view->time_ms, fronts, err) : ISO_OK;
  ISO_TRY(iso_agree(mesh->comm, status, err));
  w->nrows++;
  return ISO_OK;
}

iso_wavefronts_summary iso_wavefronts_summarise(const iso_wavefronts *w) {
  const double after_ms = fmax(w->options.last_stimulus_ms, w->given_until_ms);
  iso_wavefronts_summary s = {.mean = NAN};
  double all = 0, counts = 0;
  for (int64_t k = 0; w->rows && k < w->nrows; k++) {
    if (!(w->rows[k].time_ms > after_ms)) continue;
    all += w->rows[k].fronts, counts++;
    if (w->rows[k].fronts > (double)s.most) s.most = (int64_t)w->rows[k].fronts;
  }
  s.known = counts > 0;
  if (s.known) s.mean = all / counts;
  MPI_Bcast(&s, (int)sizeof s, MPI_BYTE, 0, w->mesh->comm);
  return s;
}

/* ---- results ---- */

static iso_status make_columns(iso_wavefronts *w, iso_error *err) {
  free(w->time);
  free(w->count);
  w->time = NULL, w->count = NULL;
  if (iso_rank(w->mesh->comm) > 0) return ISO_OK;
  ISO_TRY(iso_alloc(&w->time, (size_t)w->nrows, sizeof *w->time, "wavefronts", err));
  ISO_TRY(iso_alloc(&w->count, (size_t)w->nrows, sizeof *w->count, "wavefronts", err));
  for (int64_t k = 0; k < w->nrows; k++)
    w->time[k] = w->rows[k].time_ms, w->count[k] = (int32_t)w->rows[k].fronts;
  return ISO_OK;
}

static iso_status publish(iso_wavefronts *w, iso_results *results, iso_error *err) {
  const iso_dimension look = {"num_wavefront_counts", w->nrows};
  ISO_TRY(make_columns(w, err));
  const iso_variable all[] = {
      {"wavefront_time", "ms", "when they were counted", .ndims = 1, .dims = {look}, .data = w->time},
      {"wavefronts", "1", "connected parts that have just activated", ISO_VARIABLE_WHOLE, .ndims = 1,
       .dims = {look}, .data = w->count}};
  for (size_t k = 0; k < sizeof all / sizeof *all; k++) ISO_TRY(iso_results_add(results, &all[k], err));
  return ISO_OK;
}

static iso_status report(void *self, iso_results *results, iso_error *err) {
  iso_wavefronts *w = self;
  return w->nrows == 0 ? ISO_OK : iso_agree(w->mesh->comm, publish(w, results, err), err);
}

/* ---- saving ---- */

enum { ROW = sizeof(row) / sizeof(double) };

static iso_status save_all(const iso_wavefronts *w, iso_archive *archive, iso_error *err) {
  ISO_TRY(iso_archive_put_nodes(archive, "wavefronts.last", "ms", "time of the last activation",
                                ISO_ARCHIVE_DOUBLE, w->last, err));
  ISO_TRY(iso_archive_put_number(archive, "wavefronts.given_until", "ms",
                                 "end of the last pulse given by a guest", w->given_until_ms, err));
  ISO_TRY(iso_archive_put_count(archive, "wavefronts.count", "1", "counts so far", w->nrows, err));
  return iso_archive_put_root(archive, "wavefronts.rows", "1", "time and number of each count",
                              ISO_ARCHIVE_DOUBLE, ROW * w->nrows, w->rows, err);
}

static iso_status save(void *self, iso_archive *archive, iso_error *err) {
  const iso_wavefronts *w = self;
  return iso_agree(w->mesh->comm, save_all(w, archive, err), err);
}

static iso_status restore_all(iso_wavefronts *w, const iso_archive *archive, iso_error *err) {
  int64_t n;
  const void *rows;
  ISO_TRY(iso_archive_get_nodes(archive, "wavefronts.last", ISO_ARCHIVE_DOUBLE, w->last, err));
  ISO_TRY(iso_archive_get_number(archive, "wavefronts.given_until", &w->given_until_ms, err));
  ISO_TRY(iso_archive_get_count(archive, "wavefronts.count", &w->nrows, err));
  ISO_TRY(iso_archive_get_root(archive, "wavefronts.rows", ISO_ARCHIVE_DOUBLE, &n, &rows, err));
  if (n == 0) return ISO_OK;
  ISO_TRY(iso_realloc(&w->rows, (size_t)(n / ROW), sizeof *w->rows, "wavefronts", err));
  w->room = n / ROW;
  memcpy(w->rows, rows, (size_t)n * sizeof(double));
  return ISO_OK;
}

static iso_status restore(void *self, const iso_archive *archive, iso_error *err) {
  iso_wavefronts *w = self;
  return iso_agree(w->mesh->comm, restore_all(w, archive, err), err);
}

iso_guest iso_wavefronts_guest(iso_wavefronts *w) {
  return (iso_guest){.name = "wavefronts",
                     .stop_ms = INFINITY,
                     .self = w,
                     .look = look,
                     .report = report,
                     .save = save,
                     .restore = restore};
}

iso_guest iso_wavefronts_counter(iso_wavefronts *w) {
  return (iso_guest){.name = "counter of wavefronts",
                     .stop_ms = INFINITY,
                     .every_ms = w->options.interval_ms,
                     .self = w,
                     .look = count};
}
