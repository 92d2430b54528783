/* Parameters that are fields on nodes: each node is the cell that its own values make it. */
#include "grid/mpi_main.h"
#include "solve/fixture.h"

enum { BOTH_TAGS = 2 };
static const int32_t tags[BOTH_TAGS] = {1, 2};

static const iso_numerics tabulated = {
    .fast_current = ISO_FAST_INTERPOLATED, .smoothing = 0.2, .interpolation = 0.7};

static iso_numerics with_rates(iso_rates rates) {
  iso_numerics n = tabulated;
  n.rates = rates;
  return n;
}

/* ---- a step from one value to another ---- */

typedef struct half_run {
  const char *parameter;
  double near, far; /* as scales of the default */
  int as_field;     /* one region with a field, or two regions */
  iso_rates rates;
  int tables_vary; /* out */
} half_run;

static double *field_of(const heart *h, const half_run *run, double value) {
  double *values = calloc((size_t)h->mesh->nowned + 1, sizeof *values);
  for (iso_lid i = 0; i < h->mesh->nowned; i++)
    values[i] = value * (h->mesh->node_tag[i] == 2 ? run->far : run->near);
  return values;
}

/* Vm of all nodes after 15 ms, the far half of which is behind the front. */
static double *run_halves(half_run *run) {
  heart h = {0};
  heart_mesh(&h, &(iso_slab_options){{3, 1, 1}, 0.5, ISO_TETRAHEDRON, ISO_ALTERNATING, {1, 0, 0}, 1},
             edit_halves, NULL);
  iso_region *near = heart_region(&h, 0, "ten_tusscher_2006");
  const int p = iso_model_parameter(near->model, run->parameter);
  const double value = h.parameters[0][p];
  iso_parameter_field field = {.parameter = p, .value = field_of(&h, run, value)};
  if (run->as_field) {
    near->ntags = BOTH_TAGS, near->tags = tags;
    near->nfields = 1, near->fields = &field;
  } else {
    heart_region(&h, 1, "ten_tusscher_2006");
    h.parameters[0][p] = value * run->near;
    h.parameters[1][p] = value * run->far;
  }
  const iso_numerics numerics = with_rates(run->rates);
  heart_device(&h, NULL);
  heart_simulation(&h, &numerics, 0.05);
  heart_stimulate(&h, (double[3]){0, 0, 0}, (double[3]){0.5, 1, 1}, &(iso_pulses){0, 2, 50, 0, 1});
  heart_run(&h, 15);
  run->tables_vary = iso_simulation_tables_vary(h.simulation, 0);
  double *vm = heart_vm(&h);
  free((void *)field.value);
  heart_free(&h);
  return vm;
}

enum { NODES = 7 * 3 * 3 };

static void assert_same_bits(half_run a, half_run b, int same) {
  double *x = run_halves(&a), *y = run_halves(&b);
  assert_true((memcmp(x, y, NODES * sizeof *x) == 0) == same);
  assert_true(x[0] > 0); /* it was excited */
  assert_int_equal(b.tables_vary, !strcmp(b.parameter, "g_CaL") && b.near != b.far);
  free(x), free(y);
}

/* One region whose field has two values is as two regions with one each; fields that change the functions of
 * V are evaluated in either mode. */
static void a_field_of_two_values_is_two_regions(void **state) {
  (void)state;
  const iso_rates exact = ISO_RATES_EXACT, tables = ISO_RATES_TABULATED;
  assert_same_bits((half_run){"g_to", 1, 0.3, 0, tables, 0}, (half_run){"g_to", 1, 0.3, 1, tables, 0}, 1);
  assert_same_bits((half_run){"g_to", 2, 0.3, 0, exact, 0}, (half_run){"g_to", 2, 0.3, 1, exact, 0}, 1);
  assert_same_bits((half_run){"g_CaL", 1, 0.5, 0, exact, 0}, (half_run){"g_CaL", 1, 0.5, 1, exact, 0}, 1);
  assert_same_bits((half_run){"g_CaL", 1, 0.5, 0, exact, 0}, (half_run){"g_CaL", 1, 0.5, 1, tables, 0}, 1);
  assert_same_bits((half_run){"g_to", 1, 0.3, 0, tables, 0}, (half_run){"g_to", 0.3, 1, 1, tables, 0}, 0);
}

