#include "fit/wall.h"

#include "grid/geometry.h"

#include <math.h>
#include <string.h>

enum { FEWEST = 10, SWEEPS = 20 };

/* From 1 at a place to 0 at the end of its reach, smoothly. */
static double weight(const double x[3], const double at[3], double reach_mm) {
  const double square = iso_square_distance(x, at) / (reach_mm * reach_mm);
  return square < 1 ? (1 - square) * (1 - square) : 0;
}

/* Products of what lies between the nodes and their middle, each by its weight; returns how many there are.
 */
static int64_t moments(const iso_mesh *mesh, const double at[3], double reach_mm, double out[3][3]) {
  double first[3] = {0, 0, 0}, all = 0;
  int64_t n = 0;
  memset(out, 0, 3 * sizeof *out);
  for (iso_lid i = 0; i < mesh->nlocal; i++) {
    const double w = weight(mesh->xyz[i], at, reach_mm);
    if (w == 0) continue;
    double from[3];
    iso_subtract(mesh->xyz[i], at, from);
    for (int a = 0; a < 3; a++) {
      first[a] += w * from[a];
      for (int b = 0; b < 3; b++) out[a][b] += w * from[a] * from[b];
    }
    all += w;
    n++;
  }
  for (int a = 0; a < 3 && n > 0; a++)
    for (int b = 0; b < 3; b++) out[a][b] -= first[a] * first[b] / all;
  return n;
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

void iso_wall_ways(const iso_mesh *mesh, const double at_mm[3], double reach_mm, double way[3][3]) {
  double a[3][3], v[3][3];
  const int64_t enough = mesh->nlocal < FEWEST ? mesh->nlocal : FEWEST;
  while (moments(mesh, at_mm, reach_mm, a) < enough) reach_mm *= 2;
  find_axes(a, v);
  int through = 0;
  for (int k = 1; k < 3; k++)
    if (a[k][k] < a[through][through]) through = k;
  for (int k = 0, along = 0; k < 3; k++)
    for (int d = 0, to = k == through ? 2 : along++; d < 3; d++) way[to][d] = v[d][k];
}
