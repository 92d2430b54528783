#include "grid/format/vtk.h"

#include "base/memory.h"

#include <stdlib.h>
#include <strings.h>

enum { NNAMES = 16 };

static const char *const tag_names[NNAMES] = {
    "elemTag",  "elem_tag",    "tag",   "tags",         "region",  "regions",       "region_id",
    "material", "material_id", "label", "cell_scalars", "scalars", "gmsh:physical", "medit:ref"};
static const char *const fibre_names[NNAMES] = {"fibre", "fiber",           "fibres",         "fibers",
                                                "f0",    "fibre_direction", "fiber_direction"};
static const char *const sheet_names[NNAMES] = {"sheet", "sheets", "s0", "sheet_direction"};

/* What is looked for: on cells or points, with so many components, under these names, the best first. */
static const struct {
  iso_vtk_role role;
  bool of_cells;
  int components;
  const char *const *names;
} wanted[] = {
    {ISO_VTK_TAG, true, 1, tag_names},
    {ISO_VTK_FIBRE, true, 3, fibre_names},
    {ISO_VTK_SHEET, true, 3, sheet_names},
    {ISO_VTK_NODE_FIBRE, false, 3, fibre_names},
};

static int rank_of(const char *const *names, const char *name) {
  for (int i = 0; i < NNAMES && names[i]; i++)
    if (strcasecmp(names[i], name) == 0) return i;
  return NNAMES;
}

void iso_vtk_index_free(iso_vtk_index *index) {
  free(index->fields);
  free(index->cells);
  *index = (iso_vtk_index){0};
}

iso_status iso_vtk_add_field(iso_vtk_index *index, const iso_vtk_field *field, iso_error *err) {
  ISO_TRY(iso_realloc(&index->fields, (size_t)index->nfields + 1, sizeof *field, "a file's index", err));
  index->fields[index->nfields++] = *field;
  return ISO_OK;
}

iso_status iso_vtk_add_cells(iso_vtk_index *index, const iso_vtk_cells *cells, iso_error *err) {
  ISO_TRY(iso_realloc(&index->cells, (size_t)index->ncells_blocks + 1, sizeof *cells, "a file's index", err));
  index->cells[index->ncells_blocks++] = *cells;
  return ISO_OK;
}

static iso_vtk_field *same_place(iso_vtk_index *index, iso_vtk_role role, int64_t first) {
  for (int f = 0; f < index->nfields; f++)
    if (index->fields[f].role == role && index->fields[f].first == first) return &index->fields[f];
  return NULL;
}

iso_status iso_vtk_add_data(iso_vtk_index *index, bool of_cells, int64_t first, int64_t items,
                            const iso_vtk_array *array, iso_error *err) {
  if (index->of_node_data) {
    iso_vtk_field field = {ISO_VTK_NODE_DATA, first, items, *array};
    return of_cells ? ISO_OK : iso_vtk_add_field(index, &field, err);
  }
  for (size_t w = 0; w < sizeof wanted / sizeof *wanted; w++) {
    int rank = rank_of(wanted[w].names, array->name);
    if (rank == NNAMES || wanted[w].of_cells != of_cells || wanted[w].components != array->components)
      continue;
    iso_vtk_field field = {wanted[w].role, first, items, *array}, *old = same_place(index, field.role, first);
    if (!old) return iso_vtk_add_field(index, &field, err);
    if (rank < rank_of(wanted[w].names, old->array.name)) *old = field;
    return ISO_OK;
  }
  return ISO_OK;
}
