/* Regions of the configuration as tissue, checked against the mesh. */
#include "study/setup.h"

#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static iso_status make_region(iso_setup *setup, int r, iso_error *err) {
  const iso_config *config = setup->config;
  iso_region *to = &setup->regions[r];
  iso_setup_region *room = &setup->room[r];
  const iso_config_region *from = &config->regions[r];
  const iso_model *model = iso_setup_model(setup, r);
  const size_t np = (size_t)model->nparameters, ns = (size_t)model->nstates;
  ISO_TRY(iso_alloc(&room->parameters, np, sizeof *room->parameters, "parameters", err));
  ISO_TRY(iso_alloc(&room->states, ns, sizeof *room->states, "initial states", err));
  to->parameters = room->parameters, to->states = room->states;
  iso_model_defaults(model, from->variant, room->parameters, room->states, &to->vm);
  iso_settings_apply(from->nparameters, from->parameters, room->parameters);
  for (int p = 0; p < model->nparameters; p++) room->parameters[p] *= iso_config_drugs_scale(config, r, p);
  to->ntags = from->where.name ? 1 : from->ntags;
  to->tags = from->where.name ? &setup->site_tag[r] : from->tags;
  to->longitudinal = from->longitudinal_S_per_m;
  to->transverse = from->transverse_S_per_m;
  to->normal = from->normal_S_per_m;
  to->chi = from->chi_per_mm;
  to->cm = from->cm_uF_per_mm2;
  to->thickness = from->thickness_mm;
  to->cross_section = from->cross_section_mm2;
  to->model = model;
  to->name = from->name;
  return ISO_OK;
}

/* What the configuration says of single values, after everything else. */
static void set_initial(const iso_setup *setup) {
  for (int r = 0; r < setup->tissue.nregions; r++) {
    const iso_config_region *from = &setup->config->regions[r];
    iso_settings_apply(from->ninitial, from->initial, setup->room[r].states);
    if (!isnan(from->initial_vm_mV)) setup->regions[r].vm = from->initial_vm_mV;
  }
}

static iso_status make_tissue(iso_setup *setup, iso_error *err) {
  const iso_config *config = setup->config;
  const size_t n = (size_t)config->nregions;
  ISO_TRY(iso_alloc(&setup->regions, n, sizeof *setup->regions, "regions", err));
  ISO_TRY(iso_alloc(&setup->room, n, sizeof *setup->room, "regions", err));
  setup->tissue = (iso_tissue){.nregions = config->nregions, .regions = setup->regions};
  for (int r = 0; r < config->nregions; r++) ISO_TRY(make_region(setup, r, err));
  return ISO_OK;
}

void iso_setup_sizes(const iso_setup *setup, int64_t *elements, int64_t *nodes) {
  const iso_mesh *mesh = setup->mesh;
  const int n = setup->tissue.nregions;
  memset(elements, 0, (size_t)n * sizeof *elements);
  memset(nodes, 0, (size_t)n * sizeof *nodes);
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    const int r = iso_tissue_region(&setup->tissue, iso_mesh_tag(mesh, e));
    const bool mine = mesh->conn[(int64_t)e * mesh->width] < mesh->nowned; /* one rank owns its first node */
    if (r >= 0 && mine) elements[r]++;
  }
  for (iso_lid i = 0; i < mesh->nowned; i++) nodes[iso_tissue_of_node(&setup->tissue, mesh->node_tag[i])]++;
  MPI_Allreduce(MPI_IN_PLACE, elements, n, MPI_INT64_T, MPI_SUM, mesh->comm);
  MPI_Allreduce(MPI_IN_PLACE, nodes, n, MPI_INT64_T, MPI_SUM, mesh->comm);
}

/* Every element has a region. */
static iso_status check_tags(const iso_setup *setup, iso_error *err) {
  const iso_mesh *mesh = setup->mesh;
  int64_t stranger = INT64_MIN; /* a tag without region */
  for (iso_lid e = 0; e < mesh->nelem; e++)
    if (iso_mesh_tag(mesh, e) > stranger && iso_tissue_region(&setup->tissue, iso_mesh_tag(mesh, e)) < 0)
      stranger = iso_mesh_tag(mesh, e);
  MPI_Allreduce(MPI_IN_PLACE, &stranger, 1, MPI_INT64_T, MPI_MAX, mesh->comm);
  if (stranger == INT64_MIN) return ISO_OK;
  return iso_config_fail(
      setup->config, err, "regions",
      "the mesh has elements with tag %lld, which no region takes; add it to the tags of a region, or "
      "leave out the tags of one region so that it takes the rest",
      (long long)stranger);
}

static iso_status check_region(const iso_setup *setup, int r, int64_t elements, iso_error *err) {
  const iso_region *region = &setup->tissue.regions[r];
  char path[64];
  const bool by_site = setup->config->regions[r].where.name;
  snprintf(path, sizeof path, "regions.%d.%s", r, elements ? "conductivity" : by_site ? "site" : "tags");
  if (elements == 0 && by_site)
    return iso_config_fail(
        setup->config, err, path,
        "no element of the mesh has all its nodes in this site, or those before it have them; "
        "enlarge it, or remove the region");
  if (elements == 0)
    return iso_config_fail(setup->config, err, path,
                           "no element of the mesh belongs to this region; see the tags with "
                           "'isochrone mesh info', or remove the region");
  if (!setup->mesh->fibres &&
      (region->longitudinal != region->transverse || region->normal != region->transverse))
    return iso_config_fail(
        setup->config, err, path,
        "the mesh has no fibres for an anisotropic conductivity; give mesh.fibre, a mesh with "
        "fibres (isochrone mesh fibres makes them), or isotropic_S_per_m");
  if (!setup->mesh->sheets && region->normal != region->transverse)
    return iso_config_fail(
        setup->config, err, path,
        "the mesh has no sheet directions for a normal conductivity that differs from the transverse "
        "one; leave normal_S_per_m out");
  return ISO_OK;
}

static iso_status check_regions(const iso_setup *setup, iso_error *err) {
  const int n = setup->tissue.nregions;
  int64_t *elements;
  ISO_TRY(iso_alloc_all(setup->mesh->comm, &elements, 2 * (size_t)n, sizeof *elements, "regions", err));
  iso_status status = ISO_OK;
  iso_setup_sizes(setup, elements, elements + n);
  for (int r = 0; status == ISO_OK && r < n; r++) status = check_region(setup, r, elements[r], err);
  free(elements);
  return status;
}

iso_status iso_setup_tissue(iso_setup *setup, iso_error *err) {
  ISO_TRY(iso_agree(setup->mesh->comm, make_tissue(setup, err), err));
  ISO_TRY(check_tags(setup, err));
  ISO_TRY(check_regions(setup, err));
  ISO_TRY(iso_setup_layers(setup, err));
  ISO_TRY(iso_setup_fields(setup, err));
  ISO_TRY(iso_setup_paced(setup, setup->mesh->comm, err));
  set_initial(setup);
  return ISO_OK;
}
