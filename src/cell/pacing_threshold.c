/* How strong a pulse must be, found with all amplitudes of a grid side by side, twice. */
#include "cell/pacing.h"

#include <math.h>

enum { GRID = 16 };

/* Time for a latent upstroke: pulses at threshold take effect within some 10 ms. */
static const double observed_ms = 50;

static const double weakest = 1, strongest = 1000; /* uA/uF */

/* The index of the first of GRID ascending amplitudes that activates, or GRID. */
static iso_status first_of(const iso_pacing *like, const iso_cell_state *start, double duration_ms,
                           const double *amplitude, int *first, iso_error *err) {
  iso_lane lanes[GRID];
  iso_paced paced[GRID];
  iso_pacing pacing = *like;
  const double step_ms = like->cells.step_ms;
  for (int i = 0; i < GRID; i++)
    lanes[i] = (iso_lane){.cycle_ms = step_ms * ceil((observed_ms + duration_ms) / step_ms),
                          .beats = 1,
                          .amplitude = amplitude[i],
                          .duration_ms = duration_ms,
                          .start = *start};
  pacing.cells.nsets = 1, pacing.nlanes = GRID, pacing.lanes = lanes;
  pacing.until_steady = false, pacing.watch = NULL, pacing.progress = false;
  iso_status status = iso_pacing_run(&pacing, paced, err);
  for (*first = 0; *first < GRID && paced[*first].last.peak <= iso_pacing_activation(like);) ++*first;
  iso_paced_free(GRID, paced);
  return status;
}

iso_status iso_pacing_threshold(const iso_pacing *pacing, const iso_cell_state *start, double duration_ms,
                                double *out, iso_error *err) {
  double amplitude[GRID];
  int first;
  const double ratio = pow(strongest / weakest, 1.0 / (GRID - 1));
  for (int i = 0; i < GRID; i++) amplitude[i] = weakest * pow(ratio, i);
  ISO_TRY(first_of(pacing, start, duration_ms, amplitude, &first, err));
  if (first == GRID)
    return iso_fail(err, ISO_EINPUT, "%s does not activate with %g uA/uF for %g ms; lengthen the pulse",
                    pacing->cells.model->name, strongest, duration_ms);
  const double below = weakest * pow(ratio, first - 1);
  for (int i = 0; i < GRID; i++) amplitude[i] = below * pow(ratio, (i + 1) / (double)GRID);
  ISO_TRY(first_of(pacing, start, duration_ms, amplitude, &first, err));
  *out = amplitude[first < GRID ? first : GRID - 1];
  return ISO_OK;
}

iso_status iso_pacing_amplitude(const iso_pacing *pacing, const iso_cell_state *start, double duration_ms,
                                double *out, iso_error *err) {
  double threshold;
  ISO_TRY(iso_pacing_threshold(pacing, start, duration_ms, &threshold, err));
  *out = ceil(2 * threshold);
  return ISO_OK;
}
