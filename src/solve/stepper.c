#include "solve/stepper.h"

#include "base/memory.h"
#include "linear/device_memory.h"
#include "solve/rkl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Why the explicit scheme has stages of its own and no reduction: a step of the cells is shorter than what is
 * stable for the smallest elements of a heart by a factor of a few, and s stages go s^2 / 4 times as far as s
 * steps of Euler's; a solve would wait for all ranks in every iteration. The stages are products with the
 * same rows, so each sends its boundary while its inner rows are made, and the last one adds the reaction and
 * looks for upstrokes in the same launch, because a launch more would read all of Vm again. */
struct iso_stepper {
  iso_device *device;
  iso_exchange *exchange;
  iso_timer *timer;
  const iso_mesh *mesh;
  const iso_diffusion_rows *rows;
  iso_lid nowned;
  double step;
  /* explicit */
  int stages;
  bool is_short; /* one product a step is enough */
  iso_field stage[2];
  void *slope; /* [nowned] L y0 */
  /* implicit */
  bool implicit;
  iso_numerics numerics;
  iso_field rhs;
  iso_solver solver; /* that of rows, with tolerance, exchange and count of its own */
};

/* ---- set-up ---- */

static iso_status set_up_explicit(iso_stepper *d, const iso_stepper_options *o, iso_error *err) {
  ISO_TRY(iso_rkl_check(d->step, o->eigenvalue, o->eigenvalue_node, err));
  d->stages = iso_rkl_stages(d->step, o->eigenvalue);
  d->is_short = d->numerics.splitting == ISO_SPLITTING_STAGGERED && iso_rkl_is_short(d->step, o->eigenvalue);
  const size_t bytes = (size_t)d->nowned * d->device->real_bytes;
  d->slope = iso_device_alloc(d->device, bytes);
  if (!d->slope) return iso_fail_device(err, d->device, bytes, "the stages of diffusion");
  for (int k = 0; k < (d->stages > 2 ? 2 : 1); k++)
    ISO_TRY(iso_field_new(&d->stage[k], d->device, d->mesh, "the stages of diffusion", "mV", err));
  return ISO_OK;
}

static iso_status set_up_implicit(iso_stepper *d, iso_error *err) {
  d->implicit = true;
  d->solver = d->rows->solver;
  d->solver.options = (iso_solver_options){d->numerics.cg_tolerance, d->numerics.cg_iterations};
  d->solver.exchange = d->exchange;
  return iso_field_new(&d->rhs, d->device, d->mesh, "diffusion", "uF mV", err);
}

iso_status iso_stepper_new(iso_stepper **out, const iso_stepper_options *o, iso_error *err) {
  iso_stepper *d = NULL;
  iso_status status = iso_alloc(&d, 1, sizeof *d, "diffusion", err);
  if (status == ISO_OK) {
    *d = (iso_stepper){.device = o->device,
                       .exchange = o->exchange,
                       .timer = o->timer,
                       .mesh = o->mesh,
                       .rows = o->rows,
                       .nowned = o->mesh->nowned,
                       .step = o->step_ms,
                       .numerics = *o->numerics};
    status = d->numerics.diffusion == ISO_DIFFUSION_EXPLICIT ? set_up_explicit(d, o, err)
                                                             : set_up_implicit(d, err);
  }
  status = iso_agree(o->mesh->comm, status, err);
  if (status == ISO_OK)
    *out = d;
  else
    iso_stepper_free(d);
  return status;
}

void iso_stepper_free(iso_stepper *d) {
  if (!d) return;
  iso_field_free(&d->rhs);
  iso_field_free(&d->stage[0]);
  iso_field_free(&d->stage[1]);
  iso_device_release(d->device, d->slope);
  free(d);
}

iso_stepper_info iso_stepper_describe(const iso_stepper *d) {
  return (iso_stepper_info){.stages = d->implicit   ? 0
                                      : d->is_short ? 1
                                                    : d->stages,
                            .iterations = d->solver.iterations};
}

/* ---- explicit ---- */

/* The first stage, whose L Y_0 is kept. */
static void first_stage(iso_stepper *d, iso_field *v, iso_field *out) {
  iso_sparse_apply_sent(&d->rows->laplacian, d->exchange, v, out,
                        (iso_product){.apply = iso_rkl_stage_of(d->stages, 1).apply * d->step,
                                      .nterms = 1,
                                      .coefficient = {1},
                                      .term = {v->real},
                                      .store = d->slope});
}

