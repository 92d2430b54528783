/* Derivatives of what a heart predicts, beside differences. */
#ifndef ISO_TESTS_COMPARE_SLOPES_H
#define ISO_TESTS_COMPARE_SLOPES_H

#include "grid/mpi_main.h"

#include "fit/work.h"
#include "verified.h"

/* key: of the report of verification; NULL: not there. A millionth of the largest derivative of a datum:
 * times are right to some 1e-9 ms over steps of 1e-5. */
static inline void compare_slopes(const char *key, iso_fit_work *w) {
  iso_error err;
  const int nz = w->model.at.n, n = w->data.nused, all = n + w->data.nheld;
  const double step = 1e-5;
  double *slopes, *above, *below;
  ASSERT_OK(iso_alloc(&slopes, (size_t)(n * nz), sizeof *slopes, "slopes", &err));
  ASSERT_OK(iso_alloc(&above, (size_t)all, sizeof *above, "data", &err));
  ASSERT_OK(iso_alloc(&below, (size_t)all, sizeof *below, "data", &err));
  for (int i = 0; i < nz; i++) w->z[i] = 0.3 * iso_normal(5, ISO_DRAW_TRUTH, 0, (uint64_t)i);
  ASSERT_OK(iso_fit_model_run(&w->model, w->z, &err));
  ASSERT_OK(iso_fit_model_trace(&w->model, w->z, &err));
  iso_fit_data_slopes(&w->data, &w->model, w->z, slopes);
  double largest = 0, worst = 0;
  for (int k = 0; k < n * nz; k++) largest = fmax(largest, fabs(slopes[k]));
  for (int i = 0; i < nz; i++) {
    const double before = w->z[i];
    w->z[i] = before + step;
    ASSERT_OK(iso_fit_model_run(&w->model, w->z, &err));
    iso_fit_data_predict(&w->data, &w->model, w->z, above);
    w->z[i] = before - step;
    ASSERT_OK(iso_fit_model_run(&w->model, w->z, &err));
    iso_fit_data_predict(&w->data, &w->model, w->z, below);
    w->z[i] = before;
    for (int k = 0; k < n; k++) {
      const double error = slopes[k * nz + i] - (above[k] - below[k]) / (2 * step);
      worst = fmax(worst, fabs(error) / largest);
      if (fabs(error) > 1e-6 * largest)
        fail_msg("datum %d by number %d of %d: %.9g, by differences %.9g", k, i, nz, slopes[k * nz + i],
                 (above[k] - below[k]) / (2 * step));
    }
  }
  if (key) verified_at_most(key, worst, 1e-6);
  free(slopes);
  free(above);
  free(below);
}

#endif
