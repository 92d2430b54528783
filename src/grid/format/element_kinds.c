#include "grid/format/element_kinds.h"

#include <ctype.h>
#include <string.h>

static const struct {
  int corners, dimension;
  const char *name, *word;
} forms[ISO_NFORMS] = {
    [ISO_FORM_POINTS] = {0, 0, "point", "points"},
    [ISO_FORM_LINE] = {2, 1, "line", "lines"},
    [ISO_FORM_POLYLINE] = {0, 1, "polyline", "polylines"},
    [ISO_FORM_TRIANGLE] = {3, 2, "triangle", "triangles"},
    [ISO_FORM_QUADRILATERAL] = {4, 2, "quadrilateral", "quadrilaterals"},
    [ISO_FORM_POLYGON] = {0, 2, "polygon", "polygons"},
    [ISO_FORM_STRIP] = {0, 2, "strip of triangles", "strips of triangles"},
    [ISO_FORM_TETRAHEDRON] = {4, 3, "tetrahedron", "tetrahedra"},
    [ISO_FORM_PYRAMID] = {5, 3, "pyramid", "pyramids"},
    [ISO_FORM_WEDGE] = {6, 3, "wedge", "wedges"},
    [ISO_FORM_HEXAHEDRON] = {8, 3, "hexahedron", "hexahedra"},
    [ISO_FORM_REFUSED] = {0, -1, "polyhedron", "polyhedra"},
};

int iso_form_corners(iso_form form) { return forms[form].corners; }

int iso_form_dimension(iso_form form) { return forms[form].dimension; }

const char *iso_form_word(iso_form form) { return forms[form].word; }

/* ---- orders of nodes ---- */

/* Rows of a pixel and of a voxel all run in the direction of x. VTK's wedge shows its first triangle's back
 * to the other. Gmsh exchanges the middles of the last two edges of a tetrahedron, and goes over the edges of
 * a hexahedron by their lower node. */
static const uint8_t pixel[] = {0, 1, 3, 2}, voxel[] = {0, 1, 3, 2, 4, 5, 7, 6},
                     vtk_wedge[] = {0, 2, 1, 3, 5, 4}, gmsh_tetrahedron[] = {0, 1, 2, 3, 4, 5, 6, 7, 9, 8},
                     gmsh_hexahedron[] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  11, 13, 9,  16, 18,
                                          19, 17, 10, 12, 14, 15, 22, 23, 21, 24, 20, 25, 26};

/* ---- by number ---- */

enum { ANY = 0 };

/* A number of a format, the nodes that go with it (ANY: as many as there are), and what that is. */
typedef struct row {
  int number, nodes;
  iso_form form;
  int degree;
  const uint8_t *order;
} row;

static const row vtk[] = {
    {1, ANY, ISO_FORM_POINTS, 1, NULL},       {2, ANY, ISO_FORM_POINTS, 1, NULL},
    {3, 2, ISO_FORM_LINE, 1, NULL},           {4, 2, ISO_FORM_LINE, 1, NULL},
    {4, ANY, ISO_FORM_POLYLINE, 1, NULL},     {5, 3, ISO_FORM_TRIANGLE, 1, NULL},
    {6, 3, ISO_FORM_TRIANGLE, 1, NULL},       {6, ANY, ISO_FORM_STRIP, 1, NULL},
    {7, 3, ISO_FORM_TRIANGLE, 1, NULL},       {7, 4, ISO_FORM_QUADRILATERAL, 1, NULL},
    {7, ANY, ISO_FORM_POLYGON, 1, NULL},      {8, 4, ISO_FORM_QUADRILATERAL, 1, pixel},
    {9, 4, ISO_FORM_QUADRILATERAL, 1, NULL},  {10, 4, ISO_FORM_TETRAHEDRON, 1, NULL},
    {11, 8, ISO_FORM_HEXAHEDRON, 1, voxel},   {12, 8, ISO_FORM_HEXAHEDRON, 1, NULL},
    {13, 6, ISO_FORM_WEDGE, 1, vtk_wedge},    {14, 5, ISO_FORM_PYRAMID, 1, NULL},
    {15, 10, ISO_FORM_REFUSED, 1, NULL},      {16, 12, ISO_FORM_REFUSED, 1, NULL},
    {21, 3, ISO_FORM_LINE, 2, NULL},          {22, 6, ISO_FORM_TRIANGLE, 2, NULL},
    {23, 8, ISO_FORM_QUADRILATERAL, 2, NULL}, {24, 10, ISO_FORM_TETRAHEDRON, 2, NULL},
    {25, 20, ISO_FORM_HEXAHEDRON, 2, NULL},   {26, 15, ISO_FORM_WEDGE, 2, vtk_wedge},
    {27, 13, ISO_FORM_PYRAMID, 2, NULL},      {28, 9, ISO_FORM_QUADRILATERAL, 2, NULL},
    {29, 27, ISO_FORM_HEXAHEDRON, 2, NULL},   {30, 6, ISO_FORM_QUADRILATERAL, 2, NULL},
    {31, 12, ISO_FORM_WEDGE, 2, vtk_wedge},   {32, 18, ISO_FORM_WEDGE, 2, vtk_wedge},
    {33, 24, ISO_FORM_HEXAHEDRON, 2, NULL},   {34, 7, ISO_FORM_TRIANGLE, 2, NULL},
    {35, 4, ISO_FORM_LINE, 3, NULL},          {36, ANY, ISO_FORM_REFUSED, 2, NULL},
    {37, 19, ISO_FORM_PYRAMID, 2, NULL},      {41, ANY, ISO_FORM_REFUSED, 1, NULL},
    {42, ANY, ISO_FORM_REFUSED, 1, NULL},
};

