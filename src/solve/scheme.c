#include "solve/scheme.h"

#include <stdlib.h>
#include <string.h>

/* ---- what steps are made of ---- */

/* V(n+1/2) = 3/2 V(n) - 1/2 V(n-1), or whatever stands half a step beyond now, seen from before. */
static iso_mean extrapolated(const iso_field *now, const iso_field *before) {
  return (iso_mean){{1.5, -0.5}, {now->real, before->real}};
}

static iso_mean as_it_is(const iso_field *v) { return (iso_mean){{1, 0}, {v->real, NULL}}; }

/* I at v; gates go on by a step. */
static void find_currents(iso_scheme *s, iso_state *x, iso_mean v) {
  iso_currents_begin(&s->currents, v, x->rows, NULL);
  iso_currents_end(&s->currents);
}

/* factor I in a part of the step, to be added by a launch. */
static iso_reaction reaction(const iso_scheme *s, const iso_state *x, int part, double factor) {
  return (iso_reaction){.factor = factor,
                        .iion = s->currents.iion,
                        .stimulus = factor != 0 ? iso_stimuli_in(s->stimuli, x->step, part) : NULL};
}

/* The same, by the launch that ends the step, where events are looked for. */
static iso_reaction last_reaction(iso_scheme *s, const iso_state *x, int part, double factor) {
  iso_reaction last = reaction(s, x, part, factor);
  last.watch = iso_watch_list_look(s->watch, x->now.real);
  return last;
}

typedef struct reacting {
  const iso_field *v;
  const iso_reaction *reaction;
  iso_field *out;
} reacting;

static void react(void *self, bool boundary) {
  const reacting *r = self;
  iso_react(r->v, r->reaction, boundary ? ISO_BOUNDARY_ROWS : ISO_INNER_ROWS, r->out);
}

/* out = D(dt) (v + first) + last. */
static iso_status diffuse(iso_scheme *s, const iso_field *v, iso_reaction first, iso_reaction last,
                          iso_field *out, iso_error *err) {
  iso_field *sent = &s->work;
  iso_produce(&s->exchange, 1, &sent, react, &(reacting){v, &first, &s->work});
  return iso_stepper_step(s->diffusion, &s->work, &last, out, err);
}

/* out = the sum of c_t v_t, the last of which the stimulus is taken off. */
static void combine(iso_scheme *s, int nterms, const double *c, const void *const *v,
                    const iso_stimulation *stimulus, iso_field *out) {
  iso_combine launch = {.count = s->mesh->nowned,
                        .nterms = nterms,
                        .stimulus = stimulus,
                        .out = iso_field_write(out, ISO_ALL_ROWS)};
  memcpy(launch.coefficient, c, (size_t)nterms * sizeof *c);
  memcpy(launch.term, v, (size_t)nterms * sizeof *v);
  iso_launch_combine(s->device, &launch);
}

/* ---- the schemes ---- */

/* V(n+1) = V(n) + dt (L V(n+1/2) - I(V(n+1/2))): one product and one exchange a step. Rows of inner nodes do
 * not wait for it where their currents do not. */
static iso_status short_step(iso_scheme *s, iso_state *x, iso_mean half) {
  const bool nodal = iso_currents_are_nodal(&s->currents);
  const iso_short_step step = {
      .vm = &x->now, .middle = &s->work, .reaction = last_reaction(s, x, 0, -s->dt), .out = &x->before};
  iso_currents_begin(&s->currents, half, x->rows, &s->work);
  if (nodal) iso_stepper_short_inner(s->diffusion, &step);
  iso_currents_end(&s->currents);
  if (!nodal) iso_stepper_short_inner(s->diffusion, &step);
  iso_stepper_short_boundary(s->diffusion, &step);
  return ISO_OK;
}

/* V(n+1) = D(dt) (V(n) - dt/2 I) - dt/2 I with gates at n + 1/2 and I at V(n+1/2) = 3/2 V(n) - 1/2 V(n-1). */
static iso_status staggered(iso_scheme *s, iso_state *x, iso_error *err) {
  const iso_mean half = extrapolated(&x->now, &x->before);
  if (iso_stepper_is_short(s->diffusion)) return short_step(s, x, half);
  find_currents(s, x, half);
  return diffuse(s, &x->now, reaction(s, x, 0, -0.5 * s->dt), last_reaction(s, x, 0, -0.5 * s->dt),
                 &x->before, err);
}

/* V(n+1) = D(dt) (V(n) - dt I) with I at V(n). */
static iso_status godunov(iso_scheme *s, iso_state *x, iso_error *err) {
  find_currents(s, x, as_it_is(&x->now));
  return diffuse(s, &x->now, reaction(s, x, 0, -s->dt), last_reaction(s, x, 0, 0), &x->before, err);
}

/* V' = V(n) - dt/2 I, V'' = D(dt) V', V(n+1) = V'' - dt/2 J, each half step staggered in itself: gates live a
 * quarter step ahead, and currents are taken a quarter step of the last reaction on, I at 3/2 V(n) - 1/2 U
 * with U the V before that reaction, and J at V'' - dt/4 I, while the gates see the mean of V' and V''. */
