#include "solve/simulation.h"

#include "base/memory.h"
#include "linear/device_memory.h"
#include "solve/archive_field.h"
#include "solve/cells.h"
#include "solve/device_fits.h"
#include "solve/fast_current.h"
#include "solve/stepper.h"
#include "solve/stimuli.h"
#include "solve/watch.h"
#include "tissue/conductor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct iso_simulation {
  iso_simulation_options options;
  const iso_mesh *mesh;
  iso_device *device;
  iso_timer own_timer, *timer;
  iso_exchange exchange;
  bool sends; /* the cells of this step began an exchange */
  iso_tissue_cells cells;
  iso_fast_current_data fast;
  iso_stepper *diffusion;
  iso_watch_list watch;
  double eigenvalue;

  int64_t step;
  void *vm, *vm_before; /* [nlocal] now and a step earlier */
  void *start;          /* [nlocal] what diffusion acts on */
  void *iion;           /* [nowned] */
  void *middle;         /* [nlocal] V before the last reaction; NULL except for Strang's splitting */

  iso_stimuli stimuli;
  int64_t shown; /* steps that the observers of every step have seen */
  int nobservers;
  const iso_observer **observers;
  int32_t *first_sample; /* [nobservers] where an observer's nodes begin among the sampled ones */
};

/* ---- life ---- */

static iso_status allocate_fields(iso_simulation *s, iso_error *err) {
  size_t bytes = (size_t)s->mesh->nlocal * s->device->real_bytes;
  void **fields[] = {&s->vm, &s->vm_before, &s->start, &s->iion, &s->middle};
  const size_t needed = s->options.numerics.splitting == ISO_SPLITTING_STRANG ? 5 : 4;
  for (size_t k = 0; k < needed; k++) {
    *fields[k] = iso_device_alloc(s->device, bytes);
    if (!*fields[k]) return iso_fail_device(err, s->device, bytes, "Vm");
  }
  return ISO_OK;
}

static iso_status set_initial_vm(iso_simulation *s, iso_error *err) {
  double *vm;
  ISO_TRY(iso_alloc(&vm, (size_t)s->mesh->nowned, sizeof *vm, "the initial Vm", err));
  for (int g = 0; g < s->cells.ngroups; g++) {
    const iso_cell_group *group = &s->cells.groups[g];
    for (iso_lid i = 0; i < group->count; i++)
      vm[group->first + i] = s->options.tissue->regions[group->region].vm;
  }
  iso_simulation_set_vm(s, vm);
  free(vm);
  return ISO_OK;
}

static iso_status check_numerics(const iso_numerics *n, iso_error *err) {
  if (n->mass == ISO_MASS_CONSISTENT && n->diffusion == ISO_DIFFUSION_EXPLICIT)
    return iso_fail(
        err, ISO_EINPUT,
        "numerics.mass: the explicit scheme has no consistent mass; set numerics.diffusion to implicit, or "
        "numerics.mass to lumped");
  if (n->mass == ISO_MASS_CONSISTENT && n->fast_current != ISO_FAST_NODAL)
    return iso_fail(
        err, ISO_EINPUT,
        "numerics.fast_current: smoothing and interpolation correct the lumped mass; set it to nodal with "
        "numerics.mass: consistent");
  return ISO_OK;
}

/* What needs the assembled system, which is freed afterwards. */
static iso_status build_operators(iso_simulation *s, iso_error *err) {
  const iso_simulation_options *o = &s->options;
  iso_system system;
  iso_tissue_conductor tissue;
  ISO_TRY(iso_system_new(&system, s->mesh, iso_tissue_conduct(&tissue, o->tissue),
                         o->numerics.mass == ISO_MASS_CONSISTENT, err));
  s->eigenvalue = system.eigenvalue;
  iso_status status = iso_device_fits(s->device, s->mesh, o->tissue, &system, &o->numerics, err);
  if (status == ISO_OK)
    status = iso_stepper_new(&s->diffusion, s->device, s->mesh, &system, &o->numerics, o->step_ms,
                             &s->exchange, err);
  if (status == ISO_OK) {
    /* The fast current's tables need the elements of nodes only: memory peaks here. */
    iso_system_free_matrices(&system);
    status = iso_fast_current_new(&s->fast, s->device, s->mesh, o->tissue, &system, &o->numerics, err);
    status = iso_agree(s->mesh->comm, status, err);
  }
  iso_system_free(&system);
  return status;
}

