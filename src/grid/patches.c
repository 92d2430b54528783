#include "grid/patches.h"

#include "base/memory.h"
#include "grid/index.h"
#include "grid/mesh.h"
#include "grid/sort.h"

#include <stdlib.h>

static uint64_t id_of(const iso_mesh *mesh, iso_lid node) {
  return iso_patch_id(mesh->run[node], mesh->node_tag[node]);
}

static bool begins(const iso_mesh *mesh, iso_lid node) {
  return node == 0 || id_of(mesh, node) != id_of(mesh, node - 1);
}

/* Patches before a local node. */
static iso_lid count(const iso_mesh *mesh, iso_lid before) {
  iso_lid n = 0;
  for (iso_lid i = 0; i < before; i++) n += begins(mesh, i);
  return n;
}

/* of_node [mesh nlocal]: the patch of each local node. */
static iso_status find_patches(iso_patches *p, const iso_mesh *mesh, iso_lid *of_node, iso_error *err) {
  p->ninner = count(mesh, mesh->ninner);
  p->nowned = count(mesh, mesh->nowned);
  p->nlocal = count(mesh, mesh->nlocal);
  ISO_TRY(iso_alloc(&p->first, (size_t)p->nlocal + 1, sizeof *p->first, "patches", err));
  ISO_TRY(iso_alloc(&p->id, (size_t)p->nlocal, sizeof *p->id, "patches", err));
  iso_lid n = 0;
  for (iso_lid i = 0; i < mesh->nlocal; i++) {
    if (begins(mesh, i)) p->first[n] = i, p->id[n++] = id_of(mesh, i);
    of_node[i] = n - 1;
  }
  p->first[n] = mesh->nlocal;
  return ISO_OK;
}

/* Adds the pairs of an owned patch and another one among those of nodes [n]; keys: owned << 32 | other. */
static iso_status add_pairs(iso_index *pairs, const iso_patches *p, const iso_lid *of_node, int n,
                            const iso_lid *node, iso_error *err) {
  iso_lid met[ISO_MAX_NODES], number;
  int nmet = 0;
  for (int k = 0; k < n; k++) {
    int j = 0;
    while (j < nmet && met[j] != of_node[node[k]]) j++;
    if (j == nmet) met[nmet++] = of_node[node[k]];
  }
  for (int i = 0; i < nmet; i++)
    for (int j = 0; j < nmet && met[i] < p->nowned; j++)
      if (i != j) ISO_TRY(iso_index_add(pairs, (iso_gid)met[i] << 32 | met[j], &number, err));
  return ISO_OK;
}

static iso_status find_pairs(iso_index *pairs, const iso_patches *p, const iso_mesh *mesh,
                             const iso_lid *of_node, iso_error *err) {
  ISO_TRY(iso_index_new(pairs, 16 * (int64_t)p->nowned, err));
  for (iso_lid e = 0; e < mesh->nelem; e++)
    ISO_TRY(add_pairs(pairs, p, of_node, iso_shape_nodes(mesh->shape[e]),
                      mesh->conn + (int64_t)e * mesh->width, err));
  for (iso_lid k = 0; k < mesh->links.n; k++)
    ISO_TRY(add_pairs(pairs, p, of_node, 2, mesh->links.node[k], err));
  return ISO_OK;
}

static iso_status list_neighbours(iso_patches *p, const iso_index *pairs, iso_keyed *order, iso_error *err) {
  ISO_TRY(iso_alloc(&p->start, (size_t)p->nowned + 1, sizeof *p->start, "patches", err));
  ISO_TRY(iso_alloc(&p->neighbour, (size_t)pairs->n, sizeof *p->neighbour, "patches", err));
  for (iso_lid i = 0; i < pairs->n; i++) order[i] = (iso_keyed){(uint64_t)pairs->gid[i], i};
  ISO_TRY(iso_sort(pairs->n, order, err));
  for (iso_lid i = 0; i < pairs->n; i++) {
    p->start[(order[i].key >> 32) + 1]++;
    p->neighbour[i] = (iso_lid)(order[i].key & INT32_MAX);
  }
  for (iso_lid k = 0; k < p->nowned; k++) p->start[k + 1] += p->start[k];
  return ISO_OK;
}

