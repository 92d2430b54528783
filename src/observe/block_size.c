#include "observe/block_size.h"

#include "grid/geometry.h"
#include "grid/shapes.h"
#include "kernels/templates/limbs.h"

#include <math.h>

enum { MOST_EDGES = 12 };

bool iso_edge_is_blocked(const iso_mesh *mesh, const double *ms, double slowest_m_per_s, iso_lid i,
                         iso_lid j) {
  double square = 0;
  if (isnan(ms[i]) && isnan(ms[j])) return false;
  for (int k = 0; k < 3; k++)
    square += (mesh->xyz[j][k] - mesh->xyz[i][k]) * (mesh->xyz[j][k] - mesh->xyz[i][k]);
  return !(fabs(ms[j] - ms[i]) * slowest_m_per_s <= sqrt(square)); /* of NaN true */
}

/* An element with its blocked edges. */
typedef struct part {
  const iso_mesh *mesh;
  const iso_cell *cell;
  const iso_lid *node;
  int n;                        /* of them */
  int edge[MOST_EDGES];         /* [n] which */
  double middle[MOST_EDGES][3]; /* [n] of each */
} part;

static void find_middle(const part *p, int n, const uint8_t *of, double out[3]) {
  for (int d = 0; d < 3; d++) {
    out[d] = 0;
    for (int k = 0; k < n; k++) out[d] += p->mesh->xyz[p->node[of[k]]][d];
    out[d] /= n;
  }
}

static void find_blocked(part *p, const double *ms, double slowest) {
  p->n = 0;
  for (int k = 0; k < p->cell->nedges; k++) {
    const uint8_t *end = p->cell->edge[k];
    if (!iso_edge_is_blocked(p->mesh, ms, slowest, p->node[end[0]], p->node[end[1]])) continue;
    find_middle(p, 2, end, p->middle[p->n]);
    p->edge[p->n++] = k;
  }
}

/* Of a triangle. */
static double area(const double a[3], const double b[3], const double c[3]) {
  double u[3], v[3], normal[3];
  iso_subtract(b, a, u);
  iso_subtract(c, a, v);
  iso_cross(u, v, normal);
  return 0.5 * iso_length(normal);
}

static double distance(const double a[3], const double b[3]) {
  double d[3];
  iso_subtract(b, a, d);
  return iso_length(d);
}

static double line_in(const part *p) {
  static const uint8_t all[] = {0, 1, 2};
  double centre[3], sum = 0;
  if (p->n == 2) return distance(p->middle[0], p->middle[1]);
  find_middle(p, 3, all, centre);
  for (int k = 0; k < p->n; k++) sum += distance(p->middle[k], centre);
  return sum;
}

static bool share_a_node(const part *p, int a, int b) {
  const uint8_t *x = p->cell->edge[p->edge[a]], *y = p->cell->edge[p->edge[b]];
  return x[0] == y[0] || x[0] == y[1] || x[1] == y[0] || x[1] == y[1];
}

/* How many blocked edges a node of the element has. */
static int edges_at(const part *p, int node) {
  int n = 0;
  for (int k = 0; k < p->n; k++)
    n += p->cell->edge[p->edge[k]][0] == node || p->cell->edge[p->edge[k]][1] == node;
  return n;
}

/* Of a tetrahedron that is parted into a node and three, or two and two: the middles are corners of a
 * triangle or, edges that share a node being next to each other, of a parallelogram. *out: its area. */
static bool is_parted(const part *p, double *out) {
  int most = 0, least = MOST_EDGES, next[2] = {0, 0}, n = 0;
  for (int k = 0; k < 4; k++) {
    const int here = edges_at(p, k);
    most = here > most ? here : most, least = here < least ? here : least;
  }
  if (p->n == 3 && most == 3) {
    *out = area(p->middle[0], p->middle[1], p->middle[2]);
    return true;
  }
  if (p->n != 4 || most != 2 || least != 2) return false;
  for (int k = 1; k < 4; k++)
    if (share_a_node(p, 0, k)) next[n++] = k;
  *out = 2 * area(p->middle[0], p->middle[next[0]], p->middle[next[1]]);
  return true;
}

static bool has_node(const uint8_t *face, int n, int node) {
  for (int k = 0; k < n; k++)
    if (face[k] == node) return true;
  return false;
}

/* The facets between the two nodes of a blocked edge, of the parts of the element that are nearest to each.
 */
static double facets_of(const part *p, int k, const double centre[3]) {
  const uint8_t *end = p->cell->edge[p->edge[k]];
  double sum = 0, of_face[3];
  for (int f = 0; f < p->cell->nfaces; f++) {
    const uint8_t *face = p->cell->face[f];
    const int n = p->cell->face_nodes;
    if (!has_node(face, n, end[0]) || !has_node(face, n, end[1])) continue;
    find_middle(p, n, face, of_face);
    sum += area(p->middle[k], of_face, centre);
  }
  return sum;
}

static double surface_in(const part *p, int nodes) {
  static const uint8_t all[] = {0, 1, 2, 3, 4, 5, 6, 7};
  double centre[3], sum = 0;
  if (nodes == 4 && is_parted(p, &sum)) return sum;
  find_middle(p, nodes, all, centre);
  for (int k = 0; k < p->n; k++) sum += facets_of(p, k, centre);
  return sum;
}

/* Each element counts on one rank: that of its node with the lowest number. */
static bool is_mine(const iso_mesh *mesh, const iso_lid *node, int n) {
  iso_lid lowest = node[0];
  for (int k = 1; k < n; k++)
    if (mesh->gid[node[k]] < mesh->gid[lowest]) lowest = node[k];
  return lowest < mesh->nowned;
}

iso_block_size iso_block_measure(const iso_mesh *mesh, const double *ms, double slowest_m_per_s) {
  enum { LINES, SURFACES, KINDS };
  int64_t limb[KINDS][ISO_LIMBS] = {{0}}, seen[KINDS] = {0};
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    const int shape = mesh->shape[e], nodes = iso_shape_nodes(shape);
    const int kind = shape == ISO_TRIANGLE ? LINES : SURFACES;
    part p = {mesh, &iso_shapes[shape], mesh->conn + (int64_t)e * mesh->width, 0, {0}, {{0}}};
    if (shape == ISO_LINE || !is_mine(mesh, p.node, nodes)) continue;
    seen[kind]++;
    find_blocked(&p, ms, slowest_m_per_s);
    if (p.n > 0) iso_limbs_add(limb[kind], kind == LINES ? line_in(&p) : surface_in(&p, nodes));
    if ((seen[kind] & 0x3fffffff) == 0) iso_limbs_carry(limb[kind]);
  }
  for (int k = 0; k < KINDS; k++) iso_limbs_carry(limb[k]);
  MPI_Allreduce(MPI_IN_PLACE, limb, KINDS * ISO_LIMBS, MPI_INT64_T, MPI_SUM, mesh->comm);
  MPI_Allreduce(MPI_IN_PLACE, seen, KINDS, MPI_INT64_T, MPI_SUM, mesh->comm);
  return (iso_block_size){.line_mm = seen[LINES] > 0 ? iso_limbs_value(limb[LINES]) : NAN,
                          .surface_mm2 = seen[SURFACES] > 0 ? iso_limbs_value(limb[SURFACES]) : NAN};
}
