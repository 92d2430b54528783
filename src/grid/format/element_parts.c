/* How foreign elements are taken apart. */
#include "grid/format/element_kinds.h"
#include "grid/shapes.h"

/* Faces of what is pulled, outward normal; triangles have -1 at last. */
typedef struct polytope {
  int nodes, nfaces;
  int8_t face[8][4];
} polytope;

static const polytope pyramid = {
    5, 5, {{0, 3, 2, 1}, {0, 1, 4, -1}, {1, 2, 4, -1}, {2, 3, 4, -1}, {3, 0, 4, -1}}};
static const polytope wedge = {
    6, 5, {{0, 2, 1, -1}, {3, 4, 5, -1}, {0, 1, 4, 3}, {1, 2, 5, 4}, {2, 0, 3, 5}}};
static const polytope hexahedron = {
    8, 6, {{0, 3, 2, 1}, {4, 5, 6, 7}, {0, 1, 5, 4}, {1, 2, 6, 5}, {2, 3, 7, 6}, {3, 0, 4, 7}}};

/* The middles of a tetrahedron's edges, 01 12 20 03 13 23. */
static const polytope octahedron = {6,
                                    8,
                                    {{0, 2, 1, -1},
                                     {0, 4, 3, -1},
                                     {2, 3, 5, -1},
                                     {1, 5, 4, -1},
                                     {0, 3, 2, -1},
                                     {0, 1, 4, -1},
                                     {1, 2, 5, -1},
                                     {3, 4, 5, -1}}};

/* The grids of nodes of a quadrilateral and a hexahedron of second order, in VTK's order. */
static const uint8_t square[3][3] = {{0, 4, 1}, {7, 8, 5}, {3, 6, 2}};
static const uint8_t cube[3][3][3] = {{{0, 8, 1}, {11, 24, 9}, {3, 10, 2}},
                                      {{16, 22, 17}, {20, 26, 21}, {19, 23, 18}},
                                      {{4, 12, 5}, {15, 25, 13}, {7, 14, 6}}};

typedef struct heap {
  iso_gid (*part)[ISO_MAX_NODES];
  int64_t n;
} heap;

static void add(heap *h, int n, const iso_gid *node) {
  iso_gid *to = h->part[h->n++];
  for (int i = 0; i < ISO_MAX_NODES; i++) to[i] = i < n ? node[i] : -1;
}

static int lowest(int n, const iso_gid *node) {
  int at = 0;
  for (int i = 1; i < n; i++)
    if (node[i] < node[at]) at = i;
  return at;
}

/* Fans out from the lowest node of a convex polygon. */
static void fan(heap *h, int64_t n, const iso_gid *node) {
  int64_t first = 0;
  for (int64_t i = 1; i < n; i++)
    if (node[i] < node[first]) first = i;
  for (int64_t i = 1; i + 1 < n; i++)
    add(h, 3, (const iso_gid[]){node[first], node[(first + i) % n], node[(first + i + 1) % n]});
}

static void pull_face(heap *h, int n, const iso_gid *face, iso_gid apex) {
  const int first = lowest(n, face);
  for (int i = 1; i + 1 < n; i++) /* Seen from inside, the face turns the other way round. */
    add(h, 4, (const iso_gid[]){face[first], face[(first + i + 1) % n], face[(first + i) % n], apex});
}

static void pull(heap *h, const polytope *p, const iso_gid *node) {
  const iso_gid apex = node[lowest(p->nodes, node)];
  for (int f = 0; f < p->nfaces; f++) {
    const int n = p->face[f][3] < 0 ? 3 : 4;
    bool touches = false;
    iso_gid face[4];
    for (int i = 0; i < n; i++) {
      face[i] = node[p->face[f][i]];
      touches |= face[i] == apex;
    }
    if (!touches) pull_face(h, n, face, apex);
  }
}

static void add_hexahedron(heap *h, const iso_gid *node, unsigned how) {
  if (how & ISO_PARTS_ALL_TETRAHEDRA)
    pull(h, &hexahedron, node);
  else
    add(h, 8, node);
}

/* ---- of second order; node in VTK's order ---- */

static void cut_line(heap *h, const iso_gid *node) {
  add(h, 2, (const iso_gid[]){node[0], node[2]});
  add(h, 2, (const iso_gid[]){node[2], node[1]});
}

static void cut_triangle(heap *h, const iso_gid *node) {
  static const uint8_t part[4][3] = {{0, 3, 5}, {3, 1, 4}, {5, 4, 2}, {3, 4, 5}};
  for (int k = 0; k < 4; k++)
    add(h, 3, (const iso_gid[]){node[part[k][0]], node[part[k][1]], node[part[k][2]]});
}

