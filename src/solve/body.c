#include "solve/body.h"

#include "base/memory.h"
#include "solve/device_fits.h"
#include "tissue/conductor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- keys ---- */

/* Of a region: what the operator's entries, the elements' weights and the choice of models depend on. */
typedef struct region_key {
  double conductivity[3], chi, cm, thickness, cross_section;
  const iso_model *model;
  bool scaled; /* its conductivities vary, and are not compared */
  int ntags;
  int32_t *tags; /* [ntags] */
} region_key;

struct iso_body_key {
  iso_diffusion diffusion;
  iso_mass_kind mass;
  iso_product_kind product;
  double theta, theta_step_ms; /* 0 where diffusion is explicit */
  bool has_fast;
  int nregions;
  region_key *regions; /* [nregions] */
};

static void free_key(iso_body_key *key) {
  if (!key) return;
  for (int r = 0; key->regions && r < key->nregions; r++) free(key->regions[r].tags);
  free(key->regions);
  free(key);
}

static iso_status copy_region(region_key *out, const iso_region *region, iso_error *err) {
  *out = (region_key){.conductivity = {region->longitudinal, region->transverse, region->normal},
                      .chi = region->chi,
                      .cm = region->cm,
                      .thickness = region->thickness,
                      .cross_section = region->cross_section,
                      .model = region->model,
                      .scaled = region->scale};
  ISO_TRY(iso_alloc(&out->tags, (size_t)region->ntags, sizeof *out->tags, "the body's key", err));
  out->ntags = region->ntags;
  if (region->ntags) memcpy(out->tags, region->tags, (size_t)region->ntags * sizeof *out->tags);
  return ISO_OK;
}

static iso_status new_key(iso_body_key **out, const iso_body_options *o, iso_error *err) {
  const iso_numerics *n = &o->numerics;
  const bool implicit = n->diffusion == ISO_DIFFUSION_IMPLICIT;
  ISO_TRY(iso_alloc(out, 1, sizeof **out, "the body's key", err));
  iso_body_key *key = *out;
  *key = (iso_body_key){.diffusion = n->diffusion,
                        .mass = n->mass,
                        .product = n->product,
                        .theta = implicit ? n->theta : 0,
                        .theta_step_ms = implicit ? o->step_ms : 0,
                        .has_fast = n->fast_current != ISO_FAST_NODAL};
  const size_t nregions = (size_t)o->tissue->nregions;
  ISO_TRY(iso_alloc(&key->regions, nregions, sizeof *key->regions, "the body's key", err));
  key->nregions = o->tissue->nregions;
  for (int r = 0; r < key->nregions; r++) ISO_TRY(copy_region(&key->regions[r], &o->tissue->regions[r], err));
  return ISO_OK;
}

static bool same_region(const region_key *key, const iso_region *region) {
  return key->conductivity[0] == region->longitudinal && key->conductivity[1] == region->transverse &&
         key->conductivity[2] == region->normal && key->chi == region->chi && key->cm == region->cm &&
         key->thickness == region->thickness && key->cross_section == region->cross_section &&
         key->model == region->model && !key->scaled && !region->scale && key->ntags == region->ntags &&
         (key->ntags == 0 || !memcmp(key->tags, region->tags, (size_t)key->ntags * sizeof *key->tags));
}

bool iso_body_serves(const iso_body *body, const iso_body_options *o) {
  const iso_body_key *key = body->key;
  const iso_numerics *n = &o->numerics;
  bool serves = body->mesh == o->mesh && body->device == o->device && key->diffusion == n->diffusion &&
                key->mass == n->mass && key->product == n->product &&
                (key->has_fast || n->fast_current == ISO_FAST_NODAL) && key->nregions == o->tissue->nregions;
  if (n->diffusion == ISO_DIFFUSION_IMPLICIT)
    serves = serves && key->theta == n->theta && key->theta_step_ms == o->step_ms;
  for (int r = 0; serves && r < key->nregions; r++)
    serves = same_region(&key->regions[r], &o->tissue->regions[r]);
  return serves;
}

/* ---- life ---- */

static iso_status check_numerics(const iso_numerics *n, iso_error *err) {
  const char *key, *why = iso_numerics_refused(n, &key);
  return why ? iso_fail(err, ISO_EINPUT, "%s: %s", key, why) : ISO_OK;
}

/* Not collective. */
static iso_status bound_patches(iso_body *b, const iso_system *system, iso_error *err) {
  const iso_patches *p = b->mesh->patches;
  if (!p) return ISO_OK;
  ISO_TRY(iso_alloc(&b->patch_bound, (size_t)p->nowned, sizeof *b->patch_bound, "patches", err));
  for (iso_lid k = 0; k < p->nowned; k++)
    for (iso_lid i = p->first[k]; i < p->first[k + 1]; i++)
      b->patch_bound[k] = fmax(b->patch_bound[k], iso_system_bound(system, i));
  return ISO_OK;
}

/* The fast current's tables need the elements of nodes only: memory peaks between the two. */
static iso_status make_tables(iso_body *b, const iso_body_options *o, iso_system *system, iso_error *err) {
  ISO_TRY(iso_diffusion_rows_new(&b->rows, b->device, b->mesh, system, &o->numerics, o->step_ms, err));
  iso_system_free_matrices(system);
  if (!b->key->has_fast) return ISO_OK;
  iso_status status = iso_fast_tables_new(&b->fast, b->device, b->mesh, o->tissue, system, err);
  return iso_agree(b->mesh->comm, status, err);
}

static iso_status assemble(iso_body *b, const iso_body_options *o, iso_error *err) {
  iso_system system;
  iso_tissue_conductor tissue;
  ISO_TRY(iso_system_new(&system, b->mesh, iso_tissue_conduct(&tissue, o->tissue),
                         o->numerics.mass == ISO_MASS_CONSISTENT, err));
  b->eigenvalue = system.eigenvalue, b->eigenvalue_node = system.eigenvalue_node;
  iso_status status = iso_agree(b->mesh->comm, bound_patches(b, &system, err), err);
  if (status == ISO_OK) status = iso_device_fits(b->device, b->mesh, o->tissue, &system, &o->numerics, err);
  if (status == ISO_OK) status = make_tables(b, o, &system, err);
  iso_system_free(&system);
  return status;
}

static void free_body(iso_body *b) {
  iso_fast_tables_free(&b->fast);
  iso_diffusion_rows_free(&b->rows);
  free_key(b->key);
  free(b->patch_bound);
  free(b);
}

static iso_status new_body(iso_body **out, const iso_body_options *o, iso_error *err) {
  ISO_TRY(check_numerics(&o->numerics, err));
  ISO_TRY(iso_alloc(out, 1, sizeof **out, "the body", err));
  **out = (iso_body){.mesh = o->mesh, .device = o->device, .users = 1};
  return new_key(&(*out)->key, o, err);
}

iso_status iso_body_new(iso_body **out, const iso_body_options *o, iso_error *err) {
  iso_body *b = NULL;
  *out = NULL;
  iso_status status = iso_agree(o->mesh->comm, new_body(&b, o, err), err);
  if (status == ISO_OK) status = assemble(b, o, err);
  if (status == ISO_OK)
    *out = b;
  else if (b)
    free_body(b);
  return status;
}

iso_body *iso_body_keep(iso_body *b) {
  b->users++;
  return b;
}

void iso_body_drop(iso_body *b) {
  if (b && --b->users == 0) free_body(b);
}
