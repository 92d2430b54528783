/* One number for each point of a VTK file. */
#include "base/input.h"
#include "base/share.h"
#include "base/text.h"
#include "grid/format/vtk_names.h"
#include "grid/format/vtk_share.h"
#include "grid/share/blocks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static iso_status make_index(const char *path, iso_vtk_index *index, iso_error *err) {
  char head[6] = "";
  const char *why;
  FILE *file = iso_input_stream(path, &why);
  if (file && fread(head, 1, 5, file) < 5) head[0] = '\0';
  if (file) fclose(file);
  return strcmp(head, "# vtk") ? iso_vtk_index_xml(path, index, err) : iso_vtk_index_legacy(path, index, err);
}

static bool is_named(const iso_vtk_field *field, iso_vtk_role role, const char *name) {
  return field->role == role && !strcmp(field->array.name, name);
}

/* Items of that role that have an array of the name; one number for each is needed. */
static iso_status count(const char *path, const iso_vtk_index *index, iso_vtk_role role, const char *name,
                        int64_t *found, iso_error *err) {
  *found = 0;
  for (int f = 0; f < index->nfields; f++) {
    const iso_vtk_array *a = &index->fields[f].array;
    if (!is_named(&index->fields[f], role, name)) continue;
    *found += index->fields[f].items;
    if (a->components != 1)
      return iso_fail(err, ISO_EINPUT, "%s: '%s' has %d numbers for each %s; one is needed", path, name,
                      a->components, role == ISO_VTK_NODE_DATA ? "point" : "cell");
  }
  return ISO_OK;
}

static void list(const iso_vtk_index *index, iso_vtk_role role, char *text, size_t size) {
  for (int f = 0; f < index->nfields; f++)
    if (index->fields[f].role == role && index->fields[f].first == 0)
      iso_text_append(text, size, "%s%s", *text ? ", " : "", index->fields[f].array.name);
}

/* *role: where the array is, in every piece of the file; of the points where both have it. */
static iso_status find(const char *path, const char *name, iso_gid nnodes, const iso_vtk_index *index,
                       iso_vtk_role *role, iso_error *err) {
  char points[400] = "", cells[400] = "";
  int64_t on_points, on_cells;
  ISO_TRY(count(path, index, ISO_VTK_NODE_DATA, name, &on_points, err));
  if (index->npoints != nnodes)
    return iso_fail(err, ISO_EINPUT, "%s has %lld points, but the mesh has %lld nodes", path,
                    (long long)index->npoints, (long long)nnodes);
  *role = ISO_VTK_NODE_DATA;
  if (on_points == nnodes) return ISO_OK;
  *role = ISO_VTK_CELL_DATA;
  ISO_TRY(count(path, index, ISO_VTK_CELL_DATA, name, &on_cells, err));
  if (on_cells == index->ncells) return ISO_OK;
  list(index, ISO_VTK_NODE_DATA, points, sizeof points);
  list(index, ISO_VTK_CELL_DATA, cells, sizeof cells);
  return iso_fail(err, ISO_EINPUT, "%s has no point data '%s'; there are: %s; of cells: %s", path, name,
                  *points ? points : "none", *cells ? cells : "none");
}

static iso_status read_points(iso_vtk_share *s, const char *name, double *values) {
  iso_status status = ISO_OK;
  for (int f = 0; f < s->index->nfields && status == ISO_OK; f++)
    if (is_named(&s->index->fields[f], ISO_VTK_NODE_DATA, name))
      status = iso_vtk_read_part(s, &s->index->fields[f], s->slice->first_node, s->slice->nnode, values);
  return iso_agree(s->comm, status, s->err);
}

static void divide(iso_vtk_share *s) {
  int rank, size;
  iso_slice *slice = s->slice;
  MPI_Comm_rank(s->comm, &rank);
  MPI_Comm_size(s->comm, &size);
  slice->nnodes = s->index->npoints;
  slice->first_node = iso_block_first(s->index->npoints, size, rank);
  slice->nnode = iso_block_first(s->index->npoints, size, rank + 1) - slice->first_node;
  s->first_cell = iso_block_first(s->index->ncells, size, rank);
  s->ncells = iso_block_first(s->index->ncells, size, rank + 1) - s->first_cell;
}

iso_status iso_vtk_count_points(MPI_Comm comm, const char *path, iso_gid *npoints, iso_error *err) {
  int rank;
  iso_vtk_index index = {0};
  MPI_Comm_rank(comm, &rank);
  const iso_status status = rank == 0 ? make_index(path, &index, err) : ISO_OK;
  *npoints = index.npoints;
  MPI_Bcast(npoints, 1, MPI_INT64_T, 0, comm);
  iso_vtk_index_free(&index);
  return iso_agree(comm, status, err);
}

iso_status iso_vtk_has_node_data(MPI_Comm comm, const char *path, const char *name, bool *has,
                                 iso_error *err) {
  iso_vtk_index index = {0};
  int64_t found = 0;
  int answer = 0;
  iso_status status = ISO_OK;
  if (iso_rank(comm) == 0) {
    status = make_index(path, &index, err);
    if (status == ISO_OK) status = count(path, &index, ISO_VTK_NODE_DATA, name, &found, err);
    answer = found > 0 && found == index.npoints;
    iso_vtk_index_free(&index);
  }
  MPI_Bcast(&answer, 1, MPI_INT, 0, comm);
  *has = answer;
  return iso_agree(comm, status, err);
}

iso_status iso_vtk_read_places(MPI_Comm comm, const char *path, iso_gid *npoints, double (**at)[3],
                               iso_error *err) {
  int rank;
  iso_vtk_index index = {0};
  iso_slice slice = {0};
  iso_vtk_share s = {.comm = comm, .path = path, .index = &index, .slice = &slice, .err = err};
  *at = NULL;
  MPI_Comm_rank(comm, &rank);
  iso_status status = iso_agree(comm, rank == 0 ? make_index(path, &index, err) : ISO_OK, err);
  if (status == ISO_OK) status = iso_vtk_index_share(comm, &index, err);
  divide(&s);
  if (status == ISO_OK) status = iso_agree(comm, iso_vtk_read_points(&s), err);
  if (status == ISO_OK) {
    *at = slice.xyz;
    slice.xyz = NULL;
  }
  *npoints = index.npoints;
  iso_slice_free(&slice);
  iso_vtk_index_free(&index);
  return status;
}

iso_status iso_vtk_read_node_data(MPI_Comm comm, const char *path, const char *name, iso_gid nnodes,
                                  double *values, iso_error *err) {
  int rank;
  iso_vtk_index index = {0};
  iso_slice slice = {0};
  iso_vtk_role role = ISO_VTK_NODE_DATA;
  iso_vtk_share s = {.comm = comm, .path = path, .index = &index, .slice = &slice, .err = err};
  MPI_Comm_rank(comm, &rank);
  iso_status status = rank == 0 ? make_index(path, &index, err) : ISO_OK;
  if (rank == 0 && status == ISO_OK) status = find(path, name, nnodes, &index, &role, err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = iso_vtk_index_share(comm, &index, err);
  MPI_Bcast(&role, 1, MPI_INT, 0, comm);
  divide(&s);
  if (status == ISO_OK)
    status =
        role == ISO_VTK_NODE_DATA ? read_points(&s, name, values) : iso_vtk_mean_of_cells(&s, name, values);
  free(s.cell);
  free(s.ghost);
  iso_slice_free(&slice);
  iso_vtk_index_free(&index);
  return status;
}
