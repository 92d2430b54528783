#include "study/estimate.h"

#include "base/ascending.h"
#include "base/memory.h"
#include "tissue/resolution.h"

#include <math.h>
#include <stdlib.h>

/* Base steps before the sample: patches begin at the shortest step and double it at most every time. */
enum { WARM_STEPS = 32, CHUNK_STEPS = 16 };

#define LEAST_S 0.5 /* of the sample */
#define MOST_S 10.0
#define OF_SETUP 0.5

/* What a node's activation costs beside rest, in ms of base steps, while its steps are held shortest. Seen:
 * 20 with edges of 0.2 mm, 24 to 30 with 0.5 mm and four models (docs/cluster.md). Counts as much as
 * PRIOR_PART of the nodes, so that it decides where the sample saw hardly any. */
#define PRIOR_MS 25.0
#define PRIOR_PART 0.002

/* How much of that is spent at an activation, and when all of it is: steps of a patch are shortest while the
 * front is in it, that is about its nodes' activations, and held short for 20 ms afterwards. */
#define SPENT_PART 0.3
#define SPENT_MS 25.0

/* From LATE_FROM_MS on, steps of a patch are LATE_STEP_MS at most, until ISO_HELD_BACK_MS (kernels/plan.h).
 */
#define LATE_FROM_MS 20.0
#define LATE_STEP_MS 0.4

#define BEAT_MS 100.0 /* pulses that are closer start no wave of their own */

typedef struct sample {
  double clock, work; /* node-steps */
  int64_t steps;
} sample;

static bool is_adaptive(const iso_setup *setup) {
  return setup->config->numerics.scheme.pace == ISO_PACE_ADAPTIVE;
}

/* Collective. Node-steps that were computed so far. */
static double work_of(const iso_setup *setup) {
  double share[ISO_LEVELS], work = 0;
  iso_simulation_shares(setup->simulation, share);
  for (int k = 0; k < ISO_LEVELS; k++) work += ldexp(share[k], -k);
  return work * (double)setup->mesh->nnodes * (double)iso_simulation_steps(setup->simulation);
}

/* Collective. Ranks are done with what they began. */
static sample look(const iso_setup *setup) {
  iso_simulation_finish(setup->simulation);
  iso_device_sync(setup->device);
  MPI_Barrier(setup->mesh->comm);
  return (sample){iso_clock(), work_of(setup), iso_simulation_steps(setup->simulation)};
}

/* Collective. Steps until a clock says so; at least one chunk. */
static iso_status step_until(const iso_setup *setup, int64_t most, double seconds, iso_error *err) {
  const double began = iso_clock();
  double took = 0;
  int64_t steps = iso_simulation_steps(setup->simulation);
  while (steps < most && took < seconds && !iso_simulation_end(setup->simulation)) {
    for (int k = 0; k < CHUNK_STEPS && steps < most && !iso_simulation_end(setup->simulation); k++, steps++)
      ISO_TRY(iso_simulation_step(setup->simulation, err));
    took = iso_clock() - began;
    MPI_Bcast(&took, 1, MPI_DOUBLE, 0, setup->mesh->comm);
  }
  return ISO_OK;
}

/* Of what an activation costs, some time after it, ms. */
static double spent_part(double since) { return SPENT_PART + (1 - SPENT_PART) * fmin(since / SPENT_MS, 1); }

/* And how long its later steps were limited by then, ms. */
static double late_ms(double since) { return fmax(fmin(since, ISO_HELD_BACK_MS) - LATE_FROM_MS, 0); }

/* ---- how many activations ---- */

/* Times of waves that stimuli start before end_ms: *time [*n] in order, to be freed. */
static iso_status list_beats(const iso_setup *setup, double end_ms, double **time, int *n, iso_error *err) {
  const iso_config *config = setup->config;
  enum { MOST = 10000 }; /* of a stimulus */
  ISO_TRY(iso_alloc(time, (size_t)(config->nstimuli * MOST + 1), sizeof **time, "beats", err));
  int all = 0;
  for (int k = 0; k < config->nstimuli; k++) {
    const iso_pulses *p = &config->stimuli[k].pulses;
    for (int i = 0; i < MOST; i++) {
      const double at = p->start_ms + i * p->period_ms;
      if (at > end_ms || (p->count > 0 && i >= p->count) || (i > 0 && !(p->period_ms > 0))) break;
      (*time)[all++] = at;
    }
  }
  qsort(*time, (size_t)all, sizeof **time, iso_ascending_double);
  *n = 0;
  for (int i = 0; i < all; i++)
    if (*n == 0 || (*time)[i] - (*time)[*n - 1] >= BEAT_MS) (*time)[(*n)++] = (*time)[i];
  return ISO_OK;
}

