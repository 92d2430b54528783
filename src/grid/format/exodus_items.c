#include "grid/format/exodus_items.h"

#include "base/memory.h"
#include "grid/share/blocks.h"

#include <math.h>
#include <netcdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  int64_t from, to; /* empty where from >= to */
} range;

static range common(int64_t first, int64_t n, int64_t other, int64_t m) {
  return (range){first > other ? first : other, first + n < other + m ? first + n : other + m};
}

/* ---- nodes ---- */

/* Coordinates of a file's nodes [first, first + n): coordx and so on, or rows of coord in older files. */
static iso_status read_places(const iso_exodus_items *items, const iso_exodus_piece *piece, int64_t first,
                              int64_t n, double (*x)[3], double *buffer, iso_error *err) {
  static const char *const names[] = {"coordx", "coordy", "coordz"};
  int file;
  ISO_TRY(iso_exodus_open(piece->path, &file, err));
  const bool rows = !iso_exodus_has(file, "coordx") && iso_exodus_has(file, "coord");
  iso_status status = ISO_OK;
  memset(x, 0, (size_t)n * sizeof *x);
  for (int a = 0; a < items->index->dimension && status == ISO_OK; a++) {
    status = rows ? iso_exodus_row(file, piece->path, "coord", a, first, n, buffer, err)
                  : iso_exodus_reals(file, piece->path, names[a], first, n, buffer, err);
    for (int64_t i = 0; i < n && status == ISO_OK; i++) {
      x[i][a] = buffer[i];
      if (!isfinite(buffer[i]))
        status =
            iso_fail(err, ISO_EINPUT, "%s: a coordinate of node %lld (counted from 1) is not a finite number",
                     piece->path, (long long)(first + i + 1));
    }
  }
  nc_close(file);
  return status;
}

static iso_status read_map(const iso_exodus_piece *piece, int64_t first, int64_t n, int64_t *map,
                           iso_error *err) {
  int file;
  ISO_TRY(iso_exodus_open(piece->path, &file, err));
  const iso_status status = iso_exodus_integers(file, piece->path, "node_num_map", first, n, 0, map, err);
  nc_close(file);
  return status;
}

/* This rank's run of the nodes of all files, and, of a decomposed set, their global numbers. */
static iso_status read_nodes(const iso_exodus_items *items, int64_t first, int64_t n, double (*x)[3],
                             int64_t *tag, iso_error *err) {
  double *buffer = NULL;
  ISO_TRY(iso_alloc(&buffer, (size_t)n, sizeof *buffer, "nodes", err));
  iso_status status = ISO_OK;
  for (int k = 0; k < items->index->npieces && status == ISO_OK; k++) {
    const iso_exodus_piece *piece = &items->index->piece[k];
    const range own = common(piece->first_node, piece->nnode, first, n);
    if (own.from >= own.to) continue;
    const int64_t from = own.from - piece->first_node, count = own.to - own.from;
    status = read_places(items, piece, from, count, x + (own.from - first), buffer, err);
    if (status == ISO_OK && tag) status = read_map(piece, from, count, tag + (own.from - first), err);
  }
  free(buffer);
  return status;
}

/* The nodes of one file are numbered as they stand. */
static void block_of(MPI_Comm comm, iso_slice *slice) {
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  slice->first_node = iso_block_first(slice->nnodes, size, rank);
  slice->nnode = iso_block_first(slice->nnodes, size, rank + 1) - slice->first_node;
}

static iso_status make_nodes_of_one(iso_exodus_items *items, iso_slice *slice, iso_error *err) {
  slice->nnodes = items->index->nnodes;
  block_of(items->comm, slice);
  iso_status status = iso_alloc(&slice->xyz, (size_t)slice->nnode, sizeof *slice->xyz, "nodes", err);
  if (status == ISO_OK) status = read_nodes(items, slice->first_node, slice->nnode, slice->xyz, NULL, err);
  return iso_agree(items->comm, status, err);
}

