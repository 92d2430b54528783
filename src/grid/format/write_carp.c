#include "grid/format/write.h"

#include "base/memory.h"
#include "grid/format/carp.h"
#include "grid/format/carp_binary.h"
#include "grid/format/carp_split.h"
#include "grid/format/write_file.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NUMBER = 32 };

/* A length in um that a reader's division makes the same mm again, the shortest of those with digits of their
 * product; where none does, it is one of two neighbours that are as near. */
static const char *micrometres(double mm, char text[NUMBER]) {
  const double um = 1000 * mm;
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(text, NUMBER, "%.*g", digits, um);
    if (strtod(text, NULL) / 1000 == mm) return text;
  }
  const double near[] = {nextafter(um, -INFINITY), nextafter(um, INFINITY), um};
  int k = 0;
  while (k < 2 && near[k] / 1000 != mm) k++;
  snprintf(text, NUMBER, "%.17g", near[k]);
  return text;
}

static void write_points(FILE *file, const void *context, int rank, int size) {
  (void)size;
  const iso_slice *slice = context;
  if (rank == 0) fprintf(file, "%lld\n", (long long)slice->nnodes);
  for (int64_t i = 0; i < slice->nnode; i++) {
    char text[NUMBER];
    for (int k = 0; k < 3; k++)
      fprintf(file, "%s%c", micrometres(slice->xyz[i][k], text), k < 2 ? ' ' : '\n');
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

/* ---- binary ---- */

static int byte_order(void) {
  const uint16_t one = 1;
  unsigned char first;
  memcpy(&first, &one, 1);
  return first == 0;
}

static void write_header(FILE *file, int axes, int64_t count) {
  char head[ISO_CARP_HEADER] = "";
  if (axes)
    snprintf(head, sizeof head, "%d %lld %d %d", axes, (long long)count, byte_order(), ISO_CARP_CHECK);
  else
    snprintf(head, sizeof head, "%lld %d %d", (long long)count, byte_order(), ISO_CARP_CHECK);
  fwrite(head, 1, sizeof head, file);
}

static void write_binary_points(FILE *file, const void *context, int rank, int size) {
  (void)size;
  const iso_slice *slice = context;
  if (rank == 0) write_header(file, 0, slice->nnodes);
  for (int64_t i = 0; i < slice->nnode; i++) {
    float x[3];
    for (int k = 0; k < 3; k++) x[k] = (float)(1000 * slice->xyz[i][k]);
    fwrite(x, sizeof *x, 3, file);
  }
}

static void write_binary_elements(FILE *file, const void *context, int rank, int size) {
  (void)size;
  const iso_slice *slice = context;
  if (rank == 0) write_header(file, 0, slice->nelems);
  for (int64_t e = 0; e < slice->nelem; e++) {
    const int shape = slice->shape[e], n = iso_shape_nodes(shape);
    int32_t words[ISO_MAX_NODES + 2] = {iso_carp_type_of_word(iso_carp_shape[shape], 2)->number};
    for (int i = 0; i < n; i++)
      words[1 + i] =
          (int32_t)slice->conn[e * slice->width + (shape == ISO_HEXAHEDRON ? iso_carp_hexahedron[i] : i)];
    words[1 + n] = slice->tag[e];
    fwrite(words, sizeof *words, (size_t)n + 2, file);
  }
}

static void write_binary_fibres(FILE *file, const void *context, int rank, int size) {
  (void)size;
  const iso_slice *slice = context;
  if (rank == 0) write_header(file, slice->sheet ? 2 : 1, slice->nelems);
  for (int64_t e = 0; e < slice->nelem; e++) {
    fwrite(slice->fibre[e], sizeof *slice->fibre, 1, file);
    if (slice->sheet) fwrite(slice->sheet[e], sizeof *slice->sheet, 1, file);
  }
}

/* ---- the files together ---- */

enum { ALL_PARTS = 3, PARTS_WITHOUT_FIBRES = 2, MOST_PATH = 4096 };

/* The parts of a mesh, the last of which only some have. */
typedef struct {
  const char *extension;
  iso_write_part part;
} carp_part;

static const carp_part text_parts[ALL_PARTS] = {{".pts", write_points},
                                                {".elem", write_elements},
                                                {".lon", write_fibres}},
                       binary_parts[ALL_PARTS] = {{".bpts", write_binary_points},
                                                  {".belem", write_binary_elements},
                                                  {".blon", write_binary_fibres}};

static iso_status begin(MPI_Comm comm, const char *base, const char *extension, iso_atomic *file,
                        iso_error *err) {
  char path[MOST_PATH];
  if (snprintf(path, sizeof path, "%s%s", base, extension) < (int)sizeof path)
    return iso_atomic_begin(file, comm, path, err);
  return iso_fail(err, ISO_EFAIL, "the path of the mesh to write is too long");
}

/* Fibres of another mesh would be taken for this one's. */
static iso_status check_stale_fibres(MPI_Comm comm, const char *base, bool binary, iso_error *err) {
  static const char *const extensions[2][2] = {{".lon", ".lon.gz"}, {".blon", ".blon.gz"}};
  char path[MOST_PATH];
  int rank;
  iso_status status = ISO_OK;
  MPI_Comm_rank(comm, &rank);
  for (int i = 0; rank == 0 && i < 2; i++)
    if (snprintf(path, sizeof path, "%s%s", base, extensions[binary][i]) < (int)sizeof path &&
        access(path, F_OK) == 0)
      status = iso_fail(
          err, ISO_EFAIL,
          "%s: fibres of an earlier mesh of that name, and the one to write has none; remove the file or "
          "choose another name",
          path);
  return iso_agree(comm, status, err);
}

/* What goes into a .dat file. */
typedef struct {
  int64_t n;
  const double *value; /* [n] */
} numbers;

static void write_numbers(FILE *file, const void *context, int rank, int size) {
  (void)rank, (void)size;
  const numbers *of = context;
  for (int64_t i = 0; i < of->n; i++) fprintf(file, "%.17g\n", of->value[i]);
}

static iso_status begin_field(MPI_Comm comm, const char *name, const char *base, iso_atomic *file,
                              iso_error *err) {
  char extension[300];
  snprintf(extension, sizeof extension, "_%.250s.dat", name);
  return begin(comm, base, extension, file, err);
}

/* file [n of parts and fields]: begun, if all is well all of them. */
static iso_status write_all(MPI_Comm comm, const iso_slice *slice, const char *base, bool binary, int nfields,
                            const iso_point_field *field, iso_atomic *file, iso_error *err) {
  const carp_part *parts = binary ? binary_parts : text_parts;
  const int n = slice->fibre ? ALL_PARTS : PARTS_WITHOUT_FIBRES;
  for (int i = 0; i < n; i++) ISO_TRY(begin(comm, base, parts[i].extension, &file[i], err));
  for (int f = 0; f < nfields; f++) ISO_TRY(begin_field(comm, field[f].name, base, &file[n + f], err));
  for (int i = 0; i < n; i++) ISO_TRY(iso_write_in_turn(&file[i], parts[i].part, slice, err));
  for (int f = 0; f < nfields; f++) {
    const numbers of = {slice->nnode, field[f].value};
    ISO_TRY(iso_write_in_turn(&file[n + f], write_numbers, &of, err));
  }
  return ISO_OK;
}

iso_status iso_slice_write_carp_fields(MPI_Comm comm, const iso_slice *slice, bool binary, int nfields,
                                       const iso_point_field *field, const char *base, iso_error *err) {
  const int n = (slice->fibre ? ALL_PARTS : PARTS_WITHOUT_FIBRES) + nfields;
  iso_atomic *file;
  if (binary && slice->nnodes > INT32_MAX)
    return iso_fail(err, ISO_EINPUT, "%s: binary CARP holds 2^31 nodes at most; write VTU or CARP text",
                    base);
  if (!slice->fibre) ISO_TRY(check_stale_fibres(comm, base, binary, err));
  ISO_TRY(iso_alloc_all(comm, &file, (size_t)n, sizeof *file, "writing a mesh", err));
  iso_status status = write_all(comm, slice, base, binary, nfields, field, file, err);
  if (status == ISO_OK)
    status = iso_atomic_commit_all(n, file, err);
  else
    for (int i = 0; i < n; i++) iso_atomic_abandon(&file[i]);
  free(file);
  return status;
}

iso_status iso_slice_write_carp(MPI_Comm comm, const iso_slice *slice, const char *base, iso_error *err) {
  return iso_slice_write_carp_fields(comm, slice, false, 0, NULL, base, err);
}

iso_status iso_slice_write_carp_binary(MPI_Comm comm, const iso_slice *slice, const char *base,
                                       iso_error *err) {
  return iso_slice_write_carp_fields(comm, slice, true, 0, NULL, base, err);
}
