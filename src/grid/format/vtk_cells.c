/* Cells of a VTK file as elements. */
#include "base/memory.h"
#include "grid/format/read_cells.h"
#include "grid/format/vtk_share.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK = 4096 };

/* A cell, and room for what it becomes. */
typedef struct {
  int64_t *node; /* [room] as in the file; then, of the whole mesh */
  int64_t room;
  iso_gid (*part)[ISO_MAX_NODES]; /* [parts] */
  int64_t parts;
} cell_buffer;

typedef struct {
  iso_values *types, *offsets, *nodes;
} streams;

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

iso_vtk_range iso_vtk_common(int64_t first, int64_t n, int64_t other_first, int64_t other_n) {
  int64_t end = first + n, other_end = other_first + other_n;
  return (iso_vtk_range){first > other_first ? first : other_first, smaller(end, other_end)};
}

/* ---- one cell ---- */

/* A whole number of 32 bits whose bytes are those of a type of cells the other way round. */
static bool is_reversed(int64_t type) { return type != 0 && (type & 0xffffff) == 0 && type >> 32 == 0; }

static iso_status find_kind(iso_vtk_share *s, const iso_values *where, int64_t cell, int64_t type, int64_t n,
                            iso_kind *kind) {
  if (iso_kind_of_vtk(type, n, kind) && kind->form != ISO_FORM_REFUSED) return ISO_OK;
  if (is_reversed(type))
    return iso_values_fail_ahead(
        where, s->err,
        "cell %lld is of VTK type %lld, which is %lld with its bytes the other way round: "
        "legacy files are big-endian; write the file as text, or as VTU",
        (long long)cell, (long long)type, (long long)(type >> 24));
  return iso_values_fail_ahead(
      where, s->err,
      "cell %lld is of VTK type %lld with %lld nodes, which is not supported; make lines, triangles or "
      "tetrahedra of such cells (in ParaView: Triangulate or Tetrahedralize)",
      (long long)cell, (long long)type, (long long)n);
}

/* Room is made as nodes are read, so that a wrong number of them asks for no memory that the file cannot
 * fill.
 */
static iso_status take_nodes(iso_vtk_share *s, iso_values *in, int64_t n, cell_buffer *b) {
  for (int64_t done = 0, part; done < n; done += part) {
    part = smaller(CHUNK, n - done);
    if (done + part > b->room) {
      int64_t room = 2 * b->room + part;
      ISO_TRY(iso_realloc(&b->node, (size_t)room, sizeof *b->node, "nodes of a cell", s->err));
      b->room = room;
    }
    ISO_TRY(iso_values_integers(in, part, b->node + done, s->err));
  }
  return ISO_OK;
}

static iso_status number_nodes(iso_vtk_share *s, const iso_vtk_cells *block, const iso_values *where,
                               int64_t cell, int64_t n, int64_t *node) {
  for (int64_t i = 0; i < n; i++) {
    if (node[i] < 0 || node[i] >= block->npoints)
      return iso_values_fail(where, s->err,
                             "cell %lld has node %lld, which does not exist; nodes are 0 to %lld",
                             (long long)cell, (long long)node[i], (long long)block->npoints - 1);
    node[i] += block->point_base;
  }
  return ISO_OK;
}

static iso_status reserve(iso_vtk_share *s, int64_t more, int width) {
  iso_slice *slice = s->slice;
  int64_t capacity = s->capacity;
  if (slice->nelem + more > capacity) capacity += capacity / 2 + more;
  if (capacity > s->capacity)
    ISO_TRY(iso_realloc(&s->cell, (size_t)capacity, sizeof *s->cell, "elements", s->err));
  return iso_cells_reserve(slice, &s->capacity, capacity, width, s->err);
}