/* Nodes that several files have are in one place in all of them: that of any is taken. */
static iso_status make_nodes_of_several(iso_exodus_items *items, iso_slice *slice, iso_error *err) {
  int rank, size;
  MPI_Comm_rank(items->comm, &rank);
  MPI_Comm_size(items->comm, &size);
  const int64_t all = items->index->nnodes, first = iso_block_first(all, size, rank),
                n = iso_block_first(all, size, rank + 1) - first;
  double(*x)[3] = NULL;
  int64_t *tag = NULL;
  iso_gid *number = NULL;
  iso_block_plan *plan = NULL;
  iso_status status = iso_alloc(&x, (size_t)n, sizeof *x, "nodes", err);
  if (status == ISO_OK) status = iso_alloc(&tag, (size_t)n, sizeof *tag, "nodes", err);
  if (status == ISO_OK) status = iso_alloc(&number, (size_t)n, sizeof *number, "nodes", err);
  if (status == ISO_OK) status = read_nodes(items, first, n, x, tag, err);
  status = iso_agree(items->comm, status, err);
  if (status == ISO_OK) status = iso_directory_new(&items->directory, items->comm, n, tag, number, NULL, err);
  if (status == ISO_OK) {
    slice->nnodes = items->directory.total;
    block_of(items->comm, slice);
    status = iso_alloc(&slice->xyz, (size_t)slice->nnode, sizeof *slice->xyz, "nodes", err);
    status = iso_agree(items->comm, status, err);
  }
  if (status == ISO_OK) status = iso_block_plan_new(&plan, items->comm, slice->nnodes, n, number, err);
  if (status == ISO_OK) status = iso_block_plan_send(plan, x, sizeof *x, slice->xyz, err);
  iso_block_plan_free(plan);
  free(x), free(tag), free(number);
  return status;
}

/* Of one file after the other, whose map is read whole for as long as it is needed. */
static iso_status tags_of(const iso_exodus_items *items, const int32_t *piece, int64_t n, iso_gid *node,
                          iso_error *err) {
  int64_t *map = NULL;
  int open = -1;
  iso_status status = ISO_OK;
  for (int64_t i = 0; i < n && status == ISO_OK; i++) {
    const iso_exodus_piece *p = &items->index->piece[piece ? piece[i] : 0];
    if (node[i] < 1 || node[i] > p->nnode) {
      status = iso_fail(err, ISO_EINPUT, "%s names node %lld, and has nodes 1 to %lld", p->path,
                        (long long)node[i], (long long)p->nnode);
    } else if (items->index->npieces == 1) {
      node[i]--;
    } else {
      if (piece[i] != open) {
        open = piece[i];
        status = iso_realloc(&map, (size_t)p->nnode, sizeof *map, "numbers of nodes", err);
        if (status == ISO_OK) status = read_map(p, 0, p->nnode, map, err);
      }
      if (status == ISO_OK) node[i] = map[node[i] - 1];
    }
  }
  free(map);
  return status;
}

iso_status iso_exodus_number_nodes(const iso_exodus_items *items, const int32_t *piece, int64_t n,
                                   iso_gid *node, iso_error *err) {
  ISO_TRY(iso_agree(items->comm, tags_of(items, piece, n, node, err), err));
  return items->index->npieces == 1 ? ISO_OK : iso_directory_find(&items->directory, n, node, node, err);
}

/* ---- elements ---- */

/* Single precision has lost digits of larger tags, which the block's id has where it can. The lowest number
 * is that of nodes without tissue (ISO_ORPHAN_TAG). */
static bool is_tag(double value, nc_type type) {
  const bool fits = value > INT32_MIN && value <= INT32_MAX && value == rint(value);
  return fits && (type != NC_FLOAT || fabs(value) < 1 << 24);
}

