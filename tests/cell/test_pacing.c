/* Paced single cells on a device: against references, and against themselves in other company. */
#include "cell/cell_batch.h"
#include "cell/pacing.h"
#include "kernels/builds.h"
#include "kernels/references.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST_LANES = 4 };

typedef struct bench {
  iso_pacing pacing;
  double parameters[PACE_MAX], states[PACE_MAX];
  const double *sets[1];
  iso_lane lanes[MOST_LANES];
  iso_paced paced[MOST_LANES];
  iso_cell_state start;
  const protocol *protocol;
} bench;

static void open_bench(bench *b, const char *model, const char *variant, iso_precision precision) {
  char message[256];
  *b = (bench){.protocol = protocol_of(model)};
  b->pacing.cells.model = iso_model_find(model);
  b->start.states = b->states;
  iso_model_defaults(b->pacing.cells.model, variant ? iso_model_variant(b->pacing.cells.model, variant) : 0,
                     b->parameters, b->states, &b->start.vm);
  b->sets[0] = b->parameters;
  b->pacing.cells.device =
      iso_device_open(&(iso_device_options){.kind = "cpu", .precision = precision}, message, sizeof message);
  assert_non_null(b->pacing.cells.device);
  b->pacing.cells.step_ms = 0.02;
  b->pacing.cells.nsets = 1;
  b->pacing.cells.parameters = b->sets;
  b->pacing.lanes = b->lanes;
  b->pacing.tolerance = (iso_tolerance){.apd90_ms = 0.001, .relative = 1e-4};
}

static void add_lane(bench *b, double cycle_ms, int beats) {
  b->lanes[b->pacing.nlanes++] = (iso_lane){.cycle_ms = cycle_ms,
                                            .beats = beats,
                                            .amplitude = b->protocol->stimulus,
                                            .duration_ms = b->protocol->duration_ms,
                                            .start = b->start};
}

static void pace_bench(bench *b) {
  iso_error err = {0};
  if (iso_pacing_run(&b->pacing, b->paced, &err) != ISO_OK) fail_msg("%s", err.message);
}

static void close_bench(bench *b) {
  iso_paced_free(b->pacing.nlanes, b->paced);
  iso_device_close(b->pacing.cells.device);
}

static void assert_same_end(const bench *a, const iso_paced *x, const iso_paced *y) {
  assert_memory_equal(&x->end.vm, &y->end.vm, sizeof(double));
  assert_memory_equal(x->end.states, y->end.states, (size_t)a->pacing.cells.model->nstates * sizeof(double));
  assert_memory_equal(&x->last, &y->last, sizeof x->last);
}

/* Tolerances of tests/kernels/test_pacing.c: what the step of 0.02 ms changes. */
static void beats_match_references(void **state) {
  (void)state;
  bench b;
  open_bench(&b, "ten_tusscher_2006", "epi", ISO_PRECISION_DOUBLE);
  add_lane(&b, 1000, 100);
  add_lane(&b, 400, 100);
  pace_bench(&b);
  int met = 0;
  for (int i = 0; i < nreferences; i++) {
    const reference *r = &references[i];
    if (strcmp(r->model, "ten_tusscher_2006") || strcmp(r->variant, "epi")) continue;
    const iso_beat *got = &b.paced[r->cycle_ms == 1000 ? 0 : 1].last;
    print_message("%g ms: APD90 %.3f (%.3f)\n", r->cycle_ms, got->apd90, r->apd90);
    assert_true(fabs(got->apd90 - r->apd90) < 0.15);
    assert_true(fabs(got->apd50 - r->apd50) < 0.6);
    assert_true(fabs(got->rest - r->rest) < 0.01 && fabs(got->peak - r->peak) < 0.4);
    assert_true(fabs(got->max_dvdt - r->max_dvdt) < 0.02 * r->max_dvdt);
    met++;
  }
  assert_int_equal(met, 2);
  close_bench(&b);
}

/* What one step from the initial state makes of Vm and of the carrier, with that much of g_K1. Where
 * potassium of the subspace, 2 of 70 parts, is kept as an excess, a pulse adds to the mean of both. Where
 * some of it goes on into the subspace within the step, 0.02 of 0.15 of the carrier's volume, that is
 * counted, too. */
