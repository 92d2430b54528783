/* Legacy VTK: version 3.0, binary, whose numbers have the highest byte first. */
#include "grid/format/write.h"
#include "grid/format/write_file.h"

#include <stdbool.h>
#include <string.h>

static const uint8_t vtk_type[ISO_NSHAPES] = {3, 5, 10, 12};

/* What ranks write in turn, one section after the other. */
typedef struct {
  const iso_slice *slice;
  int64_t numbers; /* of CELLS */
  int nfields;
  const iso_point_field *field;
} context;

static void put(FILE *file, uint64_t bits, int bytes) {
  unsigned char b[8];
  for (int k = 0; k < bytes; k++) b[k] = (unsigned char)(bits >> 8 * (bytes - 1 - k));
  fwrite(b, 1, (size_t)bytes, file);
}

static void put_integer(FILE *file, int64_t value) { put(file, (uint32_t)(int32_t)value, 4); }

static void put_double(FILE *file, double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  put(file, bits, 8);
}

static void put_vectors(FILE *file, int64_t n, float (*v)[3]) {
  for (int64_t i = 0; i < n; i++)
    for (int k = 0; k < 3; k++) {
      uint32_t bits;
      memcpy(&bits, &v[i][k], sizeof bits);
      put(file, bits, 4);
    }
}

static void write_points(FILE *file, const void *from, int rank, int size) {
  (void)size;
  const iso_slice *s = ((const context *)from)->slice;
  if (rank == 0)
    fprintf(file,
            "# vtk DataFile Version 3.0\nisochrone\nBINARY\nDATASET UNSTRUCTURED_GRID\nPOINTS %lld double\n",
            (long long)s->nnodes);
  for (int64_t i = 0; i < s->nnode; i++)
    for (int k = 0; k < 3; k++) put_double(file, s->xyz[i][k]);
}

static void write_cells(FILE *file, const void *from, int rank, int size) {
  (void)size;
  const context *c = from;
  const iso_slice *s = c->slice;
  if (rank == 0) fprintf(file, "\nCELLS %lld %lld\n", (long long)s->nelems, (long long)c->numbers);
  for (int64_t e = 0; e < s->nelem; e++) {
    const int n = iso_shape_nodes(s->shape[e]);
    put_integer(file, n);
    for (int i = 0; i < n; i++) put_integer(file, s->conn[e * s->width + i]);
  }
}

static void write_types(FILE *file, const void *from, int rank, int size) {
  (void)size;
  const iso_slice *s = ((const context *)from)->slice;
  if (rank == 0) fprintf(file, "\nCELL_TYPES %lld\n", (long long)s->nelems);
  for (int64_t e = 0; e < s->nelem; e++) put_integer(file, vtk_type[s->shape[e]]);
}

static void write_tags(FILE *file, const void *from, int rank, int size) {
  (void)size;
  const iso_slice *s = ((const context *)from)->slice;
  if (rank == 0)
    fprintf(file, "\nCELL_DATA %lld\nSCALARS elemTag int 1\nLOOKUP_TABLE default\n", (long long)s->nelems);
  for (int64_t e = 0; e < s->nelem; e++) put_integer(file, s->tag[e]);
}

static void write_fibres(FILE *file, const void *from, int rank, int size) {
  (void)size;
  const iso_slice *s = ((const context *)from)->slice;
  if (rank == 0) fputs("\nVECTORS fibre float\n", file);
  put_vectors(file, s->nelem, s->fibre);
}

static void write_sheets(FILE *file, const void *from, int rank, int size) {
  (void)size;
  const iso_slice *s = ((const context *)from)->slice;
  if (rank == 0) fputs("\nVECTORS sheet float\n", file);
  put_vectors(file, s->nelem, s->sheet);
}

static void write_node_fibres(FILE *file, const void *from, int rank, int size) {
  (void)size;
  const iso_slice *s = ((const context *)from)->slice;
  if (rank == 0) fputs("\nVECTORS fibre float\n", file);
  put_vectors(file, s->nnode, s->node_fibre);
}

static void begin_nodes(FILE *file, const void *from, int rank, int size) {
  (void)size;
  if (rank == 0) fprintf(file, "\nPOINT_DATA %lld", (long long)((const context *)from)->slice->nnodes);
}

/* The first of the fields. */
static void write_field(FILE *file, const void *from, int rank, int size) {
  (void)size;
  const context *c = from;
  if (rank == 0) fprintf(file, "\nSCALARS %s double 1\nLOOKUP_TABLE default\n", c->field->name);
  for (int64_t i = 0; i < c->slice->nnode; i++) put_double(file, c->field->value[i]);
}

static void write_end(FILE *file, const void *from, int rank, int size) {
  (void)from;
  if (rank == size - 1) fputc('\n', file);
}

static iso_status write_sections(const iso_atomic *file, context *c, iso_error *err) {
  const iso_slice *slice = c->slice;
  const struct {
    iso_write_part part;
    bool there;
  } sections[] = {{write_points, true},
                  {write_cells, true},
                  {write_types, true},
                  {write_tags, true},
                  {write_fibres, slice->fibre != NULL},
                  {write_sheets, slice->sheet != NULL},
                  {begin_nodes, slice->node_fibre || c->nfields > 0},
                  {write_node_fibres, slice->node_fibre != NULL}};
  for (size_t k = 0; k < sizeof sections / sizeof *sections; k++)
    if (sections[k].there) ISO_TRY(iso_write_in_turn(file, sections[k].part, c, err));
  for (int f = 0; f < c->nfields; f++, c->field++) ISO_TRY(iso_write_in_turn(file, write_field, c, err));
  return iso_write_in_turn(file, write_end, c, err);
}

iso_status iso_slice_write_vtk(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err) {
  return iso_slice_write_vtk_fields(comm, slice, 0, NULL, path, err);
}

iso_status iso_slice_write_vtk_fields(MPI_Comm comm, const iso_slice *slice, int nfields,
                                      const iso_point_field *field, const char *path, iso_error *err) {
  context c = {.slice = slice, .nfields = nfields, .field = field};
  iso_atomic file = {0};
  for (int64_t e = 0; e < slice->nelem; e++) c.numbers += 1 + iso_shape_nodes(slice->shape[e]);
  MPI_Allreduce(MPI_IN_PLACE, &c.numbers, 1, MPI_INT64_T, MPI_SUM, comm);
  if (slice->nnodes > INT32_MAX || c.numbers > INT32_MAX)
    return iso_fail(err, ISO_EINPUT, "%s: legacy VTK has 32-bit numbers, too few for this mesh; write VTU",
                    path);
  ISO_TRY(iso_atomic_begin(&file, comm, path, err));
  const iso_status status = write_sections(&file, &c, err);
  if (status == ISO_OK) return iso_atomic_commit(&file, err);
  iso_atomic_abandon(&file);
  return status;
}