static const row gmsh[] = {
    {1, 2, ISO_FORM_LINE, 1, NULL},
    {2, 3, ISO_FORM_TRIANGLE, 1, NULL},
    {3, 4, ISO_FORM_QUADRILATERAL, 1, NULL},
    {4, 4, ISO_FORM_TETRAHEDRON, 1, NULL},
    {5, 8, ISO_FORM_HEXAHEDRON, 1, NULL},
    {6, 6, ISO_FORM_WEDGE, 1, NULL},
    {7, 5, ISO_FORM_PYRAMID, 1, NULL},
    {8, 3, ISO_FORM_LINE, 2, NULL},
    {9, 6, ISO_FORM_TRIANGLE, 2, NULL},
    {10, 9, ISO_FORM_QUADRILATERAL, 2, NULL},
    {11, 10, ISO_FORM_TETRAHEDRON, 2, gmsh_tetrahedron},
    {12, 27, ISO_FORM_HEXAHEDRON, 2, gmsh_hexahedron},
    {13, 18, ISO_FORM_WEDGE, 2, NULL},
    {14, 14, ISO_FORM_PYRAMID, 2, NULL},
    {15, 1, ISO_FORM_POINTS, 1, NULL},
    {16, 8, ISO_FORM_QUADRILATERAL, 2, NULL},
    {17, 20, ISO_FORM_HEXAHEDRON, 2, NULL},
    {18, 15, ISO_FORM_WEDGE, 2, NULL},
    {19, 13, ISO_FORM_PYRAMID, 2, NULL},
    {20, 9, ISO_FORM_TRIANGLE, 3, NULL},
    {21, 10, ISO_FORM_TRIANGLE, 3, NULL},
    {22, 12, ISO_FORM_TRIANGLE, 4, NULL},
    {23, 15, ISO_FORM_TRIANGLE, 4, NULL},
    {24, 15, ISO_FORM_TRIANGLE, 5, NULL},
    {25, 21, ISO_FORM_TRIANGLE, 5, NULL},
    {26, 4, ISO_FORM_LINE, 3, NULL},
    {27, 5, ISO_FORM_LINE, 4, NULL},
    {28, 6, ISO_FORM_LINE, 5, NULL},
    {29, 20, ISO_FORM_TETRAHEDRON, 3, NULL},
    {30, 35, ISO_FORM_TETRAHEDRON, 4, NULL},
    {31, 56, ISO_FORM_TETRAHEDRON, 5, NULL},
    {36, 16, ISO_FORM_QUADRILATERAL, 3, NULL},
    {37, 25, ISO_FORM_QUADRILATERAL, 4, NULL},
    {92, 64, ISO_FORM_HEXAHEDRON, 3, NULL},
    {93, 125, ISO_FORM_HEXAHEDRON, 4, NULL},
};

static const char *name_of(iso_form form, int degree) {
  static const char *const second[ISO_NFORMS] = {
      [ISO_FORM_LINE] = "second-order line",
      [ISO_FORM_TRIANGLE] = "second-order triangle",
      [ISO_FORM_QUADRILATERAL] = "second-order quadrilateral",
      [ISO_FORM_TETRAHEDRON] = "second-order tetrahedron",
      [ISO_FORM_PYRAMID] = "second-order pyramid",
      [ISO_FORM_WEDGE] = "second-order wedge",
      [ISO_FORM_HEXAHEDRON] = "second-order hexahedron",
  };
  static const char *const higher[ISO_NFORMS] = {
      [ISO_FORM_LINE] = "higher-order line",
      [ISO_FORM_TRIANGLE] = "higher-order triangle",
      [ISO_FORM_QUADRILATERAL] = "higher-order quadrilateral",
      [ISO_FORM_TETRAHEDRON] = "higher-order tetrahedron",
      [ISO_FORM_PYRAMID] = "higher-order pyramid",
      [ISO_FORM_WEDGE] = "higher-order wedge",
      [ISO_FORM_HEXAHEDRON] = "higher-order hexahedron",
  };
  const char *name = degree == 2 ? second[form] : degree > 2 ? higher[form] : NULL;
  return name ? name : forms[form].name;
}

