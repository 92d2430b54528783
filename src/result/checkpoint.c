#include "result/checkpoint.h"

#include "base/memory.h"
#include "grid/hash.h"
#include "grid/share/blocks.h"
#include "result/checkpoint_format.h"

#include <errno.h>
#include <netcdf_par.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct writer {
  const iso_archive *archive;
  iso_ncfile file;
  iso_block_plan *plan;
  void *block; /* of this rank: [nblock] values of 8 bytes at most */
  size_t first, nblock;
  int *variable;  /* [narrays] NetCDF's numbers */
  uint64_t *hash; /* [narrays] of what this rank wrote */
  bool root;
} writer;

iso_status iso_checkpoint_older(const char *path, int k, char **out, iso_error *err) {
  const size_t size = strlen(path) + 16, stem = strlen(path) - strlen(".nc");
  ISO_TRY(iso_alloc(out, size, 1, "a file name", err));
  if (k == 0)
    memcpy(*out, path, strlen(path) + 1);
  else
    snprintf(*out, size, "%.*s.%d.nc", (int)stem, path, k);
  return ISO_OK;
}

/* ---- definitions ---- */

/* The dimension of so many values: one for each number that occurs. */
static iso_status dimension(writer *w, int64_t count, int *id, iso_error *err) {
  char name[64];
  snprintf(name, sizeof name, "values_%lld", (long long)count);
  if (nc_inq_dimid(w->file.id, name, id) == NC_NOERR) return ISO_OK;
  return iso_nc_dimension(&w->file, name, count, id, err);
}

static iso_status define_array(writer *w, int k, int64_t count, int dim_nodes, iso_error *err) {
  const iso_archive_array *a = iso_archive_array_at(w->archive, k);
  int dim = dim_nodes;
  if (a->place != ISO_ARCHIVE_NODES) ISO_TRY(dimension(w, count > 0 ? count : 1, &dim, err));
  ISO_TRY(iso_nc_variable(&w->file, a->name, iso_checkpoint_types[a->type], 1, &dim, a->unit, a->meaning,
                          &w->variable[k], err));
  ISO_TRY(iso_nc_text(&w->file, w->variable[k], ISO_CHECKPOINT_PLACE, iso_checkpoint_places[a->place], err));
  if (count == 0) return iso_nc_text(&w->file, w->variable[k], ISO_CHECKPOINT_EMPTY, "yes", err);
  return ISO_OK;
}

static iso_status define(writer *w, const iso_checkpoint_spec *spec, const int64_t *count, iso_error *err) {
  int dim_nodes;
  ISO_TRY(iso_nc_text(&w->file, NC_GLOBAL, ISO_CHECKPOINT_FORMAT, ISO_CHECKPOINT_VERSION, err));
  for (int a = 0; a < spec->nattributes; a++)
    ISO_TRY(iso_nc_text(&w->file, NC_GLOBAL, spec->attributes[a].name, spec->attributes[a].text, err));
  ISO_TRY(iso_nc_dimension(&w->file, "num_nodes", iso_archive_mesh(w->archive)->nnodes, &dim_nodes, err));
  for (int k = 0; k < iso_archive_count(w->archive); k++)
    ISO_TRY(define_array(w, k, count[k], dim_nodes, err));
  return ISO_OK;
}

/* ---- values ---- */

/* Part of an array that this rank writes and reads back. */
static void part_of(const writer *w, const iso_archive_array *a, size_t *start, size_t *count) {
  const bool nodal = a->place == ISO_ARCHIVE_NODES;
  *start = nodal ? w->first : 0;
  *count = nodal ? w->nblock : w->root ? (size_t)a->count : 0;
}

