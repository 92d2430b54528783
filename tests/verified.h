/* Figures of the report of verification: scripts/verification.yaml says what each key means and against what
 * it was checked, scripts/vv.sh collects them into docs/verification.md. Printed on every rank, and the same
 * on each. */
#ifndef ISO_TESTS_VERIFIED_H
#define ISO_TESTS_VERIFIED_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Prints the figure, and fails the test beyond its bound and where it is no number. */
static inline void verified_at_most(const char *key, double value, double bound) {
  print_message("verified %s = %.6g, at most %g\n", key, value, bound);
  if (!(value <= bound)) fail_msg("%s: %g, more than %g", key, value, bound);
}

static inline void verified_at_least(const char *key, double value, double bound) {
  print_message("verified %s = %.6g, at least %g\n", key, value, bound);
  if (!(value >= bound)) fail_msg("%s: %g, less than %g", key, value, bound);
}

static inline void verified_near(const char *key, double value, double expected, double room) {
  print_message("verified %s = %.6g, %g within %g\n", key, value, expected, room);
  if (!(fabs(value - expected) <= room)) fail_msg("%s: %g, not %g within %g", key, value, expected, room);
}

#endif
