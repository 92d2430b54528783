#include "grid/share/arrange.h"

#include "base/memory.h"
#include "grid/share/hilbert.h"
#include "grid/share/node_tags.h"
#include "grid/sort.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool is_shared(const iso_mesh *mesh, iso_lid e) {
  const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
  for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++)
    if (conn[k] >= mesh->nowned) return true;
  return false;
}

static uint64_t patch_of(const iso_mesh *mesh, int64_t node) {
  return iso_patch_id(mesh->run[node], mesh->node_tag[node]);
}

/* boundary [nowned]: 1 for nodes of an element or a link with a ghost. */
static void mark_boundary(const iso_mesh *mesh, uint8_t *boundary) {
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    if (!is_shared(mesh, e)) continue;
    const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
    for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++)
      if (conn[k] < mesh->nowned) boundary[conn[k]] = 1;
  }
  for (iso_lid k = 0; k < mesh->links.n; k++) {
    const iso_lid *node = mesh->links.node[k];
    for (int end = 0; end < 2; end++)
      if (node[1 - end] >= mesh->nowned) boundary[node[end]] = 1; /* and node[end] is owned */
  }
}

/* A patch with a boundary node becomes boundary as a whole. order [nowned]: patches are consecutive. */
static void widen_boundary(const iso_mesh *mesh, const iso_keyed *order, uint8_t *boundary) {
  for (iso_lid i = 0, end; i < mesh->nowned; i = end) {
    const uint64_t patch = patch_of(mesh, order[i].item);
    uint8_t any = 0;
    for (end = i; end < mesh->nowned && patch_of(mesh, order[end].item) == patch; end++)
      any |= boundary[order[end].item];
    for (iso_lid k = i; k < end; k++) boundary[order[k].item] = any;
  }
}

/* Along the curve. Nodes in one place may be of two runs, which then stay apart. */
static iso_status sort_along_curve(const iso_mesh *mesh, const iso_hilbert_box *box, iso_keyed *order,
                                   iso_error *err) {
  for (iso_lid i = 0; i < mesh->nowned; i++) order[i] = (iso_keyed){iso_hilbert_key(box, mesh->xyz[i]), i};
  ISO_TRY(iso_sort(mesh->nowned, order, err));
  if (!mesh->run) return ISO_OK;
  for (iso_lid i = 0; i < mesh->nowned; i++) order[i].key = (uint64_t)mesh->run[order[i].item];
  return iso_sort(mesh->nowned, order, err);
}

/* Stable sorts, the least significant criterion first. */
static iso_status sort_owned(iso_mesh *mesh, const iso_hilbert_box *box, uint8_t *boundary, iso_keyed *order,
                             iso_error *err) {
  ISO_TRY(sort_along_curve(mesh, box, order, err));
  for (iso_lid i = 0; i < mesh->nowned; i++)
    order[i].key = (uint32_t)mesh->node_tag[order[i].item] ^ 0x80000000u; /* ascending as signed */
  ISO_TRY(iso_sort(mesh->nowned, order, err));
  if (mesh->run) widen_boundary(mesh, order, boundary);
  mesh->ninner = 0;
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    order[i].key = boundary[order[i].item];
    mesh->ninner += !boundary[i];
  }
  return iso_sort(mesh->nowned, order, err);
}

static iso_status sort_ghosts(const iso_mesh *mesh, const int32_t *owner, iso_keyed *order, iso_error *err) {
  iso_lid n = mesh->nlocal - mesh->nowned;
  for (iso_lid i = 0; i < n; i++)
    order[i] = (iso_keyed){(uint64_t)mesh->gid[mesh->nowned + i], mesh->nowned + i};
  ISO_TRY(iso_sort(n, order, err));
  if (mesh->run) {
    for (iso_lid i = 0; i < n; i++) order[i].key = patch_of(mesh, order[i].item);
    ISO_TRY(iso_sort(n, order, err));
  }
  for (iso_lid i = 0; i < n; i++) order[i].key = (uint64_t)owner[order[i].item];
  return iso_sort(n, order, err);
}

/* values [n] of bytes each are put in the order. */
static iso_status reorder(int64_t n, const iso_keyed *order, size_t bytes, void *values, iso_error *err) {
  char *old = NULL;
  ISO_TRY(iso_realloc(&old, (size_t)n, bytes, "ordering nodes", err));
  memcpy(old, values, (size_t)n * bytes);
  for (int64_t i = 0; i < n; i++)
    memcpy((char *)values + (size_t)i * bytes, old + (size_t)order[i].item * bytes, bytes);
  free(old);
  return ISO_OK;
}

