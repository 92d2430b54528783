#include "grid/format/sheets.h"

#include "base/memory.h"
#include "grid/format/ply_header.h"
#include "grid/format/read_foreign.h"
#include "grid/format/text.h"
#include "grid/share/blocks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_CORNERS = 1024, RUN = 16384 };

/* Where every RUN-th item begins. */
typedef struct {
  int n;
  int64_t *offset, *line; /* [n] */
} places;

typedef struct {
  iso_ply_header header;
  places of_vertices, of_faces;
} layout;

/* ---- items ---- */

static double decode(const unsigned char *b, iso_ply_type type, bool big) {
  const int n = iso_ply_bytes(type);
  uint64_t word = 0;
  for (int i = 0; i < n; i++) word = word << 8 | b[big ? i : n - 1 - i];
  const uint32_t half = (uint32_t)word;
  float single;
  double full;
  switch (type) {
  case ISO_PLY_INT8:
    return (int8_t)word;
  case ISO_PLY_UINT8:
    return (uint8_t)word;
  case ISO_PLY_INT16:
    return (int16_t)word;
  case ISO_PLY_UINT16:
    return (uint16_t)word;
  case ISO_PLY_INT32:
    return (int32_t)half;
  case ISO_PLY_UINT32:
    return half;
  case ISO_PLY_FLOAT32:
    memcpy(&single, &half, sizeof single);
    return single;
  default:
    memcpy(&full, &word, sizeof full);
    return full;
  }
}

/* The next value: of the line [*p, end) in text. */
static iso_status take(iso_ply_input *in, iso_ply_type type, const char **p, const char *end, double *value) {
  if (in->header->text) {
    *p = iso_text_real(*p, end, value);
    return *p ? ISO_OK : iso_ply_fail(in, "the line has too few numbers");
  }
  unsigned char b[8];
  iso_error why = {0};
  const iso_status status = iso_source_take(&in->source, b, (size_t)iso_ply_bytes(type), &why);
  *value = status == ISO_OK ? decode(b, type, in->header->big) : 0;
  return iso_ply_complete(in, status, &why);
}

/* What an item says of its roles: x, y, z, or a list of *n values. */
static iso_status take_item(iso_ply_input *in, const iso_ply_element *e, double *value, int *n) {
  const char *p = NULL, *end = NULL;
  *n = 0;
  if (in->header->text) ISO_TRY(iso_ply_line(in, &p, &end));
  for (int k = 0; k < e->nproperties; k++) {
    const iso_ply_property *q = &e->property[k];
    double one, count = 1;
    if (q->count != ISO_PLY_NO_LIST) ISO_TRY(take(in, q->count, &p, end, &count));
    if (!(count >= 0 && count <= MOST_CORNERS)) return iso_ply_fail(in, "a list of %g values", count);
    for (int i = 0; i < (int)count; i++) {
      ISO_TRY(take(in, q->type, &p, end, &one));
      if (q->role >= 0) value[e->is_vertex ? q->role : i] = one;
    }
    if (e->is_face && q->role == 0) *n = (int)count;
  }
  return ISO_OK;
}

/* ---- the index ---- */

static iso_status add_place(places *to, const iso_ply_input *in) {
  ISO_TRY(iso_realloc(&to->offset, (size_t)to->n + 1, sizeof *to->offset, "a file's index", in->err));
  ISO_TRY(iso_realloc(&to->line, (size_t)to->n + 1, sizeof *to->line, "a file's index", in->err));
  to->offset[to->n] = iso_source_offset(&in->source);
  to->line[to->n++] = in->source.line;
  return ISO_OK;
}

static iso_status index_items(iso_ply_input *in, layout *l) {
  double value[MOST_CORNERS];
  const char *p, *end;
  int n;
  const iso_ply_header *h = &l->header;
  for (int k = 0; k < h->nelements; k++)
    for (int64_t i = 0; i < h->element[k].n; i++) {
      if (i % RUN == 0 && k == h->vertex) ISO_TRY(add_place(&l->of_vertices, in));
      if (i % RUN == 0 && k == h->face) ISO_TRY(add_place(&l->of_faces, in));
      ISO_TRY(h->text ? iso_ply_line(in, &p, &end) : take_item(in, &h->element[k], value, &n));
    }
  return ISO_OK;
}

static iso_status make_index(const char *path, layout *l, iso_error *err) {
  iso_ply_input in = {.header = &l->header, .err = err};
  *l = (layout){0};
  ISO_TRY(iso_source_open(&in.source, path, err));
  iso_status status = in.source.gz
                          ? iso_fail(err, ISO_EINPUT, "%s is compressed by gzip; unpack it: gunzip", path)
                          : iso_ply_read_header(&in, &l->header);
  if (status == ISO_OK) status = index_items(&in, l);
  iso_source_close(&in.source);
  return status;
}

static void free_places(layout *l) {
  free(l->of_vertices.offset), free(l->of_vertices.line);
  free(l->of_faces.offset), free(l->of_faces.line);
}

static iso_status share_places(MPI_Comm comm, places *p, iso_error *err) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  iso_status status = ISO_OK;
  if (rank != 0) {
    *p = (places){.n = p->n};
    status = iso_alloc(&p->offset, (size_t)p->n, sizeof *p->offset, "a file's index", err);
    if (status == ISO_OK) status = iso_alloc(&p->line, (size_t)p->n, sizeof *p->line, "a file's index", err);
  }
  ISO_TRY(iso_agree(comm, status, err));
  MPI_Bcast(p->offset, p->n, MPI_INT64_T, 0, comm);
  MPI_Bcast(p->line, p->n, MPI_INT64_T, 0, comm);
  return ISO_OK;
}

