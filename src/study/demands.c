#include "study/demands.h"

#include "grid/ask/edges.h"
#include "linear/system.h"
#include "solve/rkl.h"
#include "tissue/conductor.h"
#include "tissue/resolution.h"

static iso_status find_steps(const iso_mesh *mesh, const iso_tissue *tissue, double step_ms, iso_demands *out,
                             iso_error *err) {
  iso_tissue_conductor room;
  iso_system system;
  ISO_TRY(iso_system_new(&system, mesh, iso_tissue_conduct(&room, tissue), false, err));
  out->stages = iso_rkl_stages(step_ms, system.eigenvalue);
  out->most_ms = iso_rkl_longest(ISO_RKL_MOST, system.eigenvalue);
  out->stiffest = system.eigenvalue_node;
  iso_system_free(&system);
  return ISO_OK;
}

static double share(const iso_resolution *r) {
  return r->elements > 0 ? (double)r->coarse / (double)r->elements : 0;
}

static iso_status find_edges(const iso_mesh *mesh, const iso_tissue *tissue, iso_demands *out,
                             iso_error *err) {
  iso_resolution all, some;
  ISO_TRY(iso_tissue_resolution(mesh, tissue, 0, &all, err)); /* every edge is longer than nothing */
  out->along = all.along, out->across = all.across, out->widths = all.widths;
  ISO_TRY(iso_tissue_resolution(mesh, tissue, ISO_MOST_WIDTHS, &some, err));
  out->coarse = share(&some);
  ISO_TRY(iso_tissue_resolution(mesh, tissue, ISO_MOST_WIDTHS_NODAL, &some, err));
  out->coarse_nodal = share(&some);
  return ISO_OK;
}

iso_status iso_demands_find(const iso_mesh *mesh, const iso_demands_of *of, iso_demands *out,
                            iso_error *err) {
  const double transverse = mesh->fibres ? of->transverse : of->longitudinal;
  const iso_region region = {.longitudinal = of->longitudinal,
                             .transverse = transverse,
                             .normal = transverse,
                             .chi = of->chi_per_mm,
                             .cm = of->cm_uF_per_mm2,
                             .thickness = 1,
                             .cross_section = 1};
  const iso_tissue tissue = {.nregions = 1, .regions = &region};
  const iso_config usual = {.time.step_ms = of->step_ms,
                            .numerics.scheme.splitting = ISO_SPLITTING_STAGGERED};
  *out = (iso_demands){.edge_mm = iso_mesh_edge_mm(mesh)};
  out->expected = iso_expected_error(&usual, ISO_FAST_INTERPOLATED, out->edge_mm);
  ISO_TRY(find_steps(mesh, &tissue, of->step_ms, out, err));
  return find_edges(mesh, &tissue, out, err);
}