static iso_status renumber(iso_mesh *mesh, const iso_keyed *order, iso_error *err) {
  iso_lid *number;
  ISO_TRY(iso_alloc(&number, (size_t)mesh->nlocal, sizeof *number, "ordering nodes", err));
  for (iso_lid i = 0; i < mesh->nlocal; i++) number[order[i].item] = i;
  for (int64_t i = 0; i < (int64_t)mesh->nelem * mesh->width; i++)
    if (mesh->conn[i] >= 0) mesh->conn[i] = number[mesh->conn[i]];
  for (iso_lid k = 0; k < mesh->links.n; k++)
    for (int end = 0; end < 2; end++) mesh->links.node[k][end] = number[mesh->links.node[k][end]];
  free(number);
  return ISO_OK;
}

static iso_status apply_order(iso_mesh *mesh, const iso_keyed *order, int32_t *owner, iso_error *err) {
  ISO_TRY(reorder(mesh->nlocal, order, sizeof *mesh->gid, mesh->gid, err));
  ISO_TRY(reorder(mesh->nlocal, order, sizeof *mesh->xyz, mesh->xyz, err));
  ISO_TRY(reorder(mesh->nlocal, order, sizeof *owner, owner, err));
  ISO_TRY(reorder(mesh->nlocal, order, sizeof *mesh->node_tag, mesh->node_tag, err));
  if (mesh->run) ISO_TRY(reorder(mesh->nlocal, order, sizeof *mesh->run, mesh->run, err));
  return renumber(mesh, order, err);
}

static iso_status put_in_order(iso_mesh *mesh, int32_t *owner, iso_error *err) {
  uint8_t *boundary = NULL;
  iso_keyed *order = NULL;
  const iso_hilbert_box box = iso_hilbert_box_of(mesh->comm, mesh->nowned, (const double(*)[3])mesh->xyz);
  iso_status status = iso_alloc(&boundary, (size_t)mesh->nowned, 1, "ordering nodes", err);
  if (status == ISO_OK)
    status = iso_alloc(&order, (size_t)mesh->nlocal, sizeof *order, "ordering nodes", err);
  if (status == ISO_OK) {
    mark_boundary(mesh, boundary);
    status = sort_owned(mesh, &box, boundary, order, err);
  }
  if (status == ISO_OK) status = sort_ghosts(mesh, owner, order + mesh->nowned, err);
  if (status == ISO_OK) status = apply_order(mesh, order, owner, err);
  free(boundary);
  free(order);
  return iso_agree(mesh->comm, status, err);
}

/* Pairs of a neighbour and an owned node that it needs, sorted by both and unique. */
typedef struct {
  int64_t n, room;
  iso_keyed *pair; /* key: neighbour; item: local node */
} needs;

static iso_status add_need(needs *needed, int32_t rank, iso_lid node, iso_error *err) {
  if (needed->n == needed->room) {
    int64_t room = 2 * needed->room + 1024;
    ISO_TRY(iso_realloc(&needed->pair, (size_t)room, sizeof *needed->pair, "the halo", err));
    needed->room = room;
  }
  needed->pair[needed->n++] = (iso_keyed){(uint64_t)rank, node};
  return ISO_OK;
}

static iso_status collect_needs(const iso_mesh *mesh, const int32_t *owner, needs *needed, iso_error *err) {
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    if (!is_shared(mesh, e)) continue;
    const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
    int n = iso_shape_nodes(mesh->shape[e]);
    for (int i = 0; i < n; i++)
      for (int j = 0; j < n; j++)
        if (conn[i] < mesh->nowned && conn[j] >= mesh->nowned)
          ISO_TRY(add_need(needed, owner[conn[j]], conn[i], err));
  }
  for (iso_lid k = 0; k < mesh->links.n; k++) {
    const iso_lid *node = mesh->links.node[k];
    for (int end = 0; end < 2; end++)
      if (node[1 - end] >= mesh->nowned) ISO_TRY(add_need(needed, owner[node[1 - end]], node[end], err));
  }
  return ISO_OK;
}

