/* The index of a legacy VTK file while it is made: what the readers of its mesh and of its data share. */
#ifndef ISO_GRID_FORMAT_VTK_LEGACY_H
#define ISO_GRID_FORMAT_VTK_LEGACY_H

#include "grid/format/vtk.h"
#include "grid/format/vtk_words.h"

typedef enum { ISO_LEGACY_NO_DATA, ISO_LEGACY_POINT_DATA, ISO_LEGACY_CELL_DATA } iso_legacy_section;

typedef struct iso_legacy {
  iso_words words;
  iso_vtk_index *index;
  bool split_cells, polydata, has_points;
  iso_vtk_array types; /* CELL_TYPES, once met */
  int64_t ntypes;      /* of them, -1 before */
  iso_legacy_section section;
  int64_t data_items; /* of the section */
  int components;     /* of the array last passed */
} iso_legacy;

/* Describes tuples x components values of that type, which begin here (in binary files: on the next line),
 * and goes past them. name: as in the file, with its escapes. */
iso_status iso_legacy_array(iso_legacy *legacy, const char *name, iso_vtk_type type, int64_t tuples,
                            int components, iso_vtk_array *array);

/* The same of a type by VTK's word for it. An array of bits is passed by: array->type is ISO_VTK_NOTYPE. */
iso_status iso_legacy_typed_array(iso_legacy *legacy, const char *name, const char *type, int64_t tuples,
                                  int components, iso_vtk_array *array);

/* Takes what begins with that keyword, which belongs to the data of points or cells, or to none. */
iso_status iso_legacy_data(iso_legacy *legacy, const char *keyword);

#endif