static iso_status strang(iso_scheme *s, iso_state *x, iso_error *err) {
  const double half = 0.5 * s->dt;
  iso_field *reacted = &s->work, *diffused = &x->before; /* V' and V'' */
  find_currents(s, x, extrapolated(&x->now, &x->unreacted));
  ISO_TRY(diffuse(s, &x->now, reaction(s, x, 0, -half), reaction(s, x, 0, 0), diffused, err));
  /* The U with which 3/2 (V' + V'')/2 - 1/2 U is V'' - dt/4 I */
  combine(s, 3, (double[]){1.5, -0.5, half},
          (const void *[]){reacted->real, diffused->real, s->currents.iion},
          iso_stimuli_in(s->stimuli, x->step, 0), &x->unreacted);
  combine(s, 2, (double[]){0.5, 0.5}, (const void *[]){reacted->real, diffused->real}, NULL, &s->work);
  find_currents(s, x, extrapolated(&s->work, &x->unreacted));
  combine(s, 1, (double[]){1}, (const void *[]){diffused->real}, NULL, &x->unreacted);
  const iso_reaction last = last_reaction(s, x, 1, -half);
  iso_react(diffused, &last, ISO_ALL_ROWS, &x->before);
  return ISO_OK;
}

/* The staggered scheme, with as many base steps at a time as each patch takes. */
static iso_status at_own_pace(iso_scheme *s, iso_state *x, iso_error *err) {
  return iso_adaptive_step(s->adaptive, x, err);
}

/* ---- life ---- */

double iso_scheme_cell_step(const iso_numerics *numerics, double step_ms) {
  return numerics->splitting == ISO_SPLITTING_STRANG ? 0.5 * step_ms : step_ms;
}

iso_state_needs iso_scheme_needs(const iso_numerics *numerics) {
  return (iso_state_needs){.unreacted = numerics->splitting == ISO_SPLITTING_STRANG,
                           .adaptive = numerics->pace == ISO_PACE_ADAPTIVE};
}

/* Not collective. */
static iso_status allocate(iso_scheme *s, const iso_scheme_options *o, iso_error *err) {
  ISO_TRY(iso_exchange_new(&s->exchange, s->device, s->mesh, ISO_MAX_FIELDS, 0, o->timer, err));
  ISO_TRY(iso_currents_new(&s->currents, s->mesh, o->cells, &o->body->fast, o->numerics, &s->exchange,
                           o->timer, err));
  return iso_field_new(&s->work, s->device, s->mesh, "Vm", "mV", err);
}

static iso_status make_adaptive(iso_scheme *s, const iso_scheme_options *o, iso_error *err) {
  const iso_adaptive_options adaptive = {.body = o->body,
                                         .cells = o->cells,
                                         .stimuli = o->stimuli,
                                         .watch = o->watch,
                                         .numerics = o->numerics,
                                         .currents = &s->currents,
                                         .exchange = &s->exchange,
                                         .work = &s->work,
                                         .step_ms = o->step_ms,
                                         .timer = o->timer};
  s->step = at_own_pace;
  return iso_adaptive_new(&s->adaptive, &adaptive, err);
}

iso_status iso_scheme_new(iso_scheme *out, const iso_scheme_options *o, iso_error *err) {
  static iso_status (*const step[])(iso_scheme *, iso_state *,
                                    iso_error *) = {[ISO_SPLITTING_STAGGERED] = staggered,
                                                    [ISO_SPLITTING_GODUNOV] = godunov,
                                                    [ISO_SPLITTING_STRANG] = strang};
  const iso_body *body = o->body;
  *out = (iso_scheme){.step = step[o->numerics->splitting],
                      .dt = o->step_ms,
                      .parts = o->numerics->splitting == ISO_SPLITTING_STRANG ? 2 : 1,
                      .device = body->device,
                      .mesh = body->mesh,
                      .stimuli = o->stimuli,
                      .watch = o->watch};
  ISO_TRY(iso_agree(body->mesh->comm, allocate(out, o, err), err));
  if (o->numerics->pace == ISO_PACE_ADAPTIVE) return make_adaptive(out, o, err);
  const iso_stepper_options stepper = {.device = body->device,
                                       .mesh = body->mesh,
                                       .rows = &body->rows,
                                       .eigenvalue = body->eigenvalue,
                                       .eigenvalue_node = body->eigenvalue_node,
                                       .numerics = o->numerics,
                                       .step_ms = o->step_ms,
                                       .exchange = &out->exchange,
                                       .timer = o->timer};
  return iso_stepper_new(&out->diffusion, &stepper, err);
}

void iso_scheme_free(iso_scheme *s) {
  if (!s->device) return;
  iso_stepper_free(s->diffusion);
  iso_adaptive_free(s->adaptive);
  iso_currents_free(&s->currents);
  iso_exchange_free(&s->exchange);
  iso_field_free(&s->work);
  memset(s, 0, sizeof *s);
}

iso_stepper_info iso_scheme_describe(const iso_scheme *s) {
  return s->adaptive ? (iso_stepper_info){.stages = iso_adaptive_stages(s->adaptive)}
                     : iso_stepper_describe(s->diffusion);
}

bool iso_scheme_is_repeated(const iso_scheme *s) {
  if (iso_exchange_is_needed(&s->exchange)) return false;
  return s->adaptive ? iso_adaptive_is_launched(s->adaptive) : iso_stepper_describe(s->diffusion).stages > 0;
}

bool iso_scheme_is_cut(const iso_scheme *s) {
  return iso_exchange_is_needed(&s->exchange) && s->adaptive && iso_adaptive_is_launched(s->adaptive);
}

int iso_scheme_pieces(const iso_scheme *s, iso_state *x) { return iso_adaptive_pieces(s->adaptive, x); }

void iso_scheme_launch(iso_scheme *s, iso_state *x, int piece) { iso_adaptive_launch(s->adaptive, x, piece); }

void iso_scheme_exchange(iso_scheme *s, iso_state *x, int piece) {
  iso_adaptive_exchange(s->adaptive, x, piece);
}

int iso_scheme_cycle(const iso_scheme *s) { return s->adaptive ? ISO_COARSEST : 1; }

iso_status iso_scheme_ready(iso_scheme *s, iso_state *x, iso_error *err) {
  return s->adaptive ? iso_adaptive_ready(s->adaptive, x, err) : ISO_OK;
}
