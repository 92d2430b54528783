#include "result/checkpoint.h"

#include "base/memory.h"
#include "grid/share/blocks.h"
#include "result/checkpoint_format.h"
#include "result/netcdf_file.h"
#include "result/seal.h"

#include <netcdf_par.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct iso_checkpoint {
  MPI_Comm comm;
  char *path;
  int id; /* of NetCDF */
  int ntexts;
  struct {
    char *name, *text;
  } * texts; /* [ntexts] attributes of the file */
};

static iso_status check(const iso_checkpoint *c, int code, iso_error *err) {
  if (code == NC_NOERR) return ISO_OK;
  if (code == NC_ENOMEM) return iso_nc_fail_memory(c->path, err);
  return iso_fail(err, ISO_EINPUT, "%s: is not a checkpoint of this program (%s)", c->path,
                  nc_strerror(code));
}

/* ---- attributes ---- */

static iso_status read_text(iso_checkpoint *c, int k, iso_error *err) {
  char name[NC_MAX_NAME + 1];
  nc_type type;
  size_t length;
  ISO_TRY(check(c, nc_inq_attname(c->id, NC_GLOBAL, k, name), err));
  ISO_TRY(check(c, nc_inq_att(c->id, NC_GLOBAL, name, &type, &length), err));
  if (type != NC_CHAR) return ISO_OK;
  ISO_TRY(iso_realloc(&c->texts, (size_t)c->ntexts + 1, sizeof *c->texts, "attributes", err));
  char **text = &c->texts[c->ntexts].text;
  c->texts[c->ntexts].name = strdup(name);
  *text = NULL;
  if (!c->texts[c->ntexts++].name) return iso_fail_memory(err, strlen(name), "attributes");
  ISO_TRY(iso_alloc(text, length + 1, 1, "attributes", err));
  return check(c, nc_get_att_text(c->id, NC_GLOBAL, name, *text), err);
}

static iso_status read_texts(iso_checkpoint *c, iso_error *err) {
  int n;
  ISO_TRY(check(c, nc_inq_natts(c->id, &n), err));
  for (int k = 0; k < n; k++) ISO_TRY(read_text(c, k, err));
  const char *format = iso_checkpoint_text(c, ISO_CHECKPOINT_FORMAT);
  if (!format) return iso_fail(err, ISO_EINPUT, "%s: is not a checkpoint of this program", c->path);
  if (strcmp(format, ISO_CHECKPOINT_VERSION) != 0)
    return iso_fail(err, ISO_EINPUT,
                    "%s: is a checkpoint of format %s, and this program reads format " ISO_CHECKPOINT_VERSION
                    "; use the program that wrote it",
                    c->path, format);
  return ISO_OK;
}

const char *iso_checkpoint_text(const iso_checkpoint *c, const char *name) {
  for (int k = 0; k < c->ntexts; k++)
    if (!strcmp(c->texts[k].name, name)) return c->texts[k].text;
  return NULL;
}

iso_status iso_checkpoint_number(const iso_checkpoint *c, const char *name, double *value, iso_error *err) {
  int variable;
  const size_t first = 0;
  ISO_TRY(check(c, nc_inq_varid(c->id, name, &variable), err));
  return check(c, nc_get_var1_double(c->id, variable, &first, value), err);
}

/* ---- the file ---- */

static iso_status open_file(iso_checkpoint *c, iso_error *err) {
  ISO_TRY(iso_seal_check(c->comm, c->path, err));
  const int code = iso_nc_open_par(c->path, c->comm, &c->id);
  if (code != NC_NOERR) c->id = -1;
  iso_status status = check(c, code, err);
  if (status == ISO_OK) status = read_texts(c, err);
  return iso_agree(c->comm, status, err);
}

/* The number k of "NAME.ckpt.k.nc", else 0; *stem is the length of "NAME.ckpt". */
static int age_of(const char *path, size_t *stem) {
  const size_t n = strlen(path), end = strlen(".nc");
  int k = 0, used = 0;
  *stem = n >= end && !strcmp(path + n - end, ".nc") ? n - end : 0;
  for (size_t i = *stem; i > 0 && path[i - 1] != '/'; i--) {
    if (path[i - 1] != '.') continue;
    if (sscanf(path + i, "%d%n", &k, &used) == 1 && path + i + used == path + *stem && k > 0) {
      *stem = i - 1;
      return k;
    }
    break;
  }
  return 0;
}

