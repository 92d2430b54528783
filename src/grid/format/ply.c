#include "grid/format/sheets.h"

#include "base/memory.h"
#include "grid/format/read_foreign.h"
#include "grid/format/read_source.h"
#include "grid/format/text.h"
#include "grid/share/blocks.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ELEMENTS = 8, MOST_PROPERTIES = 48, MOST_CORNERS = 1024, RUN = 16384 };

typedef enum {
  INT8,
  UINT8,
  INT16,
  UINT16,
  INT32,
  UINT32,
  FLOAT32,
  FLOAT64,
  NTYPES,
  NO_LIST = NTYPES
} value_type;

static const struct {
  const char *name, *other;
  int bytes;
} types[NTYPES] = {{"char", "int8", 1},     {"uchar", "uint8", 1},   {"short", "int16", 2},
                   {"ushort", "uint16", 2}, {"int", "int32", 4},     {"uint", "uint32", 4},
                   {"float", "float32", 4}, {"double", "float64", 8}};

typedef struct {
  value_type type, count; /* count: of a list's length, or NO_LIST */
  int role;               /* 0, 1, 2: x, y, z of a vertex; 0: vertices of a face; -1: none */
} property;

typedef struct {
  bool is_vertex, is_face;
  int64_t n;
  int nproperties;
  property property[MOST_PROPERTIES];
} element;

/* Where every RUN-th item begins. */
typedef struct {
  int n;
  int64_t *offset, *line; /* [n] */
} places;

typedef struct {
  bool text, big;              /* big-endian */
  int nelements, vertex, face; /* numbers of these elements, -1 */
  element element[MOST_ELEMENTS];
  places of_vertices, of_faces;
} layout;

typedef struct {
  iso_source source;
  const layout *l;
  iso_error *err;
} input;

static iso_status fail(const input *in, const char *format, ...) __attribute__((format(printf, 2, 3)));

static iso_status fail(const input *in, const char *format, ...) {
  char text[400];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  if (in->l->text)
    return iso_fail(in->err, ISO_EINPUT, "%s:%lld: %s", in->source.path, (long long)in->source.line, text);
  return iso_fail(in->err, ISO_EINPUT, "%s: byte %lld: %s", in->source.path,
                  (long long)iso_source_offset(&in->source), text);
}

static iso_status complete(const input *in, iso_status status, const iso_error *why) {
  if (status == ISO_EINPUT) return fail(in, "%s", why->message);
  return status == ISO_OK ? ISO_OK : iso_fail(in->err, status, "%s", why->message);
}

static iso_status next_line(input *in, const char **p, const char **end) {
  iso_error why = {0};
  do {
    const iso_status status = iso_source_line(&in->source, p, end, &why);
    if (status != ISO_OK) return complete(in, status, &why);
    if (!*p) return fail(in, "the file ends too early; it is cut short");
    *p = iso_text_skip(*p, *end);
  } while (*p == *end);
  return ISO_OK;
}

/* ---- the header ---- */

static bool word_is(const char *p, const char *end, const char *word) {
  const size_t n = strlen(word);
  return (size_t)(iso_text_word_end(p, end) - p) == n && !strncmp(p, word, n);
}

/* The word behind. */
static const char *behind(const char *p, const char *end) {
  return iso_text_skip(iso_text_word_end(p, end), end);
}

static iso_status find_type(input *in, const char *p, const char *end, value_type *type) {
  for (*type = 0; *type < NTYPES; ++*type)
    if (word_is(p, end, types[*type].name) || word_is(p, end, types[*type].other)) return ISO_OK;
  return fail(in, "a property has a type that is not known");
}

static iso_status add_property(input *in, element *e, const char *p, const char *end) {
  static const char *const axes[] = {"x", "y", "z"};
  property *to = &e->property[e->nproperties];
  if (e->nproperties++ == MOST_PROPERTIES) return fail(in, "more than %d properties", MOST_PROPERTIES);
  *to = (property){.count = NO_LIST, .role = -1};
  p = behind(p, end);
  const bool list = word_is(p, end, "list");
  if (list) {
    p = behind(p, end);
    ISO_TRY(find_type(in, p, end, &to->count));
    p = behind(p, end);
  }
  ISO_TRY(find_type(in, p, end, &to->type));
  p = behind(p, end);
  for (int a = 0; a < 3; a++)
    if (e->is_vertex && !list && word_is(p, end, axes[a])) to->role = a;
  if (e->is_face && list && (word_is(p, end, "vertex_indices") || word_is(p, end, "vertex_index")))
    to->role = 0;
  return ISO_OK;
}