static void a_constant_field_is_its_value(void **state) {
  (void)state;
  for (int rates = ISO_RATES_TABULATED; rates <= ISO_RATES_EXACT; rates++)
    assert_same_bits((half_run){"g_CaL", 0.5, 0.5, 0, (iso_rates)rates, 0},
                     (half_run){"g_CaL", 0.5, 0.5, 1, (iso_rates)rates, 0}, 1);
}

/* ---- a gradient along a line of cells that are next to uncoupled ---- */

enum { CELLS = 9 };

static iso_status note_recovery(void *self, const iso_view *view, iso_error *err) {
  double *apd = self;
  (void)err;
  for (int64_t k = 0; k < view->nevents; k++)
    apd[view->mesh->gid[view->events[k].node]] +=
        view->events[k].kind == ISO_REPOLARISED ? view->events[k].time_ms : -view->events[k].time_ms;
  return ISO_OK;
}

static double scale_of(iso_gid node) { return 0.5 + 0.2 * (double)node; }

/* APD90 of every cell, g_Ks being a gradient, or that of node only everywhere. */
static void pace_line(iso_gid only, double apd[CELLS]) {
  heart h = {0};
  heart_mesh(&h, &(iso_slab_options){{4, 0, 0}, 0.5, ISO_LINE, ISO_ALTERNATING, {1, 0, 0}, 1}, NULL, NULL);
  iso_region *region = heart_region(&h, 0, "ten_tusscher_2006");
  /* 1e-14 S/m: neighbours that differ by 100 mV for 400 ms move each other by 1e-9 mV. */
  region->longitudinal = region->transverse = region->normal = 1e-14;
  const int p = iso_model_parameter(region->model, "g_Ks");
  const double value = h.parameters[0][p];
  double *values = calloc((size_t)h.mesh->nowned + 1, sizeof *values);
  const iso_parameter_field field = {.parameter = p, .value = values};
  for (iso_lid i = 0; i < h.mesh->nowned; i++) values[i] = value * scale_of(h.mesh->gid[i]);
  if (only < 0)
    region->nfields = 1, region->fields = &field;
  else
    h.parameters[0][p] = value * scale_of(only);
  heart_device(&h, NULL);
  heart_simulation(&h, &(iso_numerics){.fast_current = ISO_FAST_NODAL}, 0.05);
  memset(apd, 0, CELLS * sizeof *apd);
  const iso_guest recovery = {.name = "recovery", .stop_ms = INFINITY, .self = apd, .look = note_recovery};
  DEMAND(iso_simulation_invite(h.simulation, &recovery, WHY));
  heart_stimulate(&h, (double[3]){0, 0, 0}, (double[3]){4, 0, 0}, &(iso_pulses){1, 1, 50, 0, 1});
  heart_run(&h, 500);
  MPI_Allreduce(MPI_IN_PLACE, apd, CELLS, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  heart_free(&h);
  free(values);
}

static void a_gradient_is_many_cells(void **state) {
  (void)state;
  double gradient[CELLS], alone[CELLS];
  pace_line(-1, gradient);
  for (iso_gid node = 0; node < CELLS; node += 4) {
    pace_line(node, alone);
    print_message("node %d: APD90 %.9f alone %.9f ms\n", (int)node, gradient[node], alone[node]);
    assert_true(fabs(gradient[node] - alone[node]) < 1e-8); /* ms; what is left of the coupling */
  }
  for (int i = 1; i < CELLS; i++) assert_true(gradient[i] < gradient[i - 1]);
  /* From half to 2.1 times g_Ks. */
  assert_true(gradient[0] - gradient[CELLS - 1] > 50);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_field_of_two_values_is_two_regions),
    cmocka_unit_test(a_constant_field_is_its_value),
    cmocka_unit_test(a_gradient_is_many_cells),
};
RUN_ON_ALL_RANKS(tests)