static iso_status build_parts(iso_simulation *s, iso_error *err) {
  const iso_simulation_options *o = &s->options;
  double cell_step = o->numerics.splitting == ISO_SPLITTING_STRANG ? 0.5 * o->step_ms : o->step_ms;
  ISO_TRY(iso_tissue_cells_new(&s->cells, s->device, s->mesh, o->tissue, cell_step,
                               o->numerics.rates == ISO_RATES_EXACT, err));
  ISO_TRY(iso_exchange_new(&s->exchange, s->device, s->mesh, ISO_MAX_FIELDS, 0, s->timer, err));
  ISO_TRY(allocate_fields(s, err));
  ISO_TRY(set_initial_vm(s, err));
  ISO_TRY(iso_watch_list_new(&s->watch, s->device, &s->cells, s->mesh->nowned, o->activation_mV,
                             o->repolarisation, o->recovery_mV, s->vm, err));
  iso_stimuli_new(&s->stimuli, s->device, s->mesh->nowned, s->watch.launch.pending);
  return ISO_OK;
}

iso_status iso_simulation_new(iso_simulation **out, const iso_simulation_options *options, iso_error *err) {
  *out = NULL;
  ISO_TRY(check_numerics(&options->numerics, err));
  iso_simulation *s = NULL;
  iso_status status = iso_alloc(&s, 1, sizeof *s, "the simulation", err);
  status = iso_agree(options->mesh->comm, status, err);
  if (status != ISO_OK) {
    free(s);
    return status;
  }
  s->options = *options;
  s->mesh = options->mesh;
  s->device = options->device;
  s->timer = options->timer ? options->timer : &s->own_timer;
  iso_phase before = iso_timer_enter(s->timer, ISO_PHASE_ASSEMBLE);
  status = build_operators(s, err);
  if (status == ISO_OK) status = iso_agree(s->mesh->comm, build_parts(s, err), err);
  iso_timer_enter(s->timer, before);
  if (status == ISO_OK)
    *out = s;
  else
    iso_simulation_free(s);
  return status;
}

void iso_simulation_free(iso_simulation *s) {
  if (!s) return;
  iso_device_forget(s->device);
  iso_stepper_free(s->diffusion);
  iso_fast_current_free(&s->fast);
  iso_stimuli_free(&s->stimuli);
  iso_watch_list_free(&s->watch);
  iso_tissue_cells_free(&s->cells);
  iso_exchange_free(&s->exchange);
  void *fields[] = {s->vm, s->vm_before, s->start, s->iion, s->middle};
  for (size_t k = 0; k < sizeof fields / sizeof *fields; k++) iso_device_release(s->device, fields[k]);
  free(s->observers);
  free(s->first_sample);
  free(s);
}

iso_status iso_simulation_stimulate(iso_simulation *s, const iso_pulses *pulses, int64_t count,
                                    const iso_lid *node, iso_error *err) {
  return iso_stimuli_add(&s->stimuli, pulses, count, node, err);
}

iso_status iso_simulation_observe(iso_simulation *s, const iso_observer *observer, iso_error *err) {
  const size_t n = (size_t)s->nobservers + 1;
  ISO_TRY(iso_realloc(&s->observers, n, sizeof *s->observers, "observers", err));
  ISO_TRY(iso_realloc(&s->first_sample, n, sizeof *s->first_sample, "observers", err));
  s->first_sample[s->nobservers] = s->watch.nnodes;
  s->observers[s->nobservers++] = observer;
  return observer->nnodes ? iso_watch_list_sample(&s->watch, observer->nnodes, observer->node, err) : ISO_OK;
}

