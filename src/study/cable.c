#include "study/cable_parts.h"

#include "base/memory.h"
#include "observe/activation.h"
#include "observe/probes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* From the start to the end of the strip at the wanted velocity: a wave is steady after some milliseconds,
 * and the end, that speeds it up, is as far from where it is measured. */
#define TRAVEL_MS 40.0
#define LEAST_ELEMENTS 40 /* along it */
#define MOST_ELEMENTS 2000
#define SIDE_ELEMENTS 3 /* across it, where nodes may lie irregularly */

/* Where for so long no node has activated, and for so many times as long as a wave of the wanted velocity
 * needs from node to node, the wave is blocked. */
#define STALL_MS 10.0
#define STALL_ELEMENTS 10

/* Of the wanted time: a wave that takes longer is as good as blocked. */
#define PATIENCE 5.0

/* What follows the recovery of a cell is rest, which the last sample stands for. */
#define AFTER_RECOVERY_MS 100.0

#define LOOK_MS 2.0 /* from one look whether a wave is over to the next */

double iso_cable_edges(iso_shape shape) {
  switch (shape) {
  case ISO_TETRAHEDRON: /* Kuhn's: three edges of a cube, two diagonals of its faces, its own diagonal */
    return (3 + 2 * sqrt(2) + sqrt(3)) / 6;
  case ISO_TRIANGLE:
    return (2 + sqrt(2)) / 3;
  default:
    return 1;
  }
}

/* Numbers alone, and no scale of conductivities: fields and courses are for the nodes of another mesh. */
static iso_status take_parameters(iso_cable *c, iso_config_region *region, iso_error *err) {
  const size_t n = (size_t)region->nparameters;
  ISO_TRY(iso_alloc(&c->parameters, n, sizeof *c->parameters, "parameters", err));
  region->nparameters = 0;
  for (size_t k = 0; k < n; k++)
    if (!iso_setting_varies(&region->parameters[k]))
      c->parameters[region->nparameters++] = region->parameters[k];
  region->parameters = c->parameters;
  return ISO_OK;
}

static void make_slab(const iso_cable *c, iso_config_mesh *mesh) {
  const iso_cable_options *o = &c->options;
  const double h = o->spacing_mm, side = o->diagonals == ISO_ALTERNATING ? h : SIDE_ELEMENTS * h;
  mesh->file = NULL, mesh->refine = 0, mesh->edge_mm = NAN, mesh->nsurfaces = 0, mesh->nnetworks = 0;
  mesh->has_shape = false, mesh->npassive = 0;
  mesh->has_slab = true;
  mesh->slab = (iso_slab_options){.spacing_mm = h, .shape = o->shape, .diagonals = o->diagonals};
  mesh->partition = ISO_PARTITION_HILBERT, mesh->pieces = 1;
  double *size = mesh->slab.size_mm;
  size[0] = c->length_mm;
  size[1] = o->shape == ISO_LINE ? 0 : side;
  size[2] = o->shape == ISO_LINE || o->shape == ISO_TRIANGLE ? 0 : side;
  mesh->fibre[0] = mesh->slab.fibre[0] = o->across ? 0 : 1;
  mesh->fibre[1] = mesh->slab.fibre[1] = o->across ? 1 : 0;
  mesh->fibre[2] = 0;
}

static void make_stimulus(iso_cable *c) {
  const double h = c->options.spacing_mm;
  iso_select_box box = {.min_mm = {-h, -h, -h}, .max_mm = {0, c->length_mm, c->length_mm}};
  const double front = fmax(STIMULUS_MM, STIMULUS_MS * c->options.wanted_m_per_s);
  box.max_mm[0] = fmax(fmin(front, STIMULUS_PART * c->length_mm), STIMULUS_ELEMENTS * h);
  c->stimulus = (iso_config_stimulus){
      .name = "end",
      .where = {.has_box = true, .box = box},
      .pulses = {.duration_ms = STIMULUS_MS, .amplitude = STIMULUS_UA_PER_UF, .count = 1}};
}

