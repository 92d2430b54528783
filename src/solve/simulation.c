#include "solve/simulation.h"

#include "base/memory.h"
#include "solve/cell_report.h"
#include "solve/loop.h"
#include "solve/plausible.h"

#include <math.h>
#include <stdlib.h>

struct iso_simulation {
  iso_body *body;
  double step_ms;
  iso_timer own_timer, *timer;
  iso_tissue_cells cells;
  iso_state state;
  iso_watch_list watch;
  iso_stimuli stimuli;
  iso_guests guests;
  iso_scheme scheme;
  iso_mover_drive drive;
  iso_loop loop;
};

/* ---- life ---- */

static iso_status find_body(iso_simulation *s, const iso_simulation_options *o, iso_error *err) {
  const iso_body_options made_from = {.mesh = o->mesh,
                                      .device = o->device,
                                      .tissue = o->tissue,
                                      .numerics = o->numerics,
                                      .step_ms = o->step_ms};
  if (!o->body) return iso_body_new(&s->body, &made_from, err);
  if (!iso_body_serves(o->body, &made_from))
    return iso_fail(err, ISO_EFAIL, "the operator is of another mesh, device, tissue or numerics");
  s->body = iso_body_keep(o->body);
  return ISO_OK;
}

/* Not collective. */
static iso_status make_state(iso_simulation *s, const iso_simulation_options *o, iso_error *err) {
  const iso_watch_options watch = {
      .activation_mV = o->activation_mV, .repolarisation = o->repolarisation, .recovery_mV = o->recovery_mV};
  ISO_TRY(iso_state_new(&s->state, o->mesh, &s->cells, iso_scheme_needs(&o->numerics), err));
  ISO_TRY(iso_watch_list_new(&s->watch, &s->state, &watch, s->timer, err));
  ISO_TRY(iso_mover_drive_new(&s->drive, o->mover, &s->watch, o->mesh->nowned, err));
  iso_stimuli_new(&s->stimuli, o->device, o->mesh->nowned, s->watch.launch.pending);
  iso_guests_new(&s->guests, &s->state, &s->watch, &s->stimuli, o->step_ms, o->read_steps, s->timer);
  return ISO_OK;
}

static iso_status make_parts(iso_simulation *s, const iso_simulation_options *o, iso_error *err) {
  ISO_TRY(find_body(s, o, err));
  const iso_cell_steps steps = {.length_ms = iso_scheme_cell_step(&o->numerics, o->step_ms),
                                .exact = o->numerics.rates == ISO_RATES_EXACT};
  ISO_TRY(iso_tissue_cells_new(&s->cells, o->device, o->mesh, o->tissue, steps, err));
  ISO_TRY(iso_agree(o->mesh->comm, make_state(s, o, err), err));
  const iso_scheme_options scheme = {.body = s->body,
                                     .cells = &s->cells,
                                     .stimuli = &s->stimuli,
                                     .watch = &s->watch,
                                     .numerics = &o->numerics,
                                     .step_ms = o->step_ms,
                                     .timer = s->timer};
  ISO_TRY(iso_scheme_new(&s->scheme, &scheme, err));
  s->state.held = s->scheme.currents.fast.field;
  s->state.nheld = s->state.is_adaptive && !iso_currents_are_nodal(&s->scheme.currents) ? ISO_MAX_FAST : 0;
  s->loop = (iso_loop){.scheme = &s->scheme,
                       .state = &s->state,
                       .stimuli = &s->stimuli,
                       .watch = &s->watch,
                       .guests = &s->guests,
                       .timer = s->timer,
                       .drive = &s->drive};
  return iso_agree(o->mesh->comm, iso_loop_new(&s->loop, err), err);
}

iso_status iso_simulation_new(iso_simulation **out, const iso_simulation_options *options, iso_error *err) {
  iso_simulation *s = NULL;
  *out = NULL;
  iso_status status = iso_alloc(&s, 1, sizeof *s, "the simulation", err);
  status = iso_agree(options->mesh->comm, status, err);
  if (status != ISO_OK) {
    free(s);
    return status;
  }
  s->step_ms = options->step_ms;
  s->timer = options->timer ? options->timer : &s->own_timer;
  iso_phase before = iso_timer_enter(s->timer, ISO_PHASE_ASSEMBLE);
  status = make_parts(s, options, err);
  iso_timer_enter(s->timer, before);
  if (status == ISO_OK)
    *out = s;
  else
    iso_simulation_free(s);
  return status;
}

void iso_simulation_free(iso_simulation *s) {
  if (!s) return;
  iso_loop_free(&s->loop);
  iso_scheme_free(&s->scheme);
  iso_mover_drive_free(&s->drive);
  iso_guests_free(&s->guests);
  iso_stimuli_free(&s->stimuli);
  iso_watch_list_free(&s->watch);
  iso_state_free(&s->state);
  iso_tissue_cells_free(&s->cells);
  iso_body_drop(s->body);
  free(s);
}

iso_body *iso_simulation_body(const iso_simulation *s) { return s->body; }

iso_status iso_simulation_stimulate(iso_simulation *s, const iso_pulses *pulses, int64_t count,
                                    const iso_lid *node, iso_error *err) {
  iso_loop_finish(&s->loop);
  iso_loop_forget(&s->loop);
  return iso_stimuli_add(&s->stimuli, pulses, count, node, err);
}

