#include "grid/format/vtk.h"

#include "base/memory.h"
#include "grid/format/read_cells.h"
#include "grid/format/read_runs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 4096, DROPPED = ISO_NSHAPES };

/* What one rank reads: points and cells of its blocks, cells that are only points still among them. */
typedef struct {
  const char *path;
  const iso_vtk_index *index;
  iso_slice *slice;
  int64_t first_cell, capacity;
  iso_error *err;
} share;

typedef struct {
  int64_t from, to; /* empty where from >= to */
} range;

static range common(int64_t first, int64_t n, int64_t other_first, int64_t other_n) {
  int64_t end = first + n, other_end = other_first + other_n;
  return (range){first > other_first ? first : other_first, end < other_end ? end : other_end};
}

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

/* ---- cells ---- */

static iso_status type_shape(const iso_values *where, int64_t cell, int64_t type, int64_t n, int *shape,
                             iso_error *err) {
  static const struct {
    int type, nodes, shape;
  } known[] = {{3, 2, ISO_LINE},       {4, 2, ISO_LINE},         {5, 3, ISO_TRIANGLE},
               {7, 3, ISO_TRIANGLE},   {10, 4, ISO_TETRAHEDRON}, {11, 8, ISO_HEXAHEDRON},
               {12, 8, ISO_HEXAHEDRON}};
  *shape = DROPPED;
  if (type == 1 || type == 2) return ISO_OK; /* a vertex, or several */
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (known[i].type == type && known[i].nodes == n) {
      *shape = known[i].shape;
      return ISO_OK;
    }
  return iso_values_fail(
      where, err,
      "cell %lld is of VTK type %lld with %lld nodes, which is not supported; use lines, triangles, "
      "tetrahedra or hexahedra of first order",
      (long long)cell, (long long)type, (long long)n);
}

/* A voxel counts x first, then y: turn every second row round. */
static void voxel_to_hexahedron(iso_gid *node) {
  for (int i = 2; i < 8; i += 4) {
    iso_gid swap = node[i];
    node[i] = node[i + 1];
    node[i + 1] = swap;
  }
}

static iso_status append_cell(share *s, const iso_vtk_cells *block, const iso_values *where, int64_t type,
                              int64_t n, const int64_t *node) {
  iso_slice *slice = s->slice;
  int64_t cell = s->first_cell + slice->nelem;
  int shape;
  ISO_TRY(type_shape(where, cell, type, n, &shape, s->err));
  if (shape == DROPPED) n = 0;
  if (n > slice->width) ISO_TRY(iso_cells_reserve(slice, &s->capacity, s->capacity, (int)n, s->err));
  iso_gid *to = slice->conn + slice->nelem * slice->width;
  for (int i = 0; i < slice->width; i++) {
    if (i < n && (node[i] < 0 || node[i] >= block->npoints))
      return iso_values_fail(where, s->err,
                             "cell %lld has node %lld, which does not exist; nodes are 0 to %lld",
                             (long long)cell, (long long)node[i], (long long)block->npoints - 1);
    to[i] = i < n ? block->point_base + node[i] : -1;
  }
  if (type == 11) voxel_to_hexahedron(to);
  slice->shape[slice->nelem++] = (uint8_t)shape;
  return ISO_OK;
}

/* Nodes of a cell that is not too large to be one of ours; others are passed by. */
static iso_status take_nodes(share *s, iso_values *nodes, int64_t n, int64_t *node) {
  if (n > ISO_MAX_NODES) return iso_values_skip(nodes, n, s->err);
  return iso_values_integers(nodes, n, node, s->err);
}

typedef struct {
  iso_values *types, *offsets, *nodes;
} streams;

static void close_streams(streams *in) {
  iso_values_close(in->types);
  iso_values_close(in->offsets);
  iso_values_close(in->nodes);
}

static iso_status take_types(const share *s, const iso_vtk_cells *block, streams *in, int64_t n,
                             int64_t *types) {
  if (in->types) return iso_values_integers(in->types, n, types, s->err);
  for (int64_t i = 0; i < n; i++) types[i] = block->type;
  return ISO_OK;
}

static iso_status classic_count(share *s, const streams *in, int64_t n) {
  if (n >= 0) return ISO_OK;
  return iso_values_fail(in->nodes, s->err, "a cell with %lld nodes", (long long)n);
}