static iso_status append(iso_vtk_share *s, int64_t cell, const iso_kind *kind, int64_t n, cell_buffer *b) {
  iso_slice *slice = s->slice;
  iso_shape shape = ISO_LINE;
  int64_t most = iso_kind_room(kind, n);
  if (most > b->parts) {
    ISO_TRY(iso_realloc(&b->part, (size_t)most, sizeof *b->part, "parts of a cell", s->err));
    b->parts = most;
  }
  int64_t parts = iso_kind_parts(kind, n, b->node, s->how, &shape, b->part);
  int width = iso_shape_nodes(shape);
  iso_kind_count(&s->met, kind, s->how);
  s->one_each = s->one_each && parts == 1;
  if (parts > 0) ISO_TRY(reserve(s, parts, width));
  for (int64_t p = 0; p < parts; p++) {
    iso_gid *to = slice->conn + slice->nelem * slice->width;
    for (int i = 0; i < slice->width; i++) to[i] = i < width ? b->part[p][i] : -1;
    s->cell[slice->nelem] = (iso_lid)(cell - s->first_cell);
    slice->shape[slice->nelem++] = (uint8_t)shape;
  }
  return ISO_OK;
}

static iso_status take_cell(iso_vtk_share *s, const iso_vtk_cells *block, const streams *in, int64_t cell,
                            int64_t type, int64_t n, cell_buffer *b) {
  iso_kind kind;
  const iso_values *where = in->types ? in->types : in->nodes;
  ISO_TRY(find_kind(s, where, cell, type, n, &kind));
  ISO_TRY(take_nodes(s, in->nodes, n, b));
  ISO_TRY(number_nodes(s, block, in->nodes, cell, n, b->node));
  if (!s->ghost || !s->ghost[cell - s->first_cell]) return append(s, cell, &kind, n, b);
  s->nghosts++;
  s->one_each = false;
  return ISO_OK;
}

/* ---- cells of a block ---- */

static iso_status take_types(const iso_vtk_share *s, const iso_vtk_cells *block, streams *in, int64_t n,
                             int64_t *types) {
  if (in->types) return iso_values_integers(in->types, n, types, s->err);
  for (int64_t i = 0; i < n; i++) types[i] = block->type;
  return ISO_OK;
}

static iso_status classic_count(iso_vtk_share *s, const streams *in, int64_t n) {
  if (n >= 0) return ISO_OK;
  return iso_values_fail(in->nodes, s->err, "a cell with %lld nodes", (long long)n);
}

static iso_status read_classic(iso_vtk_share *s, const iso_vtk_cells *block, streams *in, iso_vtk_range own,
                               cell_buffer *b) {
  int64_t types[CHUNK], n;
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
    ISO_TRY(take_cell(s, block, in, c, types[i], n, b));
  }
  return ISO_OK;
}