static void step_with(const iso_model *model, int carrier, double scale, double *vm, double *carried) {
  const build *all;
  const int n = builds(&all);
  const pacing p = {.kernels = all[n - 1].kernels[0],
                    .model = model,
                    .variant = model->variants[0].name,
                    .exact = 1,
                    .scaled = "g_K1",
                    .scale = scale,
                    .step_ms = 0.01,
                    .cycle_ms = 0.01,
                    .beats = 1};
  const beat b = pace(&p);
  const int excess = iso_model_state(model, "K_ss_excess");
  const int beside = iso_model_state(model, "K_ss_shift");
  *vm = b.vm, *carried = b.states[carrier] + (excess < 0 ? 0 : b.states[excess] / 35) +
                         (beside < 0 ? 0 : b.states[beside] * (0.02 / 0.15));
}

/* A pulse is potassium that flows in: it moves the carrier by as much for each mV as a change of the model's
 * own inward rectifier does. The differences are some 1e-3 mV and 1e-8 mM, to 1e-13 mV and 1e-14 of either.
 */
static void pulses_bring_the_ions_that_their_charge_is(void **state) {
  (void)state;
  int met = 0;
  for (int i = 0; i < iso_nmodels; i++) {
    const int carrier = iso_model_carrier(iso_models[i]);
    if (carrier < 0) continue;
    const double said = iso_models[i]->states[carrier].carried;
    double vm[2], carried[2];
    for (int k = 0; k < 2; k++) step_with(iso_models[i], carrier, 1 + k, &vm[k], &carried[k]);
    const double per_mV = (carried[1] - carried[0]) / (vm[1] - vm[0]);
    print_message("%s: %.9g mM for each mV, %.9g expected\n", iso_models[i]->name, said, per_mV);
    assert_true(fabs(said / per_mV - 1) < 1e-6);
    met++;
  }
  assert_true(met >= 5);
}

/* A lane does not see its neighbours, whose beats begin and end at other times. */
static void lanes_are_independent(void **state) {
  (void)state;
  for (int single = 0; single < 2; single++) {
    bench many;
    open_bench(&many, "ten_tusscher_2006", NULL, single ? ISO_PRECISION_SINGLE : ISO_PRECISION_DOUBLE);
    add_lane(&many, 500, 3);
    add_lane(&many, 333.34, 4);
    add_lane(&many, 410, 2);
    pace_bench(&many);
    for (int i = 0; i < 3; i++) {
      bench one;
      open_bench(&one, "ten_tusscher_2006", NULL, single ? ISO_PRECISION_SINGLE : ISO_PRECISION_DOUBLE);
      one.lanes[0] = many.lanes[i];
      one.lanes[0].start = one.start;
      one.pacing.nlanes = 1;
      pace_bench(&one);
      assert_int_equal(many.paced[i].beats, many.lanes[i].beats);
      assert_same_end(&one, &one.paced[0], &many.paced[i]);
      close_bench(&one);
    }
    close_bench(&many);
  }
}

/* Those with the same tables do not follow each other: g_CaL is part of a tabulated function, g_Kr is not. */
enum { SETS = 4 };
static void make_sets(const bench *b, double parameters[SETS][PACE_MAX], const double *sets[SETS]) {
  const int kr = iso_model_parameter(b->pacing.cells.model, "g_Kr"),
            cal = iso_model_parameter(b->pacing.cells.model, "g_CaL");
  for (int s = 0; s < SETS; s++) {
    memcpy(parameters[s], b->parameters, sizeof b->parameters);
    parameters[s][kr] *= s < 2 ? 1 : 0.25;
    parameters[s][cal] *= s % 2 ? 0.75 : 1;
    sets[s] = parameters[s];
  }
}

/* A launch for each table of rates, and one for all without tables. */
static void groups_share_tables(void **state) {
  (void)state;
  for (int exact = 0; exact < 2; exact++) {
    bench b;
    iso_cell_batch batch;
    iso_error err = {0};
    double parameters[SETS][PACE_MAX];
    const double *sets[SETS];
    open_bench(&b, "ten_tusscher_2006", NULL, ISO_PRECISION_DOUBLE);
    make_sets(&b, parameters, sets);
    assert_int_equal(iso_cell_batch_new(&batch,
                                        &(iso_cell_options){.device = b.pacing.cells.device,
                                                            .model = b.pacing.cells.model,
                                                            .exact = exact,
                                                            .step_ms = 0.02,
                                                            .nsets = SETS,
                                                            .parameters = sets},
                                        5, (int[]){3, 0, 1, 2, 0}, &err),
                     ISO_OK);
    assert_int_equal(batch.ngroups, exact ? 1 : 2);
    for (int g = 0; g < batch.ngroups; g++) assert_non_null(batch.groups[g].varying);
    iso_cell_batch_free(&batch);
    close_bench(&b);
  }
}

