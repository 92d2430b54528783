/* libisochrone as a caller sees it. Bits are compared: how a heart is stepped, read and shared must not
 * matter. */
#include "library/opened.h"

#include <errno.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

/* In place of the system's, for HDF5, too: a file system without locks. */
int flock(int fd, int operation) {
  (void)fd, (void)operation;
  errno = ENOLCK;
  return -1;
}

static void expect_same(isochrone *heart, const double *vm, const char *what) {
  double *mine = read_all(heart);
  if (memcmp(mine, vm, (size_t)isochrone_nodes(heart) * sizeof *vm)) fail_msg("other bits: %s", what);
  free(mine);
}

static void test_nodes(void **state) {
  (void)state;
  isochrone *heart = open_set(plain);
  int64_t node, owned = isochrone_owned(heart);
  int64_t *ids = malloc((size_t)(owned + 1) * sizeof *ids);
  double(*xyz)[3] = malloc((size_t)(owned + 1) * sizeof *xyz), *vm = malloc((size_t)(owned + 1) * sizeof *vm);
  assert_int_equal(isochrone_nodes(heart), 17 * 5 * 3);
  assert_int_equal(world_sum(owned), isochrone_nodes(heart));
  DO(isochrone_advance(heart, 5));
  DO(isochrone_ids(heart, ids));
  DO(isochrone_coordinates(heart, &xyz[0][0]));
  DO(isochrone_vm(heart, vm));
  double *all = read_all(heart);
  for (int64_t i = 0; i < owned; i++) {
    assert_true(vm[i] == all[ids[i]]);
    assert_true(i == 0 || ids[i] > ids[i - 1]);
    assert_true(xyz[i][0] == 0.5 * (double)(ids[i] % 17)); /* the slab's numbers: x first */
  }
  DO(isochrone_site_node(heart, "right", &node));
  assert_int_equal(node % 17, 15); /* x = 7.5 */
  assert_int_equal(isochrone_rank(heart), world_rank());
  free(ids);
  free(xyz);
  free(vm);
  free(all);
  isochrone_close(heart);
}

/* However steps and readings come, and whoever steps beside. */
static void test_any_way(void **state) {
  (void)state;
  double *vm = end_of(plain);
  isochrone *heart = open_set(plain);
  const char *const slow[] = {"regions.0.conductivity.longitudinal_S_per_m=0.05", NULL};
  isochrone *other = open_set(slow);
  for (int k = 0; k < 100; k++) {
    double *read = read_all(heart);
    DO(isochrone_step(heart));
    if (k % 7 == 0) assert_int_equal(isochrone_advance(other, 0.11 * k), ISOCHRONE_OK);
    free(read);
  }
  isochrone_close(other);
  DO(isochrone_advance(heart, 11.98)); /* to the step that ends at 12 */
  assert_true(fabs(isochrone_time_ms(heart) - 12) < 1e-9);
  DO(isochrone_advance(heart, 3)); /* is over */
  expect_same(heart, vm, "steps, readings and another heart");
  assert_null(isochrone_ended(heart));
  DO(isochrone_advance(heart, 1e9));
  assert_string_equal(isochrone_ended(heart), "duration reached");
  assert_true(isochrone_time_ms(heart) == isochrone_duration_ms(heart));
  DO(isochrone_step(heart));
  assert_true(isochrone_time_ms(heart) == 20);
  isochrone_close(heart);
  free(vm);
}

/* A pulse at 5 ms, given at another time, is the stimulus of a configuration. All patches have the shortest
 * step: others may be longer beside a stimulus than beside an electrode. */
static void test_pulses_are_stimuli(void **state) {
  (void)state;
  static const double given_ms[] = {0, 3, 5};
  for (int strang = 0; strang < 2; strang++) {
    const char *const splitting = strang ? "numerics.splitting=strang" : "numerics.splitting=godunov";
    const char *const stimulated[] = {"numerics.pace=fixed", splitting, "stimuli.1.start_ms=5", NULL};
    const char *const paced[] = {"numerics.pace=fixed", splitting, NULL};
    double *vm = end_of(stimulated);
    for (int k = 0; k < 3; k++) {
      isochrone *heart = open_set(paced);
      int electrode;
      DO(isochrone_electrode(heart, "right", &electrode));
      DO(isochrone_advance(heart, given_ms[k]));
      DO(isochrone_pulse(heart, electrode, k == 2 ? ISOCHRONE_NOW : 5, 2, 50));
      DO(isochrone_advance(heart, 12));
      expect_same(heart, vm, "a pulse instead of a stimulus");
      isochrone_close(heart);
    }
    free(vm);
  }
}

/* The same with an adaptive pace, where only electrodes are alike: at a site, or at its nodes in any order.
 */
