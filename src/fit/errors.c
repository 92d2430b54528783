#include "fit/errors.h"

#include <math.h>

void iso_fit_errors_prepare(int n, iso_fit_follow *follow) {
  double left = 0; /* variance of sqrt(u) x_(k-1) given the errors up to it */
  for (int k = 0; k < n; k++) {
    iso_fit_follow *f = &follow[k];
    const double known = f->keep * f->keep, before = known * left + f->share * (1 - known);
    const double all = before + 1 - f->share;
    f->scale = sqrt(all), f->gain = before / all;
    left = before * (1 - f->gain);
  }
}

/* What is expected of the next error, of which expected and unlike it were those of the one before. */
static double next(const iso_fit_follow *f, int k, double expected, double unlike) {
  return k > 0 ? f[k].keep * (expected + f[k - 1].gain * unlike) : 0;
}

/* Of one column of a set. */
static void part(const iso_data_set *set, size_t width, double *rest) {
  double expected = 0, unlike = 0;
  for (int k = 0; k < set->nused; k++, rest += width) {
    expected = next(set->follow, k, expected, unlike);
    unlike = *rest - expected;
    *rest = unlike / set->follow[k].scale;
  }
}

void iso_fit_errors_part(const iso_fit_data *data, int width, double *rest) {
  for (int s = 0; s < data->nsets; rest += (size_t)data->set[s++].nused * (size_t)width)
    for (int i = 0; i < width && data->set[s].follow; i++) part(&data->set[s], (size_t)width, rest + i);
}

void iso_fit_errors_join(const iso_fit_data *data, double *n) {
  for (int s = 0; s < data->nsets; n += data->set[s++].nused) {
    const iso_fit_follow *follow = data->set[s].follow;
    double expected = 0, unlike = 0;
    for (int k = 0; k < data->set[s].nused && follow; k++) {
      expected = next(follow, k, expected, unlike);
      unlike = follow[k].scale * n[k];
      n[k] = expected + unlike;
    }
  }
}

double iso_fit_errors_square(const iso_fit_data *data, const double *predicted, const double *value,
                             const double *sd) {
  double sum = 0;
  for (int s = 0, k = 0; s < data->nsets; s++) {
    const iso_fit_follow *follow = data->set[s].follow;
    double expected = 0, unlike = 0;
    for (int of = 0; of < data->set[s].nused; of++, k++) {
      const double rest = (predicted[k] - value[k]) / sd[k];
      if (follow) expected = next(follow, of, expected, unlike);
      unlike = rest - expected;
      const double own = follow ? unlike / follow[of].scale : rest;
      sum += own * own;
    }
  }
  return sum;
}

double iso_fit_errors_sum_sd(int n, const iso_fit_follow *follow) {
  double square = 0, with_last = 0; /* variance of the sum of x until now, and its covariance with the last */
  if (!follow) return sqrt(n);
  for (int k = 0; k < n; k++) {
    with_last = k > 0 ? follow[k].keep * with_last : 0;
    square += 1 + 2 * with_last;
    with_last += 1;
  }
  return sqrt(n * (1 - follow[0].share) + follow[0].share * square);
}