static iso_status put_array(writer *w, int k, iso_error *err) {
  const iso_archive_array *a = iso_archive_array_at(w->archive, k);
  const size_t bytes = iso_archive_bytes(a->type);
  const void *values = a->values;
  size_t start, count;
  part_of(w, a, &start, &count);
  if (a->place == ISO_ARCHIVE_NODES) {
    ISO_TRY(iso_block_plan_send(w->plan, a->values, bytes, w->block, err));
    values = w->block;
  }
  w->hash[k] = iso_hash_words(0, values, count * bytes);
  return iso_nc_put(&w->file, w->variable[k], &start, &count, iso_checkpoint_types[a->type], values, err);
}

/* Whether what the file now says is what was put. */
static iso_status verify_array(const writer *w, int id, int k, iso_error *err) {
  const iso_archive_array *a = iso_archive_array_at(w->archive, k);
  size_t start, count;
  int variable, code = nc_inq_varid(id, a->name, &variable);
  void *values = NULL;
  part_of(w, a, &start, &count);
  ISO_TRY(iso_alloc(&values, count, iso_archive_bytes(a->type), "an array read back", err));
  if (code == NC_NOERR && count > 0) code = nc_get_vara(id, variable, &start, &count, values);
  const bool same =
      code == NC_NOERR && iso_hash_words(0, values, count * iso_archive_bytes(a->type)) == w->hash[k];
  free(values);
  if (same) return ISO_OK;
  return iso_fail(err, ISO_EFAIL, "%s: %s does not read as it was written (%s); check the disk's health",
                  w->file.target.path, a->name, nc_strerror(code));
}

static iso_status verify(const writer *w, iso_error *err) {
  int id;
  const char *path = w->file.target.temporary;
  MPI_Comm comm = w->file.target.comm;
  const int code = iso_nc_open_par(path, comm, &id);
  iso_status status = ISO_OK;
  if (code == NC_ENOMEM)
    status = iso_nc_fail_memory(w->file.target.path, err);
  else if (code != NC_NOERR)
    status = iso_fail(err, ISO_EFAIL, "%s: cannot be read back (%s)", w->file.target.path, nc_strerror(code));
  ISO_TRY(iso_agree(comm, status, err));
  for (int k = 0; k < iso_archive_count(w->archive) && status == ISO_OK; k++)
    status = verify_array(w, id, k, err);
  status = iso_agree(comm, status, err);
  nc_close(id);
  return status;
}

/* ---- names ---- */

/* The newest stays under its name until the new one replaces it: it gets a second name. Where a file system
 * has no second names, it is renamed. */
static iso_status keep_newest(const char *path, const char *second, iso_error *err) {
  if (unlink(second) != 0 && errno != ENOENT)
    return iso_fail(err, ISO_EFAIL, "%s: cannot be replaced (%s)", second, strerror(errno));
  if (link(path, second) == 0 || errno == ENOENT || rename(path, second) == 0) return ISO_OK;
  return iso_fail(err, ISO_EFAIL, "%s: cannot be kept as %s (%s)", path, second, strerror(errno));
}

static iso_status age(const char *path, int k, iso_error *err) {
  char *younger = NULL, *older = NULL;
  iso_status status = iso_checkpoint_older(path, k - 1, &younger, err);
  if (status == ISO_OK) status = iso_checkpoint_older(path, k, &older, err);
  if (status == ISO_OK && k == 1)
    status = keep_newest(path, older, err);
  else if (status == ISO_OK && rename(younger, older) != 0 && errno != ENOENT)
    status = iso_fail(err, ISO_EFAIL, "%s: cannot be kept as %s (%s)", younger, older, strerror(errno));
  free(younger);
  free(older);
  return status;
}

/* Those that are too many, until there is none of that number. */
static void prune(const char *path, int keep) {
  iso_error ignored = {0};
  for (bool more = true; more; keep++) {
    char *old = NULL;
    more = iso_checkpoint_older(path, keep, &old, &ignored) == ISO_OK && unlink(old) == 0;
    free(old);
  }
}

static iso_status make_older(const char *path, int keep, iso_error *err) {
  for (int k = keep - 1; k >= 1; k--) ISO_TRY(age(path, k, err));
  return ISO_OK;
}

