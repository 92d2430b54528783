#include "fit/dense.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

bool iso_factorise(int n, double *a) {
  for (int i = 0; i < n; i++) {
    double *row = a + (size_t)i * (size_t)n;
    for (int k = 0; k <= i; k++) {
      const double *other = a + (size_t)k * (size_t)n;
      double sum = row[k];
      for (int c = 0; c < k; c++) sum -= row[c] * other[c];
      if (k < i)
        row[k] = sum / other[k];
      else if (sum > 0)
        row[i] = sqrt(sum);
      else
        return false;
    }
  }
  return true;
}

void iso_solve_factorised(int n, const double *l, double *x) {
  for (int i = 0; i < n; i++) {
    for (int k = 0; k < i; k++) x[i] -= l[(size_t)i * (size_t)n + (size_t)k] * x[k];
    x[i] /= l[(size_t)i * (size_t)n + (size_t)i];
  }
  for (int i = n - 1; i >= 0; i--) {
    for (int k = i + 1; k < n; k++) x[i] -= l[(size_t)k * (size_t)n + (size_t)i] * x[k];
    x[i] /= l[(size_t)i * (size_t)n + (size_t)i];
  }
}

void iso_normal_matrix(int m, int n, const double *j, double *a) {
  memset(a, 0, (size_t)n * (size_t)n * sizeof *a);
  for (int i = 0; i < n; i++) a[(size_t)i * (size_t)n + (size_t)i] = 1;
  for (int r = 0; r < m; r++) {
    const double *row = j + (size_t)r * (size_t)n;
    for (int i = 0; i < n; i++) {
      if (row[i] == 0) continue;
      double *to = a + (size_t)i * (size_t)n;
      for (int k = 0; k <= i; k++) to[k] += row[i] * row[k];
    }
  }
}