static iso_status read_classic(share *s, const iso_vtk_cells *block, streams *in, range own) {
  int64_t types[CHUNK], n, node[ISO_MAX_NODES];
  for (int64_t c = block->first; c < own.from; c++) {
    ISO_TRY(iso_values_integers(in->nodes, 1, &n, s->err));
    ISO_TRY(classic_count(s, in, n));
    ISO_TRY(iso_values_skip(in->nodes, n, s->err));
  }
  for (int64_t c = own.from; c < own.to; c++) {
    int64_t i = (c - own.from) % CHUNK;
    if (i == 0) ISO_TRY(take_types(s, block, in, smaller(CHUNK, own.to - c), types));
    ISO_TRY(iso_values_integers(in->nodes, 1, &n, s->err));
    ISO_TRY(classic_count(s, in, n));
    ISO_TRY(take_nodes(s, in->nodes, n, node));
    ISO_TRY(append_cell(s, block, in->types ? in->types : in->nodes, types[i], n, node));
  }
  return ISO_OK;
}

/* Where the first of this rank's cells begins, which is also how many node numbers to pass by. */
static iso_status first_offset(share *s, const iso_vtk_cells *block, streams *in, int64_t skipped,
                               int64_t *offset) {
  *offset = 0;
  if (!block->leading_zero && skipped == 0) return ISO_OK;
  ISO_TRY(iso_values_skip(in->offsets, block->leading_zero ? skipped : skipped - 1, s->err));
  ISO_TRY(iso_values_integers(in->offsets, 1, offset, s->err));
  if (*offset < 0 || (skipped == 0 && *offset != 0))
    return iso_values_fail(in->offsets, s->err, "the offset %lld of cell %lld is impossible",
                           (long long)*offset, (long long)skipped);
  return iso_values_skip(in->nodes, *offset, s->err);
}

static iso_status read_split(share *s, const iso_vtk_cells *block, streams *in, range own) {
  int64_t types[CHUNK], ends[CHUNK], node[ISO_MAX_NODES], begin;
  ISO_TRY(first_offset(s, block, in, own.from - block->first, &begin));
  for (int64_t c = own.from; c < own.to; c++) {
    int64_t i = (c - own.from) % CHUNK, n = smaller(CHUNK, own.to - c);
    if (i == 0) ISO_TRY(take_types(s, block, in, n, types));
    if (i == 0) ISO_TRY(iso_values_integers(in->offsets, n, ends, s->err));
    if (ends[i] < begin)
      return iso_values_fail(in->offsets, s->err, "the offset of cell %lld is below the one before",
                             (long long)c);
    ISO_TRY(take_nodes(s, in->nodes, ends[i] - begin, node));
    ISO_TRY(append_cell(s, block, in->types ? in->types : in->nodes, types[i], ends[i] - begin, node));
    begin = ends[i];
  }
  return ISO_OK;
}

static iso_status open_streams(share *s, const iso_vtk_cells *block, streams *in, range own) {
  if (block->types.type) {
    ISO_TRY(iso_values_open(&in->types, s->path, &block->types, s->err));
    ISO_TRY(iso_values_skip(in->types, own.from - block->first, s->err));
  }
  if (!block->classic) ISO_TRY(iso_values_open(&in->offsets, s->path, &block->offsets, s->err));
  return iso_values_open(&in->nodes, s->path, &block->connectivity, s->err);
}

static iso_status read_block(share *s, const iso_vtk_cells *block, range own) {
  streams in = {0};
  iso_status status = open_streams(s, block, &in, own);
  if (status == ISO_OK)
    status = block->classic ? read_classic(s, block, &in, own) : read_split(s, block, &in, own);
  if (status == ISO_OK && own.to == block->first + block->items) {
    status = iso_values_finish(in.nodes, s->err);
    if (status == ISO_OK && in.types) status = iso_values_finish(in.types, s->err);
    if (status == ISO_OK && in.offsets) status = iso_values_finish(in.offsets, s->err);
  }
  close_streams(&in);
  return status;
}

static iso_status read_cells(share *s, int64_t ncells) {
  ISO_TRY(iso_cells_reserve(s->slice, &s->capacity, ncells, 2, s->err));
  memset(s->slice->tag, 0, (size_t)ncells * sizeof *s->slice->tag);
  for (int b = 0; b < s->index->ncells_blocks; b++) {
    const iso_vtk_cells *block = &s->index->cells[b];
    range own = common(block->first, block->items, s->first_cell, ncells);
    if (own.from < own.to) ISO_TRY(read_block(s, block, own));
  }
  return ISO_OK;
}

/* ---- points and data ---- */

static iso_status take_point_values(const iso_values *values, int64_t point, int64_t n, const double *from,
                                    double (*to)[3], iso_error *err) {
  for (int64_t i = 0; i < 3 * n; i++)
    if (!isfinite(from[i]))
      return iso_values_fail(values, err, "a coordinate of point %lld is not a finite number",
                             (long long)(point + i / 3));
  memcpy(to, from, (size_t)n * sizeof *to);
  return ISO_OK;
}