/* Where the first of this rank's cells begins, which is also how many node numbers to pass by. */
static iso_status first_offset(iso_vtk_share *s, const iso_vtk_cells *block, streams *in, int64_t skipped,
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

static iso_status read_split(iso_vtk_share *s, const iso_vtk_cells *block, streams *in, iso_vtk_range own,
                             cell_buffer *b) {
  int64_t types[CHUNK], ends[CHUNK], begin;
  ISO_TRY(first_offset(s, block, in, own.from - block->first, &begin));
  for (int64_t c = own.from; c < own.to; c++) {
    int64_t i = (c - own.from) % CHUNK, n = smaller(CHUNK, own.to - c);
    if (i == 0) ISO_TRY(take_types(s, block, in, n, types));
    if (i == 0) ISO_TRY(iso_values_integers(in->offsets, n, ends, s->err));
    if (ends[i] < begin)
      return iso_values_fail_ahead(in->offsets, s->err, "the offset of cell %lld is below the one before",
                                   (long long)c);
    ISO_TRY(take_cell(s, block, in, c, types[i], ends[i] - begin, b));
    begin = ends[i];
  }
  return ISO_OK;
}

static iso_status open_types(const iso_vtk_share *s, const iso_vtk_cells *block, iso_vtk_range own,
                             iso_values **types) {
  ISO_TRY(iso_vtk_open(s->index, &block->types, types, s->err));
  return iso_values_skip(*types, own.from - block->first, s->err);
}

static iso_status open_streams(iso_vtk_share *s, const iso_vtk_cells *block, streams *in, iso_vtk_range own) {
  if (block->types.type) ISO_TRY(open_types(s, block, own, &in->types));
  if (!block->classic) ISO_TRY(iso_vtk_open(s->index, &block->offsets, &in->offsets, s->err));
  return iso_vtk_open(s->index, &block->connectivity, &in->nodes, s->err);
}

static iso_status finish(const streams *in, iso_error *err) {
  ISO_TRY(iso_values_finish(in->nodes, err));
  if (in->types) ISO_TRY(iso_values_finish(in->types, err));
  return in->offsets ? iso_values_finish(in->offsets, err) : ISO_OK;
}

static iso_status read_block(iso_vtk_share *s, const iso_vtk_cells *block, iso_vtk_range own,
                             cell_buffer *b) {
  streams in = {0};
  iso_status status = open_streams(s, block, &in, own);
  if (status == ISO_OK)
    status = block->classic ? read_classic(s, block, &in, own, b) : read_split(s, block, &in, own, b);
  if (status == ISO_OK && own.to == block->first + block->items) status = finish(&in, s->err);
  iso_values_close(in.types);
  iso_values_close(in.offsets);
  iso_values_close(in.nodes);
  return status;
}

iso_status iso_vtk_read_cells(iso_vtk_share *s) {
  cell_buffer b = {0};
  iso_status status = ISO_OK;
  s->one_each = true;
  if (s->ncells > INT32_MAX)
    return iso_fail(s->err, ISO_EINPUT, "%s: more than 2^31 cells for a rank; use more ranks", s->path);
  ISO_TRY(iso_realloc(&s->cell, (size_t)s->ncells, sizeof *s->cell, "elements", s->err));
  ISO_TRY(iso_cells_reserve(s->slice, &s->capacity, s->ncells, 2, s->err));
  for (int k = 0; k < s->index->ncells_blocks && status == ISO_OK; k++) {
    const iso_vtk_cells *block = &s->index->cells[k];
    iso_vtk_range own = iso_vtk_common(block->first, block->items, s->first_cell, s->ncells);
    if (own.from < own.to) status = read_block(s, block, own, &b);
  }
  free(b.node);
  free(b.part);
  return status;
}

/* ---- how they are taken apart ---- */

typedef struct {
  int prisms; /* pyramids or wedges are there, of any order */
  int whole;  /* elements of second or higher order that cannot be cut, so that none may be */
} seen;

/* By number (vtkCellType.h); of Lagrange's simplices it is the number of nodes that tells the order. */
static void look_at(int64_t type, seen *found) {
  static const uint8_t prisms[] = {13, 14, 26, 27, 31, 32, 37, 73, 74, 80, 81};
  static const uint8_t whole[] = {23, 25, 26, 27, 30, 31, 32, 33, 34, 35, 37, 72, 73, 74};
  for (size_t i = 0; i < sizeof prisms; i++) found->prisms |= prisms[i] == type;
  for (size_t i = 0; i < sizeof whole; i++) found->whole |= whole[i] == type;
  found->whole |= type >= 75 && type <= 81;
}

static iso_status look(const iso_vtk_share *s, const iso_vtk_cells *block, iso_vtk_range own, seen *found) {
  int64_t types[CHUNK];
  iso_values *in = NULL;
  iso_status status = open_types(s, block, own, &in);
  for (int64_t c = own.from; c < own.to && status == ISO_OK; c += CHUNK) {
    int64_t n = smaller(CHUNK, own.to - c);
    status = iso_values_integers(in, n, types, s->err);
    for (int64_t i = 0; i < n && status == ISO_OK; i++)
      if (i == 0 || types[i] != types[i - 1]) look_at(types[i], found);
  }
  iso_values_close(in);
  return status;
}

iso_status iso_vtk_choose_parts(iso_vtk_share *s, bool cut) {
  seen found = {0};
  iso_status status = ISO_OK;
  for (int k = 0; k < s->index->ncells_blocks && status == ISO_OK; k++) {
    const iso_vtk_cells *block = &s->index->cells[k];
    iso_vtk_range own = iso_vtk_common(block->first, block->items, s->first_cell, s->ncells);
    if (block->types.type && own.from < own.to) status = look(s, block, own, &found);
  }
  ISO_TRY(iso_agree(s->comm, status, s->err));
  MPI_Allreduce(MPI_IN_PLACE, &found, 2, MPI_INT, MPI_MAX, s->comm);
  s->how = (found.prisms ? ISO_PARTS_ALL_TETRAHEDRA : 0u) | (cut && !found.whole ? ISO_PARTS_CUT : 0u);
  return ISO_OK;
}
