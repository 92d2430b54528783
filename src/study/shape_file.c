#include "study/shape_file.h"

#include "base/memory.h"
#include "base/version.h"
#include "grid/share/blocks.h"
#include "result/netcdf_file.h"
#include "study/provenance.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { DIGITS = 16 }; /* of a checksum */

/* ---- writing ---- */

enum { NODE, AXIS, MODE, MESH, DIGIT, NDIMENSIONS };
enum { MEAN, MODES, SD, SHARE, SCORE, CHECKSUM, NVARIABLES };

typedef struct writer {
  iso_ncfile file;
  const iso_shape_modes *modes;
  const iso_shape_origin *origin;
  int dim[NDIMENSIONS], variable[NVARIABLES];
  size_t first, n; /* nodes of this rank */
  iso_error *err;
} writer;

static iso_status define_dimensions(writer *w) {
  const char *const name[NDIMENSIONS] = {"node", "axis", "mode", "mesh", "digit"};
  const int64_t length[NDIMENSIONS] = {w->origin->nnodes, 3, w->modes->nmodes, w->modes->nmeshes, DIGITS};
  for (int d = 0; d < NDIMENSIONS; d++)
    ISO_TRY(iso_nc_dimension(&w->file, name[d], length[d], &w->dim[d], w->err));
  return ISO_OK;
}

static iso_status define_variables(writer *w) {
  static const struct {
    const char *name, *unit, *meaning;
    nc_type type;
    int ndims, dim[3];
  } v[NVARIABLES] = {
      {"mean", "mm", "coordinates of the mean shape", NC_DOUBLE, 2, {NODE, AXIS}},
      {"mode", "1", "displacements, of mean square 1 over the nodes", NC_DOUBLE, 3, {MODE, NODE, AXIS}},
      {"sd",
       "mm",
       "root mean square over the nodes that one standard deviation moves them",
       NC_DOUBLE,
       1,
       {MODE}},
      {"share", "1", "of the variance of the meshes", NC_DOUBLE, 1, {MODE}},
      {"score", "1", "of the meshes that it was made of, in standard deviations", NC_DOUBLE, 2, {MESH, MODE}},
      {"mesh_checksum", NULL, "of the meshes that it was made of", NC_CHAR, 2, {MESH, DIGIT}},
  };
  for (int k = 0; k < NVARIABLES; k++) {
    int dim[3];
    for (int d = 0; d < v[k].ndims; d++) dim[d] = w->dim[v[k].dim[d]];
    ISO_TRY(iso_nc_variable(&w->file, v[k].name, v[k].type, v[k].ndims, dim, v[k].unit, v[k].meaning,
                            &w->variable[k], w->err));
  }
  return ISO_OK;
}

static iso_status define(writer *w) {
  char topology[DIGITS + 1];
  snprintf(topology, sizeof topology, "%016" PRIx64, w->origin->topology);
  const iso_attribute attribute[] = {{"title", "shape modes"},
                                     {"program", "Isochrone " ISO_VERSION},
                                     {"program_commit", iso_program_commit()},
                                     {"intended_use", ISO_NOT_A_DEVICE},
                                     {"alignment", w->origin->alignment},
                                     {"elements_checksum", topology}};
  ISO_TRY(define_dimensions(w));
  ISO_TRY(define_variables(w));
  for (size_t k = 0; k < sizeof attribute / sizeof *attribute; k++)
    ISO_TRY(iso_nc_text(&w->file, NC_GLOBAL, attribute[k].name, attribute[k].text, w->err));
  return iso_ncfile_defined(&w->file, w->err);
}

static iso_status put_nodes(writer *w) {
  const size_t start[3] = {0, w->first, 0}, count[3] = {1, w->n, 3};
  ISO_TRY(iso_nc_put(&w->file, w->variable[MEAN], start + 1, count + 1, NC_DOUBLE, w->modes->mean, w->err));
  for (int k = 0; k < w->modes->nmodes; k++) {
    const size_t at[3] = {(size_t)k, w->first, 0};
    ISO_TRY(iso_nc_put(&w->file, w->variable[MODES], at, count, NC_DOUBLE, w->modes->mode[k], w->err));
  }
  return ISO_OK;
}

static iso_status put_checksums(writer *w, MPI_Comm comm) {
  char *text;
  const size_t n = (size_t)w->modes->nmeshes;
  ISO_TRY(iso_alloc_all(comm, &text, n * DIGITS + 1, 1, "checksums", w->err));
  for (size_t k = 0; k < n; k++)
    snprintf(text + k * DIGITS, DIGITS + 1, "%016" PRIx64, w->origin->checksum[k]);
  const iso_status status = iso_nc_put_root(&w->file, w->variable[CHECKSUM], NC_CHAR, text, w->err);
  free(text);
  return status;
}

static iso_status put(writer *w, MPI_Comm comm) {
  const double *const small[] = {w->modes->sd, w->modes->share, w->modes->score};
  ISO_TRY(define(w));
  ISO_TRY(put_nodes(w));
  for (int k = 0; k < 3; k++)
    ISO_TRY(iso_nc_put_root(&w->file, w->variable[SD + k], NC_DOUBLE, small[k], w->err));
  return put_checksums(w, comm);
}

iso_status iso_shape_file_write(MPI_Comm comm, const iso_shape_modes *modes, const iso_shape_origin *origin,
                                const char *path, iso_error *err) {
  writer w = {.modes = modes, .origin = origin, .err = err};
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  w.first = (size_t)iso_block_first(origin->nnodes, size, rank);
  w.n = (size_t)iso_block_first(origin->nnodes, size, rank + 1) - w.first;
  ISO_TRY(iso_ncfile_create(&w.file, comm, path, err));
  return iso_ncfile_finish(&w.file, put(&w, comm), err);
}