static iso_product stage(const iso_stepper *d, int j, const void *newest, const void *older, const void *v) {
  const iso_rkl_stage s = iso_rkl_stage_of(d->stages, j);
  return (iso_product){.apply = s.apply * d->step,
                       .nterms = 4,
                       .coefficient = {s.newest, s.older, s.start, s.slope * d->step},
                       .term = {newest, older, v, d->slope}};
}

static void explicit_step(iso_stepper *d, iso_field *v, const iso_reaction *reaction, iso_field *out) {
  const int s = d->stages;
  iso_field *newest = &d->stage[0], *older = v;
  first_stage(d, v, newest);
  for (int j = 2; j <= s; j++) {
    const bool last = j == s;
    iso_field *next = last ? out : j == 2 ? &d->stage[1] : older;
    iso_product product = stage(d, j, newest->real, older->real, v->real);
    if (last) {
      product.coefficient[product.nterms] = reaction->factor;
      product.term[product.nterms++] = reaction->iion;
      product.stimulus = reaction->stimulus;
      product.watch = reaction->watch;
    }
    iso_sparse_apply_next(&d->rows->laplacian, d->exchange, newest, next, product);
    older = newest;
    newest = next;
  }
}

bool iso_stepper_is_short(const iso_stepper *d) { return d->is_short; }

static iso_product short_product(const iso_stepper *d, const iso_short_step *s) {
  return (iso_product){.apply = d->step,
                       .nterms = 2,
                       .coefficient = {1, s->reaction.factor},
                       .term = {s->vm->real, s->reaction.iion},
                       .stimulus = s->reaction.stimulus,
                       .watch = s->reaction.watch};
}

void iso_stepper_short_inner(iso_stepper *d, const iso_short_step *step) {
  iso_phase before = iso_timer_enter(d->timer, ISO_PHASE_DIFFUSION);
  iso_sparse_inner(&d->rows->laplacian, step->middle, step->out, short_product(d, step));
  iso_timer_enter(d->timer, before);
}

void iso_stepper_short_boundary(iso_stepper *d, const iso_short_step *step) {
  iso_phase before = iso_timer_enter(d->timer, ISO_PHASE_DIFFUSION);
  iso_sparse_boundary(&d->rows->laplacian, step->middle, step->out, short_product(d, step));
  iso_timer_enter(d->timer, before);
}

/* ---- implicit ---- */

void iso_react(const iso_field *v, const iso_reaction *reaction, int part, iso_field *out) {
  const iso_mesh *mesh = out->mesh;
  const iso_lid first = part == ISO_BOUNDARY_ROWS ? mesh->ninner : 0,
                end = part == ISO_INNER_ROWS ? mesh->ninner : mesh->nowned;
  iso_launch_combine(out->device, &(iso_combine){.first = first,
                                                 .count = end - first,
                                                 .nterms = 2,
                                                 .coefficient = {1, reaction->factor},
                                                 .term = {v->real, reaction->iion},
                                                 .stimulus = reaction->stimulus,
                                                 .watch = reaction->watch,
                                                 .out = iso_field_write(out, part)});
}

/* A residual that is not a number is no fault of the solver: so is Vm, and whoever looks at that says why. */
static iso_status implicit_step(iso_stepper *d, iso_field *v, const iso_reaction *reaction, iso_field *out,
                                iso_error *err) {
  iso_sparse_apply_sent(&d->rows->right, d->exchange, v, &d->rhs, (iso_product){.apply = 1});
  iso_field_combine(out, 1, v, 0, v);
  if (!iso_solver_solve(&d->solver, &d->rhs, out) && !isnan(d->solver.residual))
    return iso_fail(err, ISO_EFAIL,
                    "conjugate gradients did not reach a residual of %g in %d iterations (got %.2g); reduce "
                    "time.step_ms, or raise numerics.cg_iterations or numerics.cg_tolerance",
                    d->numerics.cg_tolerance, d->numerics.cg_iterations, d->solver.residual);
  iso_react(out, reaction, ISO_ALL_ROWS, out);
  return ISO_OK;
}

iso_status iso_stepper_step(iso_stepper *d, iso_field *v, const iso_reaction *reaction, iso_field *out,
                            iso_error *err) {
  iso_phase before = iso_timer_enter(d->timer, ISO_PHASE_DIFFUSION);
  iso_status status = ISO_OK;
  if (d->implicit)
    status = implicit_step(d, v, reaction, out, err);
  else
    explicit_step(d, v, reaction, out);
  iso_timer_enter(d->timer, before);
  return status;
}