/* Adds to a refusal what to do: there may be an older file. */
static void name_remedy(const char *path, iso_error *err) {
  size_t stem;
  const int k = age_of(path, &stem);
  char older[1024];
  snprintf(older, sizeof older, "%.*s.%d.nc", (int)stem, path, k + 1);
  char *end = err->message + strlen(err->message);
  const size_t room = sizeof err->message - strlen(err->message);
  if (stem > 0 && access(older, R_OK) == 0)
    snprintf(end, room, "; use the one before it: --restart %s", older);
  else
    snprintf(end, room, "; use another checkpoint, or run from the start");
}

iso_status iso_checkpoint_open(iso_checkpoint **out, MPI_Comm comm, const char *path, iso_error *err) {
  iso_checkpoint *c = NULL;
  *out = NULL;
  iso_status status = iso_alloc(&c, 1, sizeof *c, "a checkpoint", err);
  if (status == ISO_OK) {
    *c = (iso_checkpoint){.comm = comm, .id = -1, .path = strdup(path)};
    if (!c->path) status = iso_fail_memory(err, strlen(path), "a file name");
  }
  status = iso_agree(comm, status, err);
  iso_error own = {0};
  if (status == ISO_OK) status = open_file(c, &own);
  if (own.status == ISO_EINPUT) name_remedy(path, &own);
  if (own.status != ISO_OK) iso_fail(err, own.status, "%s", own.message);
  if (status == ISO_OK)
    *out = c;
  else
    iso_checkpoint_close(c);
  return status;
}

/* Whether NetCDF can still tell that it is one. */
static bool holds_format(const char *path) {
  int id;
  size_t length;
  if (iso_nc_open(path, &id) != NC_NOERR) return false;
  const bool found = nc_inq_attlen(id, NC_GLOBAL, ISO_CHECKPOINT_FORMAT, &length) == NC_NOERR;
  nc_close(id);
  return found;
}

/* NAME.ckpt.nc, NAME.ckpt.1.nc. */
static bool has_name(const char *path) {
  static const char stem[] = ".ckpt";
  size_t n;
  age_of(path, &n);
  return n >= sizeof stem - 1 && !strncmp(path + n - (sizeof stem - 1), stem, sizeof stem - 1);
}

iso_status iso_checkpoint_check(const char *path, iso_error *err) {
  iso_error own = {0};
  if (!has_name(path) && !holds_format(path)) return ISO_OK;
  if (iso_seal_check(MPI_COMM_SELF, path, &own) == ISO_OK) return ISO_OK;
  if (own.status == ISO_EINPUT) name_remedy(path, &own);
  return iso_fail(err, own.status, "%s", own.message);
}

void iso_checkpoint_close(iso_checkpoint *c) {
  if (!c) return;
  if (c->id >= 0) nc_close(c->id);
  for (int k = 0; k < c->ntexts; k++) {
    free(c->texts[k].name);
    free(c->texts[k].text);
  }
  free(c->texts);
  free(c->path);
  free(c);
}

/* ---- arrays ---- */

typedef struct reader {
  const iso_checkpoint *file;
  iso_archive *archive;
  iso_block_plan *plan;
  void *block;
  size_t first, nblock;
  bool root;
} reader;

typedef struct variable {
  int id;
  char name[NC_MAX_NAME + 1], unit[64], meaning[256], place[16];
  iso_archive_array array;
  size_t length;
} variable;

/* What is too long is cut: texts are for people. */
static iso_status text_of(const reader *r, const variable *v, const char *name, char *text, size_t size,
                          iso_error *err) {
  size_t length = 0;
  ISO_TRY(check(r->file, nc_inq_attlen(r->file->id, v->id, name, &length), err));
  char *all;
  ISO_TRY(iso_alloc(&all, length + 1, 1, "a text of a checkpoint", err));
  const iso_status status = check(r->file, nc_get_att_text(r->file->id, v->id, name, all), err);
  if (status == ISO_OK) snprintf(text, size, "%s", all);
  free(all);
  return status;
}

