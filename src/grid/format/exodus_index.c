/* What Exodus files hold. */
#include "grid/format/exodus_file.h"

#include "base/memory.h"
#include "base/share.h"

#include <ctype.h>
#include <netcdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct {
  int file;
  int64_t most; /* numbers that a file of its size can hold */
  const char *path;
  int piece;
  iso_exodus_index *index;
  iso_error *err;
} indexer;

/* The length of a dimension, or -1. */
static int64_t length_of(int file, const char *name) {
  int id;
  size_t n;
  if (nc_inq_dimid(file, name, &id) != NC_NOERR || nc_inq_dimlen(file, id, &n) != NC_NOERR) return -1;
  return n > INT64_MAX / 64 ? -1 : (int64_t)n;
}

static int64_t numbered_length(int file, const char *name, int k) {
  char text[64];
  snprintf(text, sizeof text, "%s%d", name, k);
  return length_of(file, text);
}

/* A number takes four bytes at least; NetCDF-4 packs them a thousand times at most. */
static iso_status find_most(indexer *x) {
  struct stat info;
  int format;
  if (stat(x->path, &info) != 0 || nc_inq_format(x->file, &format) != NC_NOERR)
    return iso_fail(x->err, ISO_EFAIL, "%s cannot be read", x->path);
  const bool packed = format == NC_FORMAT_NETCDF4 || format == NC_FORMAT_NETCDF4_CLASSIC;
  x->most = (int64_t)info.st_size / 4 * (packed ? 1024 : 1);
  return ISO_OK;
}

static iso_status check_length(const indexer *x, const char *what, int64_t n, int64_t width) {
  if (n <= x->most / (width > 0 ? width : 1)) return ISO_OK;
  return iso_fail(x->err, ISO_EINPUT, "%s says that it has %lld %s, and is too short for them; copy it again",
                  x->path, (long long)n, what);
}

/* Row k, from 0, of a table of names, without what fills it up; "" where there is none. */
static void name_at(int file, const char *variable, int k, char name[ISO_NAME_SIZE]) {
  int id, depth, dimension[NC_MAX_VAR_DIMS];
  size_t rows, width;
  name[0] = '\0';
  if (nc_inq_varid(file, variable, &id) != NC_NOERR || nc_inq_varndims(file, id, &depth) != NC_NOERR ||
      depth != 2 || nc_inq_vardimid(file, id, dimension) != NC_NOERR ||
      nc_inq_dimlen(file, dimension[0], &rows) != NC_NOERR ||
      nc_inq_dimlen(file, dimension[1], &width) != NC_NOERR || (size_t)k >= rows)
    return;
  const size_t start[2] = {(size_t)k, 0},
               count[2] = {1, width < ISO_NAME_SIZE - 1 ? width : ISO_NAME_SIZE - 1};
  memset(name, 0, ISO_NAME_SIZE);
  if (nc_get_vara_text(file, id, start, count, name) != NC_NOERR) name[0] = '\0';
  for (size_t n = strlen(name); n > 0 && isspace((unsigned char)name[n - 1]); n--) name[n - 1] = '\0';
}

/* The id of a block or set, its number where the file does not tell. */
static int64_t id_at(const indexer *x, const char *variable, int k) {
  iso_error none = {0};
  int64_t id;
  if (iso_exodus_has(x->file, variable) &&
      iso_exodus_integers(x->file, x->path, variable, k - 1, 1, 0, &id, &none) == ISO_OK)
    return id;
  return k;
}

/* Number, from 1, of the element variable of that name, which the block has; else 0. */
static int variable_of(const indexer *x, const char *name, int block) {
  const int64_t n = length_of(x->file, "num_elem_var");
  for (int k = 0; k < n; k++) {
    char have[ISO_NAME_SIZE], variable[64];
    name_at(x->file, "name_elem_var", k, have);
    if (!*have) break;
    snprintf(variable, sizeof variable, "vals_elem_var%deb%d", k + 1, block);
    if (!strcmp(have, name)) return iso_exodus_has(x->file, variable) ? k + 1 : 0;
  }
  return 0;
}

/* "fibreX" and the two that follow it. */
static int vector_of(const indexer *x, const char *name, int block) {
  int at[3];
  for (int a = 0; a < 3; a++) {
    char component[64];
    snprintf(component, sizeof component, "%s%c", name, "XYZ"[a]);
    at[a] = variable_of(x, component, block);
  }
  return at[0] > 0 && at[1] == at[0] + 1 && at[2] == at[0] + 2 ? at[0] : 0;
}

