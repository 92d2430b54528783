#include "grid/format/write_sheets.h"

#include "base/memory.h"
#include "grid/format/write_file.h"
#include "grid/geometry.h"
#include "grid/share/batches.h"
#include "grid/share/blocks.h"

#include <stdlib.h>
#include <string.h>

/* xyz: of STL, the places of the elements' nodes [nelem][3]. */
typedef struct job {
  const iso_slice *slice;
  double (*xyz)[3];
} job;

iso_status iso_check_sheet(MPI_Comm comm, const iso_slice *slice, const char *path, bool lines,
                           iso_error *err) {
  int64_t other = 0;
  for (int64_t e = 0; e < slice->nelem; e++)
    other += slice->shape[e] != ISO_TRIANGLE && !(lines && slice->shape[e] == ISO_LINE);
  MPI_Allreduce(MPI_IN_PLACE, &other, 1, MPI_INT64_T, MPI_SUM, comm);
  if (other == 0) return ISO_OK;
  return iso_fail(err, ISO_EINPUT,
                  "%s: such a file holds triangles%s, and the mesh has %lld other elements; write one of its "
                  "surfaces (isochrone mesh convert --surface NAME), or another format",
                  path, lines ? " and lines" : "", (long long)other);
}

/* ---- numbers, the lowest byte first ---- */

static void put(FILE *file, uint64_t bits, int bytes) {
  unsigned char b[8];
  for (int k = 0; k < bytes; k++) b[k] = (unsigned char)(bits >> 8 * k);
  fwrite(b, 1, (size_t)bytes, file);
}

static void put_floats(FILE *file, const double x[3]) {
  for (int k = 0; k < 3; k++) {
    const float value = (float)x[k];
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    put(file, bits, 4);
  }
}

static void put_doubles(FILE *file, const double x[3]) {
  for (int k = 0; k < 3; k++) {
    uint64_t bits;
    memcpy(&bits, &x[k], sizeof bits);
    put(file, bits, 8);
  }
}

static void print_place(FILE *file, const char *before, const double x[3]) {
  fprintf(file, "%s%.17g %.17g %.17g\n", before, x[0], x[1], x[2]);
}

/* ---- STL ---- */

/* Zero of a triangle without area. */
static void normal_of(const double (*x)[3], double normal[3]) {
  double a[3], b[3];
  iso_subtract(x[1], x[0], a);
  iso_subtract(x[2], x[0], b);
  iso_cross(a, b, normal);
  const double length = iso_length(normal);
  for (int k = 0; k < 3; k++) normal[k] = length > 0 ? normal[k] / length : 0;
}

static void write_stl_text(FILE *file, const void *context, int rank, int size) {
  const job *j = context;
  if (rank == 0) fputs("solid isochrone\n", file);
  for (int64_t e = 0; e < j->slice->nelem; e++) {
    const double(*x)[3] = (const double(*)[3])j->xyz + 3 * e;
    double normal[3];
    normal_of(x, normal);
    fprintf(file, "facet normal %.9g %.9g %.9g\nouter loop\n", normal[0], normal[1], normal[2]);
    for (int k = 0; k < 3; k++) print_place(file, "vertex ", x[k]);
    fputs("endloop\nendfacet\n", file);
  }
  if (rank + 1 == size) fputs("endsolid isochrone\n", file);
}

static void write_stl(FILE *file, const void *context, int rank, int size) {
  (void)size;
  const job *j = context;
  char head[80] = "isochrone"; /* "solid" begins texts */
  if (rank == 0) {
    fwrite(head, 1, sizeof head, file);
    put(file, (uint64_t)j->slice->nelems, 4);
  }
  for (int64_t e = 0; e < j->slice->nelem; e++) {
    const double(*x)[3] = (const double(*)[3])j->xyz + 3 * e;
    double normal[3];
    normal_of(x, normal);
    put_floats(file, normal);
    for (int k = 0; k < 3; k++) put_floats(file, x[k]);
    put(file, 0, 2);
  }
}

/* Places of the nodes of all elements, from the ranks that have them. */
static iso_status fetch_places(MPI_Comm comm, job *j, iso_error *err) {
  const iso_slice *s = j->slice;
  const int64_t n = 3 * s->nelem;
  iso_gid *node = NULL, *cut = NULL;
  iso_block_plan *plan = NULL;
  iso_status status = iso_alloc(&j->xyz, (size_t)n, sizeof *j->xyz, "writing a mesh", err);
  if (status == ISO_OK) status = iso_alloc(&node, (size_t)n, sizeof *node, "writing a mesh", err);
  status = iso_agree(comm, status, err);
  for (int64_t i = 0; i < n && status == ISO_OK; i++) node[i] = s->conn[i / 3 * s->width + i % 3];
  if (status == ISO_OK) status = iso_slice_cut(comm, s, &cut, err);
  if (status == ISO_OK) status = iso_block_plan_new_cut(&plan, comm, cut, n, node, err);
  if (status == ISO_OK) status = iso_block_plan_fetch(plan, s->xyz, sizeof *j->xyz, j->xyz, err);
  iso_block_plan_free(plan);
  free(node);
  free(cut);
  return status;
}

/* ---- PLY and OBJ ---- */