static iso_status read_tags(const iso_exodus_block *b, int file, const char *path, int64_t first, int64_t n,
                            int32_t *tag, iso_error *err) {
  char variable[64];
  double *value = NULL;
  nc_type type = NC_FLOAT;
  int id;
  for (int64_t i = 0; i < n; i++) tag[i] = (int32_t)b->id;
  if (!b->region) return ISO_OK;
  snprintf(variable, sizeof variable, "vals_elem_var%deb%d", b->region, b->number);
  if (nc_inq_varid(file, variable, &id) == NC_NOERR) nc_inq_vartype(file, id, &type);
  ISO_TRY(iso_alloc(&value, (size_t)n, sizeof *value, "tags", err));
  const iso_status status = iso_exodus_reals(file, path, variable, first, n, value, err);
  for (int64_t i = 0; i < n && status == ISO_OK; i++)
    if (is_tag(value[i], type)) tag[i] = (int32_t)value[i];
  free(value);
  return status;
}

/* number: of the first of three variables, 0: zeros. */
static iso_status read_vectors(const iso_exodus_block *b, int number, int file, const char *path,
                               int64_t first, int64_t n, float (*to)[3], iso_error *err) {
  double *value = NULL;
  if (!to || !number) return ISO_OK;
  ISO_TRY(iso_alloc(&value, (size_t)n, sizeof *value, "fibres", err));
  iso_status status = ISO_OK;
  for (int a = 0; a < 3 && status == ISO_OK; a++) {
    char variable[64];
    snprintf(variable, sizeof variable, "vals_elem_var%deb%d", number + a, b->number);
    status = iso_exodus_reals(file, path, variable, first, n, value, err);
    for (int64_t i = 0; i < n && status == ISO_OK; i++) to[i][a] = (float)value[i];
  }
  free(value);
  return status;
}

/* This rank's elements of a block; at: of the first of them among its own. */
static iso_status read_from(iso_exodus_items *items, const iso_exodus_block *b, int number, int file,
                            range own, iso_error *err) {
  const iso_exodus_piece *piece = &items->index->piece[b->piece];
  const char *path = piece->path;
  const int64_t at = own.from - items->first, n = own.to - own.from, first = own.from - b->first;
  char variable[64];
  snprintf(variable, sizeof variable, "connect%d", b->number);
  ISO_TRY(iso_exodus_integers(file, path, variable, first, n, b->nodes, items->node + items->begin[at], err));
  ISO_TRY(read_tags(b, file, path, first, n, items->tag + at, err));
  ISO_TRY(read_vectors(b, b->fibre, file, path, first, n, items->fibre ? items->fibre + at : NULL, err));
  ISO_TRY(read_vectors(b, b->sheet, file, path, first, n, items->sheet ? items->sheet + at : NULL, err));
  for (int64_t i = 0; i < n; i++) items->block[at + i] = number;
  if (!piece->elem_map) return ISO_OK;
  return iso_exodus_integers(file, path, "elem_num_map", own.from - piece->first_elem, n, 0, items->id + at,
                             err);
}

static iso_status read_block(iso_exodus_items *items, int number, range own, iso_error *err) {
  const iso_exodus_block *b = &items->index->block[number];
  int file;
  ISO_TRY(iso_exodus_open(items->index->piece[b->piece].path, &file, err));
  const iso_status status = read_from(items, b, number, file, own, err);
  nc_close(file);
  return status;
}