static iso_status take_tags(const iso_values *values, int64_t cell, int64_t n, const int64_t *from,
                            int32_t *to, iso_error *err) {
  for (int64_t i = 0; i < n; i++) {
    if (from[i] < INT32_MIN || from[i] > INT32_MAX)
      return iso_values_fail(values, err, "the tag %lld of cell %lld does not fit in 32 bits",
                             (long long)from[i], (long long)(cell + i));
    to[i] = (int32_t)from[i];
  }
  return ISO_OK;
}

static void take_vectors(int64_t n, const double *from, float (*to)[3]) {
  for (int64_t i = 0; i < n; i++)
    for (int k = 0; k < 3; k++) to[i][k] = (float)from[3 * i + k];
}

static float (*vectors_of(iso_slice *slice, iso_vtk_role role))[3] {
  return role == ISO_VTK_FIBRE ? slice->fibre : role == ISO_VTK_SHEET ? slice->sheet : slice->node_fibre;
}

/* Values of items [at, at + n) of the mesh, which are entries [to, to + n) of the slice. */
static iso_status take_values(share *s, const iso_vtk_field *field, iso_values *values, int64_t at,
                              int64_t to, int64_t n) {
  union {
    double real[3 * CHUNK];
    int64_t integer[CHUNK];
  } buffer;
  if (field->role == ISO_VTK_TAG) {
    ISO_TRY(iso_values_integers(values, n, buffer.integer, s->err));
    return take_tags(values, at, n, buffer.integer, s->slice->tag + to, s->err);
  }
  ISO_TRY(iso_values_reals(values, 3 * n, buffer.real, s->err));
  if (field->role == ISO_VTK_POINTS)
    return take_point_values(values, at, n, buffer.real, s->slice->xyz + to, s->err);
  take_vectors(n, buffer.real, vectors_of(s->slice, field->role) + to);
  return ISO_OK;
}

static iso_status read_field(share *s, const iso_vtk_field *field, int64_t first, int64_t n) {
  range own = common(field->first, field->items, first, n);
  if (own.from >= own.to) return ISO_OK;
  iso_values *values;
  ISO_TRY(iso_values_open(&values, s->path, &field->array, s->err));
  iso_status status = iso_values_skip(values, (own.from - field->first) * field->array.components, s->err);
  for (int64_t at = own.from; at < own.to && status == ISO_OK; at += CHUNK)
    status = take_values(s, field, values, at, at - first, smaller(CHUNK, own.to - at));
  if (status == ISO_OK && own.to == field->first + field->items) status = iso_values_finish(values, s->err);
  iso_values_close(values);
  return status;
}

static iso_status make_room(share *s, iso_vtk_role role, int64_t nnode, int64_t ncell) {
  iso_slice *slice = s->slice;
  switch (role) {
  case ISO_VTK_FIBRE:
    return slice->fibre ? ISO_OK
                        : iso_alloc(&slice->fibre, (size_t)ncell, sizeof *slice->fibre, "fibres", s->err);
  case ISO_VTK_SHEET:
    return slice->sheet ? ISO_OK
                        : iso_alloc(&slice->sheet, (size_t)ncell, sizeof *slice->sheet, "sheets", s->err);
  case ISO_VTK_NODE_FIBRE:
    return slice->node_fibre
               ? ISO_OK
               : iso_alloc(&slice->node_fibre, (size_t)nnode, sizeof *slice->node_fibre, "fibres", s->err);
  default:
    return ISO_OK;
  }
}

static iso_status read_fields(share *s, int64_t ncell) {
  iso_slice *slice = s->slice;
  ISO_TRY(iso_alloc(&slice->xyz, (size_t)slice->nnode, sizeof *slice->xyz, "nodes", s->err));
  for (int f = 0; f < s->index->nfields; f++) {
    const iso_vtk_field *field = &s->index->fields[f];
    bool of_points = field->role == ISO_VTK_POINTS || field->role == ISO_VTK_NODE_FIBRE;
    ISO_TRY(make_room(s, field->role, slice->nnode, ncell));
    ISO_TRY(read_field(s, field, of_points ? slice->first_node : s->first_cell,
                       of_points ? slice->nnode : ncell));
  }
  return ISO_OK;
}

/* ---- the slice ---- */

/* Closes the gaps of cells that are only points; returns how many there were. */
static int64_t drop_vertices(iso_slice *slice) {
  int64_t kept = 0;
  for (int64_t e = 0; e < slice->nelem; e++) {
    if (slice->shape[e] == DROPPED) continue;
    slice->shape[kept] = slice->shape[e];
    slice->tag[kept] = slice->tag[e];
    memmove(slice->conn + kept * slice->width, slice->conn + e * slice->width,
            (size_t)slice->width * sizeof *slice->conn);
    if (slice->fibre) memmove(slice->fibre[kept], slice->fibre[e], sizeof *slice->fibre);
    if (slice->sheet) memmove(slice->sheet[kept], slice->sheet[e], sizeof *slice->sheet);
    kept++;
  }
  int64_t dropped = slice->nelem - kept;
  slice->nelem = kept;
  return dropped;
}