static iso_status share_layout(MPI_Comm comm, layout *l, iso_error *err) {
  int rank;
  layout head = *l;
  MPI_Comm_rank(comm, &rank);
  MPI_Bcast(&head, (int)sizeof head, MPI_BYTE, 0, comm);
  if (rank != 0) {
    *l = head;
    l->of_vertices = (places){.n = head.of_vertices.n};
    l->of_faces = (places){.n = head.of_faces.n};
  }
  ISO_TRY(share_places(comm, &l->of_vertices, err));
  return share_places(comm, &l->of_faces, err);
}

/* ---- a rank's share ---- */

/* To item number first of an element. */
static iso_status go_to(iso_ply_input *in, const iso_ply_element *e, const places *p, int64_t first) {
  double value[MOST_CORNERS];
  int n;
  iso_source_seek(&in->source, p->offset[first / RUN], p->line[first / RUN]);
  for (int64_t i = first / RUN * RUN; i < first; i++) ISO_TRY(take_item(in, e, value, &n));
  return ISO_OK;
}

static iso_status read_vertices(iso_ply_input *in, const layout *l, iso_slice *slice) {
  const iso_ply_element *e = &l->header.element[l->header.vertex];
  double value[MOST_CORNERS];
  int n;
  ISO_TRY(iso_alloc(&slice->xyz, (size_t)slice->nnode, sizeof *slice->xyz, "vertices", in->err));
  if (slice->nnode == 0) return ISO_OK;
  ISO_TRY(go_to(in, e, &l->of_vertices, slice->first_node));
  for (int64_t i = 0; i < slice->nnode; i++) {
    ISO_TRY(take_item(in, e, value, &n));
    if (!isfinite(value[0] + value[1] + value[2]))
      return iso_ply_fail(in, "a coordinate of vertex %lld (counted from 0) is not a finite number",
                          (long long)(slice->first_node + i));
    memcpy(slice->xyz[i], value, sizeof slice->xyz[i]);
  }
  return ISO_OK;
}

static iso_status read_faces(iso_ply_input *in, const layout *l, int64_t first, int64_t count,
                             iso_foreign *f) {
  enum { VTK_TRIANGLE = 5, VTK_POLYGON = 7 };
  const iso_ply_element *e = &l->header.element[l->header.face];
  double value[MOST_CORNERS];
  iso_gid node[MOST_CORNERS];
  int n;
  if (count == 0) return ISO_OK;
  ISO_TRY(go_to(in, e, &l->of_faces, first));
  for (int64_t k = 0; k < count; k++) {
    iso_kind kind;
    ISO_TRY(take_item(in, e, value, &n));
    if (n < 3)
      return iso_ply_fail(in, "face %lld (counted from 0) has %d vertices", (long long)(first + k), n);
    for (int i = 0; i < n; i++) {
      if (!(value[i] >= 0 && value[i] < (double)f->slice->nnodes))
        return iso_ply_fail(in, "face %lld (counted from 0) has vertex %g, and there are 0 to %lld",
                            (long long)(first + k), value[i], (long long)f->slice->nnodes - 1);
      node[i] = (iso_gid)value[i];
    }
    iso_kind_of_vtk(n == 3 ? VTK_TRIANGLE : VTK_POLYGON, n, &kind);
    ISO_TRY(iso_foreign_put(f, &kind, n, node, 0, in->err));
  }
  return ISO_OK;
}

static iso_status read_share(MPI_Comm comm, const char *path, const layout *l, iso_foreign *f,
                             iso_slice *slice, iso_error *err) {
  int rank, size;
  iso_ply_input in = {.header = &l->header, .err = err};
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  const int64_t faces = l->header.element[l->header.face].n, first = iso_block_first(faces, size, rank);
  slice->nnodes = l->header.element[l->header.vertex].n;
  slice->first_node = iso_block_first(slice->nnodes, size, rank);
  slice->nnode = iso_block_first(slice->nnodes, size, rank + 1) - slice->first_node;
  iso_foreign_begin(f, comm, slice, false);
  iso_status status = iso_source_open(&in.source, path, err);
  if (status == ISO_OK) {
    status = read_vertices(&in, l, slice);
    if (status == ISO_OK)
      status = read_faces(&in, l, first, iso_block_first(faces, size, rank + 1) - first, f);
    iso_source_close(&in.source);
  }
  return iso_agree(comm, status, err);
}

iso_status iso_ply_read(MPI_Comm comm, const iso_read_options *options, iso_slice *slice, iso_error *err) {
  int rank;
  layout l = {0};
  iso_foreign f = {0};
  MPI_Comm_rank(comm, &rank);
  iso_status status = iso_agree(comm, rank == 0 ? make_index(options->path, &l, err) : ISO_OK, err);
  if (status == ISO_OK) status = share_layout(comm, &l, err);
  if (status == ISO_OK) status = read_share(comm, options->path, &l, &f, slice, err);
  if (status == ISO_OK) status = iso_foreign_end(&f, comm, options->path, options->notes, err);
  free_places(&l);
  return status;
}
