#include "result/series.h"

#include "base/memory.h"
#include "base/share.h"
#include "base/worker.h"
#include "result/adopt.h"
#include "result/chunk_rows.h"
#include "result/spool.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct iso_series {
  iso_layout layout;
  iso_exodus exodus;
  iso_worker *worker;
  iso_chunk_rows *rows;
  int64_t first_byte; /* of snapshots in the file */
  size_t nsteps;
  bool full;       /* there was no room for more */
  bool held;       /* what is saved and restored has no snapshots */
  double *times;   /* [nsteps] ms */
  size_t capacity; /* of times */
  /* For a restart: */
  iso_spool spool; /* path NULL: none; the worker's, but for who waited for it */
  iso_status kept; /* what became of the snapshots in it */
  iso_error failure;
  char *restart; /* of an earlier run, or NULL */
};

static const iso_exodus_variable vm_variable = {"Vm", "mV", "transmembrane potential"};

/* Nodes of a chunk. */
static int64_t width_of(const iso_mesh *mesh) {
  const int64_t n = iso_nc_chunks(mesh->nnodes, ISO_CHUNK_ROWS);
  return (mesh->nnodes + n - 1) / n;
}

/* The mesh is written at once, and snapshots go behind it. */
static iso_status fill_file(iso_series *s, const iso_series_spec *spec, const iso_exodus_spec *exodus,
                            iso_error *err) {
  iso_chunk_rows_spec rows = {.file = &s->exodus.file.target,
                              .worker = s->worker,
                              .length = s->layout.mesh->nnodes,
                              .width = width_of(s->layout.mesh),
                              .level = spec->compression};
  iso_status status = iso_exodus_mesh(&s->exodus, err);
  iso_layout_drop_elems(&s->layout); /* all that follows is of nodes */
  ISO_TRY(status);
  ISO_TRY(iso_exodus_series(&s->exodus, exodus, &rows.first_byte, err));
  s->first_byte = rows.first_byte;
  return iso_chunk_rows_new(&s->rows, &rows, err);
}

static iso_status start_file(iso_series *s, const char *path, const iso_series_spec *spec, iso_error *err) {
  iso_exodus_spec exodus = {.title = spec->title,
                            .nattributes = spec->nattributes,
                            .attributes = spec->attributes,
                            .nnodal = 1,
                            .nodal = &vm_variable,
                            .nodal_type = NC_FLOAT,
                            .chunk = {ISO_CHUNK_ROWS, (size_t)width_of(s->layout.mesh)},
                            .compression = spec->compression};
  ISO_TRY(iso_exodus_create(&s->exodus, path, &s->layout, &exodus, err));
  iso_status status = fill_file(s, spec, &exodus, err);
  if (status != ISO_OK) iso_exodus_discard(&s->exodus);
  return status;
}

static void release(iso_series *s) {
  iso_worker_free(s->worker); /* it does what it was given with the rest */
  iso_chunk_rows_free(s->rows);
  iso_spool_close(&s->spool);
  free(s->restart);
  free(s->times);
  iso_layout_free(&s->layout);
  free(s);
}

static iso_status prepare_restart(iso_series *s, const iso_series_spec *spec, iso_error *err) {
  if (!spec->restart) return ISO_OK;
  s->restart = strdup(spec->restart);
  return s->restart ? ISO_OK : iso_fail_memory(err, strlen(spec->restart), "a file name");
}

static iso_status open_spool(const iso_series *s, iso_spool *spool, const char *path, bool write,
                             iso_error *err) {
  const iso_layout *l = &s->layout;
  return iso_spool_open(spool, l->mesh->comm, path, write, l->mesh->nnodes, l->first_node, l->nnode, err);
}