static iso_status make_config(iso_cable *c, iso_error *err) {
  const iso_cable_options *o = &c->options;
  iso_config *is = &c->config[0];
  *is = *o->config;
  c->region[0] = o->config->regions[o->region];
  ISO_TRY(take_parameters(c, &c->region[0], err));
  c->region[0].ntags = 0;
  c->region[0].where = (iso_select){0};
  c->region[0].has_scale = false;
  make_slab(c, &is->mesh);
  make_stimulus(c);
  is->nregions = 1, is->nsites = 0, is->nlesions = 0, is->nlayers = 0, is->nactors = 0, is->nimplants = 0;
  is->has_protocol = false;
  is->nstimuli = 1, is->stimuli = &c->stimulus;
  is->outputs.nprobes = 0, is->outputs.snapshot_interval_ms = 0;
  is->stop = (iso_config_stop){.quiescent_mV = NAN};
  is->method = ISO_METHOD_MONODOMAIN;
  is->device = "cpu", is->threads = 1; /* the bits are those of any device, and strips are small */
  is->numerics.step_follows = false;
  is->time.duration_ms = STIMULUS_MS + PATIENCE * c->length_mm / o->wanted_m_per_s;
  ISO_TRY(iso_config_take_step(is, o->step_ms, err));
  c->region[1] = c->region[0];
  c->config[1] = *is;
  for (int k = 0; k < 2; k++) c->config[k].regions = &c->region[k];
  return ISO_OK;
}

iso_status iso_cable_new(iso_cable **out, const iso_cable_options *options, iso_error *err) {
  ISO_TRY(iso_alloc(out, 1, sizeof **out, "a strip of tissue", err));
  iso_cable *c = *out;
  c->options = *options;
  const double h = options->spacing_mm, wanted = TRAVEL_MS * options->wanted_m_per_s;
  c->length_mm = h * fmin(fmax(LEAST_ELEMENTS, ceil(wanted / h)), MOST_ELEMENTS);
  iso_timer_start(&c->timer);
  iso_status status = make_config(c, err);
  if (status == ISO_OK) return ISO_OK;
  iso_cable_free(c);
  *out = NULL;
  return status;
}

void iso_cable_free(iso_cable *c) {
  if (!c) return;
  iso_setup_free(&c->setup);
  free(c->parameters);
  free(c);
}

/* ---- its wave ---- */

/* Slope of x over time by least squares. */
static double slope(const iso_cable *c, const double *time_ms) {
  const iso_mesh *mesh = c->setup.mesh;
  double n = 0, x = 0, t = 0, tt = 0, xt = 0;
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    const double at = mesh->xyz[i][0] / c->length_mm - 0.5;
    if (fabs(at) > 0.25) continue;
    if (isnan(time_ms[i])) return 0;
    n++, x += at, t += time_ms[i];
  }
  x /= n, t /= n;
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    const double at = mesh->xyz[i][0] / c->length_mm - 0.5;
    if (fabs(at) > 0.25) continue;
    tt += (time_ms[i] - t) * (time_ms[i] - t);
    xt += (time_ms[i] - t) * (at - x);
  }
  return tt > 0 && xt > 0 ? c->length_mm * xt / tt : 0;
}

/* What a run looks at, and until when. */
typedef struct wave {
  iso_activation *seen;
  iso_probes *probes; /* of the node in the middle; NULL: the run ends when all have activated */
  iso_lid middle;
  double after_ms; /* its activation */
} wave;

/* Whether nothing has activated for a while. */
static bool is_blocked(const iso_cable *c, const wave *w) {
  const iso_cable_options *o = &c->options;
  const iso_activation_summary s = iso_activation_summarise(w->seen);
  const double waited = iso_simulation_time(c->setup.simulation) - (s.nactivated > 0 ? s.last_ms : 0);
  return waited > STALL_MS + STALL_ELEMENTS * o->spacing_mm / o->wanted_m_per_s;
}

static double at_middle(const double *times, const wave *w) { return times ? times[w->middle] : NAN; }

/* Whether there is nothing more to see. */
static iso_status look(const iso_cable *c, const wave *w, bool *over, iso_error *err) {
  const double now = iso_simulation_time(c->setup.simulation);
  ISO_TRY(iso_simulation_check(c->setup.simulation, err));
  const double activated = at_middle(iso_activation_times(w->seen, 0), w);
  if (!w->probes || isnan(activated))
    *over = is_blocked(c, w);
  else
    *over = now > activated + w->after_ms ||
            now > at_middle(iso_repolarisation_times(w->seen, 0), w) + AFTER_RECOVERY_MS;
  return ISO_OK;
}

static iso_status run(iso_cable *c, const wave *w, iso_error *err) {
  iso_simulation *simulation = c->setup.simulation;
  const iso_config_time *time = &c->setup.config->time;
  const int64_t more = w->probes ? (int64_t)ceil(w->after_ms / time->step_ms) : 0;
  const int64_t steps = iso_setup_steps(time) + more;
  const int64_t every = llround(fmax(LOOK_MS / time->step_ms, 1));
  bool over = false;
  c->guest[0] = iso_activation_guest(w->seen);
  c->guest[1] = w->probes ? iso_probes_guest(w->probes) : iso_activation_ender(w->seen, 1);
  for (int k = 0; k < 2; k++) ISO_TRY(iso_simulation_invite(simulation, &c->guest[k], err));
  ISO_TRY(iso_simulation_start(simulation, err));
  for (int64_t k = 1; k <= steps && !iso_simulation_end(simulation) && !over; k++) {
    ISO_TRY(iso_simulation_step(simulation, err));
    if (k % every == 0) ISO_TRY(look(c, w, &over, err));
  }
  ISO_TRY(iso_simulation_check(simulation, err));
  return iso_activation_finish(w->seen, err);
}

