/* Upstrokes and recoveries as the device finds them, against a search of the whole trace of each node. */
#include "cell/beat.h"
#include "grid/mpi_main.h"
#include "kernels/device.h"
#include "kernels/synthetic.h"

/* ---- the slow search ---- */

enum { STEPS = 400, NODES = 70, MOST_EVENTS = STEPS };
typedef struct slow_event {
  double step; /* when, in steps from the start */
  int kind;
} slow_event;

static double extreme(const double *vm, int first, int last, int sign) {
  double most = sign * vm[first];
  for (int i = first; i <= last; i++) most = fmax(most, sign * vm[i]);
  return sign * most;
}

/* Events of a node whose Vm was vm [STEPS + 1]: it activates when Vm crosses its threshold upwards, and then
 * recovers when Vm falls through what kernels/device.h says, rest being the lowest since the last recovery.
 */
static int slow_events(const double *vm, double threshold, double fraction, double recovery,
                       slow_event event[MOST_EVENTS]) {
  int n = 0, recovered = 0;
  for (int i = 0; i < STEPS; i++) {
    if (!(vm[i] < threshold && vm[i + 1] >= threshold)) continue;
    event[n++] = (slow_event){i + (threshold - vm[i]) / (vm[i + 1] - vm[i]), 0};
    /* The step that activates may go below rest too: it starts there. */
    const double rest = extreme(vm, recovered, i + 1, -1);
    const int activated = i + 1;
    for (i = activated; i < STEPS; i++) {
      const double peak = extreme(vm, activated, i + 1, 1);
      const double level = fraction > 0 ? peak - fraction * (peak - rest) : recovery;
      if (vm[i + 1] <= level && vm[i] > level) {
        event[n++] = (slow_event){i + (level - vm[i]) / (vm[i + 1] - vm[i]), 1};
        recovered = i + 1;
        break;
      }
    }
  }
  return n;
}

/* ---- the device's ---- */

typedef struct watched {
  double fraction, recovery, threshold_mV;
  const double *own; /* [NODES] thresholds; NULL: threshold_mV everywhere */
  int32_t nevents;
  iso_watch_event event[NODES * STEPS];
} watched;

/* The steps of trace [STEPS + 1][NODES] one by one, each made from the last by a combination. */
static void watch(iso_device *device, double (*trace)[NODES], watched *w) {
  double resting[NODES];
  for (int i = 0; i < NODES; i++) resting[i] = ISO_RESTING;
  iso_watch launch = {.rest = iso_device_copy_real(device, trace[0], NODES),
                      .peak = iso_device_copy_real(device, resting, NODES),
                      .activation = w->own ? iso_device_copy_real(device, w->own, NODES) : NULL,
                      .activation_mV = w->threshold_mV,
                      .fraction = w->fraction,
                      .recovery = w->recovery,
                      .capacity = NODES * STEPS,
                      .pending = iso_device_alloc(device, sizeof *launch.pending),
                      .event = iso_device_alloc(device, sizeof w->event)};
  void *before = iso_device_copy_real(device, trace[0], NODES);
  for (int k = 1; k <= STEPS; k++) {
    void *term = iso_device_copy_real(device, trace[k], NODES),
         *after = iso_device_copy_real(device, trace[k], NODES);
    launch.before = before;
    iso_launch_combine(
        device,
        &(iso_combine){
            .count = NODES, .nterms = 1, .coefficient = {1}, .term = {term}, .watch = &launch, .out = after});
    iso_launch_sample(device, &(iso_sample){.pending = launch.pending});
    iso_device_release(device, before);
    iso_device_release(device, term);
    before = after;
  }
  iso_pending pending;
  iso_device_download(device, launch.pending, 0, &pending, sizeof pending);
  iso_device_download(device, launch.event, 0, w->event, sizeof w->event);
  w->nevents = pending.events;
  void *buffers[] = {launch.rest,    launch.peak,  (void *)launch.activation,
                     launch.pending, launch.event, before};
  for (size_t k = 0; k < sizeof buffers / sizeof *buffers; k++) iso_device_release(device, buffers[k]);
}

static iso_device *open_device(int threads) {
  char message[256];
  const iso_device_options options = {
      .kind = "cpu", .precision = ISO_PRECISION_DOUBLE, .threads = threads, .simd = "auto"};
  iso_device *device = iso_device_open(&options, message, sizeof message);
  if (!device) fail_msg("%s", message);
  return device;
}