/* Nor does it see other parameters in its launch, with tables or without. */
static void sets_are_independent(void **state) {
  (void)state;
  for (int way = 0; way < 4; way++) {
    const iso_precision precision = way & 1 ? ISO_PRECISION_SINGLE : ISO_PRECISION_DOUBLE;
    bench many, one;
    double parameters[SETS][PACE_MAX];
    const double *sets[SETS];
    open_bench(&many, "ten_tusscher_2006", NULL, precision);
    make_sets(&many, parameters, sets);
    many.pacing.cells.nsets = SETS, many.pacing.cells.parameters = sets, many.pacing.cells.exact = way & 2;
    for (int i = 0; i < SETS; i++) {
      add_lane(&many, 400 + 10 * i, 2);
      many.lanes[i].set = SETS - 1 - i;
    }
    pace_bench(&many);
    for (int i = 0; i < SETS; i++) {
      open_bench(&one, "ten_tusscher_2006", NULL, precision);
      memcpy(one.parameters, parameters[SETS - 1 - i], sizeof one.parameters);
      one.pacing.cells.exact = way & 2;
      add_lane(&one, 400 + 10 * i, 2);
      pace_bench(&one);
      assert_same_end(&one, &one.paced[0], &many.paced[i]);
      close_bench(&one);
    }
    for (int i = 1; i < SETS; i++) assert_true(many.paced[i].last.apd90 != many.paced[0].last.apd90);
    close_bench(&many);
  }
}

/* Three beats and two more are five; the state kept from a beat is all there is to it. */
static void pacing_continues(void **state) {
  (void)state;
  bench five, three, two;
  open_bench(&five, "ten_tusscher_2006", NULL, ISO_PRECISION_DOUBLE);
  open_bench(&three, "ten_tusscher_2006", NULL, ISO_PRECISION_DOUBLE);
  open_bench(&two, "ten_tusscher_2006", NULL, ISO_PRECISION_DOUBLE);
  add_lane(&five, 300, 5);
  add_lane(&three, 300, 3);
  pace_bench(&five);
  pace_bench(&three);
  add_lane(&two, 300, 2);
  two.lanes[0].start = three.paced[0].end;
  pace_bench(&two);
  assert_same_end(&two, &two.paced[0], &five.paced[0]);
  assert_true(three.paced[0].end.vm != five.paced[0].end.vm);
  close_bench(&five), close_bench(&three), close_bench(&two);
}

/* Luo-Rudy has no slow states: its beats repeat within a dozen. Mitchell-Schaeffer takes every second pulse
 * at 300 ms (its APD90 at 1000 ms is 285 ms, and tau_open 120 ms). */
static void steadiness_is_noticed(void **state) {
  (void)state;
  bench steady, half;
  open_bench(&steady, "luo_rudy_1991", NULL, ISO_PRECISION_DOUBLE);
  add_lane(&steady, 1000, 50);
  steady.pacing.until_steady = true;
  pace_bench(&steady);
  assert_int_equal(steady.paced[0].steady, ISO_STEADY_YES);
  assert_in_range(steady.paced[0].beats, 2, 20);
  assert_true(fabs(steady.paced[0].last.apd90 - steady.paced[0].previous.apd90) < 0.001);
  open_bench(&half, "mitchell_schaeffer_2003", NULL, ISO_PRECISION_DOUBLE);
  add_lane(&half, 300, 50);
  half.lanes[0].amplitude = 6, half.lanes[0].duration_ms = 2; /* about twice its threshold */
  half.pacing.until_steady = true;
  pace_bench(&half);
  assert_int_equal(half.paced[0].steady, ISO_STEADY_ALTERNATES);
  assert_true(isnan(half.paced[0].last.apd90) != isnan(half.paced[0].previous.apd90));
  close_bench(&steady), close_bench(&half);
}

static double peak_with(bench *b, double amplitude, double duration_ms) {
  b->pacing.nlanes = 0;
  add_lane(b, 50 + ceil(duration_ms), 1);
  b->lanes[0].amplitude = amplitude, b->lanes[0].duration_ms = duration_ms;
  pace_bench(b);
  const double peak = b->paced[0].last.peak;
  iso_paced_free(1, b->paced);
  memset(b->paced, 0, sizeof b->paced);
  return peak;
}