/* Whether a form with that many nodes has those of a full second order, which can be cut. */
static bool can_be_cut(iso_form form, int64_t nodes) {
  static const int full[ISO_NFORMS] = {[ISO_FORM_LINE] = 3,
                                       [ISO_FORM_TRIANGLE] = 6,
                                       [ISO_FORM_QUADRILATERAL] = 9,
                                       [ISO_FORM_TETRAHEDRON] = 10,
                                       [ISO_FORM_HEXAHEDRON] = 27};
  return full[form] > 0 && full[form] == nodes;
}

static iso_kind make(iso_form form, int degree, int64_t nodes, const uint8_t *order) {
  return (iso_kind){
      name_of(form, degree), form, degree, nodes, order, degree == 2 && can_be_cut(form, nodes)};
}

/* ---- VTK's Lagrange and Bezier cells, whose order follows from their number of nodes ---- */

/* Nodes of a cell of that order. Degrees differ along the axes of some hexahedra and wedges, which is told by
 * an array of its own and is not of these numbers. */
static int64_t lagrange_nodes(iso_form form, int64_t p) {
  switch (form) {
  case ISO_FORM_LINE:
    return p + 1;
  case ISO_FORM_TRIANGLE:
    return (p + 1) * (p + 2) / 2;
  case ISO_FORM_QUADRILATERAL:
    return (p + 1) * (p + 1);
  case ISO_FORM_TETRAHEDRON:
    return (p + 1) * (p + 2) * (p + 3) / 6;
  case ISO_FORM_HEXAHEDRON:
    return (p + 1) * (p + 1) * (p + 1);
  case ISO_FORM_WEDGE:
    return (p + 1) * (p + 1) * (p + 2) / 2;
  default:
    return (p + 1) * (p + 2) * (2 * p + 3) / 6;
  }
}

/* Files of VTK before 9.1 exchange two edges of a Lagrange hexahedron and do not say so: it is not cut. */
static bool find_lagrange(int64_t type, int64_t nodes, iso_kind *kind) {
  enum { MOST_DEGREE = 10, LAGRANGE = 68, BEZIER = 75 };
  static const iso_form form[] = {ISO_FORM_LINE,        ISO_FORM_TRIANGLE,   ISO_FORM_QUADRILATERAL,
                                  ISO_FORM_TETRAHEDRON, ISO_FORM_HEXAHEDRON, ISO_FORM_WEDGE,
                                  ISO_FORM_PYRAMID};
  const int64_t k = type >= BEZIER ? type - BEZIER : type - LAGRANGE;
  if (k < 0 || k >= (int64_t)(sizeof form / sizeof *form)) return false;
  for (int p = 1; p <= MOST_DEGREE; p++)
    if (lagrange_nodes(form[k], p) == nodes) {
      *kind = make(form[k], p, nodes, form[k] == ISO_FORM_WEDGE ? vtk_wedge : NULL);
      if (type >= BEZIER || form[k] == ISO_FORM_HEXAHEDRON) kind->second_order = false;
      return true;
    }
  return false;
}

bool iso_kind_of_vtk(int64_t type, int64_t nodes, iso_kind *kind) {
  for (size_t i = 0; i < sizeof vtk / sizeof *vtk; i++)
    if (vtk[i].number == type && (vtk[i].nodes == ANY || vtk[i].nodes == nodes)) {
      *kind = make(vtk[i].form, vtk[i].degree, nodes, vtk[i].order);
      return true;
    }
  return find_lagrange(type, nodes, kind);
}

bool iso_kind_of_gmsh(int64_t type, iso_kind *kind) {
  for (size_t i = 0; i < sizeof gmsh / sizeof *gmsh; i++)
    if (gmsh[i].number == type) {
      *kind = make(gmsh[i].form, gmsh[i].degree, gmsh[i].nodes, gmsh[i].order);
      return true;
    }
  return false;
}

/* ---- by Exodus' names ---- */