/* ---- one step ---- */

/* Steps all cells at vm (extrapolated where vm_before is given). Boundary cells go first, so that what others
 * need of them travels while the inner ones are computed: factors of the fast current, and the V at which
 * currents are taken, which goes to middle unless that is NULL. Ghosts and the fast current's correction are
 * there after end_cells. */
static void begin_cells(iso_simulation *s, const void *vm, const void *vm_before, void *middle) {
  iso_phase before = iso_timer_enter(s->timer, ISO_PHASE_CELLS);
  const iso_cell_fields fields = {.vm = vm,
                                  .vm_before = vm_before,
                                  .extrapolated = middle,
                                  .iion = s->iion,
                                  .fast = s->fast.factors,
                                  .fast_ld = s->mesh->nlocal};
  iso_tissue_cells_step(&s->cells, true, &fields);
  void *sent[ISO_MAX_FIELDS];
  int nsent = iso_fast_current_fields(&s->fast, sent);
  if (middle) sent[nsent++] = middle;
  s->sends = nsent > 0;
  if (s->sends) iso_exchange_begin(&s->exchange, nsent, sent);
  iso_tissue_cells_step(&s->cells, false, &fields);
  iso_timer_enter(s->timer, before);
}

static void end_cells(iso_simulation *s) {
  iso_phase before = iso_timer_enter(s->timer, ISO_PHASE_CELLS);
  if (s->sends) iso_exchange_end(&s->exchange);
  iso_fast_current_add(&s->fast, s->iion);
  iso_timer_enter(s->timer, before);
}

static void cell_currents(iso_simulation *s, const void *vm, const void *vm_before) {
  begin_cells(s, vm, vm_before, NULL);
  end_cells(s);
}

/* out = sum of coefficient_t term_t */
static void combine(iso_simulation *s, int nterms, const double *coefficient, const void *const *term,
                    const iso_stimulation *stimulus, void *out) {
  iso_combine launch = {.count = s->mesh->nowned, .nterms = nterms, .stimulus = stimulus, .out = out};
  memcpy(launch.coefficient, coefficient, (size_t)nterms * sizeof *coefficient);
  memcpy(launch.term, term, (size_t)nterms * sizeof *term);
  iso_launch_combine(s->device, &launch);
}

/* The reaction in a part of the step, times factor. watch: the launch that adds it ends the step. */
static iso_reaction reaction_in(iso_simulation *s, int part, double factor, bool watch) {
  return (iso_reaction){.factor = factor,
                        .iion = s->iion,
                        .stimulus = factor != 0 ? iso_stimuli_in(&s->stimuli, s->step, part) : NULL,
                        .watch = watch ? iso_watch_list_look(&s->watch, s->vm) : NULL};
}

/* start = vm + reaction, which diffusion begins with: boundary nodes first, so that they travel meanwhile. */
static void begin_diffusion(iso_simulation *s, const void *vm, iso_reaction reaction) {
  iso_react(s->device, s->mesh->ninner, s->mesh->nowned, vm, &reaction, s->start);
  iso_exchange_begin(&s->exchange, 1, &s->start);
  iso_react(s->device, 0, s->mesh->ninner, vm, &reaction, s->start);
}

static iso_status diffuse(iso_simulation *s, iso_reaction reaction, void *out, iso_error *err) {
  iso_phase before = iso_timer_enter(s->timer, ISO_PHASE_DIFFUSION);
  iso_status status = iso_stepper_step(s->diffusion, s->start, &reaction, out, err);
  iso_timer_enter(s->timer, before);
  return status;
}

/* Each leaves the new Vm in vm_before's buffer. */

static void diffuse_short(iso_simulation *s, void (*rows)(iso_stepper *, const iso_short_step *),
                          const iso_short_step *step) {
  iso_phase before = iso_timer_enter(s->timer, ISO_PHASE_DIFFUSION);
  rows(s->diffusion, step);
  iso_timer_enter(s->timer, before);
}