/* Collective. How fast fronts run on average, mm/ms: the mean of along and across the fibres. */
static iso_status mean_velocity(const iso_setup *setup, double *out, iso_error *err) {
  const int n = setup->tissue.nregions;
  iso_resolution *seen;
  ISO_TRY(iso_alloc_all(setup->mesh->comm, &seen, (size_t)n, sizeof *seen, "regions", err));
  iso_status status = iso_tissue_resolution(setup->mesh, &setup->tissue, ISO_MOST_WIDTHS, seen, err);
  double sum = 0, elements = 0;
  for (int r = 0; status == ISO_OK && r < n; r++) {
    sum += 0.5 * (seen[r].along + seen[r].across) * (double)seen[r].elements;
    elements += (double)seen[r].elements;
  }
  *out = elements > 0 ? sum / elements : 0;
  free(seen);
  return status;
}

/* Collective. The farthest that any node is from the nearest stimulus, mm; 0 without one. */
static iso_status reach(const iso_setup *setup, double *out, iso_error *err) {
  const iso_mesh *mesh = setup->mesh;
  double *near = NULL, *distance = NULL;
  iso_status status = iso_alloc(&near, (size_t)mesh->nlocal, sizeof *near, "distances", err);
  if (status == ISO_OK)
    status = iso_alloc(&distance, (size_t)mesh->nlocal, sizeof *distance, "distances", err);
  status = iso_agree(mesh->comm, status, err);
  for (iso_lid i = 0; status == ISO_OK && i < mesh->nlocal; i++) near[i] = INFINITY;
  for (int k = 0; status == ISO_OK && k < setup->config->nstimuli; k++) {
    iso_selection from;
    status = iso_setup_stimulated(setup, k, &from, err);
    if (status != ISO_OK) break;
    status = iso_setup_distances(mesh, &from, distance, err);
    iso_selection_free(&from);
    for (iso_lid i = 0; status == ISO_OK && i < mesh->nlocal; i++) near[i] = fmin(near[i], distance[i]);
  }
  double most = 0;
  for (iso_lid i = 0; status == ISO_OK && i < mesh->nowned; i++)
    if (near[i] < INFINITY) most = fmax(most, near[i]);
  MPI_Allreduce(&most, out, 1, MPI_DOUBLE, MPI_MAX, mesh->comm);
  free(near);
  free(distance);
  return status;
}

/* Mean over the nodes, some time after a wave began, ms, that crosses the tissue in some time, ever wider. */
static double of_wave(double since, double crossing, double of_activation(double since)) {
  enum { PARTS = 50 };
  double sum = 0;
  for (int k = 0; k < PARTS; k++) {
    const double part = (k + 0.5) / PARTS, at = part * crossing;
    if (at <= since) sum += 2 * part / PARTS * of_activation(since - at);
  }
  return sum;
}

/* A train and its trials, each with a wave. */
static void add_trials(const iso_config *config, iso_estimate *e) {
  e->trials =
      iso_protocol_most_of(&config->protocol, config->outputs.reentry.sustained_ms, config->time.step_ms);
  e->beats += (double)config->protocol.s1.count + e->trials.trials;
}

/* What they take besides the run, which goes on from one of them, ms. */
static double trials_ms(const iso_setup *setup, const iso_estimate *e) {
  const iso_config *config = setup->config;
  if (!config->has_protocol) return 0;
  return e->trials.ms - iso_protocol_earliest(&config->protocol, config->time.step_ms);
}

/* Collective. Until when the run goes, how many times a node activates until then, and for how long its steps
 * are limited afterwards, ms. */
static iso_status foresee(const iso_setup *setup, iso_estimate *out, double *late, iso_error *err) {
  const iso_config *config = setup->config;
  double *time = NULL, velocity, mm;
  int n = 0;
  out->end_ms = config->time.duration_ms;
  *late = 0;
  ISO_TRY(mean_velocity(setup, &velocity, err));
  ISO_TRY(reach(setup, &mm, err));
  const double crossing = velocity > 0 ? mm / velocity : 0;
  iso_status status = list_beats(setup, out->end_ms, &time, &n, err);
  if (status == ISO_OK && n > 0 && config->stop.all_activated && time[0] + crossing < out->end_ms)
    out->end_ms = time[0] + crossing, out->ends_itself = true;
  for (int i = 0; i < n; i++)
    if (out->end_ms > time[i]) {
      out->beats += of_wave(out->end_ms - time[i], crossing, spent_part);
      *late += of_wave(out->end_ms - time[i], crossing, late_ms);
    }
  free(time);
  if (config->has_protocol) add_trials(config, out);
  return iso_agree(setup->mesh->comm, status, err);
}

