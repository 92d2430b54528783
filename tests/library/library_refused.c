/* What the library refuses, and how a heart that has failed goes on. */
#include "library/opened.h"

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