/* One exchange a step. Rows of inner nodes do not wait for it where their currents do not. */
static void short_step(iso_simulation *s, double dt) {
  const bool nodal = !s->fast.factors;
  const iso_short_step step = {
      .vm = s->vm, .middle = s->start, .reaction = reaction_in(s, 0, -dt, true), .out = s->vm_before};
  begin_cells(s, s->vm, s->vm_before, s->start);
  if (nodal) diffuse_short(s, iso_stepper_short_inner, &step);
  end_cells(s);
  if (!nodal) diffuse_short(s, iso_stepper_short_inner, &step);
  diffuse_short(s, iso_stepper_short_boundary, &step);
}

static iso_status staggered_step(iso_simulation *s, double dt, iso_error *err) {
  if (iso_stepper_is_short(s->diffusion)) {
    short_step(s, dt);
    return ISO_OK;
  }
  cell_currents(s, s->vm, s->vm_before);
  begin_diffusion(s, s->vm, reaction_in(s, 0, -0.5 * dt, false));
  return diffuse(s, reaction_in(s, 0, -0.5 * dt, true), s->vm_before, err);
}

static iso_status godunov_step(iso_simulation *s, double dt, iso_error *err) {
  cell_currents(s, s->vm, NULL);
  begin_diffusion(s, s->vm, reaction_in(s, 0, -dt, false));
  return diffuse(s, reaction_in(s, 0, 0, true), s->vm_before, err);
}

/* Staggered in each half step: gates live a quarter step ahead, and currents are taken at V extrapolated by a
 * quarter step of the last reaction, which leaves V before it in middle. Across diffusion, gates see the mean
 * of V. */
static iso_status strang_step(iso_simulation *s, double dt, iso_error *err) {
  cell_currents(s, s->vm, s->middle);
  begin_diffusion(s, s->vm, reaction_in(s, 0, -0.5 * dt, false));
  ISO_TRY(diffuse(s, reaction_in(s, 0, 0, false), s->vm_before, err));
  combine(s, 3, (double[]){1.5, -0.5, 0.5 * dt}, (const void *[]){s->start, s->vm_before, s->iion},
          iso_stimuli_in(&s->stimuli, s->step, 0), s->middle);
  combine(s, 2, (double[]){0.5, 0.5}, (const void *[]){s->start, s->vm_before}, NULL, s->start);
  cell_currents(s, s->start, s->middle);
  combine(s, 1, (double[]){1}, (const void *[]){s->vm_before}, NULL, s->middle);
  const iso_reaction last = reaction_in(s, 1, -0.5 * dt, true);
  iso_react(s->device, 0, s->mesh->nowned, s->vm_before, &last, s->vm_before);
  return ISO_OK;
}

/* ---- observers ---- */

static iso_status source_vm(void *self, double *vm, iso_error *err) {
  (void)err;
  iso_simulation_get_vm(self, vm);
  return ISO_OK;
}

static iso_status source_vm_at(void *self, int64_t n, const iso_lid *nodes, double *out, iso_error *err) {
  (void)err;
  iso_simulation *s = self;
  for (int64_t k = 0; k < n; k++) iso_device_download_real(s->device, s->vm, nodes[k], 1, &out[k]);
  return ISO_OK;
}

/* Samples of one observer in one step. */
static iso_status sampled_vm_at(void *self, int64_t n, const iso_lid *nodes, double *out, iso_error *err) {
  (void)nodes, (void)err;
  const double *samples = self; // none where the rank has no probe
  for (int64_t k = 0; k < n; k++) out[k] = samples[k];
  return ISO_OK;
}

static bool watches_every_step(const iso_observer *o) { return o->every_ms <= 0; }

/* Whether a step that ends at t passes a multiple of the observer's interval, or is the initial state. */
static bool is_due(const iso_simulation *s, const iso_observer *o, int64_t step) {
  double dt = s->options.step_ms, t = step * dt, rounding = 1e-6 * dt;
  if (t < o->start_ms - rounding || t > o->stop_ms + rounding) return false;
  if (watches_every_step(o) || step == 0) return true;
  return floor((t + rounding) / o->every_ms) > floor((t - dt + rounding) / o->every_ms);
}

