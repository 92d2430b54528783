#include "grid/format/vtk.h"

#include "base/memory.h"
#include "base/share.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void iso_vtk_index_free(iso_vtk_index *index) {
  free(index->fields);
  free(index->cells);
  free(index->files);
  *index = (iso_vtk_index){0};
}

iso_status iso_vtk_add_file(iso_vtk_index *index, const char *path, iso_error *err) {
  iso_vtk_file file;
  if (snprintf(file.path, sizeof file.path, "%s", path) >= (int)sizeof file.path)
    return iso_fail(err, ISO_EINPUT, "%.200s...: the path is too long", path);
  ISO_TRY(iso_realloc(&index->files, (size_t)index->nfiles + 1, sizeof file, "a file's index", err));
  index->files[index->nfiles++] = file;
  return ISO_OK;
}

iso_status iso_vtk_add_field(iso_vtk_index *index, const iso_vtk_field *field, iso_error *err) {
  ISO_TRY(iso_realloc(&index->fields, (size_t)index->nfields + 1, sizeof *field, "a file's index", err));
  index->fields[index->nfields] = *field;
  index->fields[index->nfields++].array.file = index->nfiles - 1;
  return ISO_OK;
}

iso_status iso_vtk_add_cells(iso_vtk_index *index, const iso_vtk_cells *cells, iso_error *err) {
  ISO_TRY(iso_realloc(&index->cells, (size_t)index->ncells_blocks + 1, sizeof *cells, "a file's index", err));
  iso_vtk_cells *to = &index->cells[index->ncells_blocks++];
  *to = *cells;
  to->types.file = to->offsets.file = to->connectivity.file = index->nfiles - 1;
  return ISO_OK;
}

iso_status iso_vtk_open(const iso_vtk_index *index, const iso_vtk_array *array, iso_values **out,
                        iso_error *err) {
  return iso_values_open(out, index->files[array->file].path, array, err);
}

/* ---- rank 0's index for all ---- */

iso_status iso_vtk_index_share(MPI_Comm comm, iso_vtk_index *index, iso_error *err) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  iso_vtk_index sizes = *index;
  MPI_Bcast(&sizes, (int)sizeof sizes, MPI_BYTE, 0, comm);
  if (rank != 0) {
    *index = sizes;
    index->fields = NULL;
    index->cells = NULL;
    index->files = NULL;
  }
  ISO_TRY(
      iso_share_items(comm, &index->fields, index->nfields, sizeof *index->fields, "a file's index", err));
  ISO_TRY(iso_share_items(comm, &index->cells, index->ncells_blocks, sizeof *index->cells, "a file's index",
                          err));
  return iso_share_items(comm, &index->files, index->nfiles, sizeof *index->files, "a file's index", err);
}
