/* What the library refuses, and how a heart that has failed goes on. */
#include "library/opened.h"

#include <stdio.h>

void test_refuses_to_open(void **state) {
  (void)state;
  static const struct {
    const char *file, *set, *says;
  } wrong[] = {{DATA "/missing.yaml", NULL, "missing.yaml"},
               {NULL, NULL, "name of a configuration"},
               {HEART, "time.step=1", "unknown key"},
               {HEART, "method=eikonal", "has no steps"},
               {HEART, "lesions=[{site: left, from_ms: 5}]", "from_ms is for isochrone run and study"},
               {HEART, "outputs.ecg.electrodes=none.csv", "none.csv"}};
  for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
    isochrone *heart = NULL;
    isochrone_options options = {.size = sizeof options,
                                 .nset = wrong[k].set != NULL,
                                 .set = &wrong[k].set,
                                 .messages = ISOCHRONE_SILENT};
    REFUSED(isochrone_open(&heart, wrong[k].file, &options), wrong[k].says);
    REFUSED(isochrone_step(heart), "close it");
    assert_int_equal(isochrone_nodes(heart), 0);
    assert_true(isnan(isochrone_time_ms(heart)));
    assert_string_equal(isochrone_ended(heart), "a call failed");
    isochrone_close(heart);
  }
  isochrone *heart;
  REFUSED(isochrone_open(&heart, HEART, &(isochrone_options){.size = 3}), "sizeof(isochrone_options)");
  isochrone_close(heart);
  isochrone_close(NULL);
}

void test_refuses_calls(void **state) {
  (void)state;
  isochrone *heart = open_set(plain);
  int electrode;
  int64_t node = isochrone_nodes(heart);
  double vm;
  REFUSED(isochrone_electrode(heart, "rigth", &electrode), "did you mean 'right'");
  REFUSED(isochrone_electrode(heart, "nowhere", &electrode), "sites.nowhere");
  REFUSED(isochrone_electrode_nodes(heart, 0, NULL, &electrode), "needs a node");
  REFUSED(isochrone_electrode_nodes(heart, 1, &node, &electrode), "there is no node 255");
  REFUSED(isochrone_vm_at(heart, 1, &node, &vm), "there is no node 255");
  REFUSED(isochrone_vm_at(heart, -1, &node, &vm), "Vm at -1 nodes");
  REFUSED(isochrone_pulse(heart, 0, ISOCHRONE_NOW, 2, 50), "no electrode 0");
  isochrone_close(heart);
  heart = open_set(plain);
  DO(isochrone_electrode(heart, "right", &electrode));
  DO(isochrone_advance(heart, 2));
  REFUSED(isochrone_electrode(heart, "right", &electrode), "has begun");
  REFUSED(isochrone_pulse(heart, 0, 1, 2, 50), "too late");
  REFUSED(isochrone_pulse(heart, 0, NAN, 2, 50), "too late");
  REFUSED(isochrone_pulse(heart, 0, ISOCHRONE_NOW, 0, 50), "is none");
  REFUSED(isochrone_pulse(heart, 0, ISOCHRONE_NOW, 2, INFINITY), "is none");
  REFUSED(isochrone_advance(heart, NAN), "no number");
  if (world_size() > 1) /* what one rank says wrong is refused on all */
    REFUSED(isochrone_pulse(heart, world_rank() == 1, ISOCHRONE_NOW, 2, 50), "no electrode 1");
  DO(isochrone_step(heart));
  DO(isochrone_write(heart));
  REFUSED(isochrone_step(heart), "results are written");
  REFUSED(isochrone_write(heart), "results are written");
  double *all = read_all(heart); /* can still be read */
  free(all);
  isochrone_close(heart);
}

/* A refused call changes nothing: electrodes may follow, with a checkpoint to go on from, too. */
void test_refused_begins_nothing(void **state) {
  (void)state;
  const char *const set[] = {"checkpoint.interval_ms=2", NULL};
  char output[100], checkpoint[120];
  snprintf(output, sizeof output, "%s/nothing", scratch());
  snprintf(checkpoint, sizeof checkpoint, "%s.ckpt.nc", output);
  for (int restart = 0; restart < 2; restart++) {
    isochrone *heart =
        open_with(&(isochrone_options){.output = output, .restart = restart ? checkpoint : NULL}, set);
    const int64_t beyond = isochrone_nodes(heart);
    double time_ms, mV;
    int electrode;
    DO(isochrone_electrode(heart, "right", &electrode));
    REFUSED(isochrone_pulse(heart, 1, ISOCHRONE_NOW, 2, 50), "no electrode 1");
    REFUSED(isochrone_pulse(heart, 0, ISOCHRONE_NOW, -2, 50), "is none");
    REFUSED(isochrone_pulse(heart, 0, restart ? 1 : -2, 2, 50), "too late"); /* the checkpoint is of 2 ms */
    REFUSED(isochrone_vm_at(heart, 1, &beyond, &mV), "there is no node");
    REFUSED(isochrone_lead(heart, "c", &time_ms, &mV), "there is no lead 'c'");
    REFUSED(isochrone_advance(heart, NAN), "no number");
    DO(isochrone_electrode(heart, "left", &electrode));
    assert_int_equal(electrode, 1);
    DO(isochrone_pulse(heart, 1, restart ? 2 : 0, 2, 50));
    REFUSED(isochrone_electrode(heart, "left", &electrode), "has begun");
    DO(isochrone_advance(heart, 2.5));
    isochrone_close(heart);
  }
}

