#include "grid/format/carp.h"

#include "base/memory.h"
#include "grid/format/carp_binary.h"
#include "grid/format/carp_lines.h"
#include "grid/format/carp_split.h"
#include "grid/format/read_cells.h"
#include "grid/format/read_runs.h"
#include "grid/format/text.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Room for half as many again, so that appending stays linear. */
static int64_t grown(int64_t capacity) { return capacity + capacity / 2 + 16; }

/* ---- .pts ---- */

typedef struct {
  iso_slice *slice;
  int64_t capacity;
} points_context;

static iso_status take_point(void *context, const char *p, const char *end, iso_error *err) {
  points_context *c = context;
  iso_slice *slice = c->slice;
  if (slice->nnode == c->capacity) {
    ISO_TRY(iso_realloc(&slice->xyz, (size_t)grown(c->capacity), sizeof *slice->xyz, "nodes", err));
    c->capacity = grown(c->capacity);
  }
  double *x = slice->xyz[slice->nnode];
  for (int k = 0; k < 3; k++) {
    p = iso_text_real(p, end, &x[k]);
    if (!p) return iso_fail(err, ISO_EINPUT, "a node needs three coordinates");
    if (!isfinite(x[k])) return iso_fail(err, ISO_EINPUT, "a coordinate is not a finite number");
  }
  if (iso_text_skip(p, end) < end)
    return iso_fail(err, ISO_EINPUT, "there is more on the line than three coordinates");
  slice->nnode++;
  return ISO_OK;
}

/* The number of lines must be what the first line promises. */
static iso_status check_count(const iso_carp_file *file, int64_t found, const char *what, iso_error *err) {
  if (found == file->header) return ISO_OK;
  return iso_fail(
      err, ISO_EINPUT,
      "%s:%lld: the file announces %lld %s, but %lld lines follow; it is cut short or its first line "
      "is wrong",
      file->path, (long long)file->header_line, (long long)file->header, what, (long long)found);
}

static iso_status need_header(const iso_carp_file *file, const char *what, iso_error *err) {
  if (file->header_line && file->header > 0) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "%s:%lld: the first line must be the number of %s, above 0", file->path,
                  (long long)(file->header_line ? file->header_line : 1), what);
}

static iso_status read_points(MPI_Comm comm, const iso_carp_file *file, iso_slice *slice, iso_error *err) {
  ISO_TRY(need_header(file, "nodes", err));
  points_context context = {slice, iso_carp_share(comm, file, file->header, 6)};
  ISO_TRY(iso_agree(
      comm, iso_realloc(&slice->xyz, (size_t)context.capacity, sizeof *slice->xyz, "nodes", err), err));
  ISO_TRY(iso_carp_parse(comm, file, file->header, take_point, &context, err));
  iso_runs_place(comm, slice->nnode, &slice->first_node, &slice->nnodes);
  ISO_TRY(check_count(file, slice->nnodes, "nodes", err));
  return iso_agree(comm, iso_realloc(&slice->xyz, (size_t)slice->nnode, sizeof *slice->xyz, "nodes", err),
                   err);
}

/* ---- .elem ---- */

typedef struct {
  iso_slice *slice;
  int64_t capacity;
} elements_context;

const char *const iso_carp_shape[ISO_NSHAPES] = {"Ln", "Tr", "Tt", "Hx"};

const int iso_carp_hexahedron[ISO_MAX_NODES] = {0, 1, 2, 3, 4, 7, 6, 5};

static const char *take_nodes(const char *p, const char *end, const iso_carp_type *type, iso_gid *node) {
  for (int i = 0; i < type->nodes && p; i++)
    p = iso_text_integer(p, end, &node[type->nodes == ISO_MAX_NODES ? iso_carp_hexahedron[i] : i]);
  return p;
}

iso_status iso_carp_check_nodes(const iso_gid *node, int n, iso_gid nnodes, iso_error *err) {
  for (int i = 0; i < n; i++)
    if (node[i] < 0 || node[i] >= nnodes)
      return iso_fail(err, ISO_EINPUT, "node %lld does not exist; the mesh has nodes 0 to %lld",
                      (long long)node[i], (long long)nnodes - 1);
  return ISO_OK;
}

static iso_status take_tag(const char *p, const char *end, int32_t *tag, iso_error *err) {
  int64_t value = 0;
  p = iso_text_skip(p, end);
  if (p < end) p = iso_text_integer(p, end, &value);
  if (!p || value < INT32_MIN || value > INT32_MAX)
    return iso_fail(err, ISO_EINPUT, "the region tag after the nodes must be an integer of 32 bits");
  if (iso_text_skip(p, end) < end)
    return iso_fail(err, ISO_EINPUT, "there is more on the line than nodes and a region tag");
  *tag = (int32_t)value;
  return ISO_OK;
}