static void test_adaptive_pulses(void **state) {
  (void)state;
  double *vm = NULL;
  for (int k = 0; k < 3; k++) {
    isochrone *heart = open_set((const char *const[]){"numerics.pace=adaptive", NULL});
    int electrode;
    int64_t nodes[46], n = 0;
    for (int64_t i = isochrone_nodes(heart) - 1; i >= 0; i--)
      if (i % 17 >= 14) nodes[n++] = i;
    nodes[n++] = nodes[3]; /* twice is once */
    if (k == 2)
      DO(isochrone_electrode_nodes(heart, n, nodes, &electrode));
    else
      DO(isochrone_electrode(heart, "right", &electrode));
    assert_int_equal(electrode, 0);
    DO(isochrone_advance(heart, k == 0 ? 0 : 4.35));
    DO(isochrone_pulse(heart, electrode, 4.35, 2, 50));
    DO(isochrone_advance(heart, 12));
    if (k == 0)
      vm = read_all(heart);
    else
      expect_same(heart, vm, k == 1 ? "a pulse that is given late" : "nodes instead of a site");
    isochrone_close(heart);
  }
  free(vm);
}

/* Pulses go with a checkpoint. */
static void test_restart(void **state) {
  (void)state;
  char output[100], checkpoint[120];
  snprintf(output, sizeof output, "%s/restart", scratch());
  snprintf(checkpoint, sizeof checkpoint, "%s.ckpt.nc", output);
  static const char *const set[] = {"checkpoint.interval_ms=6", NULL};
  double *vm = NULL;
  for (int k = 0; k < 2; k++) {
    isochrone *heart =
        open_with(&(isochrone_options){.output = output, .restart = k ? checkpoint : NULL}, set);
    int electrode;
    DO(isochrone_electrode(heart, "right", &electrode));
    if (k == 0) DO(isochrone_pulse(heart, electrode, 7, 2, 50));
    DO(isochrone_step(heart));
    assert_true(k ? isochrone_time_ms(heart) > 6 : isochrone_time_ms(heart) < 1);
    DO(isochrone_advance(heart, 11));
    if (k == 0)
      vm = read_all(heart);
    else
      expect_same(heart, vm, "from a checkpoint");
    isochrone_close(heart);
  }
  free(vm);
}

static void test_leads(void **state) {
  (void)state;
  double time_ms, difference, a, b;
  isochrone *heart = open_set(plain);
  assert_int_equal(isochrone_leads(heart), 3);
  assert_string_equal(isochrone_lead_name(heart, 0), "a");
  assert_null(isochrone_lead_name(heart, 3));
  DO(isochrone_lead(heart, "a-b", &time_ms, &difference));
  assert_true(time_ms == 0);
  DO(isochrone_advance(heart, 6.2));
  DO(isochrone_lead(heart, "a-b", &time_ms, &difference));
  DO(isochrone_lead(heart, "a", &time_ms, &a));
  DO(isochrone_lead(heart, "b", &time_ms, &b));
  assert_true(fabs(time_ms - 6) < 1e-9);
  assert_true(difference == a - b);
  assert_true(fabs(difference) > 0.01); /* the wave is below them */
  REFUSED(isochrone_lead(heart, "c", &time_ms, &a), "there is no lead 'c' among a, b, a-b");
  isochrone_close(heart);
}

static void test_activation(void **state) {
  (void)state;
  isochrone *heart = open_set(plain);
  const int64_t n = isochrone_owned(heart);
  double *ms = malloc((size_t)(n + 1) * sizeof *ms);
  int64_t *ids = malloc((size_t)(n + 1) * sizeof *ids), active = 0;
  DO(isochrone_ids(heart, ids));
  DO(isochrone_activation(heart, ms));
  for (int64_t i = 0; i < n; i++) assert_true(isnan(ms[i]));
  DO(isochrone_advance(heart, 4));
  DO(isochrone_activation(heart, ms));
  for (int64_t i = 0; i < n; i++) {
    active += ms[i] <= 4;
    if (ids[i] % 17 <= 2) assert_true(ms[i] < 2); /* under the stimulus */
    if (ids[i] % 17 == 16) assert_true(isnan(ms[i]));
  }
  assert_true(world_sum(active) > 45);
  free(ms);
  free(ids);
  isochrone_close(heart);
}

static void test_snapshots_need_no_locks(void **state) {
  (void)state;
  const char *const set[] = {"outputs.snapshots.interval_ms=1", NULL};
  char path[100];
  isochrone *heart = open_set(set);
  DO(isochrone_advance(heart, 3));
  DO(isochrone_write(heart));
  isochrone_close(heart);
  snprintf(path, sizeof path, "%s/heart_vm.e.nc", scratch());
  assert_int_equal(access(path, R_OK), 0);
}

/* A heart for each rank. */
static void test_communicator(void **state) {
  (void)state;
  double *vm = end_of(plain);
  MPI_Comm alone;
  MPI_Comm_split(MPI_COMM_WORLD, world_rank(), 0, &alone);
  char output[100];
  snprintf(output, sizeof output, "%s/alone%d", scratch(), world_rank());
  isochrone *heart = open_with(&(isochrone_options){.communicator = &alone, .output = output}, plain);
  MPI_Comm_free(&alone);
  assert_int_equal(isochrone_owned(heart), isochrone_nodes(heart));
  DO(isochrone_advance(heart, 12));
  expect_same(heart, vm, "alone");
  DO(isochrone_write(heart));
  isochrone_close(heart);
  strcat(output, ".e.nc");
  assert_int_equal(access(output, R_OK), 0);
  free(vm);
}