static iso_status add_element(input *in, layout *l, const char *p, const char *end) {
  element *e = &l->element[l->nelements];
  if (l->nelements == MOST_ELEMENTS) return fail(in, "more than %d kinds of elements", MOST_ELEMENTS);
  p = behind(p, end);
  *e = (element){.is_vertex = word_is(p, end, "vertex"), .is_face = word_is(p, end, "face")};
  if (e->is_vertex) l->vertex = l->nelements;
  if (e->is_face) l->face = l->nelements;
  l->nelements++;
  if (iso_text_integer(behind(p, end), end, &e->n) && e->n >= 0 && e->n <= in->source.size) return ISO_OK;
  return fail(in, "a number of elements is impossible; the file is damaged, or cut short");
}

static iso_status check_layout(input *in, const layout *l) {
  int roles = 0, lists = 0;
  if (l->vertex < 0 || l->face < 0 || l->element[l->face].n == 0 || l->element[l->vertex].n == 0)
    return fail(in, "there are no vertices, or no faces");
  for (int k = 0; k < l->element[l->vertex].nproperties; k++)
    if (l->element[l->vertex].property[k].role >= 0) roles |= 1 << l->element[l->vertex].property[k].role;
  for (int k = 0; k < l->element[l->face].nproperties; k++)
    lists += l->element[l->face].property[k].role == 0;
  if (roles == 7 && lists == 1) return ISO_OK;
  return fail(in, "vertices need the properties x, y and z, faces the list vertex_indices");
}

static iso_status read_header(input *in, layout *l) {
  const char *p, *end;
  bool has_format = false;
  ISO_TRY(next_line(in, &p, &end));
  if (!word_is(p, end, "ply")) return fail(in, "this is no PLY file: it does not begin with 'ply'");
  for (;;) {
    ISO_TRY(next_line(in, &p, &end));
    if (word_is(p, end, "end_header")) break;
    if (word_is(p, end, "format")) {
      const char *how = behind(p, end);
      has_format = true;
      l->big = word_is(how, end, "binary_big_endian");
      if (!l->big && !word_is(how, end, "binary_little_endian") && !word_is(how, end, "ascii"))
        return fail(in, "the format is none of ascii, binary_little_endian and binary_big_endian");
      l->text = word_is(how, end, "ascii");
    } else if (word_is(p, end, "element")) {
      ISO_TRY(add_element(in, l, p, end));
    } else if (word_is(p, end, "property")) {
      if (l->nelements == 0) return fail(in, "a property of no element");
      ISO_TRY(add_property(in, &l->element[l->nelements - 1], p, end));
    }
  }
  if (!has_format) return fail(in, "the header names no format");
  return check_layout(in, l);
}

/* ---- items ---- */

static double decode(const unsigned char *b, value_type type, bool big) {
  const int n = types[type].bytes;
  uint64_t word = 0;
  for (int i = 0; i < n; i++) word = word << 8 | b[big ? i : n - 1 - i];
  const uint32_t half = (uint32_t)word;
  float single;
  double full;
  switch (type) {
  case INT8:
    return (int8_t)word;
  case UINT8:
    return (uint8_t)word;
  case INT16:
    return (int16_t)word;
  case UINT16:
    return (uint16_t)word;
  case INT32:
    return (int32_t)half;
  case UINT32:
    return half;
  case FLOAT32:
    memcpy(&single, &half, sizeof single);
    return single;
  default:
    memcpy(&full, &word, sizeof full);
    return full;
  }
}

/* The next value: of the line [*p, end) in text. */
static iso_status take(input *in, value_type type, const char **p, const char *end, double *value) {
  if (in->l->text) {
    *p = iso_text_real(*p, end, value);
    return *p ? ISO_OK : fail(in, "the line has too few numbers");
  }
  unsigned char b[8];
  iso_error why = {0};
  const iso_status status = iso_source_take(&in->source, b, (size_t)types[type].bytes, &why);
  *value = status == ISO_OK ? decode(b, type, in->l->big) : 0;
  return complete(in, status, &why);
}

/* What an item says of its roles: x, y, z, or a list of *n values. */
static iso_status take_item(input *in, const element *e, double *value, int *n) {
  const char *p = NULL, *end = NULL;
  *n = 0;
  if (in->l->text) ISO_TRY(next_line(in, &p, &end));
  for (int k = 0; k < e->nproperties; k++) {
    const property *q = &e->property[k];
    double one, count = 1;
    if (q->count != NO_LIST) ISO_TRY(take(in, q->count, &p, end, &count));
    if (!(count >= 0 && count <= MOST_CORNERS)) return fail(in, "a list of %g values", count);
    for (int i = 0; i < (int)count; i++) {
      ISO_TRY(take(in, q->type, &p, end, &one));
      if (q->role >= 0) value[e->is_vertex ? q->role : i] = one;
    }
    if (e->is_face && q->role == 0) *n = (int)count;
  }
  return ISO_OK;
}