static bool someone_is_due(const iso_simulation *s) {
  for (int k = 0; k < s->nobservers; k++)
    if (!watches_every_step(s->observers[k]) && is_due(s, s->observers[k], s->step)) return true;
  return false;
}

static iso_view view_of(const iso_simulation *s, int64_t step) {
  return (iso_view){
      .mesh = s->mesh, .step = step, .time_ms = step * s->options.step_ms, .step_ms = s->options.step_ms};
}

/* Shows the present state to those who watch every step, or to the others, as far as they are due. */
static iso_status show_now(iso_simulation *s, bool every_step, iso_error *err) {
  const iso_view_source source = {.self = s, .vm = source_vm, .vm_at = source_vm_at};
  iso_view view = view_of(s, s->step);
  view.source = &source;
  iso_status status = ISO_OK;
  for (int k = 0; status == ISO_OK && k < s->nobservers; k++) {
    const iso_observer *o = s->observers[k];
    if (watches_every_step(o) == every_step && is_due(s, o, s->step)) status = o->look(o->self, &view, err);
  }
  return status;
}

/* Shows the k-th of the steps just read. */
static iso_status show_read(iso_simulation *s, int64_t k, iso_error *err) {
  const iso_watch_list *w = &s->watch;
  iso_view view = view_of(s, s->shown + k + 1);
  view.events = w->events + w->first[k];
  view.nevents = w->first[k + 1] - w->first[k];
  iso_status status = ISO_OK;
  for (int i = 0; status == ISO_OK && i < s->nobservers; i++) {
    const iso_observer *o = s->observers[i];
    const iso_view_source source = {.self = w->samples + k * w->nnodes + s->first_sample[i],
                                    .vm_at = sampled_vm_at};
    view.source = &source;
    if (watches_every_step(o) && is_due(s, o, view.step)) status = o->look(o->self, &view, err);
  }
  return status;
}

static iso_status show_pending(iso_simulation *s, iso_error *err) {
  if (s->shown == s->step) return ISO_OK;
  iso_status status = iso_watch_list_read(&s->watch, s->shown, s->options.step_ms, err);
  status = iso_agree(s->mesh->comm, status, err);
  for (int64_t k = 0; status == ISO_OK && k < s->step - s->shown; k++) status = show_read(s, k, err);
  s->shown = s->step;
  return status;
}

iso_status iso_simulation_show(iso_simulation *s, iso_error *err) {
  iso_phase before = iso_timer_enter(s->timer, ISO_PHASE_OBSERVERS);
  iso_status status = show_pending(s, err);
  iso_timer_enter(s->timer, before);
  return status;
}

iso_status iso_simulation_start(iso_simulation *s, iso_error *err) {
  iso_phase before = iso_timer_enter(s->timer, ISO_PHASE_OBSERVERS);
  iso_status status = show_now(s, true, err);
  if (status == ISO_OK) status = show_now(s, false, err);
  iso_timer_enter(s->timer, before);
  return status;
}

static iso_status advance(iso_simulation *s, iso_error *err) {
  const double dt = s->options.step_ms;
  switch (s->options.numerics.splitting) {
  case ISO_SPLITTING_STAGGERED:
    ISO_TRY(staggered_step(s, dt, err));
    break;
  case ISO_SPLITTING_GODUNOV:
    ISO_TRY(godunov_step(s, dt, err));
    break;
  case ISO_SPLITTING_STRANG:
    ISO_TRY(strang_step(s, dt, err));
    break;
  }
  iso_phase before = iso_timer_enter(s->timer, ISO_PHASE_OBSERVERS);
  iso_watch_list_step(&s->watch, s->vm_before);
  iso_timer_enter(s->timer, before);
  return ISO_OK;
}

