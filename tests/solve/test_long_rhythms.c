/* An adaptive pace against the fixed one over many beats: slow concentrations, and a re-entry. Label "long".
 */
#include "grid/mpi_main.h"
#include "solve/cable.h"

#include <stdio.h>
#include <string.h>

static const double STEP_MS = 0.05;

/* ---- twenty beats ---- */

static void states_of(const heart *h, const cable_beats *b, double states[HEART_VALUES]) {
  double values[CABLE_NODES];
  for (int s = 0; s < h->region[0].model->nstates; s++) {
    iso_simulation_get_state(h->simulation, s, values);
    states[s] = values[b->node];
  }
}

/* Concentrations after 20 beats at 1 Hz within a part of themselves, and APD90 within 0.2 ms. Calcium is of
 * first order in the step in all of these, and what each beat adds to it is what the cell then lives on. */
static void twenty_beats_keep_concentrations(const char *name, double most) {
  double states[2][HEART_VALUES], worst = 0, apd[2];
  const iso_quantity *of = NULL;
  for (int p = 0; p < 2; p++) {
    heart h;
    cable_beats b;
    cable_run(&h, &(cable_protocol){.model = name, .period_ms = 1000, .until_ms = 20000},
              p ? ISO_PACE_ADAPTIVE : ISO_PACE_FIXED, STEP_MS, &b);
    states_of(&h, &b, states[p]);
    apd[p] = cable_apd(&b, 19);
    const iso_model *model = h.region[0].model;
    for (int s = 0; p && s < model->nstates; s++) {
      const iso_quantity *q = &model->states[s];
      if (q->kind != ISO_KIND_CONCENTRATION && q->kind != ISO_KIND_ABOVE) continue;
      const double whole = states[0][s] + iso_model_reference(model, s, h.parameters[0], states[0]),
                   part = fabs((states[1][s] - states[0][s]) / whole);
      if (part > worst) worst = part, of = q;
    }
    heart_free(&h);
  }
  print_message("%s: %s differs by %.3f%%, APD90 of %.2f ms by %+.3f ms\n", name, of ? of->name : "nothing",
                100 * worst, apd[0], apd[1] - apd[0]);
  assert_true(worst > 0 && worst < most);
  assert_true(fabs(apd[1] - apd[0]) < 0.2);
}

/* In patches of 8 nodes, as a mesh of 66 has. */
static void concentrations_are_those_of_the_fixed_step(void **state) {
  (void)state;
  const char *const models[] = {"ten_tusscher_2006", "courtemanche_1998", "tor_ord_2019", "ohara_rudy_2011",
                                "grandi_bers_2010"};
  for (size_t k = 0; k < sizeof models / sizeof *models; k++)
    twenty_beats_keep_concentrations(models[k], 2e-3);
}

/* ---- a re-entry ---- */

enum { SIDE = 81, SHEET = SIDE * SIDE, TURNS = 64, DELAY_MS = 4 };
static const double SPACING_MM = 0.5, SHEET_MM = 40, PROBE_MM[2] = {35, 5}, CENTRE_MV = -40;

typedef struct reentry {
  iso_gid probe;
  const iso_mesh *mesh;
  int n;
  double activated[TURNS]; /* at the probe, ms */
  double tip[2];           /* mean place of the tip in the last turns, mm */
  int ntips;
} reentry;

static iso_status note_turn(void *self, const iso_view *view, iso_error *err) {
  reentry *r = self;
  (void)err;
  for (int64_t k = 0; k < view->nevents; k++) {
    const iso_event *e = &view->events[k];
    if (e->kind == ISO_ACTIVATED && r->mesh->gid[e->node] == r->probe && r->n < TURNS)
      r->activated[r->n++] = e->time_ms;
  }
  return ISO_OK;
}

/* Phase of a node from Vm now and a little earlier. */
static double phase(const double *now, const double *before, int i) {
  return atan2(before[i] - CENTRE_MV, now[i] - CENTRE_MV);
}