static void cut_quadrilateral(heap *h, const iso_gid *node) {
  for (int j = 0; j < 2; j++)
    for (int i = 0; i < 2; i++)
      fan(h, 4,
          (const iso_gid[]){node[square[j][i]], node[square[j][i + 1]], node[square[j + 1][i + 1]],
                            node[square[j + 1][i]]});
}

static void cut_tetrahedron(heap *h, const iso_gid *node) {
  static const uint8_t corner[4][4] = {{0, 4, 6, 7}, {4, 1, 5, 8}, {6, 5, 2, 9}, {7, 8, 9, 3}};
  for (int k = 0; k < 4; k++)
    add(h, 4,
        (const iso_gid[]){node[corner[k][0]], node[corner[k][1]], node[corner[k][2]], node[corner[k][3]]});
  pull(h, &octahedron, node + 4);
}

static void cut_hexahedron(heap *h, const iso_gid *node, unsigned how) {
  for (int k = 0; k < 2; k++)
    for (int j = 0; j < 2; j++)
      for (int i = 0; i < 2; i++) {
        iso_gid eighth[8];
        for (int up = 0; up < 2; up++) {
          eighth[4 * up + 0] = node[cube[k + up][j][i]];
          eighth[4 * up + 1] = node[cube[k + up][j][i + 1]];
          eighth[4 * up + 2] = node[cube[k + up][j + 1][i + 1]];
          eighth[4 * up + 3] = node[cube[k + up][j + 1][i]];
        }
        add_hexahedron(h, eighth, how);
      }
}

static void cut(heap *h, iso_form form, const iso_gid *node, unsigned how) {
  if (form == ISO_FORM_LINE) cut_line(h, node);
  if (form == ISO_FORM_TRIANGLE) cut_triangle(h, node);
  if (form == ISO_FORM_QUADRILATERAL) cut_quadrilateral(h, node);
  if (form == ISO_FORM_TETRAHEDRON) cut_tetrahedron(h, node);
  if (form == ISO_FORM_HEXAHEDRON) cut_hexahedron(h, node, how);
}

/* ---- of first order ---- */

static void take_apart(heap *h, iso_form form, const iso_gid *node, unsigned how) {
  if (form == ISO_FORM_LINE || form == ISO_FORM_TRIANGLE || form == ISO_FORM_TETRAHEDRON)
    add(h, iso_form_corners(form), node);
  if (form == ISO_FORM_QUADRILATERAL) fan(h, 4, node);
  if (form == ISO_FORM_PYRAMID) pull(h, &pyramid, node);
  if (form == ISO_FORM_WEDGE) pull(h, &wedge, node);
  if (form == ISO_FORM_HEXAHEDRON) add_hexahedron(h, node, how);
}

/* Every other triangle of a strip turns the other way. */
static void take_apart_any(heap *h, iso_form form, int64_t n, const iso_gid *node) {
  if (form == ISO_FORM_POLYLINE)
    for (int64_t i = 0; i + 1 < n; i++) add(h, 2, node + i);
  if (form == ISO_FORM_POLYGON) fan(h, n, node);
  if (form == ISO_FORM_STRIP)
    for (int64_t i = 0; i + 2 < n; i++)
      add(h, 3, (const iso_gid[]){node[i], node[i + 1 + i % 2], node[i + 2 - i % 2]});
}

int64_t iso_kind_room(const iso_kind *kind, int64_t nodes) {
  return iso_form_corners(kind->form) > 0 || nodes < ISO_MOST_PARTS ? ISO_MOST_PARTS : nodes;
}

static iso_shape shape_of(iso_form form, unsigned how) {
  static const iso_shape of_dimension[] = {ISO_LINE, ISO_LINE, ISO_TRIANGLE, ISO_TETRAHEDRON};
  if (form == ISO_FORM_HEXAHEDRON && !(how & ISO_PARTS_ALL_TETRAHEDRA)) return ISO_HEXAHEDRON;
  const int dimension = iso_form_dimension(form);
  return of_dimension[dimension > 0 ? dimension : 0];
}

int64_t iso_kind_parts(const iso_kind *kind, int64_t nodes, const iso_gid *node, unsigned how,
                       iso_shape *shape, iso_gid (*part)[ISO_MAX_NODES]) {
  enum { MOST_NODES = 27 };
  const bool whole = kind->second_order && (how & ISO_PARTS_CUT);
  const int n = whole ? (int)kind->nodes : iso_form_corners(kind->form);
  iso_gid ours[MOST_NODES];
  heap h = {part, 0};
  *shape = shape_of(kind->form, how);
  for (int i = 0; i < n; i++) ours[i] = node[kind->order ? kind->order[i] : i];
  if (n == 0)
    take_apart_any(&h, kind->form, nodes, node);
  else if (whole)
    cut(&h, kind->form, ours, how);
  else
    take_apart(&h, kind->form, ours, how);
  return h.n;
}