static iso_status find_neighbours(iso_patches *p, const iso_mesh *mesh, const iso_lid *of_node,
                                  iso_error *err) {
  iso_index pairs = {0};
  iso_keyed *order = NULL;
  iso_status status = find_pairs(&pairs, p, mesh, of_node, err);
  if (status == ISO_OK) status = iso_alloc(&order, (size_t)pairs.n, sizeof *order, "patches", err);
  if (status == ISO_OK) status = list_neighbours(p, &pairs, order, err);
  iso_index_free(&pairs);
  free(order);
  return status;
}

/* There is an entry for each neighbour and patch that it needs: at most one a node. */
static iso_status plan_sends(iso_patches *p, const iso_halo *halo, const iso_lid *of_node, iso_error *err) {
  const size_t neighbours = (size_t)halo->nneighbours, most = (size_t)halo->send_offset[neighbours];
  ISO_TRY(iso_alloc(&p->send_start, neighbours + 1, sizeof *p->send_start, "patches", err));
  ISO_TRY(iso_alloc(&p->send_patch, most, sizeof *p->send_patch, "patches", err));
  ISO_TRY(iso_alloc(&p->send_first, most + 1, sizeof *p->send_first, "patches", err));
  iso_lid n = 0;
  for (int k = 0; k < halo->nneighbours; k++) {
    p->send_start[k] = n;
    for (iso_lid i = halo->send_offset[k]; i < halo->send_offset[k + 1]; i++) {
      const iso_lid patch = of_node[halo->send_node[i]];
      if (i == halo->send_offset[k] || patch != p->send_patch[n - 1])
        p->send_first[n] = i, p->send_patch[n++] = patch;
    }
  }
  p->send_start[halo->nneighbours] = n;
  p->send_first[n] = (iso_lid)most;
  return ISO_OK;
}

static iso_status plan_receipts(iso_patches *p, const iso_halo *halo, const iso_lid *of_node,
                                iso_error *err) {
  ISO_TRY(iso_alloc(&p->recv_start, (size_t)halo->nneighbours + 1, sizeof *p->recv_start, "patches", err));
  for (int k = 0; k < halo->nneighbours; k++)
    p->recv_start[k] = of_node[halo->nowned + halo->recv_offset[k]] - p->nowned;
  p->recv_start[halo->nneighbours] = p->nlocal - p->nowned;
  return ISO_OK;
}

static iso_status fill(iso_patches *p, const iso_mesh *mesh, iso_lid *of_node, iso_error *err) {
  ISO_TRY(find_patches(p, mesh, of_node, err));
  ISO_TRY(find_neighbours(p, mesh, of_node, err));
  ISO_TRY(plan_sends(p, mesh->halo, of_node, err));
  return plan_receipts(p, mesh->halo, of_node, err);
}

iso_status iso_patches_new(iso_patches **out, const iso_mesh *mesh, iso_error *err) {
  iso_lid *of_node = NULL;
  *out = NULL;
  iso_status status = iso_alloc(out, 1, sizeof **out, "patches", err);
  if (status == ISO_OK) status = iso_alloc(&of_node, (size_t)mesh->nlocal, sizeof *of_node, "patches", err);
  if (status == ISO_OK) status = fill(*out, mesh, of_node, err);
  free(of_node);
  status = iso_agree(mesh->comm, status, err);
  if (status != ISO_OK) {
    iso_patches_free(*out);
    *out = NULL;
  }
  return status;
}

void iso_patches_free(iso_patches *p) {
  if (!p) return;
  free(p->first);
  free(p->id);
  free(p->start);
  free(p->neighbour);
  free(p->send_start);
  free(p->send_patch);
  free(p->send_first);
  free(p->recv_start);
  free(p);
}