/* ---- the index ---- */

static iso_status add_place(places *to, const input *in) {
  ISO_TRY(iso_realloc(&to->offset, (size_t)to->n + 1, sizeof *to->offset, "a file's index", in->err));
  ISO_TRY(iso_realloc(&to->line, (size_t)to->n + 1, sizeof *to->line, "a file's index", in->err));
  to->offset[to->n] = iso_source_offset(&in->source);
  to->line[to->n++] = in->source.line;
  return ISO_OK;
}

static iso_status index_items(input *in, layout *l) {
  double value[MOST_CORNERS];
  const char *p, *end;
  int n;
  for (int k = 0; k < l->nelements; k++)
    for (int64_t i = 0; i < l->element[k].n; i++) {
      if (i % RUN == 0 && k == l->vertex) ISO_TRY(add_place(&l->of_vertices, in));
      if (i % RUN == 0 && k == l->face) ISO_TRY(add_place(&l->of_faces, in));
      ISO_TRY(l->text ? next_line(in, &p, &end) : take_item(in, &l->element[k], value, &n));
    }
  return ISO_OK;
}

static iso_status make_index(const char *path, layout *l, iso_error *err) {
  input in = {.l = l, .err = err};
  *l = (layout){.text = true, .vertex = -1, .face = -1}; /* the header is text */
  ISO_TRY(iso_source_open(&in.source, path, err));
  iso_status status = in.source.gz
                          ? iso_fail(err, ISO_EINPUT, "%s is compressed by gzip; unpack it: gunzip", path)
                          : read_header(&in, l);
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
static iso_status go_to(input *in, const element *e, const places *p, int64_t first) {
  double value[MOST_CORNERS];
  int n;
  iso_source_seek(&in->source, p->offset[first / RUN], p->line[first / RUN]);
  for (int64_t i = first / RUN * RUN; i < first; i++) ISO_TRY(take_item(in, e, value, &n));
  return ISO_OK;
}

static iso_status read_vertices(input *in, iso_slice *slice) {
  const element *e = &in->l->element[in->l->vertex];
  double value[MOST_CORNERS];
  int n;
  ISO_TRY(iso_alloc(&slice->xyz, (size_t)slice->nnode, sizeof *slice->xyz, "vertices", in->err));
  if (slice->nnode == 0) return ISO_OK;
  ISO_TRY(go_to(in, e, &in->l->of_vertices, slice->first_node));
  for (int64_t i = 0; i < slice->nnode; i++) {
    ISO_TRY(take_item(in, e, value, &n));
    if (!isfinite(value[0] + value[1] + value[2]))
      return fail(in, "a coordinate of vertex %lld (counted from 0) is not a finite number",
                  (long long)(slice->first_node + i));
    memcpy(slice->xyz[i], value, sizeof slice->xyz[i]);
  }
  return ISO_OK;
}

static iso_status read_faces(input *in, int64_t first, int64_t count, iso_foreign *f) {
  enum { VTK_TRIANGLE = 5, VTK_POLYGON = 7 };
  const element *e = &in->l->element[in->l->face];
  double value[MOST_CORNERS];
  iso_gid node[MOST_CORNERS];
  int n;
  if (count == 0) return ISO_OK;
  ISO_TRY(go_to(in, e, &in->l->of_faces, first));
  for (int64_t k = 0; k < count; k++) {
    iso_kind kind;
    ISO_TRY(take_item(in, e, value, &n));
    if (n < 3) return fail(in, "face %lld (counted from 0) has %d vertices", (long long)(first + k), n);
    for (int i = 0; i < n; i++) {
      if (!(value[i] >= 0 && value[i] < (double)f->slice->nnodes))
        return fail(in, "face %lld (counted from 0) has vertex %g, and there are 0 to %lld",
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
  input in = {.l = l, .err = err};
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  const int64_t faces = l->element[l->face].n, first = iso_block_first(faces, size, rank);
  slice->nnodes = l->element[l->vertex].n;
  slice->first_node = iso_block_first(slice->nnodes, size, rank);
  slice->nnode = iso_block_first(slice->nnodes, size, rank + 1) - slice->first_node;
  iso_foreign_begin(f, comm, slice, false);
  iso_status status = iso_source_open(&in.source, path, err);
  if (status == ISO_OK) {
    status = read_vertices(&in, slice);
    if (status == ISO_OK) status = read_faces(&in, first, iso_block_first(faces, size, rank + 1) - first, f);
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
