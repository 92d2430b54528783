/* Regions that are told by sites: their elements get tags of their own. */
#include "study/setup.h"

#include "base/memory.h"
#include "grid/pack.h"
#include "grid/share/retag.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

iso_status iso_setup_mark(const iso_mesh *mesh, const iso_selection *found, uint8_t *hit, iso_error *err) {
  memset(hit, 0, (size_t)mesh->nlocal);
  for (int64_t k = 0; k < found->count; k++) hit[found->node[k]] = 1;
  return iso_halo_update(mesh->halo, hit, 1, err);
}

/* hit [nlocal]: of a region's site. */
static iso_status find_hits(const iso_setup *setup, int r, uint8_t *hit, iso_error *err) {
  iso_selection found;
  ISO_TRY(iso_setup_region_nodes(setup, r, &found, err));
  const iso_status status = iso_setup_mark(setup->mesh, &found, hit, err);
  iso_selection_free(&found);
  return status;
}

bool iso_setup_is_inside(const iso_mesh *mesh, iso_lid e, const uint8_t *hit) {
  const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
  for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++)
    if (!hit[conn[k]]) return false;
  return true;
}

/* The next one after all that the mesh has. */
static iso_status find_free_tag(const iso_setup *setup, int32_t *tag, iso_error *err) {
  const iso_mesh *mesh = setup->mesh;
  int32_t largest = 0;
  for (iso_lid e = 0; e < mesh->nelem; e++)
    if (iso_mesh_tag(mesh, e) > largest) largest = iso_mesh_tag(mesh, e);
  MPI_Allreduce(MPI_IN_PLACE, &largest, 1, MPI_INT32_T, MPI_MAX, mesh->comm);
  *tag = largest;
  if (largest < INT32_MAX - setup->config->nregions) return ISO_OK;
  return iso_config_fail(setup->config, err, "regions",
                         "the mesh has the tag %d, so that no larger ones are left for regions by site",
                         (int)largest);
}

/* New tags of all elements into tag [nelem]: of two sites with an element the first region has it. */
static iso_status choose_tags(iso_setup *setup, int32_t *tag, uint8_t *hit, iso_error *err) {
  const iso_mesh *mesh = setup->mesh;
  int32_t next;
  ISO_TRY(find_free_tag(setup, &next, err));
  const int32_t first = next + 1;
  for (iso_lid e = 0; e < mesh->nelem; e++) tag[e] = iso_mesh_tag(mesh, e);
  for (int r = 0; r < setup->config->nregions; r++) {
    if (!setup->config->regions[r].where.name) continue;
    setup->site_tag[r] = ++next;
    ISO_TRY(find_hits(setup, r, hit, err));
    for (iso_lid e = 0; e < mesh->nelem; e++)
      if (tag[e] < first && iso_setup_is_inside(mesh, e, hit)) tag[e] = next;
  }
  return ISO_OK;
}

iso_status iso_setup_sites(iso_setup *setup, iso_error *err) {
  int32_t *tag = NULL;
  uint8_t *hit = NULL;
  const size_t n = (size_t)setup->config->nregions;
  bool any = false;
  for (int r = 0; r < setup->config->nregions; r++) any |= setup->config->regions[r].where.name != NULL;
  if (!any) return ISO_OK;
  iso_status status = iso_alloc(&setup->site_tag, n, sizeof *setup->site_tag, "tags of sites", err);
  if (status == ISO_OK)
    status = iso_alloc(&tag, (size_t)setup->mesh->nelem, sizeof *tag, "tags of sites", err);
  if (status == ISO_OK) status = iso_alloc(&hit, (size_t)setup->mesh->nlocal, 1, "tags of sites", err);
  status = iso_agree(setup->mesh->comm, status, err);
  if (status == ISO_OK) status = choose_tags(setup, tag, hit, err);
  if (status == ISO_OK) status = iso_mesh_retag(setup->mesh, tag, err);
  if (status == ISO_OK) status = iso_mesh_pack(setup->mesh, err);
  free(tag);
  free(hit);
  return status;
}