/* The beginning of a name and the numbers of nodes that it may have, of first order first. */
static const struct {
  const char *name;
  iso_form form;
  uint8_t nodes[8];
} exodus[] = {
    {"SPHERE", ISO_FORM_POINTS, {1}},
    {"CIRCLE", ISO_FORM_POINTS, {1}},
    {"POINT", ISO_FORM_POINTS, {1}},
    {"BAR", ISO_FORM_LINE, {2, 3}},
    {"BEAM", ISO_FORM_LINE, {2, 3}},
    {"TRUSS", ISO_FORM_LINE, {2, 3}},
    {"EDGE", ISO_FORM_LINE, {2, 3}},
    {"TRI", ISO_FORM_TRIANGLE, {3, 4, 6, 7}},
    {"SHELL", ISO_FORM_TRIANGLE, {3, 6}},
    {"SHELL", ISO_FORM_QUADRILATERAL, {4, 8, 9}},
    {"QUAD", ISO_FORM_QUADRILATERAL, {4, 5, 8, 9}},
    {"TET", ISO_FORM_TETRAHEDRON, {4, 8, 10, 11, 14, 15}},
    {"PYR", ISO_FORM_PYRAMID, {5, 13, 14, 18, 19}},
    {"WEDGE", ISO_FORM_WEDGE, {6, 12, 15, 16, 18, 20, 21}},
    {"HEX", ISO_FORM_HEXAHEDRON, {8, 9, 20, 27}},
    {"NSIDED", ISO_FORM_REFUSED, {0}},
    {"NFACED", ISO_FORM_REFUSED, {0}},
};

static bool begins(const char *name, const char *with) {
  for (; *with; name++, with++)
    if (toupper((unsigned char)*name) != *with) return false;
  return true;
}

/* The 27 nodes of an Exodus hexahedron are in an order of their own, which has no entry here: it is not cut.
 */
bool iso_kind_of_exodus(const char *name, int64_t nodes, iso_kind *kind) {
  for (size_t i = 0; i < sizeof exodus / sizeof *exodus; i++) {
    if (!begins(name, exodus[i].name)) continue;
    if (exodus[i].form == ISO_FORM_REFUSED) {
      *kind = make(ISO_FORM_REFUSED, 1, nodes, NULL);
      return true;
    }
    for (int k = 0; k < 8 && exodus[i].nodes[k]; k++) {
      if (exodus[i].nodes[k] != nodes) continue;
      *kind = make(exodus[i].form, k == 0 ? 1 : 2, nodes, NULL);
      if (exodus[i].form == ISO_FORM_HEXAHEDRON) kind->second_order = false;
      return true;
    }
  }
  return false;
}

/* ---- what was met ---- */

static bool is_cut(const iso_kind *kind, unsigned how) { return kind->second_order && (how & ISO_PARTS_CUT); }

void iso_kind_count(iso_kind_tally *tally, const iso_kind *kind, unsigned how) {
  tally->of_form[kind->form]++;
  if (kind->degree > 1) {
    if (is_cut(kind, how))
      tally->cut++;
    else
      tally->by_corners++;
  }
  if (kind->form == ISO_FORM_HEXAHEDRON && (how & ISO_PARTS_ALL_TETRAHEDRA)) tally->hexahedra_too = true;
}

void iso_kinds_note(MPI_Comm comm, const iso_kind_tally *tally, iso_notes *notes) {
  int64_t count[ISO_NFORMS + 3];
  memcpy(count, tally->of_form, sizeof tally->of_form);
  count[ISO_NFORMS] = tally->by_corners;
  count[ISO_NFORMS + 1] = tally->cut;
  count[ISO_NFORMS + 2] = tally->hexahedra_too;
  MPI_Allreduce(MPI_IN_PLACE, count, ISO_NFORMS + 3, MPI_INT64_T, MPI_SUM, comm);
  for (int f = 0; f < ISO_NFORMS; f++) {
    const bool in_triangles = f == ISO_FORM_QUADRILATERAL || f == ISO_FORM_POLYGON || f == ISO_FORM_STRIP;
    const bool in_tetrahedra =
        f == ISO_FORM_PYRAMID || f == ISO_FORM_WEDGE || (f == ISO_FORM_HEXAHEDRON && count[ISO_NFORMS + 2]);
    if (count[f] > 0 && (in_triangles || in_tetrahedra))
      iso_notes_add(notes, "%lld %s were split into %s", (long long)count[f], forms[f].word,
                    in_triangles ? "triangles" : "tetrahedra");
  }
  if (count[ISO_FORM_POINTS] > 0)
    iso_notes_add(notes, "%lld cells that are only points were left out", (long long)count[ISO_FORM_POINTS]);
  if (count[ISO_NFORMS] > 0)
    iso_notes_add(notes,
                  "%lld elements of second or higher order are read by their corners; the nodes between "
                  "these belong to no element",
                  (long long)count[ISO_NFORMS]);
  if (count[ISO_NFORMS + 1] > 0)
    iso_notes_add(notes, "%lld elements of second order were cut into elements of first order",
                  (long long)count[ISO_NFORMS + 1]);
}
