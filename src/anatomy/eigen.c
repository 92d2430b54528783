#include "anatomy/eigen.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

enum { MOST_SWEEPS = 60 }; /* convergence is quadratic: six to ten do */

/* x, y become c x - s y, s x + c y. */
static void rotate(int n, double *x, double *y, int stride, double c, double s) {
  for (int k = 0; k < n; k++, x += stride, y += stride) {
    const double was = *x;
    *x = c * was - s * *y;
    *y = s * was + c * *y;
  }
}

/* Makes entry (p, q) zero; whether it was at most that already. */
static bool annihilate(int n, double *a, double *vector, int p, int q, double least) {
  double *row_p = a + (size_t)p * (size_t)n, *row_q = a + (size_t)q * (size_t)n;
  const double off = row_p[q];
  if (fabs(off) <= least) return true;
  const double theta = (row_q[q] - row_p[p]) / (2 * off);
  const double t = (theta < 0 ? -1 : 1) / (fabs(theta) + sqrt(1 + theta * theta));
  const double c = 1 / sqrt(1 + t * t), s = t * c;
  rotate(n, a + p, a + q, n, c, s);
  rotate(n, row_p, row_q, 1, c, s);
  row_p[q] = row_q[p] = 0;
  rotate(n, vector + (size_t)p * (size_t)n, vector + (size_t)q * (size_t)n, 1, c, s);
  return false;
}

static void swap_rows(int n, double *value, double *vector, int i, int j) {
  const double kept = value[i];
  value[i] = value[j];
  value[j] = kept;
  for (int k = 0; k < n; k++) {
    const size_t a = (size_t)i * (size_t)n + (size_t)k, b = (size_t)j * (size_t)n + (size_t)k;
    const double was = vector[a];
    vector[a] = vector[b];
    vector[b] = was;
  }
}

void iso_symmetric_eigen(int n, double *matrix, double *value, double *vector) {
  bool done = false;
  double largest_entry = 0;
  for (int k = 0; k < n * n; k++) {
    vector[k] = k % (n + 1) == 0;
    largest_entry = fmax(largest_entry, fabs(matrix[k]));
  }
  for (int sweep = 0; sweep < MOST_SWEEPS && !done; sweep++) {
    done = true;
    for (int p = 0; p < n; p++)
      for (int q = p + 1; q < n; q++) done &= annihilate(n, matrix, vector, p, q, 1e-17 * largest_entry);
  }
  for (int k = 0; k < n; k++) value[k] = matrix[(size_t)k * (size_t)n + (size_t)k];
  for (int i = 0; i < n; i++) {
    int largest = i;
    for (int j = i + 1; j < n; j++)
      if (value[j] > value[largest]) largest = j;
    if (largest != i) swap_rows(n, value, vector, i, largest);
  }
}