/* Every function of a heart that is not there. */
static void expect_no_heart(void) {
  isochrone *const heart = NULL;
  int64_t node = 0;
  double value;
  int number;
  assert_int_equal(isochrone_rank(heart), 0);
  assert_int_equal(isochrone_nodes(heart), 0);
  assert_int_equal(isochrone_owned(heart), 0);
  assert_int_equal(isochrone_leads(heart), 0);
  assert_null(isochrone_lead_name(heart, 0));
  assert_true(isnan(isochrone_time_ms(heart)));
  assert_true(isnan(isochrone_step_ms(heart)));
  assert_true(isnan(isochrone_duration_ms(heart)));
  assert_string_equal(isochrone_ended(heart), "a call failed");
  REFUSED(isochrone_ids(heart, &node), "there is no simulation");
  REFUSED(isochrone_coordinates(heart, &value), "there is no simulation");
  REFUSED(isochrone_site_node(heart, "left", &node), "there is no simulation");
  REFUSED(isochrone_step(heart), "there is no simulation");
  REFUSED(isochrone_advance(heart, 1), "there is no simulation");
  REFUSED(isochrone_vm(heart, &value), "there is no simulation");
  REFUSED(isochrone_vm_at(heart, 1, &node, &value), "there is no simulation");
  REFUSED(isochrone_activation(heart, &value), "there is no simulation");
  REFUSED(isochrone_lead(heart, "a", &value, &value), "there is no simulation");
  REFUSED(isochrone_electrode(heart, "left", &number), "there is no simulation");
  REFUSED(isochrone_electrode_nodes(heart, 1, &node, &number), "there is no simulation");
  REFUSED(isochrone_pulse(heart, 0, ISOCHRONE_NOW, 2, 50), "there is no simulation");
  REFUSED(isochrone_write(heart), "there is no simulation");
}

/* NULL where something is to be read or written is refused on all ranks, and the heart goes on. */
void test_refuses_null(void **state) {
  (void)state;
  const char *const settings[] = {"time.duration_ms=5", NULL}, *const words[] = {"info", NULL};
  isochrone_options options = {.size = sizeof options, .nset = 2, .set = settings};
  MPI_Comm none = MPI_COMM_NULL;
  isochrone *heart;
  expect_no_heart();
  assert_int_equal(isochrone_open(NULL, HEART, NULL), ISOCHRONE_INPUT);
  REFUSED(isochrone_open(&heart, HEART, &options), "options.set[1] is NULL");
  isochrone_close(heart);
  options = (isochrone_options){.size = sizeof options, .communicator = &none};
  REFUSED(isochrone_open(&heart, HEART, &options), "MPI_COMM_NULL");
  isochrone_close(heart);
  assert_int_equal(isochrone_command(2, words), ISOCHRONE_INPUT);
  assert_int_equal(isochrone_command(1, NULL), ISOCHRONE_INPUT);
  heart = open_set(plain);
  int64_t node = 0;
  double value, *room = malloc((size_t)(isochrone_owned(heart) + 1) * sizeof *room);
  assert_non_null(room);
  REFUSED(isochrone_ids(heart, NULL), "no place for numbers of nodes");
  REFUSED(isochrone_coordinates(heart, NULL), "no place for coordinates");
  REFUSED(isochrone_site_node(heart, "left", NULL), "no place for the number of a node");
  REFUSED(isochrone_site_node(heart, NULL, &node), "there is no site ''");
  REFUSED(isochrone_vm(heart, world_rank() ? room : NULL), "no place for Vm"); /* what one says wrong */
  REFUSED(isochrone_vm_at(heart, 1, &node, NULL), "no place for Vm");
  REFUSED(isochrone_vm_at(heart, 1, NULL, &value), "no numbers of nodes");
  REFUSED(isochrone_activation(heart, world_rank() ? room : NULL), "no place for activation times");
  REFUSED(isochrone_lead(heart, "a", NULL, &value), "no place for the time");
  REFUSED(isochrone_lead(heart, "a", &value, NULL), "no place for a sample");
  REFUSED(isochrone_lead(heart, NULL, &value, &value), "there is no lead ''");
  REFUSED(isochrone_electrode(heart, "left", NULL), "no place for the number of an electrode");
  REFUSED(isochrone_electrode_nodes(heart, 1, &node, NULL), "no place for the number of an electrode");
  DO(isochrone_electrode(heart, "left", &(int){0})); /* nothing has begun */
  DO(isochrone_vm(heart, room));
  isochrone_close(heart);
  free(room);
}

/* What the solution does to a membrane ends the simulation, and not the process. */
void test_failure(void **state) {
  (void)state;
  isochrone *heart = open_set(plain);
  int electrode;
  DO(isochrone_electrode(heart, "right", &electrode));
  DO(isochrone_pulse(heart, electrode, 1, 5, 1e6));
  assert_int_equal(isochrone_advance(heart, 10), ISOCHRONE_FAILED);
  assert_non_null(strstr(isochrone_error(heart), "ms"));
  REFUSED(isochrone_step(heart), "close it");
  isochrone_close(heart);
}
