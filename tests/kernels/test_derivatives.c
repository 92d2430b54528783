/* The derivative of every state of every variant of every model, and the ionic current, at random states,
 * against derivatives.txt, which derivatives.py makes of the models' CellML files and papers. One constant
 * that differs shows. */
#include "kernels/exact_models.h"
#include "verified.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 128, MOST_VARIANTS = 16 };

/* derivatives.txt has 10 digits of a slope and 12 of a state, and gas constants of 6 digits agree to them. */
static const double RELATIVE = 1e-6;

typedef struct reading {
  const iso_model *model;
  int variant;
  int nstates, state[MOST]; /* of the file's columns */
  double v, states[MOST];
} reading;

/* Up to n numbers. */
static void numbers(char *text, int n, double *out) {
  char *rest = NULL, *word = strtok_r(text, " \n", &rest);
  for (int i = 0; i < n; i++, word = strtok_r(NULL, " \n", &rest)) {
    assert_non_null(word);
    out[i] = strtod(word, NULL);
  }
}

static void read_model(reading *r, char *text) {
  char *rest = NULL, *model = strtok_r(text, " \n", &rest), *variant = strtok_r(NULL, " \n", &rest);
  r->model = iso_model_find(model);
  assert_non_null(r->model);
  r->variant = iso_model_variant(r->model, variant);
  assert_true(r->variant >= 0);
}

static void read_states(reading *r, char *text) {
  char *rest = NULL;
  r->nstates = 0;
  for (char *word = strtok_r(text, " \n", &rest); word; word = strtok_r(NULL, " \n", &rest)) {
    r->state[r->nstates] = iso_model_state(r->model, word);
    assert_true(r->state[r->nstates++] >= 0);
  }
}

/* The file has concentrations as they are: differences are made of them, those to another state last. */
static void place(const reading *r, const double *parameters, double *states) {
  for (int again = 0; again < 2; again++)
    for (int i = 0; i < r->nstates; i++) {
      states[r->state[i]] = 0;
      states[r->state[i]] = r->states[i] - iso_model_reference(r->model, r->state[i], parameters, states);
    }
}

/* Of a concentration, whose state may be the difference to another state. */
static double whole_slope(const iso_model *model, int state, const double *slopes) {
  const char *reference = model->states[state].reference;
  const int base = reference ? iso_model_state(model, reference) : -1;
  return slopes[state] + (base >= 0 ? whole_slope(model, base, slopes) : 0);
}

static double apart(const reading *r, const char *what, double ours, double theirs, double scale) {
  const double relative = fabs(ours - theirs) / fmax(fmax(fabs(theirs), scale), DBL_MIN);
  if (relative <= RELATIVE) return relative;
  print_message("%s %s, %s at %g mV: %.9g, and %.9g in derivatives.txt (%.1g)\n", r->model->name,
                r->model->variants[r->variant].name, what, r->v, ours, theirs, relative);
  return relative;
}

/* A slope that is a difference of larger ones, or that leaves its state as it is for hours, is compared on
 * the scale of its state. */
static double compare(const reading *r, char *text) {
  double parameters[MOST], states[MOST], slopes[MOST], theirs[MOST], vm;
  iso_model_defaults(r->model, r->variant, parameters, states, &vm);
  place(r, parameters, states);
  numbers(text, r->nstates + 1, theirs);
  const double iion = exact_slopes(r->model, parameters, r->v, states, slopes);
  double most = apart(r, "the current", iion, theirs[0], 0);
  for (int i = 0; i < r->nstates; i++)
    most = fmax(most, apart(r, r->model->states[r->state[i]].name, whole_slope(r->model, r->state[i], slopes),
                            theirs[i + 1], 1e-9 * fabs(r->states[i])));
  return most;
}

static void slopes_are_those_of_the_sources(void **state) {
  (void)state;
  static char line[1 << 14];
  char seen[64][MOST_VARIANTS] = {0};
  double most = 0;
  int points = 0;
  reading r = {0};
  FILE *f = fopen(DERIVATIVES, "r");
  assert_non_null(f);
  while (fgets(line, sizeof line, f)) {
    double values[MOST];
    if (!strncmp(line, "model ", 6)) read_model(&r, line + 6), seen[iso_model_index(r.model)][r.variant] = 1;
    if (!strncmp(line, "states ", 7)) read_states(&r, line + 7);
    if (!strncmp(line, "at ", 3)) {
      numbers(line + 3, r.nstates + 1, values);
      r.v = values[0];
      memcpy(r.states, values + 1, (size_t)r.nstates * sizeof *values);
    }
    if (!strncmp(line, "give ", 5)) most = fmax(most, compare(&r, line + 5)), points++;
  }
  fclose(f);
  verified_at_least("derivatives_points", points, 100);
  verified_at_most("derivatives_apart", most, RELATIVE);
  /* The one that is not a cell has an exact solution in tests/verify. */
  for (int m = 0; m < iso_nmodels; m++)
    for (int k = 0; k < iso_models[m]->nvariants; k++)
      if (!seen[m][k] && strcmp(iso_models[m]->name, "pathmanathan_gray_2014"))
        fail_msg("%s %s has no derivatives", iso_models[m]->name, iso_models[m]->variants[k].name);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(slopes_are_those_of_the_sources)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