static iso_status make_room(iso_exodus_items *items, iso_error *err) {
  const size_t n = (size_t)items->n;
  bool fibre = false, sheet = false;
  int64_t listed = 0;
  ISO_TRY(iso_alloc(&items->block, n, sizeof *items->block, "elements", err));
  ISO_TRY(iso_alloc(&items->tag, n, sizeof *items->tag, "elements", err));
  ISO_TRY(iso_alloc(&items->id, n, sizeof *items->id, "elements", err));
  ISO_TRY(iso_alloc(&items->begin, n + 1, sizeof *items->begin, "elements", err));
  for (int k = 0; k < items->index->nblocks; k++) {
    const iso_exodus_block *b = &items->index->block[k];
    const range own = common(b->first, b->n, items->first, items->n);
    fibre |= b->fibre > 0, sheet |= b->sheet > 0;
    for (int64_t e = own.from; e < own.to; e++) {
      items->begin[e - items->first] = listed;
      listed += b->nodes;
    }
  }
  items->begin[n] = listed;
  if (fibre) ISO_TRY(iso_alloc(&items->fibre, n, sizeof *items->fibre, "fibres", err));
  if (fibre && sheet) ISO_TRY(iso_alloc(&items->sheet, n, sizeof *items->sheet, "sheets", err));
  for (int64_t e = 0; e < items->n; e++) items->id[e] = items->first + e;
  return iso_alloc(&items->node, (size_t)listed, sizeof *items->node, "elements", err);
}

static iso_status read_elements(iso_exodus_items *items, iso_error *err) {
  ISO_TRY(make_room(items, err));
  for (int k = 0; k < items->index->nblocks; k++) {
    const iso_exodus_block *b = &items->index->block[k];
    const range own = common(b->first, b->n, items->first, items->n);
    if (own.from < own.to) ISO_TRY(read_block(items, k, own, err));
  }
  return ISO_OK;
}

static iso_status number_elements(iso_exodus_items *items, iso_error *err) {
  int32_t *piece = NULL;
  const int64_t n = items->begin[items->n];
  ISO_TRY(iso_alloc_all(items->comm, &piece, (size_t)n, sizeof *piece, "elements", err));
  for (int64_t e = 0; e < items->n; e++)
    for (int64_t i = items->begin[e]; i < items->begin[e + 1]; i++)
      piece[i] = items->index->block[items->block[e]].piece;
  iso_status status = iso_exodus_number_nodes(items, piece, n, items->node, err);
  free(piece);
  return status;
}

/* Global numbers are an order where they are those from 1 to the number of elements, each once; else the
 * place in the files is. */
static iso_status settle_order(iso_exodus_items *items, iso_error *err) {
  iso_directory directory;
  iso_gid *number = NULL;
  int64_t repeated;
  int maps = 1;
  for (int k = 0; k < items->index->npieces; k++) maps = maps && items->index->piece[k].elem_map;
  ISO_TRY(iso_alloc_all(items->comm, &number, (size_t)items->n, sizeof *number, "elements", err));
  iso_status status = ISO_OK;
  if (maps) {
    status = iso_directory_new(&directory, items->comm, items->n, items->id, number, &repeated, err);
    if (status == ISO_OK) {
      maps = repeated == 0 && directory.low == 1 && directory.high == directory.total;
      iso_directory_free(&directory);
    }
  }
  for (int64_t e = 0; e < items->n; e++) items->id[e] = maps ? items->id[e] - 1 : items->first + e;
  free(number);
  return status;
}

iso_status iso_exodus_read_items(iso_exodus_items *items, iso_slice *slice, iso_error *err) {
  int rank, size;
  MPI_Comm_rank(items->comm, &rank);
  MPI_Comm_size(items->comm, &size);
  items->first = iso_block_first(items->index->nelems, size, rank);
  items->n = iso_block_first(items->index->nelems, size, rank + 1) - items->first;
  ISO_TRY(items->index->npieces == 1 ? make_nodes_of_one(items, slice, err)
                                     : make_nodes_of_several(items, slice, err));
  ISO_TRY(iso_agree(items->comm, read_elements(items, err), err));
  ISO_TRY(number_elements(items, err));
  return settle_order(items, err);
}

void iso_exodus_items_free(iso_exodus_items *items) {
  iso_directory_free(&items->directory);
  free(items->block), free(items->tag), free(items->id), free(items->begin), free(items->node);
  free(items->fibre), free(items->sheet);
}