static iso_status sort_needs(const iso_mesh *mesh, needs *needed, iso_error *err) {
  for (int64_t i = 0; i < needed->n; i++) { /* by global number first: rank and node change places with it */
    iso_keyed *pair = &needed->pair[i];
    *pair = (iso_keyed){(uint64_t)mesh->gid[pair->item], (int64_t)(pair->key << 32 | (uint64_t)pair->item)};
  }
  ISO_TRY(iso_sort(needed->n, needed->pair, err));
  if (mesh->run) {
    for (int64_t i = 0; i < needed->n; i++)
      needed->pair[i].key = patch_of(mesh, needed->pair[i].item & INT32_MAX);
    ISO_TRY(iso_sort(needed->n, needed->pair, err));
  }
  for (int64_t i = 0; i < needed->n; i++) {
    iso_keyed *pair = &needed->pair[i];
    *pair = (iso_keyed){(uint64_t)pair->item >> 32, pair->item & INT32_MAX};
  }
  ISO_TRY(iso_sort(needed->n, needed->pair, err));
  int64_t n = 0;
  for (int64_t i = 0; i < needed->n; i++)
    if (n == 0 || needed->pair[i].key != needed->pair[n - 1].key ||
        needed->pair[i].item != needed->pair[n - 1].item)
      needed->pair[n++] = needed->pair[i];
  needed->n = n;
  return ISO_OK;
}

static int count_neighbours(const needs *needed) {
  int n = 0;
  for (int64_t i = 0; i < needed->n; i++) n += i == 0 || needed->pair[i].key != needed->pair[i - 1].key;
  return n;
}

static void fill_halo(const iso_mesh *mesh, const int32_t *owner, const needs *needed, iso_halo *halo) {
  int k = -1;
  for (int64_t i = 0; i < needed->n; i++) {
    if (i == 0 || needed->pair[i].key != needed->pair[i - 1].key) {
      halo->rank[++k] = (int)needed->pair[i].key;
      halo->send_offset[k] = (iso_lid)i;
    }
    halo->send_node[i] = (iso_lid)needed->pair[i].item;
  }
  halo->send_offset[halo->nneighbours] = (iso_lid)needed->n;
  iso_lid ghost = mesh->nowned;
  for (k = 0; k < halo->nneighbours; k++) {
    halo->recv_offset[k] = ghost - mesh->nowned;
    while (ghost < mesh->nlocal && owner[ghost] == halo->rank[k]) ghost++;
  }
  halo->recv_offset[halo->nneighbours] = ghost - mesh->nowned;
}

static iso_status make_plan(iso_mesh *mesh, const int32_t *owner, needs *needed, iso_error *err) {
  ISO_TRY(collect_needs(mesh, owner, needed, err));
  ISO_TRY(sort_needs(mesh, needed, err));
  ISO_TRY(iso_alloc(&mesh->halo, 1, sizeof *mesh->halo, "the halo", err));
  iso_halo *halo = mesh->halo;
  halo->comm = mesh->comm;
  halo->nowned = mesh->nowned;
  halo->nneighbours = count_neighbours(needed);
  size_t n = (size_t)halo->nneighbours;
  ISO_TRY(iso_alloc(&halo->rank, n, sizeof *halo->rank, "the halo", err));
  ISO_TRY(iso_alloc(&halo->send_offset, n + 1, sizeof *halo->send_offset, "the halo", err));
  ISO_TRY(iso_alloc(&halo->recv_offset, n + 1, sizeof *halo->recv_offset, "the halo", err));
  ISO_TRY(iso_alloc(&halo->send_node, (size_t)needed->n, sizeof *halo->send_node, "the halo", err));
  fill_halo(mesh, owner, needed, halo);
  return ISO_OK;
}

static iso_status make_halo(iso_mesh *mesh, const int32_t *owner, iso_error *err) {
  needs needed = {0};
  iso_status status = make_plan(mesh, owner, &needed, err);
  free(needed.pair);
  return iso_agree(mesh->comm, status, err);
}

iso_status iso_arrange(iso_mesh *mesh, int32_t *owner, iso_error *err) {
  ISO_TRY(iso_node_tags(mesh, err));
  if (mesh->run) ISO_TRY(iso_node_tags_of_ghosts(mesh, err)); /* they are ordered by patch, too */
  ISO_TRY(put_in_order(mesh, owner, err));
  ISO_TRY(make_halo(mesh, owner, err));
  ISO_TRY(iso_halo_update(mesh->halo, mesh->node_tag, sizeof *mesh->node_tag, err));
  return mesh->run ? iso_patches_new(&mesh->patches, mesh, err) : ISO_OK;
}
