/* Tissue that conducts faster or slower than its region: fast_endocardium, velocity_field. */
#include "study/setup.h"

#include "base/memory.h"
#include "tissue/part_within.h"

#include <math.h>
#include <stdlib.h>

/* The fastest of the layers that an element is in, by its part in each. */
static void boost_elements(const iso_setup *setup, const iso_config_fast_layer *layer,
                           const double *distance) {
  const iso_mesh *mesh = setup->mesh;
  const double most = layer->velocity_ratio * layer->velocity_ratio;
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    if (mesh->shape[e] == ISO_LINE) continue;
    const double boost = 1 + (most - 1) * iso_part_within(mesh, e, distance, layer->depth_mm);
    if (boost > setup->boost[e]) setup->boost[e] = boost;
  }
}

/* distance: room for [nlocal]. */
static iso_status add_layer(const iso_setup *setup, int k, double *distance, iso_error *err) {
  iso_selection near;
  ISO_TRY(iso_setup_layer_nodes(setup, k, &near, err));
  const iso_status status = iso_setup_distances(setup->mesh, &near, distance, err);
  iso_selection_free(&near);
  if (status == ISO_OK) boost_elements(setup, &setup->config->layers[k], distance);
  return status;
}

static iso_status add_layers(iso_setup *setup, iso_error *err) {
  const iso_mesh *mesh = setup->mesh;
  double *distance = NULL;
  if (setup->config->nlayers == 0) return ISO_OK;
  iso_status status = iso_alloc(&distance, (size_t)mesh->nlocal, sizeof *distance, "fast layers", err);
  status = iso_agree(mesh->comm, status, err);
  for (int k = 0; k < setup->config->nlayers && status == ISO_OK; k++)
    status = add_layer(setup, k, distance, err);
  free(distance);
  return status;
}

/* ---- velocity_field ---- */

static void scale_elements(const iso_setup *setup, const double *factor) {
  const iso_mesh *mesh = setup->mesh;
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    const int n = iso_shape_nodes(mesh->shape[e]);
    double sum = 0;
    for (int k = 0; k < n; k++) sum += factor[mesh->conn[(int64_t)e * mesh->width + k]];
    setup->boost[e] *= sum / n * (sum / n);
  }
}

static iso_status add_field(iso_setup *setup, iso_error *err) {
  double *factor = NULL;
  if (!setup->config->has_velocity_field) return ISO_OK;
  iso_status status =
      iso_alloc(&factor, (size_t)setup->mesh->nlocal, sizeof *factor, "a velocity field", err);
  status = iso_agree(setup->mesh->comm, status, err);
  if (status == ISO_OK)
    status = iso_setup_factor(setup, "velocity_field", &setup->config->velocity_field, factor, err);
  if (status == ISO_OK) status = iso_halo_update(setup->mesh->halo, factor, sizeof *factor, err);
  if (status == ISO_OK) scale_elements(setup, factor);
  free(factor);
  return status;
}

iso_status iso_setup_layers(iso_setup *setup, iso_error *err) {
  const iso_mesh *mesh = setup->mesh;
  if (setup->config->nlayers == 0 && !setup->config->has_velocity_field) return ISO_OK;
  iso_status status = iso_alloc(&setup->boost, (size_t)mesh->nelem, sizeof *setup->boost, "fast layers", err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  for (iso_lid e = 0; e < mesh->nelem; e++) setup->boost[e] = 1;
  setup->tissue.boost = setup->boost;
  ISO_TRY(add_layers(setup, err));
  return add_field(setup, err);
}
