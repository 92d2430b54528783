#include "result/series.h"

#include "base/memory.h"
#include "result/spool.h"

#include <stdlib.h>
#include <string.h>

struct iso_series {
  iso_layout layout;
  iso_exodus exodus;
  size_t nsteps;
  bool full;    /* there was no room for one more */
  double *part; /* [layout nnode] Vm of a snapshot */
  /* For a restart: */
  iso_spool spool; /* path NULL: none */
  char *restart;   /* of an earlier run, or NULL */
  float *row;      /* [layout nnode] */
  double *times;   /* [nsteps] ms */
  size_t capacity; /* of times */
};

static const iso_exodus_variable vm_variable = {"Vm", "mV", "transmembrane potential"};

static iso_status start_file(iso_series *s, const char *path, const iso_series_spec *spec, iso_error *err) {
  iso_exodus_spec exodus = {.title = spec->title,
                            .nattributes = spec->nattributes,
                            .attributes = spec->attributes,
                            .nnodal = 1,
                            .nodal = &vm_variable,
                            .nodal_type = NC_FLOAT,
                            .series = true,
                            .compression = spec->compression};
  ISO_TRY(iso_exodus_create(&s->exodus, path, &s->layout, &exodus, err));
  iso_status status = iso_exodus_mesh(&s->exodus, err);
  if (status != ISO_OK) iso_exodus_discard(&s->exodus);
  return status;
}

static void release(iso_series *s) {
  iso_spool_close(&s->spool);
  free(s->restart);
  free(s->row);
  free(s->times);
  free(s->part);
  iso_layout_free(&s->layout);
  free(s);
}

/* What is needed to keep snapshots, and to read those kept. */
static iso_status prepare_restart(iso_series *s, const iso_series_spec *spec, iso_error *err) {
  if (!spec->spool && !spec->restart) return ISO_OK;
  ISO_TRY(iso_alloc(&s->row, (size_t)s->layout.nnode, sizeof *s->row, "a snapshot in file order", err));
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
  ISO_TRY(iso_layout_new(&s->layout, mesh, err));
  iso_status status =
      iso_alloc(&s->part, (size_t)s->layout.nnode, sizeof *s->part, "a snapshot in file order", err);
  if (status == ISO_OK) status = prepare_restart(s, spec, err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  if (spec->spool) ISO_TRY(open_spool(s, &s->spool, spec->spool, true, err));
  return start_file(s, path, spec, err);
}

iso_status iso_series_new(iso_series **out, const char *path, const iso_mesh *mesh,
                          const iso_series_spec *spec, iso_error *err) {
  iso_series *s = NULL;
  *out = NULL;
  ISO_TRY(iso_agree(mesh->comm, iso_alloc(&s, 1, sizeof *s, "a time series", err), err));
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

/* The values that the file will hold: of single precision. */
static iso_status keep(iso_series *s, iso_error *err) {
  if (!s->spool.path) return ISO_OK;
  for (int64_t i = 0; i < s->layout.nnode; i++) s->row[i] = (float)s->part[i];
  return iso_spool_append(&s->spool, s->row, err);
}

/* Appends what stands in part. */
static iso_status append(iso_series *s, double time_ms, iso_error *err) {
  ISO_TRY(iso_agree(s->layout.mesh->comm, keep_time(s, time_ms, err), err));
  iso_status status = keep(s, err);
  if (status == ISO_OK) status = iso_ncfile_grow(&s->exodus.file, s->exodus.step_bytes, err);
  s->full = status != ISO_OK; /* the file itself is as it was */
  ISO_TRY(status);
  ISO_TRY(iso_exodus_time(&s->exodus, s->nsteps, time_ms, err));
  ISO_TRY(iso_exodus_nodal(&s->exodus, s->nsteps, 0, s->part, err));
  s->nsteps++;
  return ISO_OK;
}

iso_status iso_series_append(void *self, double time_ms, const double *vm, iso_error *err) {
  iso_series *s = self;
  ISO_TRY(iso_layout_nodes(&s->layout, vm, sizeof *vm, s->part, err));
  return append(s, time_ms, err);
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
  if (!s->spool.path) return iso_fail(err, ISO_EFAIL, "snapshots are not kept for a restart");
  ISO_TRY(iso_spool_flush(&s->spool, err));
  const int64_t sum = (int64_t)iso_spool_sum(&s->spool);
  return iso_agree(s->layout.mesh->comm, save_numbers(s, sum, archive, err), err);
}

static iso_status append_kept(iso_series *s, iso_spool *from, int64_t count, const double *times,
                              iso_error *err) {
  for (int64_t k = 0; k < count; k++) {
    ISO_TRY(iso_spool_next(from, s->row, err));
    for (int64_t i = 0; i < s->layout.nnode; i++) s->part[i] = s->row[i];
    ISO_TRY(append(s, times[k], err));
  }
  return ISO_OK;
}

iso_status iso_series_restore(void *self, const iso_archive *archive, iso_error *err) {
  iso_series *s = self;
  int64_t count = 0, sum = 0;
  const iso_archive_array *times = iso_archive_find(archive, "snapshots.time");
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

int64_t iso_series_count(const iso_series *s) { return (int64_t)s->nsteps; }

bool iso_series_is_full(const iso_series *s) { return s->full; }

iso_status iso_series_finish(iso_series *s, iso_error *err) {
  iso_status status = ISO_OK;
  if (s->nsteps > 0)
    status = iso_exodus_commit(&s->exodus, err);
  else
    iso_exodus_discard(&s->exodus);
  release(s);
  return status;
}

void iso_series_discard(iso_series *s) {
  if (!s) return;
  iso_exodus_discard(&s->exodus);
  release(s);
}
