#include "fit/align.h"

#include "fit/errors.h"

#include <math.h>

/* Of steps downhill to a clock, and how many there are of the finer ones: deflections of a QRS complex are
 * wider than the former, noise leaves a clock less well known than the latter, and from there on squares go
 * like a parabola. */
#define STEP_MS 2.0
enum { FINER = 10 };

/* Of z; of a clock that is known better, half of how well. */
static double step_of(const iso_aligner *a) { return fmin(STEP_MS / a->sd_ms, 0.5); }

static double square_at(const iso_aligner *a, const double *target, double clock, double *z,
                        double *predicted) {
  z[a->clock] = clock;
  iso_fit_data_predict(a->data, a->model, z, predicted);
  return iso_fit_errors_square(a->data, predicted, target, a->sd);
}

/* From clock, of which the square is square[1], downhill by steps; square: also those one step before and
 * behind where it ends. */
static double descend(const iso_aligner *a, const double *target, double clock, double step, double square[3],
                      double *z, double *predicted) {
  square[0] = square_at(a, target, clock - step, z, predicted);
  square[2] = square_at(a, target, clock + step, z, predicted);
  while (square[0] < square[1] || square[2] < square[1]) {
    const bool back = square[0] < square[2];
    const double next = back ? clock - step : clock + step;
    if (fabs(next) > 2 * ISO_CLOCK_REACH) break;
    clock = next;
    if (back)
      square[2] = square[1], square[1] = square[0],
      square[0] = square_at(a, target, clock - step, z, predicted);
    else
      square[0] = square[1], square[1] = square[2],
      square[2] = square_at(a, target, clock + step, z, predicted);
  }
  return clock;
}

void iso_fit_align(const iso_aligner *a, const double *target, double *z, double *predicted) {
  double clock = z[a->clock], square[3] = {0, square_at(a, target, clock, z, predicted), 0};
  const double step = step_of(a), finer = step / FINER;
  clock = descend(a, target, clock, step, square, z, predicted);
  clock = descend(a, target, clock, finer, square, z, predicted);
  const double bend = square[0] - 2 * square[1] + square[2];
  if (bend > 0) clock += finer * fmax(-1, fmin(1, (square[0] - square[2]) / (2 * bend)));
  square_at(a, target, clock, z, predicted);
}

void iso_fit_align_anywhere(const iso_aligner *a, const double *target, double *z, double *predicted) {
  const int n = (int)ceil(ISO_CLOCK_REACH / step_of(a));
  double best = 0, least = INFINITY;
  for (int k = -n; k <= n; k++) {
    const double clock = (double)ISO_CLOCK_REACH * k / n;
    const double square = square_at(a, target, clock, z, predicted);
    if (square < least) least = square, best = clock;
  }
  z[a->clock] = best;
  iso_fit_align(a, target, z, predicted);
}
