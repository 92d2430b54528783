/* The steepest upstroke of each beat. */
#include "observe/parts.h"

#include "observe/slope.h"

static iso_error err;

enum { SLOPE_STEPS = 1700 };
#define SLOPE_STEP_MS 0.5

/* Upstrokes that are steepest at fake_activation and that the threshold is crossed in 1.2 ms later; each is
 * over 200 ms later. A ripple of a sixtieth of their slope between them is none. */
static double upstroke_vm(iso_gid node, double time_ms) {
  double vm = -80 + 0.5 * sin(time_ms);
  for (int beat = 0; beat < fake_beats(node); beat++) {
    const double since = time_ms - fake_activation(node, beat);
    vm += 100 / (1 + exp(-since / 0.8)) - 100 / (1 + exp(-(since - 180) / 20));
  }
  return vm;
}

static iso_status read_upstrokes(void *self, int64_t n, const iso_lid *nodes, double *out, iso_error *e) {
  (void)e;
  const fake_source *source = self;
  for (int64_t i = 0; i < n; i++) out[i] = upstroke_vm(source->mesh->gid[nodes[i]], source->time_ms);
  return ISO_OK;
}

static bool is_in_step(double event_ms, double time_ms) {
  return event_ms > time_ms - SLOPE_STEP_MS && event_ms <= time_ms;
}

/* Steps [from, to). */
static void show_upstrokes(const iso_guest *observer, const iso_mesh *mesh, int from, int to) {
  iso_event *events = malloc(2 * (size_t)mesh->nowned * sizeof *events + 1);
  for (int step = from; step < to; step++) {
    fake_source source = {mesh, step * SLOPE_STEP_MS};
    const iso_view_source calls = {.self = &source, .vm_at = read_upstrokes};
    iso_view view = {.step = step,
                     .time_ms = source.time_ms,
                     .step_ms = SLOPE_STEP_MS,
                     .events = events,
                     .source = &calls};
    for (iso_lid i = 0; i < mesh->nowned; i++)
      for (int beat = 0; beat < fake_beats(mesh->gid[i]); beat++) {
        const double activated = fake_activation(mesh->gid[i], beat) + 1.2;
        if (is_in_step(activated, source.time_ms))
          events[view.nevents++] = (iso_event){activated, i, ISO_ACTIVATED};
        if (is_in_step(activated + 199, source.time_ms))
          events[view.nevents++] = (iso_event){activated + 199, i, ISO_REPOLARISED};
      }
    ASSERT_OK(observer->look(observer->self, &view, &err));
  }
  free(events);
}

void the_steepest_upstroke_of_each_beat_is_found(void **state) {
  (void)state;
  iso_mesh *mesh = fake_mesh();
  iso_slope *all, *two;
  double *times = malloc((size_t)mesh->nowned * sizeof *times + 1);
  ASSERT_OK(iso_slope_new(&all, mesh, 0, &err));
  ASSERT_OK(iso_slope_new(&two, mesh, 2, &err));
  iso_guest observer = iso_slope_guest(all), limited = iso_slope_guest(two);
  assert_int_equal(observer.nnodes, mesh->nowned);
  show_upstrokes(&observer, mesh, 0, SLOPE_STEPS);
  show_upstrokes(&limited, mesh, 0, SLOPE_STEPS);
  for (int beat = 0; beat < 4; beat++) {
    iso_slope_times(all, beat, times);
    for (iso_lid i = 0; i < mesh->nowned; i++) {
      const iso_gid node = mesh->gid[i];
      if (beat >= fake_beats(node)) {
        assert_true(isnan(times[i]));
        continue;
      }
      /* the step that holds it, or its neighbour where the ripple tips a balance */
      const double off = fabs(times[i] - fake_activation(node, beat));
      if (!(off <= SLOPE_STEP_MS)) fail_msg("node %d, beat %d: %g ms off", (int)node, beat, off);
    }
  }
  iso_slope_times(two, 2, times);
  for (iso_lid i = 0; i < mesh->nowned; i++) assert_true(isnan(times[i]));
  free(times);
  iso_slope_free(two);
  iso_slope_free(all);
  iso_mesh_free(mesh);
}

/* Between beats, in an upstroke before its event, and after it. */
void upstrokes_go_on_after_a_restart(void **state) {
  (void)state;
  static const int steps[] = {1, 60, 640, 1300};
  iso_mesh *mesh = fake_mesh();
  double *expected = malloc((size_t)mesh->nowned * sizeof *expected + 1),
         *times = malloc((size_t)mesh->nowned * sizeof *times + 1);
  for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
    iso_slope *before, *after;
    ASSERT_OK(iso_slope_new(&before, mesh, 0, &err));
    ASSERT_OK(iso_slope_new(&after, mesh, 0, &err));
    iso_guest first = iso_slope_guest(before), second = iso_slope_guest(after);
    show_upstrokes(&first, mesh, 0, steps[k]);
    iso_archive *archive = saved(&first, mesh);
    show_upstrokes(&first, mesh, steps[k], SLOPE_STEPS);
    show_upstrokes(&second, mesh, 0, 900); /* others, which it forgets */
    ASSERT_OK(second.restore(second.self, archive, &err));
    show_upstrokes(&second, mesh, steps[k], SLOPE_STEPS);
    for (int beat = 0; beat < 3; beat++) {
      iso_slope_times(before, beat, expected);
      iso_slope_times(after, beat, times);
      for (iso_lid i = 0; i < mesh->nowned; i++) assert_same(times[i], expected[i]);
    }
    iso_archive_free(archive);
    iso_slope_free(before);
    iso_slope_free(after);
  }
  free(expected);
  free(times);
  iso_mesh_free(mesh);
}