static iso_status take_element(void *context, const char *p, const char *end, iso_error *err) {
  elements_context *c = context;
  iso_slice *slice = c->slice;
  p = iso_text_skip(p, end);
  const char *word = p;
  p = iso_text_word_end(p, end);
  const iso_carp_type *type = iso_carp_type_of_word(word, (size_t)(p - word));
  if (!type)
    return iso_fail(err, ISO_EINPUT, "element type '%.*s' is not supported; use Tt, Hx, Py, Pr, Tr, Qd or Ln",
                    (int)(p - word < 16 ? p - word : 16), word);
  int n = type->nodes;
  if (slice->nelem == c->capacity || n > slice->width)
    ISO_TRY(iso_cells_reserve(slice, &c->capacity,
                              slice->nelem < c->capacity ? c->capacity : grown(c->capacity), n, err));
  iso_gid *node = slice->conn + slice->nelem * slice->width;
  p = take_nodes(p, end, type, node);
  if (!p) return iso_fail(err, ISO_EINPUT, "the element needs %d node numbers", n);
  ISO_TRY(iso_carp_check_nodes(node, n, slice->nnodes, err));
  for (int i = n; i < slice->width; i++) node[i] = -1;
  ISO_TRY(take_tag(p, end, &slice->tag[slice->nelem], err));
  slice->shape[slice->nelem++] = (uint8_t)type->vtk;
  return ISO_OK;
}

static iso_status read_elements(MPI_Comm comm, const iso_carp_file *file, iso_slice *slice, iso_error *err) {
  ISO_TRY(need_header(file, "elements", err));
  elements_context context = {slice, 0};
  int64_t share = iso_carp_share(comm, file, file->header, 7);
  ISO_TRY(iso_agree(comm, iso_cells_reserve(slice, &context.capacity, share, 2, err), err));
  ISO_TRY(iso_carp_parse(comm, file, file->header, take_element, &context, err));
  iso_runs_place(comm, slice->nelem, &slice->first_elem, &slice->nelems);
  return check_count(file, slice->nelems, "elements", err);
}

/* ---- .lon ---- */

typedef struct {
  int columns;
  float *values; /* [n][columns] */
  int64_t n, capacity;
} fibres_context;

static iso_status take_fibre(void *context, const char *p, const char *end, iso_error *err) {
  fibres_context *c = context;
  if (c->n == c->capacity) {
    size_t count = (size_t)grown(c->capacity) * (size_t)c->columns;
    ISO_TRY(iso_realloc(&c->values, count, sizeof *c->values, "fibres", err));
    c->capacity = grown(c->capacity);
  }
  float *v = c->values + c->n * c->columns;
  for (int k = 0; k < c->columns; k++) {
    double x;
    p = iso_text_real(p, end, &x);
    if (!p) return iso_fail(err, ISO_EINPUT, "%d numbers are needed, as on the first line", c->columns);
    v[k] = (float)x;
  }
  if (iso_text_skip(p, end) < end)
    return iso_fail(err, ISO_EINPUT, "there are more than %d numbers, which is what the first line has",
                    c->columns);
  c->n++;
  return ISO_OK;
}

iso_status iso_carp_frames(iso_slice *slice, int columns, const float *values, iso_error *err) {
  ISO_TRY(iso_realloc(&slice->fibre, (size_t)slice->nelem, sizeof *slice->fibre, "fibres", err));
  if (columns == 6)
    ISO_TRY(iso_realloc(&slice->sheet, (size_t)slice->nelem, sizeof *slice->sheet, "sheets", err));
  for (int64_t e = 0; e < slice->nelem; e++) {
    memcpy(slice->fibre[e], values + e * columns, sizeof *slice->fibre);
    if (columns == 6) memcpy(slice->sheet[e], values + e * columns + 3, sizeof *slice->sheet);
  }
  return ISO_OK;
}

/* Fibres were cut at bytes, elements at other bytes: bring each to its element. */
static iso_status place_fibres(MPI_Comm comm, const iso_carp_file *file, fibres_context *c, iso_slice *slice,
                               iso_error *err) {
  int64_t first, total;
  iso_runs_place(comm, c->n, &first, &total);
  if (total != slice->nelems)
    return iso_fail(err, ISO_EINPUT, "%s: %lld lines of fibres for %lld elements; there must be one each",
                    file->path, (long long)total, (long long)slice->nelems);
  float *mine = NULL;
  size_t count = (size_t)slice->nelem * (size_t)c->columns;
  iso_status status = iso_agree(comm, iso_realloc(&mine, count, sizeof *mine, "fibres", err), err);
  if (status == ISO_OK)
    status = iso_runs_move(comm, c->n, c->values, slice->nelem, mine, c->columns * (int)sizeof *mine, err);
  free(c->values);
  c->values = NULL;
  if (status == ISO_OK) status = iso_agree(comm, iso_carp_frames(slice, c->columns, mine, err), err);
  free(mine);
  return status;
}

