#include "grid/format/write.h"

#include "grid/format/carp.h"
#include "grid/format/write_file.h"

static void write_points(FILE *file, const void *context, int rank, int size) {
  (void)size;
  const iso_slice *slice = context;
  if (rank == 0) fprintf(file, "%lld\n", (long long)slice->nnodes);
  for (int64_t i = 0; i < slice->nnode; i++) {
    const double *x = slice->xyz[i];
    fprintf(file, "%.17g %.17g %.17g\n", 1000 * x[0], 1000 * x[1], 1000 * x[2]);
  }
}

static void write_elements(FILE *file, const void *context, int rank, int size) {
  (void)size;
  const iso_slice *slice = context;
  if (rank == 0) fprintf(file, "%lld\n", (long long)slice->nelems);
  for (int64_t e = 0; e < slice->nelem; e++) {
    int shape = slice->shape[e];
    const iso_gid *node = slice->conn + e * slice->width;
    fputs(iso_carp_shape[shape], file);
    for (int i = 0; i < iso_shape_nodes(shape); i++)
      fprintf(file, " %lld", (long long)node[shape == ISO_HEXAHEDRON ? iso_carp_hexahedron[i] : i]);
    fprintf(file, " %d\n", slice->tag[e]);
  }
}

/* Nine digits give every float back. */
static void write_vector(FILE *file, const float v[3], char end) {
  fprintf(file, "%.9g %.9g %.9g%c", (double)v[0], (double)v[1], (double)v[2], end);
}

static void write_fibres(FILE *file, const void *context, int rank, int size) {
  (void)size;
  const iso_slice *slice = context;
  if (rank == 0) fprintf(file, "%d\n", slice->sheet ? 2 : 1);
  for (int64_t e = 0; e < slice->nelem; e++) {
    write_vector(file, slice->fibre[e], slice->sheet ? ' ' : '\n');
    if (slice->sheet) write_vector(file, slice->sheet[e], '\n');
  }
}

static iso_status write_one(MPI_Comm comm, const iso_slice *slice, const char *base, const char *extension,
                            iso_write_part part, iso_error *err) {
  char path[4096];
  if (snprintf(path, sizeof path, "%s%s", base, extension) >= (int)sizeof path)
    return iso_fail(err, ISO_EFAIL, "the path of the mesh to write is too long");
  return iso_write_in_turn(comm, path, part, slice, err);
}

iso_status iso_slice_write_carp(MPI_Comm comm, const iso_slice *slice, const char *base, iso_error *err) {
  ISO_TRY(write_one(comm, slice, base, ".pts", write_points, err));
  ISO_TRY(write_one(comm, slice, base, ".elem", write_elements, err));
  return slice->fibre ? write_one(comm, slice, base, ".lon", write_fibres, err) : ISO_OK;
}
