/* Layers of tissue that conduct faster than their region: fast_endocardium. */
#include "study/setup.h"

#include "base/memory.h"
#include "eikonal/eikonal.h"
#include "tissue/part_within.h"

#include <stdlib.h>

/* The whole mesh as one region. */
static const iso_region everything;
static const iso_tissue whole = {.nregions = 1, .regions = &everything};

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

static iso_status add_layer(const iso_setup *setup, int k, iso_eikonal *wave, iso_error *err) {
  iso_selection near;
  ISO_TRY(iso_setup_layer_nodes(setup, k, &near, err));
  iso_eikonal_clear(wave);
  iso_eikonal_start_at(wave, 0, near.count, near.node);
  iso_selection_free(&near);
  ISO_TRY(iso_eikonal_solve(wave, NULL, err));
  boost_elements(setup, &setup->config->layers[k], iso_eikonal_times(wave));
  return ISO_OK;
}

iso_status iso_setup_layers(iso_setup *setup, iso_error *err) {
  const iso_mesh *mesh = setup->mesh;
  const iso_speeds unit = {1, 1, 1, 0}; /* mm/ms, so that times are distances */
  iso_eikonal *wave = NULL;
  if (setup->config->nlayers == 0) return ISO_OK;
  iso_status status = iso_alloc(&setup->boost, (size_t)mesh->nelem, sizeof *setup->boost, "fast layers", err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  for (iso_lid e = 0; e < mesh->nelem; e++) setup->boost[e] = 1;
  ISO_TRY(iso_eikonal_new(&wave, mesh, 1, err));
  status = iso_eikonal_set_speeds(wave, &whole, &unit, err);
  for (int k = 0; k < setup->config->nlayers && status == ISO_OK; k++)
    status = add_layer(setup, k, wave, err);
  iso_eikonal_free(wave);
  setup->tissue.boost = setup->boost;
  return status;
}