static iso_status find_type(const indexer *x, iso_exodus_block *b) {
  char variable[64];
  int id;
  size_t n;
  snprintf(variable, sizeof variable, "connect%d", b->number);
  if (nc_inq_varid(x->file, variable, &id) != NC_NOERR)
    return iso_fail(x->err, ISO_EINPUT, "%s has no variable '%s'; is it a complete Exodus file?", x->path,
                    variable);
  if (nc_inq_attlen(x->file, id, "elem_type", &n) != NC_NOERR || n >= ISO_EXODUS_TYPE ||
      nc_get_att_text(x->file, id, "elem_type", b->type) != NC_NOERR)
    return iso_fail(x->err, ISO_EINPUT, "%s: '%s' does not say of what type its elements are (elem_type)",
                    x->path, variable);
  iso_kind kind;
  if (iso_kind_of_exodus(b->type, b->nodes, &kind) && kind.form != ISO_FORM_REFUSED) return ISO_OK;
  return iso_fail(x->err, ISO_EINPUT,
                  "%s: block %lld has %lld elements '%s' of %lld nodes, which are not read; use lines, "
                  "triangles, quadrilaterals, tetrahedra, pyramids, wedges or hexahedra",
                  x->path, (long long)b->id, (long long)b->n, b->type, (long long)b->nodes);
}

static iso_status check_id(const indexer *x, const char *of, int64_t id) {
  if (id >= INT32_MIN && id <= INT32_MAX) return ISO_OK;
  return iso_fail(x->err, ISO_EINPUT, "%s: the id %lld of a %s does not fit in 32 bits", x->path,
                  (long long)id, of);
}

static iso_status add_block(indexer *x, int k) {
  iso_exodus_block b = {.piece = x->piece, .number = k, .n = numbered_length(x->file, "num_el_in_blk", k)};
  if (b.n <= 0) return ISO_OK; /* of a decomposed set, a file may lack some */
  b.first = x->index->nelems;
  b.nodes = numbered_length(x->file, "num_nod_per_el", k);
  ISO_TRY(check_length(x, "elements in a block", b.n, b.nodes));
  b.id = id_at(x, "eb_prop1", k);
  ISO_TRY(check_id(x, "block", b.id));
  name_at(x->file, "eb_names", k - 1, b.name);
  ISO_TRY(find_type(x, &b));
  b.region = variable_of(x, "region", k);
  b.fibre = vector_of(x, "fibre", k);
  b.sheet = vector_of(x, "sheet", k);
  x->index->nelems += b.n;
  iso_exodus_index *index = x->index;
  ISO_TRY(iso_realloc(&index->block, (size_t)index->nblocks + 1, sizeof b, "a file's index", x->err));
  index->block[index->nblocks++] = b;
  return ISO_OK;
}

/* Of blocks or sets. */
static iso_status count_of(const indexer *x, const char *name, int64_t *n) {
  enum { MOST = 100000 };
  *n = length_of(x->file, name);
  if (*n <= MOST) return ISO_OK;
  return iso_fail(x->err, ISO_EINPUT, "%s: %s is %lld, which is impossible; the file is damaged", x->path,
                  name, (long long)*n);
}

static iso_status add_sets(indexer *x, bool sides) {
  iso_exodus_index *index = x->index;
  int64_t n;
  ISO_TRY(count_of(x, sides ? "num_side_sets" : "num_node_sets", &n));
  for (int k = 1; k <= n; k++) {
    iso_exodus_set s = {.piece = x->piece, .number = k, .sides = sides};
    s.n = numbered_length(x->file, sides ? "num_side_ss" : "num_nod_ns", k);
    if (s.n < 0) s.n = 0;
    ISO_TRY(check_length(x, "entries in a set", s.n, 1));
    s.id = id_at(x, sides ? "ss_prop1" : "ns_prop1", k);
    ISO_TRY(check_id(x, sides ? "side set" : "node set", s.id));
    name_at(x->file, sides ? "ss_names" : "ns_names", k - 1, s.name);
    if (!*s.name)
      snprintf(s.name, sizeof s.name, "%s_%lld", sides ? "side_set" : "node_set", (long long)s.id);
    ISO_TRY(iso_realloc(&index->set, (size_t)index->nsets + 1, sizeof s, "a file's index", x->err));
    index->set[index->nsets++] = s;
  }
  return ISO_OK;
}