static iso_status check_columns(const iso_carp_file *file, iso_error *err) {
  bool announced = !file->header_line || file->header * 3 == file->columns;
  if ((file->columns == 3 || file->columns == 6) && announced) return ISO_OK;
  return iso_fail(
      err, ISO_EINPUT,
      "%s:%lld: %d numbers on the first line of fibres; there must be 3 (after a line '1' or none) or 6 "
      "(after a line '2' or none)",
      file->path, (long long)file->header_line + 1, file->columns);
}

static iso_status read_fibres(MPI_Comm comm, const iso_carp_file *file, iso_slice *slice, iso_error *err) {
  ISO_TRY(check_columns(file, err));
  fibres_context context = {.columns = file->columns};
  context.capacity = iso_carp_share(comm, file, slice->nelems, 2 * file->columns);
  iso_status status =
      iso_agree(comm,
                iso_realloc(&context.values, (size_t)context.capacity * (size_t)context.columns,
                            sizeof *context.values, "fibres", err),
                err);
  if (status == ISO_OK) status = iso_carp_parse(comm, file, slice->nelems, take_fibre, &context, err);
  if (status == ISO_OK) status = place_fibres(comm, file, &context, slice, err);
  free(context.values);
  return status;
}

/* ---- the three together ---- */

static bool strip(char *name, const char *suffix) {
  size_t n = strlen(name), m = strlen(suffix);
  if (n <= m || strcmp(name + n - m, suffix) != 0) return false;
  name[n - m] = 0;
  return true;
}

iso_status iso_carp_base(char *base, size_t size, const char *path, iso_error *err) {
  if (strlen(path) + 16 > size) return iso_fail(err, ISO_EINPUT, "the path of the mesh is too long");
  strcpy(base, path);
  strip(base, ".gz");
  static const char *const endings[] = {".pts", ".elem", ".lon", ".bpts", ".belem", ".blon"};
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
    if (strip(base, endings[i])) break;
  return ISO_OK;
}

/* Rank 0 decides, so that ranks with different views of a file system do not part ways. */
static bool exists(MPI_Comm comm, const char *base, const char *extension) {
  int rank, found = 0;
  MPI_Comm_rank(comm, &rank);
  char path[sizeof((iso_carp_file *)0)->path + 16];
  if (rank == 0) {
    snprintf(path, sizeof path, "%s%s", base, extension);
    found = access(path, F_OK) == 0;
    snprintf(path, sizeof path, "%s%s.gz", base, extension);
    found = found || access(path, F_OK) == 0;
  }
  MPI_Bcast(&found, 1, MPI_INT, 0, comm);
  return found;
}

static iso_status read_text(MPI_Comm comm, const char *base, iso_slice *slice, iso_error *err) {
  iso_carp_file file;
  ISO_TRY(iso_carp_open(comm, &file, base, ".pts", err));
  ISO_TRY(read_points(comm, &file, slice, err));
  ISO_TRY(iso_carp_open(comm, &file, base, ".elem", err));
  ISO_TRY(read_elements(comm, &file, slice, err));
  if (!exists(comm, base, ".lon")) return ISO_OK; /* whoever needs fibres says so */
  ISO_TRY(iso_carp_open(comm, &file, base, ".lon", err));
  return read_fibres(comm, &file, slice, err);
}

static iso_status read_binary(MPI_Comm comm, const char *base, iso_slice *slice, iso_error *err) {
  ISO_TRY(iso_carp_binary_points(comm, base, slice, err));
  ISO_TRY(iso_carp_binary_elements(comm, base, slice, err));
  return exists(comm, base, ".blon") ? iso_carp_binary_fibres(comm, base, slice, err) : ISO_OK;
}

static iso_status read_as(MPI_Comm comm, const iso_read_options *options, bool binary, iso_slice *slice,
                          iso_error *err) {
  char base[sizeof((iso_carp_file *)0)->path];
  ISO_TRY(iso_carp_base(base, sizeof base, options->path, err));
  /* A name without ending is that of either. */
  binary = binary || (!exists(comm, base, ".pts") && exists(comm, base, ".bpts"));
  ISO_TRY(binary ? read_binary(comm, base, slice, err) : read_text(comm, base, slice, err));
  return iso_carp_split(comm, slice, options->path, options->notes, err);
}

iso_status iso_carp_read(MPI_Comm comm, const iso_read_options *options, iso_slice *slice, iso_error *err) {
  return read_as(comm, options, false, slice, err);
}

iso_status iso_carp_read_binary(MPI_Comm comm, const iso_read_options *options, iso_slice *slice,
                                iso_error *err) {
  return read_as(comm, options, true, slice, err);
}