iso_status iso_simulation_invite(iso_simulation *s, const iso_guest *guest, iso_error *err) {
  iso_loop_finish(&s->loop);
  iso_loop_forget(&s->loop);
  return iso_guests_add(&s->guests, guest, err);
}

iso_status iso_simulation_pulse(iso_simulation *s, const iso_guest *guest, const iso_pulses *pulses,
                                iso_error *err) {
  ISO_TRY(iso_simulation_show(s, err));
  return iso_guests_pulse(&s->guests, guest, pulses, err);
}

const char *iso_simulation_end(const iso_simulation *s) { return iso_guests_end(&s->guests); }

/* ---- steps ---- */

iso_status iso_simulation_start(iso_simulation *s, iso_error *err) {
  return iso_guests_start(&s->guests, err);
}

iso_status iso_simulation_step(iso_simulation *s, iso_error *err) { return iso_loop_step(&s->loop, err); }

void iso_simulation_finish(iso_simulation *s) { iso_loop_finish(&s->loop); }

iso_status iso_simulation_show(iso_simulation *s, iso_error *err) {
  iso_loop_finish(&s->loop);
  return iso_guests_show(&s->guests, err);
}

iso_status iso_simulation_check(iso_simulation *s, iso_error *err) {
  ISO_TRY(iso_simulation_show(s, err));
  const char *failure = iso_device_failure(s->body->device);
  ISO_TRY(iso_agree(s->body->mesh->comm, failure ? iso_fail(err, ISO_EFAIL, "%s", failure) : ISO_OK, err));
  iso_gid node = -1; /* none: memory was short */
  const iso_status status = iso_plausible(&s->state.now, &s->scheme.work, iso_simulation_time(s), &node, err);
  if (status == ISO_EFAIL) iso_cell_report(&s->state, &s->cells, s->body->mesh, node, err);
  return status;
}

int64_t iso_simulation_steps(const iso_simulation *s) { return s->state.step; }
double iso_simulation_time(const iso_simulation *s) { return (double)s->state.step * s->step_ms; }

iso_simulation_info iso_simulation_describe(const iso_simulation *s) {
  const iso_stepper_info info = iso_scheme_describe(&s->scheme);
  return (iso_simulation_info){
      .stages = info.stages, .eigenvalue = s->body->eigenvalue, .iterations = info.iterations};
}

void iso_simulation_shares(const iso_simulation *s, double share[ISO_LEVELS]) {
  for (int l = 0; l < ISO_LEVELS; l++) share[l] = l == 0;
  if (s->scheme.adaptive) iso_adaptive_shares(s->scheme.adaptive, share);
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

/* ---- state ---- */

void iso_simulation_get_vm(iso_simulation *s, double *vm) {
  iso_loop_finish(&s->loop);
  iso_state_get_vm(&s->state, vm);
}
void iso_simulation_get_vm_at(iso_simulation *s, int64_t n, const iso_lid *nodes, double *vm) {
  iso_loop_finish(&s->loop);
  const void *all = iso_state_vm(&s->state); /* iso_state_get_vm_at would round once less */
  for (int64_t k = 0; k < n; k++) iso_device_download_real(s->body->device, all, nodes[k], 1, &vm[k]);
}
void iso_simulation_set_vm(iso_simulation *s, const double *vm) {
  iso_loop_finish(&s->loop);
  iso_state_set_vm(&s->state, vm);
}
void iso_simulation_get_state(iso_simulation *s, int k, double *values) {
  iso_loop_finish(&s->loop);
  iso_state_get(&s->state, k, values);
}
void iso_simulation_set_state(iso_simulation *s, int k, const double *values) {
  iso_loop_finish(&s->loop);
  iso_state_set(&s->state, k, values);
}

iso_status iso_simulation_save(iso_simulation *s, iso_archive *archive, iso_error *err) {
  ISO_TRY(iso_simulation_show(s, err));
  iso_status status = iso_archive_put_number(archive, "time", "ms", "time", iso_simulation_time(s), err);
  if (status == ISO_OK) status = iso_state_save(&s->state, archive, err);
  if (status == ISO_OK && s->drive.mover) status = s->drive.mover->save(s->drive.mover->self, archive, err);
  if (status == ISO_OK && s->state.is_adaptive) status = iso_watch_list_save(&s->watch, archive, err);
  ISO_TRY(iso_agree(s->body->mesh->comm, status, err));
  return iso_guests_save(&s->guests, archive, err);
}

iso_status iso_simulation_restore(iso_simulation *s, const iso_archive *archive, iso_error *err) {
  iso_loop_finish(&s->loop);
  ISO_TRY(iso_agree(s->body->mesh->comm, iso_state_restore(&s->state, archive, err), err));
  if (s->drive.mover)
    ISO_TRY(s->drive.mover->restore(s->drive.mover->self, iso_simulation_time(s), archive, err));
  iso_guests_moved(&s->guests);
  iso_status status = s->state.is_adaptive ? iso_watch_list_restore(&s->watch, archive, err) : ISO_OK;
  ISO_TRY(iso_agree(s->body->mesh->comm, status, err));
  return iso_guests_restore(&s->guests, archive, err);
}