static iso_status index_open(indexer *x) {
  iso_exodus_index *index = x->index;
  iso_exodus_piece *piece = &index->piece[x->piece];
  const int64_t dimension = length_of(x->file, "num_dim");
  int64_t blocks;
  piece->first_node = index->nnodes, piece->first_elem = index->nelems;
  piece->nnode = length_of(x->file, "num_nodes");
  if (dimension < 1 || dimension > 3 || piece->nnode < 1)
    return iso_fail(x->err, ISO_EINPUT,
                    "%s has no nodes of one to three dimensions (num_dim, num_nodes); is it an Exodus file?",
                    x->path);
  ISO_TRY(find_most(x));
  ISO_TRY(check_length(x, "nodes", piece->nnode, dimension));
  index->dimension = (int)dimension;
  piece->node_map = iso_exodus_has(x->file, "node_num_map");
  piece->elem_map = iso_exodus_has(x->file, "elem_num_map");
  ISO_TRY(count_of(x, "num_el_blk", &blocks));
  for (int k = 1; k <= blocks; k++) ISO_TRY(add_block(x, k));
  index->nnodes += piece->nnode;
  piece->nelem = index->nelems - piece->first_elem;
  ISO_TRY(add_sets(x, true));
  return add_sets(x, false);
}

static iso_status index_piece(iso_exodus_index *index, int piece, iso_error *err) {
  indexer x = {.path = index->piece[piece].path, .piece = piece, .index = index, .err = err};
  ISO_TRY(iso_exodus_open(x.path, &x.file, err));
  const iso_status status = index_open(&x);
  nc_close(x.file);
  return status;
}

/* ---- decomposed sets ---- */

/* Of "NAME.N.K" the length of NAME and N, or 0 where it is none; K has as many digits as N. */
static int pieces_of(const char *path, int *stem) {
  const char *last = strrchr(path, '.');
  if (!last || last == path || strspn(last + 1, "0123456789") != strlen(last + 1)) return 0;
  const char *before = last - 1;
  while (before > path && isdigit((unsigned char)*before)) before--;
  const long n = strtol(before + 1, NULL, 10);
  if (*before != '.' || before + 1 == last || n < 1 || n > 1000000 ||
      strlen(last + 1) != (size_t)(last - before - 1))
    return 0;
  *stem = (int)(before - path);
  return (int)n;
}

static iso_status list_pieces(const char *path, iso_exodus_index *index, iso_error *err) {
  int stem = 0, n = pieces_of(path, &stem);
  if (strlen(path) >= ISO_EXODUS_PATH) return iso_fail(err, ISO_EINPUT, "the path of the mesh is too long");
  index->npieces = n ? n : 1;
  ISO_TRY(iso_alloc(&index->piece, (size_t)index->npieces, sizeof *index->piece, "a file's index", err));
  for (int k = 0; k < index->npieces; k++) {
    char *to = index->piece[k].path;
    if (n)
      snprintf(to, ISO_EXODUS_PATH, "%.*s.%d.%0*d", stem, path, n, (int)strlen(strrchr(path, '.') + 1), k);
    else
      strcpy(to, path);
  }
  return ISO_OK;
}

static iso_status check(const iso_exodus_index *index, iso_error *err) {
  if (index->nelems == 0)
    return iso_fail(err, ISO_EINPUT, "%s holds no elements; write the blocks of the mesh, too",
                    index->piece[0].path);
  for (int k = 0; k < index->npieces; k++)
    if (index->npieces > 1 && !index->piece[k].node_map)
      return iso_fail(
          err, ISO_EINPUT,
          "%s has no node_num_map, by which nodes of a decomposed set are found again in its files; "
          "join them (epu)",
          index->piece[k].path);
  return ISO_OK;
}

iso_status iso_exodus_index_make(const char *path, iso_exodus_index *index, iso_error *err) {
  *index = (iso_exodus_index){0};
  iso_status status = list_pieces(path, index, err);
  for (int k = 0; k < index->npieces && status == ISO_OK; k++) status = index_piece(index, k, err);
  if (status == ISO_OK) status = check(index, err);
  if (status != ISO_OK) iso_exodus_index_free(index);
  return status;
}

void iso_exodus_index_free(iso_exodus_index *index) {
  free(index->piece);
  free(index->block);
  free(index->set);
  *index = (iso_exodus_index){0};
}

iso_status iso_exodus_index_share(MPI_Comm comm, iso_exodus_index *index, iso_error *err) {
  int rank;
  iso_exodus_index head = *index;
  MPI_Comm_rank(comm, &rank);
  MPI_Bcast(&head, (int)sizeof head, MPI_BYTE, 0, comm);
  if (rank != 0) {
    *index = head;
    index->piece = NULL, index->block = NULL, index->set = NULL;
  }
  ISO_TRY(iso_share_items(comm, &index->piece, index->npieces, sizeof *index->piece, "a file's index", err));
  ISO_TRY(iso_share_items(comm, &index->block, index->nblocks, sizeof *index->block, "a file's index", err));
  return iso_share_items(comm, &index->set, index->nsets, sizeof *index->set, "a file's index", err);
}