iso_status iso_cable_set_up(iso_cable *c, double along, double beside, iso_error *err) {
  iso_config_region *region = &c->region[c->turn];
  region->longitudinal_S_per_m = c->options.across ? beside : along;
  region->transverse_S_per_m = region->normal_S_per_m = c->options.across ? along : beside;
  const iso_config *config = &c->config[c->turn];
  c->turn = !c->turn;
  if (c->setup.config) return iso_setup_move(&c->setup, config, MPI_COMM_SELF, err);
  c->setup = (iso_setup){.config = config, .timer = &c->timer, .no_cache = c->options.no_cache};
  return iso_setup_all(&c->setup, MPI_COMM_SELF, err);
}

iso_status iso_cable_velocity(iso_cable *c, double along, double beside, double *m_per_s, iso_error *err) {
  wave w = {0};
  ISO_TRY(iso_cable_set_up(c, along, beside, err));
  ISO_TRY(iso_activation_new(&w.seen, c->setup.mesh, 1, err));
  const iso_status status = run(c, &w, err);
  const double *times = status == ISO_OK ? iso_activation_times(w.seen, 0) : NULL;
  *m_per_s = times ? slope(c, times) : 0;
  iso_setup_drop_cells(&c->setup, false); /* its guests go now */
  iso_activation_free(w.seen);
  return status;
}

/* ---- a cell that it passes ---- */

/* The nearest to the middle of the length, of these the one with the lowest number. */
static iso_lid find_middle(const iso_cable *c) {
  const iso_mesh *mesh = c->setup.mesh;
  iso_lid best = 0;
  for (iso_lid i = 1; i < mesh->nowned; i++) {
    const double off = fabs(mesh->xyz[i][0] - 0.5 * c->length_mm);
    const double least = fabs(mesh->xyz[best][0] - 0.5 * c->length_mm);
    if (off < least || (off == least && mesh->gid[i] < mesh->gid[best])) best = i;
  }
  return best;
}

static iso_status watch(const iso_cable *c, wave *w, iso_error *err) {
  const iso_mesh *mesh = c->setup.mesh;
  w->middle = find_middle(c);
  const iso_probe probe = {.name = "middle",
                           .at_mm = {NAN, NAN, NAN},
                           .threshold_mV = 0,
                           .nnodes = 1,
                           .node = {mesh->gid[w->middle]},
                           .weight = {1}};
  ISO_TRY(iso_activation_new(&w->seen, mesh, 1, err));
  return iso_probes_new(&w->probes, mesh, 1, &probe, 1, err);
}

static iso_status take(const iso_cable *c, const wave *w, iso_action_potential *out, iso_error *err) {
  const double activated = at_middle(iso_activation_times(w->seen, 0), w);
  ISO_TRY(iso_probes_finish(w->probes, err));
  if (isnan(activated)) return ISO_OK;
  const int64_t n = iso_probes_samples(w->probes);
  ISO_TRY(iso_alloc(&out->vm_mV, (size_t)n, sizeof *out->vm_mV, "an action potential", err));
  memcpy(out->vm_mV, iso_probes_traces(w->probes), (size_t)n * sizeof *out->vm_mV);
  out->n = n;
  out->step_ms = c->setup.config->time.step_ms;
  out->before_ms = activated;
  out->apd_ms = at_middle(iso_repolarisation_times(w->seen, 0), w) - activated;
  return ISO_OK;
}

iso_status iso_cable_action_potential(iso_cable *c, double along, double beside, double after_ms,
                                      iso_action_potential *out, iso_error *err) {
  wave w = {.after_ms = after_ms};
  *out = (iso_action_potential){.apd_ms = NAN};
  ISO_TRY(iso_cable_set_up(c, along, beside, err));
  iso_status status = watch(c, &w, err);
  if (status == ISO_OK) status = run(c, &w, err);
  if (status == ISO_OK) status = take(c, &w, out, err);
  iso_setup_drop_cells(&c->setup, false); /* its guests go now */
  if (w.probes) iso_probes_free(w.probes);
  iso_activation_free(w.seen);
  return status;
}
