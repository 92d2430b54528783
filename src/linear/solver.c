#include "linear/solver.h"

#include "base/memory.h"
#include "linear/device_memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double inverse_of_row(const iso_system *system, iso_entries entries, iso_lid row) {
  double diagonal = entries.row_sum ? entries.row_sum(entries.self, row) : 0;
  for (int64_t k = system->start[row]; k < system->start[row + 1]; k++)
    diagonal -= entries.value(entries.self, row, k);
  return diagonal > 0 ? 1 / diagonal : 0;
}

/* Where the inverse is 0, the preconditioned residual is, and so is every direction: x stays as it is there,
 * and what the residual is there takes no part in any product. This is conjugate gradients on the other
 * nodes. */
static iso_status set_up_preconditioner(iso_solver *s, iso_device *device, const iso_system *system,
                                        iso_entries entries, const iso_constraints *c, iso_error *err) {
  double *inverse;
  ISO_TRY(iso_alloc(&inverse, (size_t)system->nrows, sizeof *inverse, "the preconditioner", err));
  for (iso_lid i = 0; i < system->nrows; i++) inverse[i] = inverse_of_row(system, entries, i);
  for (int64_t k = 0; c && k < c->count; k++) inverse[c->node[k]] = 0;
  s->inverse_diagonal = iso_device_copy_real(device, inverse, system->nrows);
  free(inverse);
  return s->inverse_diagonal
             ? ISO_OK
             : iso_fail_device(err, device, (size_t)system->nrows * device->real_bytes, "the preconditioner");
}

static iso_status mark_constrained(iso_solver *s, iso_device *device, iso_lid nrows, const iso_constraints *c,
                                   iso_error *err) {
  double *mark;
  ISO_TRY(iso_alloc(&mark, (size_t)nrows, sizeof *mark, "constraints", err));
  for (int64_t k = 0; k < c->count; k++) mark[c->node[k]] = 1;
  s->constrained = iso_device_copy_real(device, mark, nrows);
  free(mark);
  return s->constrained ? ISO_OK
                        : iso_fail_device(err, device, (size_t)nrows * device->real_bytes, "constraints");
}

static iso_status build(iso_solver *s, iso_device *device, const iso_mesh *mesh, const iso_system *system,
                        iso_entries entries, const iso_constraints *constraints, iso_error *err) {
  ISO_TRY(iso_sparse_new(&s->left, device, mesh, system, entries, err));
  ISO_TRY(set_up_preconditioner(s, device, system, entries, constraints, err));
  if (constraints) ISO_TRY(mark_constrained(s, device, system->nrows, constraints, err));
  iso_field *fields[] = {&s->r, &s->z, &s->p, &s->q};
  for (size_t k = 0; k < sizeof fields / sizeof *fields; k++)
    ISO_TRY(iso_field_new(fields[k], device, mesh, "conjugate gradients", "", err));
  return ISO_OK;
}

iso_status iso_solver_new(iso_solver *out, iso_device *device, const iso_mesh *mesh, const iso_system *system,
                          iso_entries entries, const iso_constraints *constraints, iso_solver_options options,
                          iso_exchange *exchange, iso_error *err) {
  *out = (iso_solver){.options = options, .exchange = exchange};
  iso_status status = build(out, device, mesh, system, entries, constraints, err);
  status = iso_agree(mesh->comm, status, err);
  if (status != ISO_OK) iso_solver_free(out);
  return status;
}

void iso_solver_free(iso_solver *s) {
  iso_device *device = s->left.device;
  if (device) {
    iso_device_release(device, s->inverse_diagonal);
    iso_device_release(device, s->constrained);
  }
  iso_sparse_free(&s->left);
  iso_field *fields[] = {&s->r, &s->z, &s->p, &s->q};
  for (size_t k = 0; k < sizeof fields / sizeof *fields; k++) iso_field_free(fields[k]);
  memset(s, 0, sizeof *s);
}

/* r = b - left x */
static void find_residual(iso_solver *s, const iso_field *b, iso_field *x) {
  iso_sparse_apply(&s->left, s->exchange, x, &s->r,
                   (iso_product){.apply = -1, .nterms = 1, .coefficient = {1}, .term = {b->real}});
}

/* r . D^-1 r, and z = D^-1 r */
static double measure(iso_solver *s, const iso_field *r) {
  iso_field_scale(&s->z, s->inverse_diagonal, r);
  return iso_field_dot(r, &s->z);
}

/* Of the right-hand side that the nodes which are solved for see. */
static double measure_load(iso_solver *s, const iso_field *b, const iso_field *x) {
  if (!s->constrained) return measure(s, b);
  iso_field_scale(&s->p, s->constrained, x);
  find_residual(s, b, &s->p);
  return measure(s, &s->r);
}

bool iso_solver_solve(iso_solver *s, const iso_field *b, iso_field *x) {
  double scale = measure_load(s, b, x);
  find_residual(s, b, x);
  double rz = measure(s, &s->r);
  iso_field_combine(&s->p, 1, &s->z, 0, &s->z);
  if (scale == 0) scale = rz;
  const double enough = s->options.tolerance * s->options.tolerance * scale;
  int k = 0;
  for (; rz > enough && isfinite(rz) && k < s->options.iterations; k++) {
    iso_sparse_apply(&s->left, s->exchange, &s->p, &s->q, (iso_product){.apply = 1});
    const double alpha = rz / iso_field_dot(&s->p, &s->q), last = rz;
    iso_field_combine(x, 1, x, alpha, &s->p);
    iso_field_combine(&s->r, 1, &s->r, -alpha, &s->q);
    rz = measure(s, &s->r);
    iso_field_combine(&s->p, 1, &s->z, rz / last, &s->p);
  }
  s->iterations += k;
  s->residual = scale > 0 ? sqrt(rz / scale) : 0;
  return !(rz > enough) && isfinite(rz);
}