static void write_ply_head(FILE *file, const iso_slice *s, const char *format) {
  fprintf(
      file,
      "ply\nformat %s 1.0\ncomment isochrone, mm\nelement vertex %lld\nproperty double x\nproperty double "
      "y\nproperty double z\nelement face %lld\nproperty list uchar int vertex_indices\nend_header\n",
      format, (long long)s->nnodes, (long long)s->nelems);
}

static void write_ply_vertices(FILE *file, const void *context, int rank, int size) {
  (void)size;
  const iso_slice *s = ((const job *)context)->slice;
  if (rank == 0) write_ply_head(file, s, "binary_little_endian");
  for (int64_t i = 0; i < s->nnode; i++) put_doubles(file, s->xyz[i]);
}

static void write_ply_faces(FILE *file, const void *context, int rank, int size) {
  (void)rank, (void)size;
  const iso_slice *s = ((const job *)context)->slice;
  for (int64_t e = 0; e < s->nelem; e++) {
    put(file, 3, 1);
    for (int k = 0; k < 3; k++) put(file, (uint64_t)s->conn[e * s->width + k], 4);
  }
}

static void write_ply_text_vertices(FILE *file, const void *context, int rank, int size) {
  (void)size;
  const iso_slice *s = ((const job *)context)->slice;
  if (rank == 0) write_ply_head(file, s, "ascii");
  for (int64_t i = 0; i < s->nnode; i++) print_place(file, "", s->xyz[i]);
}

/* Nodes counted from first. */
static void print_nodes(FILE *file, const iso_slice *s, int64_t e, int first) {
  for (int k = 0; k < iso_shape_nodes(s->shape[e]); k++)
    fprintf(file, " %lld", (long long)s->conn[e * s->width + k] + first);
  fputc('\n', file);
}

static void write_ply_text_faces(FILE *file, const void *context, int rank, int size) {
  (void)rank, (void)size;
  const iso_slice *s = ((const job *)context)->slice;
  for (int64_t e = 0; e < s->nelem; e++) {
    fputc('3', file);
    print_nodes(file, s, e, 0);
  }
}

static void write_obj_vertices(FILE *file, const void *context, int rank, int size) {
  (void)size;
  const iso_slice *s = ((const job *)context)->slice;
  if (rank == 0) fputs("# isochrone, mm\n", file);
  for (int64_t i = 0; i < s->nnode; i++) print_place(file, "v ", s->xyz[i]);
}

static void write_obj_elements(FILE *file, const void *context, int rank, int size) {
  (void)rank, (void)size;
  const iso_slice *s = ((const job *)context)->slice;
  for (int64_t e = 0; e < s->nelem; e++) {
    fputc(s->shape[e] == ISO_LINE ? 'l' : 'f', file);
    print_nodes(file, s, e, 1);
  }
}

/* ---- the file ---- */

static iso_status write_parts(MPI_Comm comm, const job *j, const char *path, iso_write_part first,
                              iso_write_part second, iso_error *err) {
  iso_atomic file;
  ISO_TRY(iso_atomic_begin(&file, comm, path, err));
  iso_status status = iso_write_in_turn(&file, first, j, err);
  if (status == ISO_OK && second) status = iso_write_in_turn(&file, second, j, err);
  if (status == ISO_OK) return iso_atomic_commit(&file, err);
  iso_atomic_abandon(&file);
  return status;
}

/* Counts and numbers of nodes have 32 bits. */
static iso_status check_size(const iso_slice *slice, const char *path, iso_error *err) {
  if (slice->nnodes <= INT32_MAX && slice->nelems <= INT32_MAX) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "%s: such a file holds 2^31 nodes and triangles at most; write VTU", path);
}

static iso_status write_facets(MPI_Comm comm, const iso_slice *slice, const char *path, iso_write_part part,
                               iso_error *err) {
  job j = {.slice = slice};
  ISO_TRY(iso_check_sheet(comm, slice, path, false, err));
  ISO_TRY(check_size(slice, path, err));
  iso_status status = fetch_places(comm, &j, err);
  if (status == ISO_OK) status = write_parts(comm, &j, path, part, NULL, err);
  free(j.xyz);
  return status;
}

iso_status iso_stl_write(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err) {
  return write_facets(comm, slice, path, write_stl, err);
}

iso_status iso_stl_write_text(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err) {
  return write_facets(comm, slice, path, write_stl_text, err);
}

iso_status iso_ply_write(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err) {
  ISO_TRY(iso_check_sheet(comm, slice, path, false, err));
  ISO_TRY(check_size(slice, path, err));
  return write_parts(comm, &(job){.slice = slice}, path, write_ply_vertices, write_ply_faces, err);
}

iso_status iso_ply_write_text(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err) {
  ISO_TRY(iso_check_sheet(comm, slice, path, false, err));
  ISO_TRY(check_size(slice, path, err));
  return write_parts(comm, &(job){.slice = slice}, path, write_ply_text_vertices, write_ply_text_faces, err);
}

iso_status iso_obj_write(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err) {
  ISO_TRY(iso_check_sheet(comm, slice, path, true, err));
  return write_parts(comm, &(job){.slice = slice}, path, write_obj_vertices, write_obj_elements, err);
}
