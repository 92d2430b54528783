#include "grid/format/vtk_names.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const tag_names[] = {
    "elemTag",       "elem_tag",      "tag",       "tags",     "region",       "regions",    "region_id",
    "material",      "material_id",   "label",     "part-id",  "part_id",      "partid",     "CellEntityIds",
    "ModelRegionID", "ModelRegionId", "DOMAIN_ID", "domain",   "attribute",    "attributes", "cell_region",
    "volume-id",     "_volume-id",    "cell_tags", "cell_tag", "cell_scalars", "scalars",    "gmsh:physical",
    "gmsh_physical", "medit:ref",     "medit_ref", NULL};
static const char *const fibre_names[] = {
    "fibre",           "fiber",           "fibres",         "fibers",   "f0",
    "fibre_direction", "fiber_direction", "FIB_DIR",        "FIB_DIR1", "fibre_dir",
    "fiber_dir",       "fiberDirection",  "fibreDirection", NULL};
static const char *const sheet_names[] = {"sheet",     "sheets",         "s0", "sheet_direction", "FIB_DIR2",
                                          "sheet_dir", "sheetDirection", NULL};

static const struct {
  iso_vtk_role role;
  int components;
  const char *const *names;
} wanted[ISO_VTK_NMEANINGS] = {
    [ISO_VTK_TAG] = {ISO_VTK_CELL_DATA, 1, tag_names},
    [ISO_VTK_FIBRE] = {ISO_VTK_CELL_DATA, 3, fibre_names},
    [ISO_VTK_SHEET] = {ISO_VTK_CELL_DATA, 3, sheet_names},
    [ISO_VTK_NODE_FIBRE] = {ISO_VTK_NODE_DATA, 3, fibre_names},
};

bool iso_vtk_fits(const iso_vtk_field *field, iso_vtk_meaning meaning) {
  return field->role == wanted[meaning].role && field->array.components == wanted[meaning].components;
}

const char *iso_vtk_usual(const iso_vtk_index *index, iso_vtk_meaning meaning, int *next) {
  for (const char *const *names = wanted[meaning].names; names[*next];) {
    const char *name = names[(*next)++];
    for (int f = 0; f < index->nfields; f++)
      if (iso_vtk_fits(&index->fields[f], meaning) && strcasecmp(index->fields[f].array.name, name) == 0)
        return index->fields[f].array.name;
  }
  return NULL;
}

/* ---- ghosts ---- */

bool iso_vtk_is_ghost_array(const iso_vtk_field *field) {
  return field->role == ISO_VTK_CELL_DATA && field->array.components == 1 &&
         (!strcmp(field->array.name, "vtkGhostType") || !strcmp(field->array.name, "vtkGhostLevels"));
}

bool iso_vtk_is_ghost(const iso_vtk_field *field, int64_t value) {
  enum { DUPLICATE = 1, REFINED = 8, HIDDEN = 32 }; /* vtkDataSetAttributes::CellGhostTypes */
  return strcmp(field->array.name, "vtkGhostType") ? value > 0 : value & (DUPLICATE | REFINED | HIDDEN);
}

/* ---- lists ---- */

static bool names_no_region(const iso_vtk_field *field) {
  static const char *const numbers[] = {"GlobalElementId", "GlobalCellIds", "GlobalIds", "vtkOriginalCellIds",
                                        "ObjectId"};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (!strcasecmp(field->array.name, numbers[i])) return true;
  return iso_vtk_is_ghost_array(field);
}

/* Whether an earlier piece has the same. */
static bool is_listed(const iso_vtk_index *index, int field, iso_vtk_meaning meaning) {
  for (int f = 0; f < field; f++)
    if (iso_vtk_fits(&index->fields[f], meaning) &&
        !strcmp(index->fields[f].array.name, index->fields[field].array.name))
      return true;
  return false;
}

void iso_vtk_list_fitting(const iso_vtk_index *index, iso_vtk_meaning meaning, char *text, size_t size) {
  for (int f = 0; f < index->nfields; f++) {
    const iso_vtk_field *field = &index->fields[f];
    if (!iso_vtk_fits(field, meaning) || names_no_region(field) || is_listed(index, f, meaning)) continue;
    iso_text_append(text, size, "%s'%s'", *text ? ", " : "", field->array.name);
  }
}

/* ---- escapes ---- */

static int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

void iso_vtk_decode_name(char *name, size_t size, const char *encoded) {
  size_t n = 0;
  for (const char *p = encoded; *p && n + 1 < size; p++) {
    const int high = *p == '%' ? digit(p[1]) : -1, low = high >= 0 ? digit(p[2]) : -1;
    const bool escape = low >= 0 && (high || low);
    name[n++] = escape ? (char)(high << 4 | low) : *p;
    if (escape) p += 2;
  }
  name[n] = 0;
}