/* Events of one node in their order, as many as it has at most. */
static int events_of(const watched *w, int node, slow_event event[MOST_EVENTS]) {
  int n = 0;
  for (int step = 0; step < STEPS; step++)
    for (int32_t k = 0; k < w->nevents; k++)
      if (w->event[k].node == node && w->event[k].step == step)
        event[n++] = (slow_event){step + w->event[k].part, w->event[k].kind};
  return n;
}

/* ---- random traces ---- */

/* Some nodes beat at their own rate and from a rest that drifts, others jump about; all with noise. */
static void make_trace(double (*trace)[NODES], uint64_t seed) {
  for (int k = 0; k <= STEPS; k++)
    for (int i = 0; i < NODES; i++) {
      const double noise = synthetic_value(seed, (int64_t)k * NODES + i);
      const double phase = k / (20.0 + i), wave = sin(6.28 * phase), drift = 10 * sin(0.02 * k + i);
      trace[k][i] = i % 3 == 0 ? 90 * noise : (wave > 0 ? 100 * wave : 0) - 80 + drift + 3 * noise;
    }
}

/* Where a crossing lies in its step is a quotient of small differences of numbers of 100 mV. */
static bool is_near(double a, double b) { return fabs(a - b) <= 1e-9; }

static int compare(double (*trace)[NODES], const watched *w) {
  int total = 0;
  for (int i = 0; i < NODES; i++) {
    slow_event slow[MOST_EVENTS], fast[MOST_EVENTS];
    double vm[STEPS + 1];
    for (int k = 0; k <= STEPS; k++) vm[k] = trace[k][i];
    const int n = slow_events(vm, w->own ? w->own[i] : w->threshold_mV, w->fraction, w->recovery, slow);
    assert_int_equal(events_of(w, i, fast), n);
    for (int k = 0; k < n; k++)
      if (fast[k].kind != slow[k].kind || !is_near(fast[k].step, slow[k].step))
        fail_msg("node %d, event %d: kind %d at %.12g, not %d at %.12g", i, k, fast[k].kind, fast[k].step,
                 slow[k].kind, slow[k].step);
    total += n;
  }
  return total;
}

static void events_are_those_of_the_trace(void **state) {
  (void)state;
  double own[NODES], (*trace)[NODES] = malloc((STEPS + 1) * sizeof *trace);
  watched *w = malloc(sizeof *w);
  for (int i = 0; i < NODES; i++) own[i] = -30 + 20 * synthetic_value(3, i);
  make_trace(trace, 17);
  for (int way = 0; way < 8; way++) {
    iso_device *device = open_device(way & 1 ? 3 : 1);
    w->fraction = way & 2 ? 0.9 : 0, w->recovery = -45, w->threshold_mV = -10;
    w->own = way & 4 ? own : NULL;
    watch(device, trace, w);
    assert_true(compare(trace, w) > 10 * NODES);
    iso_device_close(device);
  }
  free(w);
  free(trace);
}

/* ---- beats from different rests ---- */

enum { SECOND = STEPS / 2 };

/* Up in one step from -75 mV, down by 1 mV a step to -66 mV; then the same from there. */
static double two_beats(int k) {
  const int since = k % SECOND - 10;
  return since >= 0 ? fmax(30 - since, -66) : k < SECOND ? -75 : -66;
}

/* Of 10 % above its own rest each: for the second, that is not what the first one started from. */
static void a_beat_recovers_to_its_own_rest(void **state) {
  (void)state;
  double(*trace)[NODES] = malloc((STEPS + 1) * sizeof *trace), vm[STEPS + 1];
  watched *w = malloc(sizeof *w);
  slow_event event[MOST_EVENTS];
  for (int k = 0; k <= STEPS; k++) {
    vm[k] = two_beats(k);
    for (int i = 0; i < NODES; i++) trace[k][i] = vm[k];
  }
  iso_device *device = open_device(1);
  w->fraction = 0.9, w->threshold_mV = 0, w->own = NULL;
  watch(device, trace, w);
  assert_int_equal(events_of(w, 0, event), 4);
  for (int beat = 0; beat < 2; beat++) {
    const int first = beat * SECOND;
    const iso_beat measured = iso_beat_measure(vm + first, SECOND, 1, 0);
    const double upstroke = first + 9.5; /* the middle of the step of the largest slope */
    assert_true(is_near(event[2 * beat + 1].step, upstroke + measured.apd90));
  }
  assert_true(is_near(event[1].step - 10, 0.9 * 105) && is_near(event[3].step - SECOND - 10, 0.9 * 96));
  iso_device_close(device);
  free(w);
  free(trace);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(events_are_those_of_the_trace),
    cmocka_unit_test(a_beat_recovers_to_its_own_rest),
};
RUN_ON_ALL_RANKS(tests)
