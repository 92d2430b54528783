#include "grid/share/node_tags.h"

#include "base/memory.h"
#include "grid/geometry.h"
#include "grid/share/blocks.h"
#include "grid/sort.h"

#include <stdbool.h>
#include <stdlib.h>

enum { MIXED = 4 }; /* beside a dimension: elements of several tags meet here */

/* Unsigned numbers in the order of the signed tags. */
static uint64_t tag_key(int32_t tag) { return (uint32_t)tag ^ 0x80000000u; }

static void highest_dimensions(const iso_mesh *mesh, uint8_t *kind) {
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++) {
      iso_lid node = mesh->conn[(int64_t)e * mesh->width + k];
      int dim = iso_shape_dimension(mesh->shape[e]);
      if (kind[node] < dim) kind[node] = (uint8_t)dim;
    }
}

/* Tags of nodes where all elements of the node's dimension agree; marks the other nodes MIXED. seen [nlocal]
 * becomes 1 at nodes that have elements. */
static void agreeing_tags(iso_mesh *mesh, uint8_t *kind, uint8_t *seen) {
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++) {
      iso_lid node = mesh->conn[(int64_t)e * mesh->width + k];
      if ((kind[node] & ~MIXED) != iso_shape_dimension(mesh->shape[e])) continue;
      if (!seen[node])
        mesh->node_tag[node] = iso_mesh_tag(mesh, e);
      else if (mesh->node_tag[node] != iso_mesh_tag(mesh, e))
        kind[node] |= MIXED;
      seen[node] = 1;
    }
}

typedef struct {
  int64_t n, room;
  iso_keyed *key; /* [n] node and tag; item is the place in share */
  double *share;  /* [n] of the element's measure */
} shares;

static iso_status add_share(shares *s, iso_lid node, int32_t tag, double share, iso_error *err) {
  if (s->n == s->room) {
    int64_t room = 2 * s->room + 1024;
    ISO_TRY(iso_realloc(&s->key, (size_t)room, sizeof *s->key, "tags of nodes", err));
    ISO_TRY(iso_realloc(&s->share, (size_t)room, sizeof *s->share, "tags of nodes", err));
    s->room = room;
  }
  s->key[s->n] = (iso_keyed){(uint64_t)node << 32 | tag_key(tag), s->n};
  s->share[s->n++] = share;
  return ISO_OK;
}

static double corner_share(const iso_mesh *mesh, iso_lid e) {
  double x[ISO_MAX_NODES][3];
  iso_mesh_corners(mesh, e, x);
  return iso_element_measure(mesh->shape[e], (const double(*)[3])x) / iso_shape_nodes(mesh->shape[e]);
}

static iso_status collect_shares(const iso_mesh *mesh, const uint8_t *kind, shares *s, iso_error *err) {
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++) {
      iso_lid node = mesh->conn[(int64_t)e * mesh->width + k];
      if (node < mesh->nowned && kind[node] == (MIXED | iso_shape_dimension(mesh->shape[e])))
        ISO_TRY(add_share(s, node, iso_mesh_tag(mesh, e), corner_share(mesh, e), err));
    }
  return ISO_OK;
}

/* Sums run in the order of elements, so that every partition finds the same tag. */
static void largest_tags(iso_mesh *mesh, const shares *s) {
  double most = 0;
  for (int64_t i = 0, end; i < s->n; i = end) {
    iso_lid node = (iso_lid)(s->key[i].key >> 32);
    bool first_of_node = i == 0 || (iso_lid)(s->key[i - 1].key >> 32) != node;
    double sum = 0;
    for (end = i; end < s->n && s->key[end].key == s->key[i].key; end++) sum += s->share[s->key[end].item];
    if (first_of_node || sum > most) {
      most = sum;
      mesh->node_tag[node] = (int32_t)((uint32_t)s->key[i].key ^ 0x80000000u);
    }
  }
}

static void tag_orphans(iso_mesh *mesh, const uint8_t *seen) {
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (!seen[i]) mesh->node_tag[i] = ISO_ORPHAN_TAG;
}

iso_status iso_node_tags(iso_mesh *mesh, iso_error *err) {
  uint8_t *kind = NULL, *seen = NULL;
  shares s = {0};
  size_t n = (size_t)mesh->nlocal;
  iso_status status = iso_alloc(&mesh->node_tag, n, sizeof *mesh->node_tag, "tags of nodes", err);
  if (status == ISO_OK) status = iso_alloc(&kind, n, 1, "tags of nodes", err);
  if (status == ISO_OK) status = iso_alloc(&seen, n, 1, "tags of nodes", err);
  if (status == ISO_OK) {
    highest_dimensions(mesh, kind);
    agreeing_tags(mesh, kind, seen);
    status = collect_shares(mesh, kind, &s, err);
  }
  if (status == ISO_OK) status = iso_sort(s.n, s.key, err);
  if (status == ISO_OK) largest_tags(mesh, &s);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) tag_orphans(mesh, seen);
  free(kind);
  free(seen);
  free(s.key);
  free(s.share);
  return status;
}

/* Tags [block of this rank] by global number, from the owners. */
static iso_status send_to_blocks(const iso_mesh *mesh, int32_t *block, iso_error *err) {
  iso_block_plan *plan = NULL;
  iso_status status = iso_block_plan_new(&plan, mesh->comm, mesh->nnodes, mesh->nowned, mesh->gid, err);
  if (status == ISO_OK)
    status = iso_block_plan_send(plan, mesh->node_tag, sizeof *mesh->node_tag, block, err);
  iso_block_plan_free(plan);
  return status;
}

static iso_status fetch_from_blocks(iso_mesh *mesh, const int32_t *block, iso_error *err) {
  iso_block_plan *plan = NULL;
  iso_status status = iso_block_plan_new(&plan, mesh->comm, mesh->nnodes, mesh->nlocal - mesh->nowned,
                                         mesh->gid + mesh->nowned, err);
  if (status == ISO_OK)
    status = iso_block_plan_fetch(plan, block, sizeof *block, mesh->node_tag + mesh->nowned, err);
  iso_block_plan_free(plan);
  return status;
}

iso_status iso_node_tags_of_ghosts(iso_mesh *mesh, iso_error *err) {
  int size, rank;
  MPI_Comm_size(mesh->comm, &size);
  MPI_Comm_rank(mesh->comm, &rank);
  const iso_gid n = iso_block_first(mesh->nnodes, size, rank + 1) - iso_block_first(mesh->nnodes, size, rank);
  int32_t *block = NULL;
  iso_status status = iso_alloc(&block, (size_t)n, sizeof *block, "tags of nodes", err);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) status = send_to_blocks(mesh, block, err);
  if (status == ISO_OK) status = fetch_from_blocks(mesh, block, err);
  free(block);
  return status;
}
