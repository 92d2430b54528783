/* Layers of tissue that conduct faster than their region: fast_endocardium. */
#include "study/setup.h"

#include "base/memory.h"
#include "tissue/part_within.h"

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

iso_status iso_setup_layers(iso_setup *setup, iso_error *err) {
  const iso_mesh *mesh = setup->mesh;
  double *distance = NULL;
  if (setup->config->nlayers == 0) return ISO_OK;
  iso_status status = iso_alloc(&setup->boost, (size_t)mesh->nelem, sizeof *setup->boost, "fast layers", err);
  if (status == ISO_OK)
    status = iso_alloc(&distance, (size_t)mesh->nlocal, sizeof *distance, "fast layers", err);
  status = iso_agree(mesh->comm, status, err);
  for (iso_lid e = 0; e < mesh->nelem && status == ISO_OK; e++) setup->boost[e] = 1;
  for (int k = 0; k < setup->config->nlayers && status == ISO_OK; k++)
    status = add_layer(setup, k, distance, err);
  free(distance);
  setup->tissue.boost = setup->boost;
  return status;
}