/* A file of scratch(), as a text to be freed. */
static char *read_text(const char *name) {
  char path[100], *text = NULL;
  size_t room = 0;
  snprintf(path, sizeof path, "%s/%s", scratch(), name);
  FILE *file = fopen(path, "r");
  if (!file || getdelim(&text, &room, '\0', file) <= 0) fail_msg("%s cannot be read", path);
  fclose(file);
  return text;
}

/* The nodes' times that a command of the program writes, NAME_nodes.csv. */
static char *times_of_run(const char *name, const char *setting) {
  char output[100], file[100];
  snprintf(output, sizeof output, "%s/%s", scratch(), name);
  const char *const words[] = {"run", TWIN, "--quiet", "--output", output, "--set", setting};
  assert_int_equal(isochrone_command(sizeof words / sizeof *words, words), ISOCHRONE_OK);
  snprintf(file, sizeof file, "%s_nodes.csv", name);
  return read_text(file);
}

/* What cannot be stepped is refused before the file of the twin's heart is written. */
static void expect_no_heart_of(isochrone_options *options, const char *twin, const char *setting) {
  char output[100], file[120];
  isochrone *heart;
  snprintf(output, sizeof output, "%s/refused", scratch());
  snprintf(file, sizeof file, "%s.heart.nc", output);
  options->output = output, options->nset = 2, options->set = (const char *[]){twin, setting};
  assert_int_equal(isochrone_open(&heart, TWIN, options), ISOCHRONE_INPUT);
  isochrone_close(heart);
  assert_int_not_equal(access(file, F_OK), 0);
}

/* A heart of a twin is the one that the program runs, or refused as by the program. */
static void test_twin(void **state) {
  (void)state;
  char twin[100], output[100], setting[200];
  snprintf(twin, sizeof twin, "%s/fitted", scratch());
  const char *const fit[] = {"fit", TWIN, "--quiet", "--output", twin};
  assert_int_equal(isochrone_command(sizeof fit / sizeof *fit, fit), ISOCHRONE_OK);
  snprintf(setting, sizeof setting, "twin={file: '%s.twin.nc', member: median}", twin);
  snprintf(output, sizeof output, "%s/stepped", scratch());
  isochrone *heart;
  isochrone_options options = {.size = sizeof options,
                               .nset = 1,
                               .set = &(const char *){setting},
                               .output = output,
                               .messages = ISOCHRONE_SILENT};
  DO(isochrone_open(&heart, TWIN, &options));
  while (!isochrone_ended(heart)) DO(isochrone_step(heart));
  DO(isochrone_write(heart));
  isochrone_close(heart);
  char *stepped = read_text("stepped_nodes.csv"), *run = times_of_run("run", setting),
       *before = times_of_run("before", "twin=null");
  assert_string_equal(stepped, run);
  assert_true(strcmp(stepped, before) != 0); /* 0.5 m/s, and not the configuration's */
  free(stepped);
  free(run);
  free(before);
  options.nset = 2;
  options.set = (const char *[]){setting, "fit.velocity.spread_percent=31"};
  REFUSED(isochrone_open(&heart, TWIN, &options), "not of this twin's heart");
  isochrone_close(heart);
  expect_no_heart_of(&options, setting, "method=eikonal");
  expect_no_heart_of(&options, setting, "lesions=[{site: left, from_ms: 5}]");
}

int main(int argc, char **argv) {
  static const struct CMUnitTest tests[] = {cmocka_unit_test(test_nodes),
                                            cmocka_unit_test(test_any_way),
                                            cmocka_unit_test(test_pulses_are_stimuli),
                                            cmocka_unit_test(test_adaptive_pulses),
                                            cmocka_unit_test(test_restart),
                                            cmocka_unit_test(test_leads),
                                            cmocka_unit_test(test_activation),
                                            cmocka_unit_test(test_snapshots_need_no_locks),
                                            cmocka_unit_test(test_communicator),
                                            cmocka_unit_test(test_twin),
                                            cmocka_unit_test(test_refuses_to_open),
                                            cmocka_unit_test(test_refuses_calls),
                                            cmocka_unit_test(test_refused_begins_nothing),
                                            cmocka_unit_test(test_refuses_null),
                                            cmocka_unit_test(test_failure)};
  MPI_Init(&argc, &argv);
  const int failed = run_on_all_ranks(tests, sizeof tests / sizeof *tests);
  char command[100];
  snprintf(command, sizeof command, "rm -rf '%s'", scratch());
  MPI_Barrier(MPI_COMM_WORLD);
  if (world_rank() == 0 && system(command)) fprintf(stderr, "%s is left\n", scratch());
  MPI_Finalize();
  return failed;
}
