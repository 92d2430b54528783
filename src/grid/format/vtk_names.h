/* What arrays of VTK files mean, told by their names.
 *
 * Compared without regard to case, the best first. Names of programs that write meshes of hearts: elemTag
 * (CARP), CellEntityIds (Gmsh), part-id (pyansys-heart), ModelRegionID and DOMAIN_ID (svMultiPhysics),
 * FIB_DIR (svFSI), attribute (MFEM), cell_region (openep), gmsh:physical and medit:ref (meshio). */
#ifndef ISO_GRID_FORMAT_VTK_NAMES_H
#define ISO_GRID_FORMAT_VTK_NAMES_H

#include "grid/format/vtk.h"

typedef enum {
  ISO_VTK_TAG,        /* cells, one number */
  ISO_VTK_FIBRE,      /* cells, three numbers */
  ISO_VTK_SHEET,      /* cells, three numbers */
  ISO_VTK_NODE_FIBRE, /* points, three numbers */
  ISO_VTK_NMEANINGS
} iso_vtk_meaning;

/* The name of the array that comes next, from choice number *next on, which then goes on; NULL: there is
 * none. A name belongs to all pieces of the file. */
const char *iso_vtk_usual(const iso_vtk_index *index, iso_vtk_meaning meaning, int *next);

/* Whether the field is of the kind that the meaning needs: of cells or points, with so many numbers. */
bool iso_vtk_fits(const iso_vtk_field *field, iso_vtk_meaning meaning);

/* Whether cells of that array's value are copies that another piece has, too, or are hidden. */
bool iso_vtk_is_ghost_array(const iso_vtk_field *field);
bool iso_vtk_is_ghost(const iso_vtk_field *field, int64_t value);

/* Appends the names of the arrays that fit, with commas between; of ghosts and numbers of elements none. */
void iso_vtk_list_fitting(const iso_vtk_index *index, iso_vtk_meaning meaning, char *text, size_t size);

/* name as VTK shows it: "IKr%20scale" is "IKr scale". */
void iso_vtk_decode_name(char *name, size_t size, const char *encoded);

#endif
