/* One number for each point of a VTK file. */
#include "base/input.h"
#include "base/text.h"
#include "grid/format/vtk.h"

#include <stdio.h>
#include <string.h>

static iso_status make_index(const char *path, iso_vtk_index *index, iso_error *err) {
  char head[6] = "";
  const char *why;
  FILE *file = iso_input_stream(path, &why);
  if (file && fread(head, 1, 5, file) < 5) head[0] = '\0';
  if (file) fclose(file);
  index->of_node_data = true;
  return strcmp(head, "# vtk") ? iso_vtk_index_xml(path, index, err) : iso_vtk_index_legacy(path, index, err);
}

/* Every piece of the file has the array, and it is one number a point. */
static iso_status check(const char *path, const char *name, iso_gid nnodes, const iso_vtk_index *index,
                        iso_error *err) {
  char list[700] = "";
  int64_t found = 0;
  for (int f = 0; f < index->nfields; f++) {
    const iso_vtk_array *a = &index->fields[f].array;
    if (index->fields[f].first == 0) iso_text_append(list, sizeof list, "%s%s", *list ? ", " : "", a->name);
    if (strcmp(a->name, name)) continue;
    found += index->fields[f].items;
    if (a->components != 1)
      return iso_fail(err, ISO_EINPUT, "%s: '%s' has %d numbers for each point; one is needed", path, name,
                      a->components);
  }
  if (index->npoints != nnodes)
    return iso_fail(err, ISO_EINPUT, "%s has %lld points, but the mesh has %lld nodes", path,
                    (long long)index->npoints, (long long)nnodes);
  if (found == nnodes) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "%s has no point data '%s'; there are: %s", path, name,
                  *list ? list : "none");
}

/* What of the field lies in [first, first + count). */
static iso_status read_part(const char *path, const iso_vtk_field *field, int64_t first, int64_t count,
                            double *values, iso_error *err) {
  int64_t from = field->first > first ? field->first : first, end = first + count;
  int64_t to = field->first + field->items < end ? field->first + field->items : end;
  if (from >= to) return ISO_OK;
  iso_values *in;
  ISO_TRY(iso_values_open(&in, path, &field->array, err));
  iso_status status = iso_values_skip(in, from - field->first, err);
  if (status == ISO_OK) status = iso_values_reals(in, to - from, values + (from - first), err);
  iso_values_close(in);
  return status;
}

iso_status iso_vtk_read_node_data(MPI_Comm comm, const char *path, const char *name, iso_gid nnodes,
                                  iso_gid first, int64_t count, double *values, iso_error *err) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  iso_vtk_index index = {0};
  iso_status status = rank == 0 ? make_index(path, &index, err) : ISO_OK;
  if (rank == 0 && status == ISO_OK) status = check(path, name, nnodes, &index, err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = iso_vtk_index_share(comm, &index, err);
  for (int f = 0; f < index.nfields && status == ISO_OK; f++)
    if (!strcmp(index.fields[f].array.name, name))
      status = read_part(path, &index.fields[f], first, count, values, err);
  iso_vtk_index_free(&index);
  return iso_agree(comm, status, err);
}