/* Adds squares of the grid around which the phase turns once. */
static void add_tips(reentry *r, const double *now, const double *before) {
  for (int y = 0; y < SIDE - 1; y++)
    for (int x = 0; x < SIDE - 1; x++) {
      const int corner[] = {y * SIDE + x, y * SIDE + x + 1, (y + 1) * SIDE + x + 1, (y + 1) * SIDE + x};
      double turn = 0;
      for (int c = 0; c < 4; c++) {
        const double step = phase(now, before, corner[(c + 1) % 4]) - phase(now, before, corner[c]);
        turn += step > M_PI ? step - 2 * M_PI : step < -M_PI ? step + 2 * M_PI : step;
      }
      if (fabs(turn) < M_PI) continue;
      r->tip[0] += (x + 0.5) * SPACING_MM, r->tip[1] += (y + 0.5) * SPACING_MM, r->ntips++;
    }
}

/* Courtemanche's cell of chronic fibrillation; a quarter of the sheet is stimulated behind a plane wave. */
static void make_sheet(heart *h, iso_pace pace) {
  const iso_numerics numerics = {
      .pace = pace, .fast_current = ISO_FAST_INTERPOLATED, .smoothing = 0.2, .interpolation = 0.7};
  *h = (heart){.patches = true};
  heart_mesh(
      h,
      &(iso_slab_options){{SHEET_MM, SHEET_MM, 0}, SPACING_MM, ISO_TRIANGLE, ISO_ALTERNATING, {1, 0, 0}, 1},
      NULL, NULL);
  iso_region *region = heart_region(h, 0, "courtemanche_1998");
  region->longitudinal = region->transverse = region->normal = 0.05;
  iso_model_defaults(region->model, iso_model_variant(region->model, "af"), h->parameters[0], h->states[0],
                     &region->vm);
  heart_device(h, NULL);
  heart_simulation(h, &numerics, STEP_MS);
  heart_stimulate(h, (double[3]){0, 0, 0}, (double[3]){1, SHEET_MM, 0}, &(iso_pulses){0, 2, 50, 0, 1});
  heart_stimulate(h, (double[3]){0, 0, 0}, (double[3]){SHEET_MM / 2, SHEET_MM / 2, 0},
                  &(iso_pulses){235, 2, 50, 0, 1});
}

static reentry turn(iso_pace pace, double until_ms, double tips_from_ms) {
  heart h;
  reentry r = {.probe = (iso_gid)(PROBE_MM[1] / SPACING_MM) * SIDE + (iso_gid)(PROBE_MM[0] / SPACING_MM)};
  double *past[DELAY_MS] = {NULL};
  make_sheet(&h, pace);
  r.mesh = h.mesh;
  const iso_guest guest = {.name = "turns", .stop_ms = INFINITY, .self = &r, .look = note_turn};
  DEMAND(iso_simulation_invite(h.simulation, &guest, WHY));
  for (int t = 1; t <= until_ms; t++) {
    heart_run(&h, t);
    if (t < tips_from_ms) continue;
    double *now = heart_vm(&h), **slot = &past[t % DELAY_MS];
    if (*slot) add_tips(&r, now, *slot);
    free(*slot), *slot = now;
  }
  for (int k = 0; k < DELAY_MS; k++) free(past[k]);
  for (int d = 0; d < 2; d++) r.tip[d] /= r.ntips;
  heart_free(&h);
  return r;
}

/* Ten turns and more. Their period within 0.2%, and the place around which the wave turns within an edge. */
static void a_reentry_is_that_of_the_fixed_step(void **state) {
  (void)state;
  enum { LAST = 4 };
  reentry r[2];
  double period[2];
  for (int p = 0; p < 2; p++) {
    r[p] = turn(p ? ISO_PACE_ADAPTIVE : ISO_PACE_FIXED, 2500, 1700);
    period[p] = (r[p].activated[r[p].n - 1] - r[p].activated[r[p].n - 1 - LAST]) / LAST;
    print_message("pace %d: %d activations, period %.3f ms, tip at (%.2f, %.2f) mm, %d samples\n", p, r[p].n,
                  period[p], r[p].tip[0], r[p].tip[1], r[p].ntips);
  }
  assert_true(r[0].n >= 12 && r[0].n == r[1].n);
  assert_true(fabs(period[1] - period[0]) < 2e-3 * period[0]);
  assert_true(hypot(r[1].tip[0] - r[0].tip[0], r[1].tip[1] - r[0].tip[1]) < SPACING_MM);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(concentrations_are_those_of_the_fixed_step),
    cmocka_unit_test(a_reentry_is_that_of_the_fixed_step),
};
RUN_ON_ALL_RANKS(tests)
