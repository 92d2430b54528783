/* Elements of other programs' files: what each kind is, and which of our elements it becomes.
 *
 * One table serves all readers. A kind has a form, and its corners come first in its list of nodes, in the
 * order of kernels/types.h for lines, triangles, tetrahedra and hexahedra. Forms that are not ours are split:
 * a quadrilateral into two triangles, pyramids and wedges into tetrahedra. A diagonal of a quadrilateral, or
 * of a quadrilateral face, begins at its node with the lowest global number, so that neighbours agree on it
 * without knowing of each other.
 *
 * Elements of second or higher order become the element of their corners, or, of second order where asked to,
 * several of first order (iso_parts_how). */
#ifndef ISO_GRID_FORMAT_ELEMENT_KINDS_H
#define ISO_GRID_FORMAT_ELEMENT_KINDS_H

#include "grid/format/read.h"
#include "kernels/types.h"

#include <stdbool.h>

typedef enum {
  ISO_FORM_POINTS, /* no element of ours: left out */
  ISO_FORM_LINE,
  ISO_FORM_POLYLINE, /* of any number of nodes: a line from each to the next */
  ISO_FORM_TRIANGLE,
  ISO_FORM_QUADRILATERAL,
  ISO_FORM_POLYGON, /* of any number of nodes, convex */
  ISO_FORM_STRIP,   /* of any number of nodes: a triangle of each three that follow each other */
  ISO_FORM_TETRAHEDRON,
  ISO_FORM_PYRAMID, /* base 0 1 2 3, counter-clockwise as seen from the apex, 4 */
  ISO_FORM_WEDGE,   /* 0 1 2, counter-clockwise as seen from the other triangle, then 3 4 5 above them */
  ISO_FORM_HEXAHEDRON,
  ISO_FORM_REFUSED, /* known, and of no use: polyhedra and the like */
  ISO_NFORMS
} iso_form;

typedef struct iso_kind {
  const char *name; /* "triangle"; with its order in front where that is above the first */
  iso_form form;
  int degree;           /* 1: of first order */
  int64_t nodes;        /* that a file lists for it */
  const uint8_t *order; /* [corners; nodes where second_order]: our node i is the file's node order[i]; NULL:
                           as they stand */
  bool second_order;    /* of second order, and can be cut into elements of first order */
} iso_kind;

/* Corners of a form; 0 where a form has any number. */
int iso_form_corners(iso_form form);

/* Dimension of the elements that a form becomes: 0 of points, 1, 2 or 3; -1 of what is refused. */
int iso_form_dimension(iso_form form);

/* Plain English in the plural: "wedges". */
const char *iso_form_word(iso_form form);

/* Each finds a kind and returns whether there is one with that many nodes; *kind is then filled. Kinds that
 * are refused are found: look at their form.
 *   vtk: number of the cell type (vtkCellType.h), with the nodes that the cell has
 *   gmsh: number of the element type (Gmsh reference manual, "MSH file format"), whose number of nodes is set
 *   exodus: attribute elem_type of a block, in any case and with or without digits, with its number of nodes
 */
bool iso_kind_of_vtk(int64_t type, int64_t nodes, iso_kind *kind);
bool iso_kind_of_gmsh(int64_t type, iso_kind *kind);
bool iso_kind_of_exodus(const char *name, int64_t nodes, iso_kind *kind);

/* How elements are taken apart; any of them added up, 0 for none. */
typedef enum {
  ISO_PARTS_ALL_TETRAHEDRA = 1, /* hexahedra, too: for meshes where pyramids or wedges stand beside them,
                                   whose quadrilateral faces would be cut on one side alone */
  ISO_PARTS_CUT = 2             /* elements of second order with second_order become several of first order */
} iso_parts_how;

/* Of a kind with a fixed number of nodes: eight hexahedra of six tetrahedra each. */
enum { ISO_MOST_PARTS = 48 };

/* Elements that a kind with so many nodes may become at most: room for iso_kind_parts. */
int64_t iso_kind_room(const iso_kind *kind, int64_t nodes);

/* node [nodes]: global numbers in the file's order -> part [returned number], each of *shape, unused entries
 * -1. nodes is that of the kind, or any where its form has any. Nothing (0) of points, of what is refused and
 * of polylines, polygons and strips too short for one element.
 *
 * Forms with quadrilateral faces are "pulled" from their lowest node (C. Lee, "Regular triangulations of
 * convex polytopes", 1991): each face that does not touch it, cut from its own lowest node, makes tetrahedra
 * with it. Faces that touch it are thereby cut from it, which is their lowest node, too. */
int64_t iso_kind_parts(const iso_kind *kind, int64_t nodes, const iso_gid *node, unsigned how,
                       iso_shape *shape, iso_gid (*part)[ISO_MAX_NODES]);

/* What a reader met, for one note on each. Zero to begin with. */
typedef struct iso_kind_tally {
  int64_t of_form[ISO_NFORMS]; /* foreign elements */
  int64_t by_corners, cut;     /* of higher order, treated so */
  bool hexahedra_too;          /* hexahedra were split */
} iso_kind_tally;

/* Counts one more; how as for iso_kind_parts. */
void iso_kind_count(iso_kind_tally *tally, const iso_kind *kind, unsigned how);

/* Collective. Notes what was split, cut, taken by its corners or left out, over all ranks. */
void iso_kinds_note(MPI_Comm comm, const iso_kind_tally *tally, iso_notes *notes);

#endif
