#include "observe/phase.h"

#include <math.h>

double iso_phase_direction(double u, double w) {
  const double size = fabs(u) + fabs(w);
  if (!(size > 0)) return 0;
  const double turn = w / size; /* -1 .. 1, from pointing down to pointing up */
  return u < 0 ? 2 - turn : w < 0 ? 4 + turn : turn;
}

/* Turns to add to b - a to have it the shorter way round; the opposite of those to add to a - b. */
static int wraps(double a, double b) { return (a - b > 2) - (b - a > 2); }

int iso_phase_charge(double a, double b, double c) { return wraps(a, b) + wraps(b, c) + wraps(c, a); }

iso_phase_point iso_phase_locate(const double x[3][3], const double u[3], const double w[3]) {
  iso_phase_point p = {{0}, {0}};
  double part[3], sum = 0, rise = 0, slope[3];
  for (int i = 0; i < 3; i++) {
    const int j = (i + 1) % 3, k = (i + 2) % 3;
    part[i] = u[j] * w[k] - u[k] * w[j];
    sum += part[i];
    slope[i] = w[j] - w[k]; /* these sum to 0, and so do their products with w */
    rise += slope[i] * u[i];
  }
  for (int i = 0; i < 3; i++)
    for (int d = 0; d < 3; d++) {
      p.at[d] += (sum != 0 ? part[i] / sum : 1.0 / 3) * x[i][d];
      p.along[d] += (rise < 0 ? -slope[i] : slope[i]) * x[i][d];
    }
  return p;
}