static iso_status build(iso_series *s, const char *path, const iso_mesh *mesh, const iso_series_spec *spec,
                        iso_error *err) {
  ISO_TRY(iso_layout_new(&s->layout, mesh, width_of(mesh), err));
  ISO_TRY(iso_layout_keep_nodes(&s->layout, sizeof(float), err));
  iso_status status = iso_worker_new(&s->worker, spec->threaded, err);
  if (status == ISO_OK) status = prepare_restart(s, spec, err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  if (spec->spool) ISO_TRY(open_spool(s, &s->spool, spec->spool, true, err));
  return start_file(s, path, spec, err);
}

iso_status iso_series_new(iso_series **out, const char *path, const iso_mesh *mesh,
                          const iso_series_spec *spec, iso_error *err) {
  iso_series *s = NULL;
  *out = NULL;
  ISO_TRY(iso_agree(mesh->comm, iso_adopt_check(err), err));
  ISO_TRY(iso_alloc_all(mesh->comm, &s, 1, sizeof *s, "a time series", err));
  s->spool.fd = -1;
  iso_status status = build(s, path, mesh, spec, err);
  if (status == ISO_OK)
    *out = s;
  else
    release(s);
  return status;
}

static iso_status keep_time(iso_series *s, double time_ms, iso_error *err) {
  if (s->nsteps == s->capacity) {
    const size_t capacity = 2 * s->capacity + 16;
    ISO_TRY(iso_realloc(&s->times, capacity, sizeof *s->times, "times of snapshots", err));
    s->capacity = capacity;
  }
  s->times[s->nsteps] = time_ms;
  return ISO_OK;
}

/* What the worker found wrong with the kept snapshots, on all ranks; it has nothing to do. */
static iso_status tell_kept(const iso_series *s, iso_error *err) {
  if (s->kept != ISO_OK) *err = s->failure;
  return iso_agree(s->layout.mesh->comm, s->kept, err);
}

/* Before the first snapshot of a block, when those of the last one are kept. Where it fails the file is as it
 * was. */
static iso_status make_room(iso_series *s, iso_error *err) {
  if (!iso_chunk_rows_begin(s->rows)) return ISO_OK;
  iso_status status = tell_kept(s, err);
  if (status == ISO_OK) status = iso_chunk_rows_reserve(s->rows, err);
  s->full = status != ISO_OK;
  return status;
}

/* The values that the file will hold. */
static void keep(void *self, int64_t row) {
  iso_series *s = self;
  if (s->kept == ISO_OK) s->kept = iso_spool_append(&s->spool, iso_chunk_rows_get(s->rows, row), &s->failure);
}

/* Takes what stands in the next row. */
static iso_status take(iso_series *s, iso_error *err) {
  if (s->spool.path) iso_worker_give(s->worker, keep, s, (int64_t)s->nsteps);
  s->nsteps++;
  iso_status status = iso_chunk_rows_push(s->rows, err);
  if (status != ISO_OK) s->full = true, s->nsteps = 0; /* some are not in the file */
  return status;
}

/* A potential may be no number, but none is beyond single precision. */
static iso_status check_range(iso_series *s, const float *vm, iso_error *err) {
  bool beyond = false;
  for (iso_lid i = 0; i < s->layout.mesh->nowned; i++) beyond |= fabsf(vm[i]) > FLT_MAX;
  return beyond ? iso_nc(&s->exodus.file, NC_ERANGE, err) : ISO_OK;
}

iso_status iso_series_append(void *self, double time_ms, const float *vm, iso_error *err) {
  iso_series *s = self;
  iso_status status = keep_time(s, time_ms, err);
  if (status == ISO_OK) status = check_range(s, vm, err);
  ISO_TRY(iso_agree(s->layout.mesh->comm, status, err));
  ISO_TRY(make_room(s, err));
  ISO_TRY(iso_layout_nodes(&s->layout, vm, sizeof *vm, iso_chunk_rows_get(s->rows, (int64_t)s->nsteps), err));
  return take(s, err);
}

/* ---- restart ---- */

static iso_status save_numbers(const iso_series *s, int64_t sum, iso_archive *archive, iso_error *err) {
  ISO_TRY(
      iso_archive_put_count(archive, "snapshots.count", "1", "snapshots so far", (int64_t)s->nsteps, err));
  ISO_TRY(
      iso_archive_put_count(archive, "snapshots.checksum", "1", "of the snapshots that are kept", sum, err));
  return iso_archive_put(archive,
                         &(iso_archive_array){"snapshots.time", "ms", "times of the snapshots",
                                              ISO_ARCHIVE_ALL, ISO_ARCHIVE_DOUBLE, (int64_t)s->nsteps,
                                              s->times},
                         err);
}

iso_status iso_series_save(void *self, iso_archive *archive, iso_error *err) {
  iso_series *s = self;
  if (s->held) return ISO_OK;
  if (!s->spool.path) return iso_fail(err, ISO_EFAIL, "snapshots are not kept for a restart");
  iso_worker_wait(s->worker);
  ISO_TRY(tell_kept(s, err));
  ISO_TRY(iso_spool_flush(&s->spool, err));
  const int64_t sum = (int64_t)iso_spool_sum(&s->spool);
  return iso_agree(s->layout.mesh->comm, save_numbers(s, sum, archive, err), err);
}

static iso_status append_kept(iso_series *s, iso_spool *from, int64_t count, const double *times,
                              iso_error *err) {
  for (int64_t k = 0; k < count; k++) {
    ISO_TRY(iso_agree(s->layout.mesh->comm, keep_time(s, times[k], err), err));
    ISO_TRY(make_room(s, err));
    ISO_TRY(iso_spool_next(from, iso_chunk_rows_get(s->rows, k), err));
    ISO_TRY(take(s, err));
  }
  return ISO_OK;
}

iso_status iso_series_restore(void *self, const iso_archive *archive, iso_error *err) {
  iso_series *s = self;
  int64_t count = 0, sum = 0;
  const iso_archive_array *times = iso_archive_find(archive, "snapshots.time");
  if (s->held) return ISO_OK;
  ISO_TRY(iso_archive_get_count(archive, "snapshots.count", &count, err));
  ISO_TRY(iso_archive_get_count(archive, "snapshots.checksum", &sum, err));
  if (!times || times->count != count || times->type != ISO_ARCHIVE_DOUBLE)
    return iso_fail(err, ISO_EINPUT,
                    "the checkpoint has no times of its snapshots; use another one, or run from the start");
  if (count == 0) return ISO_OK;
  if (!s->restart) return iso_fail(err, ISO_EINPUT, "the snapshots up to the checkpoint are not given");
  iso_spool from;
  ISO_TRY(open_spool(s, &from, s->restart, false, err));
  iso_status status = append_kept(s, &from, count, times->values, err);
  if (status == ISO_OK && (int64_t)iso_spool_sum(&from) != sum)
    status =
        iso_fail(err, ISO_EINPUT,
                 "%s: holds other snapshots than those of the run that the checkpoint is of: another run has "
                 "replaced them, or they are damaged; put the run's own file there, or run from the start",
                 s->restart);
  iso_spool_close(&from);
  return status;
}

void iso_series_hold(iso_series *s, bool held) {
  if (s) s->held = held;
}

int64_t iso_series_count(const iso_series *s) { return (int64_t)s->nsteps; }

bool iso_series_is_full(const iso_series *s) { return s->full; }

/* By rank 0, once all is written. */
static iso_status adopt(const iso_series *s, const int32_t *bytes, iso_error *err) {
  const iso_adoption chunks = {.variable = "vals_nod_var1",
                               .nsteps = (int64_t)s->nsteps,
                               .length = s->layout.mesh->nnodes,
                               .rows = ISO_CHUNK_ROWS,
                               .width = width_of(s->layout.mesh),
                               .first_byte = s->first_byte,
                               .bytes = bytes,
                               .dimension = "time_step",
                               .along = "time_whole",
                               .value = s->times};
  const iso_atomic *file = &s->exodus.file.target;
  return iso_adopt(file->temporary, file->path, &chunks, err);
}

static iso_status complete(iso_series *s, iso_error *err) {
  const MPI_Comm comm = s->layout.mesh->comm;
  int32_t *bytes = NULL;
  iso_status status = iso_chunk_rows_finish(s->rows, &bytes, err);
  if (status == ISO_OK) status = iso_agree(comm, iso_rank(comm) == 0 ? adopt(s, bytes, err) : ISO_OK, err);
  free(bytes);
  return status;
}

iso_status iso_series_finish(iso_series *s, iso_error *err) {
  iso_status status = s->nsteps > 0 ? complete(s, err) : ISO_OK;
  iso_worker_wait(s->worker); /* where that failed: it names the file */
  if (s->nsteps > 0 && status == ISO_OK)
    status = iso_exodus_commit(&s->exodus, err);
  else
    iso_exodus_discard(&s->exodus);
  release(s);
  return status;
}

void iso_series_discard(iso_series *s) {
  if (!s) return;
  iso_worker_wait(s->worker);
  iso_exodus_discard(&s->exodus);
  release(s);
}
