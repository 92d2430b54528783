/* Read as the mesh is in its file, and added to it once it is as it will be. */
#include "study/networks.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>

/* A network's own words, with its key. */
static iso_status say(const iso_setup *setup, int k, iso_status status, const iso_error *why,
                      iso_error *err) {
  char path[160];
  snprintf(path, sizeof path, "mesh.networks.%.100s", setup->config->mesh.networks[k].name);
  return status == ISO_EINPUT ? iso_config_fail(setup->config, err, path, "%s", why->message)
                              : iso_fail(err, status, "%s", why->message);
}

static iso_network from_config(const iso_config_network *n) {
  return (iso_network){.name = n->name,
                       .path = n->file,
                       .unit = n->unit,
                       .tag = n->tag,
                       .ncut = n->ncut,
                       .cut = n->cut,
                       .root_mm = {n->root_mm[0], n->root_mm[1], n->root_mm[2]},
                       .edge_mm = n->edge_mm,
                       .radius_mm = n->junction_radius_mm,
                       .nodes = n->junction_nodes,
                       .resistance_kohm = n->junction_resistance_kohm};
}

iso_status iso_networks_read(iso_networks *out, const iso_setup *setup, MPI_Comm comm, iso_notes *notes,
                             iso_error *err) {
  const iso_config_mesh *mesh = &setup->config->mesh;
  const size_t n = (size_t)mesh->nnetworks;
  *out = (iso_networks){0};
  ISO_TRY(iso_alloc_all(comm, &out->network, n, sizeof *out->network, "networks", err));
  ISO_TRY(iso_alloc_all(comm, &out->tree, n, sizeof *out->tree, "networks", err));
  for (; out->n < mesh->nnetworks; out->n++) {
    iso_error why = {0};
    out->network[out->n] = from_config(&mesh->networks[out->n]);
    const iso_status status = iso_tree_read(&out->tree[out->n], comm, &out->network[out->n], notes, &why);
    if (status != ISO_OK) return say(setup, out->n, status, &why, err);
  }
  return ISO_OK;
}

iso_status iso_networks_add(const iso_networks *networks, const iso_setup *setup, MPI_Comm comm,
                            iso_slice *slice, iso_error *err) {
  iso_error why = {0};
  int which = 0;
  const iso_status status =
      iso_slice_add_networks(comm, slice, networks->n, networks->network, networks->tree, &which, &why);
  if (status == ISO_OK) return ISO_OK;
  if (which == networks->n) return iso_fail(err, status, "%s", why.message);
  return say(setup, which, status, &why, err);
}

void iso_networks_free(iso_networks *networks) {
  for (int k = 0; k < networks->n; k++) iso_tree_free(&networks->tree[k]);
  free(networks->tree);
  free(networks->network);
  *networks = (iso_networks){0};
}
