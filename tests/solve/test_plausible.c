/* Vm that no membrane has ends a run with the place where it is, on either side and on any rank. */
#include "grid/mpi_main.h"
#include "solve/fixture.h"

#include <math.h>
#include <stdio.h>

static iso_error err;
enum { NODES = 9 * 3 * 3 };

typedef struct bad {
  iso_gid node, other; /* other: a later one, or the same */
  double vm;
} bad;

static double vm_at(const iso_mesh *mesh, iso_lid i, const bad *b) {
  return mesh->gid[i] == b->node || mesh->gid[i] == b->other ? b->vm : -85;
}

/* What the check says of a heart at rest but for two nodes. */
static iso_status check(const bad *b) {
  heart h = {0};
  double vm[NODES];
  heart_mesh(&h, &(iso_slab_options){{4, 1, 1}, 0.5, ISO_HEXAHEDRON, ISO_ALTERNATING, {1, 0, 0}, 1}, NULL,
             NULL);
  heart_region(&h, 0, "ten_tusscher_2006");
  heart_device(&h, NULL);
  heart_simulation(&h, &(iso_numerics){.fast_current = ISO_FAST_NODAL}, 0.05);
  for (iso_lid i = 0; i < h.mesh->nowned; i++) vm[i] = vm_at(h.mesh, i, b);
  iso_simulation_set_vm(h.simulation, vm);
  err = (iso_error){0};
  const iso_status status = iso_simulation_check(h.simulation, &err);
  heart_free(&h);
  return status;
}

static void assert_told(const bad *b, const char *text) {
  assert_int_equal(check(b), ISO_EFAIL);
  if (!strstr(err.message, text)) fail_msg("'%s' does not say '%s'", err.message, text);
}

static void what_no_membrane_has_is_told_with_its_place(void **state) {
  (void)state;
  assert_told(&(bad){17, 60, 1001}, "Vm is 1001 mV at node 17 (from 0), at 4, 0.5, 0 mm");
  assert_told(&(bad){40, 80, -185073}, "Vm is -185073 mV at node 40 ");
  assert_told(&(bad){0, 0, -INFINITY}, "Vm is -inf mV at node 0 ");
  assert_told(&(bad){80, 80, NAN}, "nan mV at node 80 ");
}

/* A state that is no number, in the second of two regions, and in one of its nodes Vm has followed. */
static void the_cell_is_told(void **state) {
  (void)state;
  static const double nobody = 0;
  heart h = {0};
  double values[NODES];
  heart_mesh(&h, &(iso_slab_options){{4, 1, 1}, 0.5, ISO_HEXAHEDRON, ISO_ALTERNATING, {1, 0, 0}, 1},
             edit_halves, &nobody);
  heart_region(&h, 0, "mitchell_schaeffer_2003")->name = "atrium";
  heart_region(&h, 1, "ten_tusscher_2006")->name = "ventricle";
  heart_device(&h, NULL);
  heart_simulation(&h, &(iso_numerics){.fast_current = ISO_FAST_NODAL}, 0.05);
  const int k = 3;
  iso_simulation_get_state(h.simulation, k, values);
  for (iso_lid i = 0; i < h.mesh->nowned; i++)
    if (h.mesh->gid[i] == NODES - 1) values[i] = NAN;
  iso_simulation_set_state(h.simulation, k, values);
  iso_simulation_get_vm(h.simulation, values);
  for (iso_lid i = 0; i < h.mesh->nowned; i++)
    if (h.mesh->gid[i] == NODES - 1) values[i] = 2000;
  iso_simulation_set_vm(h.simulation, values);
  err = (iso_error){0};
  assert_int_equal(iso_simulation_check(h.simulation, &err), ISO_EFAIL);
  char text[128];
  snprintf(text, sizeof text, "; it is in region 'ventricle', model ten_tusscher_2006, whose state %s is nan",
           h.region[1].model->states[k].name);
  if (!strstr(err.message, text)) fail_msg("'%s' does not say '%s'", err.message, text);
  heart_free(&h);
}

static void what_a_membrane_may_have_is_not(void **state) {
  (void)state;
  assert_int_equal(check(&(bad){17, 60, 999}), ISO_OK);
  assert_int_equal(check(&(bad){17, 60, -999}), ISO_OK);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_no_membrane_has_is_told_with_its_place),
    cmocka_unit_test(the_cell_is_told),
    cmocka_unit_test(what_a_membrane_may_have_is_not),
};
RUN_ON_ALL_RANKS(tests)