/* ---- all ---- */

/* Values of each array on all ranks together, but of nodes: those of a rank. count [narrays] */
static void count_values(const writer *w, int64_t *count) {
  for (int k = 0; k < iso_archive_count(w->archive); k++)
    count[k] = iso_archive_array_at(w->archive, k)->count;
  MPI_Bcast(count, iso_archive_count(w->archive), MPI_INT64_T, 0, iso_archive_mesh(w->archive)->comm);
}

static iso_status allocate(writer *w, int64_t **count, iso_error *err) {
  const size_t n = (size_t)iso_archive_count(w->archive);
  ISO_TRY(iso_alloc(&w->block, w->nblock, 8, "an array in file order", err));
  ISO_TRY(iso_alloc(&w->variable, n, sizeof *w->variable, "a table of variables", err));
  ISO_TRY(iso_alloc(&w->hash, n, sizeof *w->hash, "a table of variables", err));
  return iso_alloc(count, n, sizeof **count, "a table of variables", err);
}

/* Each rank's part is one piece of the file: nothing is won by gathering parts before they are written. */
static iso_status write_apart(writer *w, iso_error *err) {
  iso_status status = ISO_OK;
  for (int k = 0; k < iso_archive_count(w->archive) && status == ISO_OK; k++)
    status = iso_nc(&w->file, nc_var_par_access(w->file.id, w->variable[k], NC_INDEPENDENT), err);
  return status;
}

static iso_status fill(writer *w, const iso_checkpoint_spec *spec, const int64_t *count, iso_error *err) {
  MPI_Comm comm = w->file.target.comm;
  ISO_TRY(iso_agree(comm, define(w, spec, count, err), err));
  ISO_TRY(iso_ncfile_defined(&w->file, err));
  ISO_TRY(iso_agree(comm, write_apart(w, err), err));
  for (int k = 0; k < iso_archive_count(w->archive); k++)
    if (count[k] > 0 || iso_archive_array_at(w->archive, k)->place == ISO_ARCHIVE_NODES)
      ISO_TRY(put_array(w, k, err));
  ISO_TRY(iso_ncfile_close(&w->file, err));
  ISO_TRY(verify(w, err));
  /* One more than is kept, until the new one has its name. */
  return iso_agree(comm, w->root ? make_older(spec->path, spec->keep + 1, err) : ISO_OK, err);
}

static iso_status write_file(writer *w, const iso_checkpoint_spec *spec, const int64_t *count,
                             iso_error *err) {
  ISO_TRY(iso_ncfile_create(&w->file, iso_archive_mesh(w->archive)->comm, spec->path, err));
  ISO_TRY(iso_ncfile_finish(&w->file, fill(w, spec, count, err), err));
  if (w->root) prune(spec->path, spec->keep);
  return ISO_OK;
}

iso_status iso_checkpoint_write(const iso_checkpoint_spec *spec, const iso_archive *archive, iso_error *err) {
  const iso_mesh *mesh = iso_archive_mesh(archive);
  int64_t *count = NULL;
  int rank, size;
  MPI_Comm_rank(mesh->comm, &rank);
  MPI_Comm_size(mesh->comm, &size);
  writer w = {.archive = archive, .root = rank == 0};
  w.first = (size_t)iso_block_first(mesh->nnodes, size, rank);
  w.nblock = (size_t)iso_block_first(mesh->nnodes, size, rank + 1) - w.first;
  iso_status status = iso_agree(mesh->comm, allocate(&w, &count, err), err);
  if (status == ISO_OK)
    status = iso_block_plan_new(&w.plan, mesh->comm, mesh->nnodes, mesh->nowned, mesh->gid, err);
  if (status == ISO_OK) {
    count_values(&w, count);
    status = write_file(&w, spec, count, err);
  }
  iso_block_plan_free(w.plan);
  free(w.block);
  free(w.variable);
  free(w.hash);
  free(count);
  return status;
}
