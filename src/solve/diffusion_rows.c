#include "solve/diffusion_rows.h"

#include <string.h>

/* ---- entries ---- */

static double laplacian_entry(const void *self, iso_lid row, int64_t k) {
  const iso_system *s = self;
  return -s->stiffness[k] / s->lumped[row];
}

typedef struct theta_rows {
  const iso_system *system;
  double factor; /* of K */
} theta_rows;

static double theta_entry(const void *self, iso_lid row, int64_t k) {
  const theta_rows *t = self;
  (void)row;
  return (t->system->mass ? t->system->mass[k] : 0) + t->factor * t->system->stiffness[k];
}

static double theta_row_sum(const void *self, iso_lid row) {
  return ((const theta_rows *)self)->system->lumped[row];
}

/* ---- rows ---- */

static iso_status use_library(iso_sparse *rows, const iso_mesh *mesh, const iso_numerics *numerics,
                              iso_error *err) {
  return numerics->product == ISO_PRODUCT_LIBRARY ? iso_sparse_use_library(rows, mesh, err) : ISO_OK;
}

/* Where nothing is charged, potentials would change at once. */
static iso_status check_links(const iso_mesh *mesh, const iso_system *system, iso_error *err) {
  for (iso_lid i = 0; i < system->nrows; i++)
    if (system->lumped[i] == 0 && system->start[i + 1] > system->start[i])
      return iso_fail(
          err, ISO_EINPUT,
          "a link ends at node %lld, which belongs to no element and so has no membrane; let it end "
          "at a node of an element",
          (long long)mesh->gid[i]);
  return ISO_OK;
}

/* Not collective. */
static iso_status new_rows(iso_diffusion_rows *out, const iso_mesh *mesh, const iso_system *system,
                           const iso_numerics *numerics, double step_ms, iso_error *err) {
  const bool explicit = numerics->diffusion == ISO_DIFFUSION_EXPLICIT;
  const theta_rows right = {system, (numerics->theta - 1) * step_ms};
  const iso_entries entries = explicit ? (iso_entries){.self = system, .value = laplacian_entry}
                                       : (iso_entries){&right, theta_entry, theta_row_sum};
  iso_sparse *rows = explicit ? &out->laplacian : &out->right;
  ISO_TRY(iso_sparse_new(rows, out->device, mesh, system, entries, err));
  return use_library(rows, mesh, numerics, err);
}

static iso_status new_solver(iso_diffusion_rows *out, const iso_mesh *mesh, const iso_system *system,
                             const iso_numerics *numerics, double step_ms, iso_error *err) {
  const theta_rows left = {system, numerics->theta * step_ms};
  const iso_entries entries = {&left, theta_entry, theta_row_sum};
  ISO_TRY(iso_solver_new(&out->solver, out->device, mesh, system, entries, NULL, (iso_solver_options){0},
                         NULL, err));
  return iso_agree(mesh->comm, use_library(&out->solver.left, mesh, numerics, err), err);
}

iso_status iso_diffusion_rows_new(iso_diffusion_rows *out, iso_device *device, const iso_mesh *mesh,
                                  const iso_system *system, const iso_numerics *numerics, double step_ms,
                                  iso_error *err) {
  *out = (iso_diffusion_rows){.device = device};
  ISO_TRY(iso_agree(mesh->comm, check_links(mesh, system, err), err));
  ISO_TRY(iso_agree(mesh->comm, new_rows(out, mesh, system, numerics, step_ms, err), err));
  if (numerics->diffusion == ISO_DIFFUSION_EXPLICIT) return ISO_OK;
  return new_solver(out, mesh, system, numerics, step_ms, err);
}

void iso_diffusion_rows_free(iso_diffusion_rows *rows) {
  if (!rows->device) return;
  iso_sparse_free(&rows->laplacian);
  iso_sparse_free(&rows->right);
  iso_solver_free(&rows->solver);
  memset(rows, 0, sizeof *rows);
}
