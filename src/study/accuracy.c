#include "study/accuracy.h"

#include "base/handy.h"
#include "base/text.h"

#include <math.h>

/* Edges of the benchmark's tetrahedra of 0.05 to 0.5 mm, which are 1.26 times as long on average. */
enum { NEDGES = 5 };
static const double edges_mm[NEDGES] = {0.063, 0.126, 0.252, 0.315, 0.63};

/* Of the activation time at the worst point, per cent: tables "N-version, alternating" and, for 0.02 ms on
 * edges up to 0.252 mm, "converged times"; smoothed at 0.063 mm from 0.126 mm, as the square. */
static const double of_mesh[][NEDGES] = {[ISO_FAST_NODAL] = {3.5, 13.6, 48.2, 67.0, 246.8},
                                         [ISO_FAST_SMOOTHED] = {0.7, 2.6, 8.7, 14.0, 82.6},
                                         [ISO_FAST_INTERPOLATED] = {0.4, 1.4, 4.1, 3.6, 7.1}};

/* Of P8 by 0.05 ms, staggered, against 0.005 ms: 1.6, 1.0, 0.5 and 0.6% on 0.1, 0.2, 0.25 and 0.5 mm with a
 * fixed pace. Where its step needs stages an adaptive one errs less, 0.5 to 0.6% on all of these. As the
 * square of the step. */
#define STEP_MS 0.05
#define LEAST_OF_STEP 0.6
#define OF_STEP_AND_EDGE 0.2 /* per cent mm */

static double error_of_step(iso_pace pace, double edge_mm, double step_ms) {
  const double of_usual =
      pace == ISO_PACE_ADAPTIVE ? LEAST_OF_STEP : fmax(LEAST_OF_STEP, OF_STEP_AND_EDGE / edge_mm);
  return of_usual * (step_ms / STEP_MS) * (step_ms / STEP_MS);
}

/* Powers between the values of the table and above; of second order below. */
static double error_of_mesh(iso_fast_current fast, double edge_mm) {
  const double *error = of_mesh[fast];
  int k = 0;
  if (edge_mm <= edges_mm[0]) return error[0] * (edge_mm / edges_mm[0]) * (edge_mm / edges_mm[0]);
  while (k < NEDGES - 2 && edge_mm > edges_mm[k + 1]) k++;
  const double order = log(error[k + 1] / error[k]) / log(edges_mm[k + 1] / edges_mm[k]);
  return error[k] * pow(edge_mm / edges_mm[k], order);
}

iso_expectation iso_expected_error(const iso_config *config, iso_fast_current fast, double edge_mm) {
  const iso_numerics *n = &config->numerics.scheme;
  const bool measured = n->splitting == ISO_SPLITTING_STAGGERED;
  return (iso_expectation){.edge_mm = edge_mm,
                           .mesh = error_of_mesh(fast, edge_mm),
                           .step = measured ? error_of_step(n->pace, edge_mm, config->time.step_ms) : NAN};
}

const char *iso_expectation_text(const iso_expectation *e, char text[ISO_EXPECTATION_TEXT]) {
  text[0] = '\0';
  iso_text_append(text, ISO_EXPECTATION_TEXT, "velocity within about %.2g%% by edges of %.2g mm", e->mesh,
                  e->edge_mm);
  if (!isnan(e->step)) iso_text_append(text, ISO_EXPECTATION_TEXT, " and %.2g%% by the step", e->step);
  iso_text_append(text, ISO_EXPECTATION_TEXT, ", as on tetrahedra of the N-version benchmark");
  return text;
}

double iso_accurate_step(iso_accuracy accuracy, double edge_mm, double most_ms) {
  static const double most_error[] = {/* per cent */
                                      [ISO_ACCURACY_DRAFT] = 2,
                                      [ISO_ACCURACY_STANDARD] = 1,
                                      [ISO_ACCURACY_REFERENCE] = 0.12};
  const double step_ms =
      STEP_MS * sqrt(most_error[accuracy] / error_of_step(ISO_PACE_FIXED, edge_mm, STEP_MS));
  return iso_handy_below(fmin(step_ms, most_ms));
}
