#include "solve/stepper.h"

#include "base/memory.h"
#include "linear/device_memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of dt lambda for one product a step: below the limit of stability, 1, where the highest modes still decay.
 */
#define SHORT_STEP 0.8

enum { MAX_STAGES = 40 }; /* beyond, the implicit scheme is the better choice */

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
  bool is_short;  /* one product a step is enough */
  void *stage[2]; /* [nlocal] */
  void *slope;    /* [nowned] L y0 */
  /* implicit */
  bool implicit;
  iso_numerics numerics;
  iso_field rhs;
  iso_solver solver; /* that of rows, with tolerance, exchange and count of its own */
};

/* ---- set-up ---- */

/* Fewest stages that take the step, with a little room because the bound is approached in rounding too. */
static int stages_for(double step, double eigenvalue) {
  int s = 2;
  while (s <= MAX_STAGES && step * eigenvalue * 1.01 > 0.5 * (s * s + s - 2)) s++;
  return s;
}

static iso_status set_up_explicit(iso_stepper *d, const iso_stepper_options *o, iso_error *err) {
  d->stages = stages_for(d->step, o->eigenvalue);
  d->is_short = d->numerics.splitting == ISO_SPLITTING_STAGGERED && d->step * o->eigenvalue <= SHORT_STEP;
  if (d->stages > MAX_STAGES) {
    const double bound = 0.5 * (MAX_STAGES * MAX_STAGES + MAX_STAGES - 2) / (1.01 * o->eigenvalue);
    return iso_fail(
        err, ISO_EINPUT,
        "time.step_ms: %g ms is unstable for this mesh: the explicit scheme takes at most %.3g ms with %d "
        "stages (the smallest elements are at node %lld); reduce time.step_ms, mend those elements, or set "
        "numerics.diffusion to implicit",
        d->step, bound, MAX_STAGES, (long long)o->eigenvalue_node);
  }
  size_t bytes = d->device->real_bytes;
  d->slope = iso_device_alloc(d->device, (size_t)d->nowned * bytes);
  d->stage[0] = iso_device_alloc(d->device, (size_t)d->mesh->nlocal * bytes);
  d->stage[1] = d->stages > 2 ? iso_device_alloc(d->device, (size_t)d->mesh->nlocal * bytes) : d->stage[0];
  if (!d->slope || !d->stage[0] || !d->stage[1])
    return iso_fail_device(err, d->device, 3 * (size_t)d->mesh->nlocal * bytes, "the stages of diffusion");
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
  if (d->stage[1] != d->stage[0]) iso_device_release(d->device, d->stage[1]);
  iso_device_release(d->device, d->stage[0]);
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

/* b_j of RKL2, eq. (16) of the paper. */
static double rkl_b(int j) { return j < 2 ? 1.0 / 3.0 : (j * j + j - 2.0) / (2.0 * j * (j + 1.0)); }

/* Y_0 = v, Y_1 = Y_0 + mu~_1 dt L Y_0, then
 * Y_j = mu_j Y_{j-1} + nu_j Y_{j-2} + (1 - mu_j - nu_j) Y_0 + mu~_j dt L Y_{j-1} + gamma~_j dt L Y_0. */
static void explicit_step(iso_stepper *d, void *v, const iso_reaction *reaction, void *out) {
  int s = d->stages;
  double w1 = 4.0 / (s * s + s - 2.0);
  void *newest = d->stage[0], *older = v;
  iso_sparse_sent_product(&d->rows->laplacian, d->exchange,
                          (iso_product){.x = v,
                                        .apply = rkl_b(1) * w1 * d->step,
                                        .nterms = 1,
                                        .coefficient = {1},
                                        .term = {v},
                                        .store = d->slope,
                                        .out = newest});
  for (int j = 2; j <= s; j++) {
    double mu = (2.0 * j - 1) / j * rkl_b(j) / rkl_b(j - 1), nu = -(j - 1.0) / j * rkl_b(j) / rkl_b(j - 2);
    double mu_l = mu * w1, gamma_l = -(1 - rkl_b(j - 1)) * mu_l;
    const bool last = j == s;
    void *next = last ? out : j == 2 ? d->stage[1] : older;
    iso_sparse_next_product(
        &d->rows->laplacian, d->exchange,
        (iso_product){.x = newest,
                      .apply = mu_l * d->step,
                      .nterms = last ? 5 : 4,
                      .coefficient = {mu, nu, 1 - mu - nu, gamma_l * d->step, reaction->factor},
                      .term = {newest, older, v, d->slope, reaction->iion},
                      .stimulus = last ? reaction->stimulus : NULL,
                      .watch = last ? reaction->watch : NULL,
                      .out = next});
    older = newest;
    newest = next;
  }
}

bool iso_stepper_is_short(const iso_stepper *d) { return d->is_short; }

static iso_product short_product(const iso_stepper *d, const iso_short_step *s) {
  return (iso_product){.x = s->middle,
                       .apply = d->step,
                       .nterms = 2,
                       .coefficient = {1, s->reaction.factor},
                       .term = {s->vm, s->reaction.iion},
                       .stimulus = s->reaction.stimulus,
                       .watch = s->reaction.watch,
                       .out = s->out};
}

void iso_stepper_short_inner(iso_stepper *d, const iso_short_step *step) {
  iso_phase before = iso_timer_enter(d->timer, ISO_PHASE_DIFFUSION);
  iso_sparse_inner(&d->rows->laplacian, short_product(d, step));
  iso_timer_enter(d->timer, before);
}

void iso_stepper_short_boundary(iso_stepper *d, const iso_short_step *step) {
  iso_phase before = iso_timer_enter(d->timer, ISO_PHASE_DIFFUSION);
  iso_sparse_boundary(&d->rows->laplacian, short_product(d, step));
  iso_timer_enter(d->timer, before);
}

/* ---- implicit ---- */

void iso_react(iso_device *device, iso_lid first, iso_lid end, const void *v, const iso_reaction *reaction,
               void *out) {
  iso_launch_combine(device, &(iso_combine){.first = first,
                                            .count = end - first,
                                            .nterms = 2,
                                            .coefficient = {1, reaction->factor},
                                            .term = {v, reaction->iion},
                                            .stimulus = reaction->stimulus,
                                            .watch = reaction->watch,
                                            .out = out});
}

/* A residual that is not a number is no fault of the solver: so is Vm, and whoever looks at that says why. */
static iso_status implicit_step(iso_stepper *d, void *v, const iso_reaction *reaction, void *out,
                                iso_error *err) {
  iso_field x = {.device = d->device, .mesh = d->mesh, .name = "Vm", .unit = "mV", .real = out};
  iso_field now = x;
  now.real = v;
  iso_sparse_sent_product(&d->rows->right, d->exchange,
                          (iso_product){.x = v, .apply = 1, .out = d->rhs.real});
  iso_field_combine(&x, 1, &now, 0, &now);
  if (!iso_solver_solve(&d->solver, &d->rhs, &x) && !isnan(d->solver.residual))
    return iso_fail(err, ISO_EFAIL,
                    "conjugate gradients did not reach a residual of %g in %d iterations (got %.2g); reduce "
                    "time.step_ms, or raise numerics.cg_iterations or numerics.cg_tolerance",
                    d->numerics.cg_tolerance, d->numerics.cg_iterations, d->solver.residual);
  iso_react(d->device, 0, d->nowned, out, reaction, out);
  return ISO_OK;
}

iso_status iso_stepper_step(iso_stepper *d, void *v, const iso_reaction *reaction, void *out,
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