static void note_roles(const iso_vtk_index *index, iso_notes *notes) {
  static const char *const what[ISO_VTK_NROLES] = {NULL, "region tags", "fibres", "sheets",
                                                   "fibres on nodes"};
  bool seen[ISO_VTK_NROLES] = {[ISO_VTK_POINTS] = true};
  for (int f = 0; f < index->nfields; f++) {
    const iso_vtk_field *field = &index->fields[f];
    if (!seen[field->role])
      iso_notes_add(notes, "%s are read from '%s'", what[field->role], field->array.name);
    seen[field->role] = true;
  }
}

static iso_status finish(MPI_Comm comm, const iso_vtk_index *index, const char *path, iso_slice *slice,
                         iso_notes *notes, iso_error *err) {
  int64_t dropped = drop_vertices(slice);
  MPI_Allreduce(MPI_IN_PLACE, &dropped, 1, MPI_INT64_T, MPI_SUM, comm);
  iso_runs_place(comm, slice->nelem, &slice->first_elem, &slice->nelems);
  if (slice->nelems == 0)
    return iso_fail(err, ISO_EINPUT, "%s holds points but no elements; write the cells of the mesh too",
                    path);
  ISO_TRY(iso_cells_settle(comm, slice, err));
  note_roles(index, notes);
  if (dropped > 0) iso_notes_add(notes, "%lld cells that are only points were left out", (long long)dropped);
  return ISO_OK;
}

static int64_t block_start(int64_t total, int rank, int size) {
  return (int64_t)((__int128)total * rank / size);
}

static iso_status read_share(MPI_Comm comm, const char *path, const iso_vtk_index *index, iso_slice *slice,
                             iso_error *err) {
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  share s = {path, index, slice, block_start(index->ncells, rank, size), 0, err};
  int64_t ncells = block_start(index->ncells, rank + 1, size) - s.first_cell;
  slice->nnodes = index->npoints;
  slice->first_node = block_start(index->npoints, rank, size);
  slice->nnode = block_start(index->npoints, rank + 1, size) - slice->first_node;
  iso_status status = read_cells(&s, ncells);
  if (status == ISO_OK) status = read_fields(&s, ncells);
  return iso_agree(comm, status, err);
}

/* ---- rank 0's index for all ---- */

static iso_status share_array(MPI_Comm comm, void *items, int count, size_t bytes, iso_error *err) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  iso_status status = rank == 0 ? ISO_OK : iso_alloc(items, (size_t)count, bytes, "a file's index", err);
  ISO_TRY(iso_agree(comm, status, err));
  void *data;
  memcpy(&data, items, sizeof data);
  MPI_Datatype item;
  MPI_Type_contiguous((int)bytes, MPI_BYTE, &item);
  MPI_Type_commit(&item);
  MPI_Bcast(data, count, item, 0, comm);
  MPI_Type_free(&item);
  return ISO_OK;
}

iso_status iso_vtk_index_share(MPI_Comm comm, iso_vtk_index *index, iso_error *err) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  iso_vtk_index sizes = *index;
  MPI_Bcast(&sizes, (int)sizeof sizes, MPI_BYTE, 0, comm);
  if (rank != 0) {
    *index = sizes;
    index->fields = NULL;
    index->cells = NULL;
  }
  ISO_TRY(share_array(comm, &index->fields, index->nfields, sizeof *index->fields, err));
  return share_array(comm, &index->cells, index->ncells_blocks, sizeof *index->cells, err);
}

typedef iso_status (*indexer)(const char *path, iso_vtk_index *index, iso_error *err);

static iso_status read_with(MPI_Comm comm, const iso_read_options *options, indexer make, iso_slice *slice,
                            iso_error *err) {
  const char *path = options->path;
  int rank;
  MPI_Comm_rank(comm, &rank);
  iso_vtk_index index = {0};
  iso_status status = iso_agree(comm, rank == 0 ? make(path, &index, err) : ISO_OK, err);
  if (status == ISO_OK) status = iso_vtk_index_share(comm, &index, err);
  if (status == ISO_OK) status = read_share(comm, path, &index, slice, err);
  if (status == ISO_OK) status = finish(comm, &index, path, slice, options->notes, err);
  iso_vtk_index_free(&index);
  return status;
}

iso_status iso_vtk_read(MPI_Comm comm, const iso_read_options *options, iso_slice *slice, iso_error *err) {
  return read_with(comm, options, iso_vtk_index_legacy, slice, err);
}

iso_status iso_vtu_read(MPI_Comm comm, const iso_read_options *options, iso_slice *slice, iso_error *err) {
  return read_with(comm, options, iso_vtk_index_xml, slice, err);
}