/* Whether steps are the same launches again and again, without anything for MPI or the host in between. */
static bool is_repeated(const iso_simulation *s) {
  return s->options.numerics.diffusion == ISO_DIFFUSION_EXPLICIT && !iso_exchange_is_needed(&s->exchange);
}

/* Vm changes places with its predecessor, so every other step has the same arguments; those with a stimulus
 * are a kind of their own. A device that replays counts a whole step as cells. */
static iso_status advance_as_before(iso_simulation *s, iso_error *err) {
  const int sequence = (int)(s->step % 2) + (iso_stimuli_are_on(&s->stimuli, s->step) ? 2 : 0);
  iso_phase before = iso_timer_enter(s->timer, ISO_PHASE_CELLS);
  iso_status status = ISO_OK;
  if (!iso_device_replay(s->device, sequence)) {
    iso_device_record(s->device, sequence);
    status = advance(s, err);
    iso_device_recorded(s->device, sequence);
  }
  iso_timer_enter(s->timer, before);
  return status;
}

/* Vm changes places with its predecessor. */
static void turn(iso_simulation *s) {
  void *now = s->vm_before;
  s->vm_before = s->vm;
  s->vm = now;
}

iso_status iso_simulation_step(iso_simulation *s, iso_error *err) {
  const int parts = s->options.numerics.splitting == ISO_SPLITTING_STRANG ? 2 : 1;
  iso_stimuli_prepare(&s->stimuli, s->shown, s->options.step_ms, parts);
  ISO_TRY(is_repeated(s) ? advance_as_before(s, err) : advance(s, err));
  turn(s);
  s->step++;
  iso_phase before = iso_timer_enter(s->timer, ISO_PHASE_OBSERVERS);
  const bool due = someone_is_due(s);
  iso_status status = ISO_OK;
  if (due || s->step - s->shown == ISO_WATCH_STEPS) status = show_pending(s, err);
  if (status == ISO_OK && due) status = show_now(s, false, err);
  iso_timer_enter(s->timer, before);
  return status;
}

/* ---- state ---- */

iso_status iso_simulation_check(iso_simulation *s, iso_error *err) {
  ISO_TRY(iso_simulation_show(s, err));
  const char *failure = iso_device_failure(s->device);
  ISO_TRY(iso_agree(s->mesh->comm, failure ? iso_fail(err, ISO_EFAIL, "%s", failure) : ISO_OK, err));
  const double most_mV = 1000; /* membranes break down before */
  int broken = !(iso_device_max(s->device, s->mesh->nowned, s->vm) < most_mV); /* NaN, too */
  MPI_Allreduce(MPI_IN_PLACE, &broken, 1, MPI_INT, MPI_MAX, s->mesh->comm);
  if (!broken) return ISO_OK;
  return iso_fail(
      err, ISO_EFAIL,
      "Vm is above %g mV or not a number at %.6g ms: the ionic model or a stimulus overflowed; reduce "
      "time.step_ms or the amplitude of the stimuli",
      most_mV, iso_simulation_time(s));
}

/* Fields of a state; without Strang's splitting there is no middle. */
static const iso_archive_array field_text[] = {
    {.name = "vm", .unit = "mV", .meaning = "transmembrane potential"},
    {.name = "vm_before", .unit = "mV", .meaning = "transmembrane potential a step earlier"},
    {.name = "vm_middle", .unit = "mV", .meaning = "transmembrane potential before the last reaction"}};

static iso_status save_state(iso_simulation *s, iso_archive *archive, iso_error *err) {
  const void *const field[] = {s->vm, s->vm_before, s->middle};
  ISO_TRY(iso_archive_put_count(archive, "step", "1", "steps done", s->step, err));
  ISO_TRY(iso_archive_put_number(archive, "time", "ms", "time", iso_simulation_time(s), err));
  for (int k = 0; k < 3; k++)
    if (field[k]) ISO_TRY(iso_archive_put_field(archive, s->device, &field_text[k], field[k], err));
  ISO_TRY(iso_tissue_cells_save(&s->cells, archive, err));
  return iso_watch_list_save(&s->watch, archive, err);
}

