#include "fit/wall.h"

#include "base/ascending.h"
#include "grid/geometry.h"

#include <math.h>
#include <stdlib.h>

enum { FEWEST = 10, SWEEPS = 20, MOST_NEARBY = 4096 };

/* From 1 at a place to 0 at the end of its reach, smoothly. */
static double weight(const double x[3], const double at[3], double reach_mm) {
  const double square = iso_square_distance(x, at) / (reach_mm * reach_mm);
  return square < 1 ? (1 - square) * (1 - square) : 0;
}

/* Nodes near a place. */
typedef struct nearby {
  const iso_mesh *mesh;
  const double *at;
  double reach_mm;
  int n; /* MOST_NEARBY: perhaps not all of them */
  iso_lid node[MOST_NEARBY];
} nearby;

static void add_node(void *self, int64_t node) {
  nearby *near = self;
  if (near->n < MOST_NEARBY && weight(near->mesh->xyz[node], near->at, near->reach_mm) != 0)
    near->node[near->n++] = (iso_lid)node;
}

/* Sums over nodes by their weights. */
typedef struct sums {
  double all, first[3], second[3][3];
  int64_t n;
} sums;

static void add(sums *s, const double x[3], const double at[3], double reach_mm) {
  const double w = weight(x, at, reach_mm);
  double from[3];
  if (w == 0) return;
  iso_subtract(x, at, from);
  for (int a = 0; a < 3; a++) {
    s->first[a] += w * from[a];
    for (int b = 0; b < 3; b++) s->second[a][b] += w * from[a] * from[b];
  }
  s->all += w;
  s->n++;
}

/* Products of what lies between the nodes and their middle, each by its weight, summed in the order of the
 * nodes; returns how many there are. */
static int64_t moments(const iso_places *p, const double at[3], double reach_mm, double out[3][3]) {
  const iso_mesh *mesh = p->mesh;
  nearby near;
  near.mesh = mesh, near.at = at, near.reach_mm = reach_mm, near.n = 0;
  sums s = {0};
  iso_places_visit(p, at, reach_mm, add_node, &near);
  if (near.n < MOST_NEARBY) {
    qsort(near.node, (size_t)near.n, sizeof *near.node, iso_ascending_int32);
    for (int k = 0; k < near.n; k++) add(&s, mesh->xyz[near.node[k]], at, reach_mm);
  } else {
    for (iso_lid i = 0; i < mesh->nlocal; i++) add(&s, mesh->xyz[i], at, reach_mm);
  }
  for (int a = 0; a < 3; a++)
    for (int b = 0; b < 3; b++) out[a][b] = s.n > 0 ? s.second[a][b] - s.first[a] * s.first[b] / s.all : 0;
  return s.n;
}

/* Turns axes p and q of a, and the same columns of v, so that a_pq is 0. */
static void turn(double a[3][3], double v[3][3], int p, int q) {
  if (a[p][q] == 0) return;
  const double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
  const double t = (theta < 0 ? -1 : 1) / (fabs(theta) + sqrt(theta * theta + 1));
  const double c = 1 / sqrt(t * t + 1), s = t * c;
  for (int k = 0; k < 3; k++) {
    const double x = a[k][p], y = a[k][q];
    a[k][p] = c * x - s * y, a[k][q] = s * x + c * y;
  }
  for (int k = 0; k < 3; k++) {
    const double x = a[p][k], y = a[q][k], vx = v[k][p], vy = v[k][q];
    a[p][k] = c * x - s * y, a[q][k] = s * x + c * y;
    v[k][p] = c * vx - s * vy, v[k][q] = s * vx + c * vy;
  }
}

/* Jacobi's method. */
static void find_axes(double a[3][3], double v[3][3]) {
  for (int i = 0; i < 3; i++)
    for (int k = 0; k < 3; k++) v[i][k] = i == k;
  for (int sweep = 0; sweep < SWEEPS; sweep++)
    for (int p = 0; p < 2; p++)
      for (int q = p + 1; q < 3; q++) turn(a, v, p, q);
}

void iso_wall_ways(const iso_places *places, const double at_mm[3], double reach_mm, double way[3][3]) {
  double a[3][3], v[3][3];
  const iso_lid nodes = places->mesh->nlocal;
  const int64_t enough = nodes < FEWEST ? nodes : FEWEST;
  while (moments(places, at_mm, reach_mm, a) < enough) reach_mm *= 2;
  find_axes(a, v);
  int through = 0;
  for (int k = 1; k < 3; k++)
    if (a[k][k] < a[through][through]) through = k;
  for (int k = 0, along = 0; k < 3; k++)
    for (int d = 0, to = k == through ? 2 : along++; d < 3; d++) way[to][d] = v[d][k];
}