/* Word and type as the archive has them. */
static iso_status interpret(const reader *r, variable *v, nc_type type, iso_error *err) {
  int t = 0, p = 0;
  while (t < ISO_CHECKPOINT_TYPES && iso_checkpoint_types[t] != type) t++;
  while (p < ISO_CHECKPOINT_PLACES && strcmp(iso_checkpoint_places[p], v->place) != 0) p++;
  if (t == ISO_CHECKPOINT_TYPES || p == ISO_CHECKPOINT_PLACES)
    return iso_fail(err, ISO_EINPUT, "%s: %s is of a kind that this program does not know", r->file->path,
                    v->name);
  const iso_mesh *mesh = iso_archive_mesh(r->archive);
  size_t unused;
  const bool empty = nc_inq_attlen(r->file->id, v->id, ISO_CHECKPOINT_EMPTY, &unused) == NC_NOERR;
  if (p == ISO_ARCHIVE_NODES && v->length != (size_t)mesh->nnodes)
    return iso_fail(err, ISO_EINPUT, "%s: is of a mesh with %zu nodes, and this one has %lld", r->file->path,
                    v->length, (long long)mesh->nnodes);
  const int64_t count = empty ? 0 : (int64_t)v->length;
  v->array = (iso_archive_array){.name = v->name,
                                 .unit = v->unit,
                                 .meaning = v->meaning,
                                 .place = (iso_archive_place)p,
                                 .type = (iso_archive_type)t,
                                 .count = p == ISO_ARCHIVE_NODES            ? mesh->nowned
                                          : p == ISO_ARCHIVE_ALL || r->root ? count
                                                                            : 0};
  return ISO_OK;
}

static iso_status inquire(const reader *r, variable *v, iso_error *err) {
  int ndims, dim;
  nc_type type;
  ISO_TRY(check(r->file, nc_inq_var(r->file->id, v->id, v->name, &type, &ndims, NULL, NULL), err));
  if (ndims != 1) return iso_fail(err, ISO_EINPUT, "%s: %s has %d dimensions", r->file->path, v->name, ndims);
  ISO_TRY(check(r->file, nc_inq_vardimid(r->file->id, v->id, &dim), err));
  ISO_TRY(check(r->file, nc_inq_dimlen(r->file->id, dim, &v->length), err));
  ISO_TRY(text_of(r, v, "units", v->unit, sizeof v->unit, err));
  ISO_TRY(text_of(r, v, "long_name", v->meaning, sizeof v->meaning, err));
  ISO_TRY(text_of(r, v, ISO_CHECKPOINT_PLACE, v->place, sizeof v->place, err));
  return interpret(r, v, type, err);
}

static iso_status read_array(const reader *r, int id, iso_error *err) {
  variable v = {.id = id};
  void *values = NULL;
  iso_status status = inquire(r, &v, err);
  if (status == ISO_OK) status = iso_archive_room(r->archive, &v.array, &values, err);
  const bool nodal = v.array.place == ISO_ARCHIVE_NODES;
  const size_t start = nodal ? r->first : 0, count = nodal ? r->nblock : (size_t)v.array.count;
  if (status == ISO_OK && count > 0)
    status = check(r->file, nc_get_vara(r->file->id, id, &start, &count, nodal ? r->block : values), err);
  status = iso_agree(r->file->comm, status, err);
  if (status != ISO_OK || !nodal) return status;
  return iso_block_plan_fetch(r->plan, r->block, iso_archive_bytes(v.array.type), values, err);
}

static iso_status read_arrays(const reader *r, iso_error *err) {
  int n = 0;
  ISO_TRY(iso_agree(r->file->comm, check(r->file, nc_inq_nvars(r->file->id, &n), err), err));
  for (int id = 0; id < n; id++) ISO_TRY(read_array(r, id, err));
  return ISO_OK;
}

iso_status iso_checkpoint_read(const iso_checkpoint *c, iso_archive *archive, iso_error *err) {
  const iso_mesh *mesh = iso_archive_mesh(archive);
  int rank, size;
  MPI_Comm_rank(mesh->comm, &rank);
  MPI_Comm_size(mesh->comm, &size);
  reader r = {.file = c, .archive = archive, .root = rank == 0};
  r.first = (size_t)iso_block_first(mesh->nnodes, size, rank);
  r.nblock = (size_t)iso_block_first(mesh->nnodes, size, rank + 1) - r.first;
  iso_status status = iso_alloc(&r.block, r.nblock, 8, "an array in file order", err);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK)
    status = iso_block_plan_new(&r.plan, mesh->comm, mesh->nnodes, mesh->nowned, mesh->gid, err);
  if (status == ISO_OK) status = read_arrays(&r, err);
  iso_block_plan_free(r.plan);
  free(r.block);
  return status;
}
