#include "grid/ask/simplex.h"

#include "grid/geometry.h"

#include <math.h>
#include <string.h>

/* Weights of points in a simplex are at least so much below 0 where rounding is all that is outside. */
#define ROUNDING 1e-9

bool iso_simplex_project(int n, double (*const x)[3], const double p[3], double *weight) {
  double side[3][3], square[3], to[3], coefficient[3] = {0}, product[3][3];
  iso_subtract(p, x[0], to);
  for (int i = 0; i < n - 1; i++) { /* directions at right angles to those before */
    iso_subtract(x[i + 1], x[0], side[i]);
    const double before = iso_dot(side[i], side[i]);
    for (int j = 0; j < i; j++) {
      product[i][j] = iso_dot(side[i], side[j]) / square[j];
      for (int d = 0; d < 3; d++) side[i][d] -= product[i][j] * side[j][d];
    }
    square[i] = iso_dot(side[i], side[i]);
    if (!(square[i] > 1e-24 * before)) return false;
    coefficient[i] = iso_dot(to, side[i]) / square[i];
  }
  weight[0] = 1;
  for (int i = n - 2; i >= 0; i--) { /* back to the directions of the corners */
    for (int j = 0; j < i; j++) coefficient[j] -= coefficient[i] * product[i][j];
    weight[i + 1] = coefficient[i];
    weight[0] -= coefficient[i];
  }
  return true;
}

/* Whether the point with these weights is in the simplex, rid of rounding. */
static bool settle(int n, double *weight) {
  double sum = 0;
  for (int c = 0; c < n; c++)
    if (!(weight[c] >= -ROUNDING)) return false;
  for (int c = 0; c < n; c++) sum += weight[c] = fmax(weight[c], 0);
  for (int c = 0; c < n; c++) weight[c] /= sum;
  return true;
}

bool iso_simplex_holds(int n, double (*const x)[3], const double p[3], double *weight) {
  return iso_simplex_project(n, x, p, weight) && settle(n, weight);
}

static double square_distance(int n, double (*const x)[3], const double *weight, const double p[3]) {
  double at[3] = {0};
  for (int c = 0; c < n; c++)
    for (int d = 0; d < 3; d++) at[d] += weight[c] * x[c][d];
  return iso_square_distance(at, p);
}

/* Outside, the point is on a side that p sees: opposite to a corner whose weight is below 0. */
double iso_simplex_nearest(int n, double (*const x)[3], const double p[3], double *weight, bool *spans) {
  double own[4], least = INFINITY;
  const bool found = iso_simplex_project(n, x, p, own);
  const bool inside = found && settle(n, own);
  for (int c = 0; c < n; c++) spans[c] = inside;
  if (inside) memcpy(weight, own, (size_t)n * sizeof *own);
  if (inside) return square_distance(n, x, own, p);
  for (int out = 0; out < n && n > 1; out++) {
    double rest[3][3], part[3];
    bool of_part[3];
    if (found && own[out] >= 0) continue;
    for (int c = 0; c < n - 1; c++) memcpy(rest[c], x[c + (c >= out)], sizeof rest[c]);
    const double distance = iso_simplex_nearest(n - 1, rest, p, part, of_part);
    if (!(distance < least)) continue;
    least = distance;
    weight[out] = 0, spans[out] = false;
    for (int c = 0; c < n - 1; c++) weight[c + (c >= out)] = part[c], spans[c + (c >= out)] = of_part[c];
  }
  return least;
}