/* The threshold activates, and 3% less does not, which is how fine it is searched. */
static void check_threshold(const char *model, double duration_ms, double low, double high) {
  bench b;
  double threshold, amplitude;
  iso_error err = {0};
  open_bench(&b, model, NULL, ISO_PRECISION_DOUBLE);
  assert_int_equal(iso_pacing_threshold(&b.pacing, &b.start, duration_ms, &threshold, &err), ISO_OK);
  assert_int_equal(iso_pacing_amplitude(&b.pacing, &b.start, duration_ms, &amplitude, &err), ISO_OK);
  print_message("%s: threshold %.2f uA/uF for %g ms\n", model, threshold, duration_ms);
  assert_true(threshold > low && threshold < high);
  assert_true(peak_with(&b, threshold, duration_ms) > b.pacing.cells.model->activation_mV);
  assert_true(peak_with(&b, threshold / 1.03, duration_ms) < b.pacing.cells.model->activation_mV);
  assert_true(amplitude >= 2 * threshold && amplitude < 2 * threshold + 1);
  b.pacing.nlanes = 0;
  close_bench(&b);
}

/* Some 25 mV, which a short pulse gives by its strength and a long one against what leaks meanwhile. */
static void threshold_is_one(void **state) {
  (void)state;
  check_threshold("ten_tusscher_2006", 2, 5, 30);
  check_threshold("luo_rudy_1991", 2, 5, 30);
  check_threshold("courtemanche_1998", 2, 5, 30);
  check_threshold("luo_rudy_1991", 0.05, 400, 800);
  check_threshold("luo_rudy_1991", 60, 1, 5);
}

static void too_short_a_pulse_is_refused(void **state) {
  (void)state;
  bench b;
  iso_error err = {0};
  double threshold;
  open_bench(&b, "luo_rudy_1991", NULL, ISO_PRECISION_DOUBLE);
  b.pacing.cells.step_ms = 0.005;
  assert_int_equal(iso_pacing_threshold(&b.pacing, &b.start, 0.005, &threshold, &err), ISO_EINPUT);
  assert_non_null(strstr(err.message, "does not activate with 1000 uA/uF for 0.005 ms; lengthen the pulse"));
  close_bench(&b);
}

static void long_steps_are_refused(void **state) {
  (void)state;
  bench b;
  iso_error err = {0};
  open_bench(&b, "ten_tusscher_2006", NULL, ISO_PRECISION_DOUBLE);
  add_lane(&b, 1000, 1);
  b.pacing.cells.step_ms = 0.25;
  assert_int_equal(iso_pacing_run(&b.pacing, b.paced, &err), ISO_EINPUT);
  assert_non_null(strstr(err.message, "0.1 ms"));
  close_bench(&b);
}

/* A triangle: rest 0, peak 100 after 1 ms, then -1 mV/ms; 50% at 51 ms and 90% at 91 ms, from 0.5 ms. */
static void beats_are_measured(void **state) {
  (void)state;
  double trace[151];
  for (int i = 0; i <= 150; i++) trace[i] = i == 0 ? 0 : 101 - i;
  const iso_beat b = iso_beat_measure(trace, 150, 1, 40), low = iso_beat_measure(trace, 150, 1, 200);
  assert_true(b.rest == 0 && b.peak == 100 && b.max_dvdt == 100);
  assert_true(b.apd50 == 50.5 && b.apd90 == 90.5);
  assert_true(isnan(low.apd50) && isnan(low.apd90));
  assert_true(isnan(iso_beat_measure(trace, 80, 1, 40).apd90));
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(beats_match_references),
      cmocka_unit_test(pulses_bring_the_ions_that_their_charge_is),
      cmocka_unit_test(lanes_are_independent),
      cmocka_unit_test(pacing_continues),
      cmocka_unit_test(groups_share_tables),
      cmocka_unit_test(sets_are_independent),
      cmocka_unit_test(steadiness_is_noticed),
      cmocka_unit_test(threshold_is_one),
      cmocka_unit_test(too_short_a_pulse_is_refused),
      cmocka_unit_test(long_steps_are_refused),
      cmocka_unit_test(beats_are_measured),
  };
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  MPI_Finalize();
  return failed;
}
