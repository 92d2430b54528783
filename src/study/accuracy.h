/* How far a wave's velocity is from the converged one, as the tables of docs/numerics.md have it, and the
 * step that goes with a mesh. */
#ifndef ISO_STUDY_ACCURACY_H
#define ISO_STUDY_ACCURACY_H

#include "config/config.h"

/* Per cent, on tetrahedra of the N-version benchmark, at the worst of its points. */
typedef struct iso_expectation {
  double edge_mm;    /* of the mesh, on average */
  double mesh, step; /* by the elements and by the step; step NAN: not measured for this splitting */
} iso_expectation;

/* On edges of this mean length, with a configuration's scheme and step, and its fast current as it is taken
 * (iso_setup_coarsest_fast_current). */
iso_expectation iso_expected_error(const iso_config *config, iso_fast_current fast, double edge_mm);

enum { ISO_EXPECTATION_TEXT = 160 };

/* "velocity within about 3.6% by edges of 0.32 mm and 0.1% by the step, ..." into text, which is returned. */
const char *iso_expectation_text(const iso_expectation *expected, char text[ISO_EXPECTATION_TEXT]);

/* The longest step, ms, of those that people choose, that is at most most_ms and takes no more accuracy on
 * edges of this mean length than is wanted. */
double iso_accurate_step(iso_accuracy accuracy, double edge_mm, double most_ms);

#endif