/* ---- what one costs ---- */

/* Collective. Sum over activations so far. */
static double of_all(const iso_setup *setup, const iso_watchers *watchers,
                     double of_activation(double since)) {
  const double now = iso_simulation_time(setup->simulation);
  double n = 0;
  for (int beat = 0; beat < iso_activation_beats(watchers->activation); beat++) {
    const double *times = iso_activation_times(watchers->activation, beat);
    for (iso_lid i = 0; times && i < setup->mesh->nowned; i++)
      if (times[i] <= now) n += of_activation(now - times[i]);
  }
  MPI_Allreduce(MPI_IN_PLACE, &n, 1, MPI_DOUBLE, MPI_SUM, setup->mesh->comm);
  return n;
}

/* Collective. Steps of a base step that a node at rest takes: one in 2, 4, .. where nothing happens. */
static double rest_share(const iso_setup *setup) {
  double share[ISO_LEVELS];
  int longest = 0;
  if (!is_adaptive(setup)) return 1;
  iso_simulation_shares(setup->simulation, share);
  for (int k = 0; k < ISO_LEVELS; k++)
    if (share[k] > 0) longest = k;
  return ldexp(1, -longest);
}

/* Node-steps a ms beside those of rest where steps are LATE_STEP_MS at most. */
static double late_rate(const iso_setup *setup, double rest) {
  const double dt = setup->config->time.step_ms;
  int level = 1;
  while (2 * level <= ISO_COARSEST && 2 * level * dt <= LATE_STEP_MS * (1 + 1e-9)) level *= 2;
  return fmax(1.0 / level - rest, 0) / dt;
}

/* Collective. Node-steps of the whole run. */
static double all_work(const iso_setup *setup, const iso_watchers *watchers, const sample *from,
                       const sample *to, const iso_estimate *e, double late) {
  const double nodes = (double)setup->mesh->nnodes, dt = setup->config->time.step_ms;
  const double rest = rest_share(setup), seen = of_all(setup, watchers, spent_part);
  const double steps = (e->end_ms + trials_ms(setup, e)) / dt;
  if (rest == 1) return nodes * steps;
  const double resting = rest * nodes * (double)(to->steps - from->steps), rate = late_rate(setup, rest);
  const double beside = fmax(to->work - from->work - resting - rate * of_all(setup, watchers, late_ms), 0);
  const double prior = PRIOR_PART * nodes;
  const double each = (beside + prior * PRIOR_MS / dt) / (seen + prior);
  return nodes * (rest * steps + e->beats * fmin(each, steps) + rate * late);
}

iso_status iso_estimate_run(const iso_setup *setup, const iso_watchers *watchers, double setup_s,
                            iso_estimate *out, iso_error *err) {
  const int64_t steps = iso_setup_steps(&setup->config->time);
  double late;
  *out = (iso_estimate){.setup_s = setup_s};
  ISO_TRY(iso_simulation_start(setup->simulation, err));
  const sample first = look(setup);
  ISO_TRY(step_until(setup, steps < WARM_STEPS ? steps : WARM_STEPS, MOST_S, err));
  const sample from = look(setup);
  ISO_TRY(step_until(setup, steps, fmin(fmax(OF_SETUP * setup_s, LEAST_S), MOST_S), err));
  ISO_TRY(iso_simulation_show(setup->simulation, err));
  const sample to = look(setup);
  ISO_TRY(iso_estimate_memory(setup, out, err)); /* foresee takes more than a run */
  ISO_TRY(foresee(setup, out, &late, err));
  out->sampled_ms = iso_simulation_time(setup->simulation);
  out->sampled_s = to.clock - first.clock;
  out->is_whole =
      !setup->config->has_protocol && (to.steps == steps || iso_simulation_end(setup->simulation));
  out->node_steps = out->is_whole ? to.work : all_work(setup, watchers, &from, &to, out, late);
  const bool is_short = !(to.work > from.work);
  out->node_steps_s = is_short ? to.work / out->sampled_s : (to.work - from.work) / (to.clock - from.clock);
  out->loop_s = out->is_whole ? out->sampled_s : out->node_steps / out->node_steps_s;
  if (out->is_whole) out->end_ms = out->sampled_ms;
  return iso_estimate_results(setup, out, err);
}