iso_status iso_simulation_save(iso_simulation *s, iso_archive *archive, iso_error *err) {
  ISO_TRY(iso_simulation_show(s, err));
  ISO_TRY(iso_agree(s->mesh->comm, save_state(s, archive, err), err));
  for (int k = 0; k < s->nobservers; k++)
    if (s->observers[k]->save) ISO_TRY(s->observers[k]->save(s->observers[k]->self, archive, err));
  return ISO_OK;
}

static iso_status restore_state(iso_simulation *s, const iso_archive *archive, iso_error *err) {
  int64_t step;
  ISO_TRY(iso_archive_get_count(archive, "step", &step, err));
  if ((s->step - step) % 2 != 0) turn(s); /* recorded steps have Vm in a buffer of each parity */
  s->step = step;
  void *const field[] = {s->vm, s->vm_before, s->middle};
  for (int k = 0; k < 3; k++)
    if (field[k]) ISO_TRY(iso_archive_get_field(archive, s->device, field_text[k].name, field[k], err));
  ISO_TRY(iso_tissue_cells_restore(&s->cells, archive, err));
  s->shown = s->step;
  return iso_watch_list_restore(&s->watch, archive, err);
}

iso_status iso_simulation_restore(iso_simulation *s, const iso_archive *archive, iso_error *err) {
  ISO_TRY(iso_agree(s->mesh->comm, restore_state(s, archive, err), err));
  for (int k = 0; k < s->nobservers; k++)
    if (s->observers[k]->restore) ISO_TRY(s->observers[k]->restore(s->observers[k]->self, archive, err));
  return ISO_OK;
}

int64_t iso_simulation_steps(const iso_simulation *s) { return s->step; }
double iso_simulation_time(const iso_simulation *s) { return s->step * s->options.step_ms; }

iso_simulation_info iso_simulation_describe(const iso_simulation *s) {
  iso_stepper_info info = iso_stepper_describe(s->diffusion);
  return (iso_simulation_info){
      .stages = info.stages, .eigenvalue = s->eigenvalue, .iterations = info.iterations};
}

bool iso_simulation_tables_vary(const iso_simulation *s, int region) {
  return s->cells.regions[region].varying.tables_vary;
}

double iso_simulation_last_stimulus(const iso_simulation *s) {
  double last = 0;
  for (int32_t k = 0; k < s->stimuli.nstimuli; k++) {
    double end = iso_pulses_end(&s->stimuli.pulses[k]);
    if (end > last) last = end;
  }
  return last;
}

void iso_simulation_get_vm(iso_simulation *s, double *vm) {
  iso_device_download_real(s->device, s->vm, 0, s->mesh->nowned, vm);
}

void iso_simulation_set_vm(iso_simulation *s, const double *vm) {
  iso_device_upload_real(s->device, s->vm, 0, s->mesh->nowned, vm);
  iso_device_upload_real(s->device, s->vm_before, 0, s->mesh->nowned, vm);
  if (s->middle) iso_device_upload_real(s->device, s->middle, 0, s->mesh->nowned, vm);
}

void iso_simulation_get_state(iso_simulation *s, int k, double *values) {
  for (int g = 0; g < s->cells.ngroups; g++) {
    const iso_cell_group *group = &s->cells.groups[g];
    if (k < s->options.tissue->regions[group->region].model->nstates)
      iso_device_download_real(s->device, group->state, k * group->ld, group->count, values + group->first);
    else
      for (iso_lid i = 0; i < group->count; i++) values[group->first + i] = NAN;
  }
}

void iso_simulation_set_state(iso_simulation *s, int k, const double *values) {
  for (int g = 0; g < s->cells.ngroups; g++) {
    const iso_cell_group *group = &s->cells.groups[g];
    if (k < s->options.tissue->regions[group->region].model->nstates)
      iso_device_upload_real(s->device, group->state, k * group->ld, group->count, values + group->first);
  }
}
