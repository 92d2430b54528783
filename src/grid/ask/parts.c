#include "grid/ask/parts.h"

#include "base/memory.h"
#include "grid/ask/components.h"
#include "grid/hash.h"
#include "grid/share/blocks.h"
#include "grid/share/route.h"
#include "grid/sort.h"
#include "grid/twins.h"

#include <stdlib.h>

/* A part's label and how many of its nodes a rank owns; or a place and 1. */
typedef struct {
  uint64_t key;
  int64_t count;
} tally;

static int most_first(const void *a, const void *b) {
  int64_t p = *(const int64_t *)a, q = *(const int64_t *)b;
  return (p < q) - (p > q);
}

/* Adds up tallies of equal keys in place; returns how many are left. */
static iso_status add_up(int64_t *n, tally *list, iso_error *err) {
  iso_keyed *order;
  ISO_TRY(iso_alloc(&order, (size_t)*n, sizeof *order, "parts of the mesh", err));
  for (int64_t i = 0; i < *n; i++) order[i] = (iso_keyed){list[i].key, list[i].count};
  iso_status status = iso_sort(*n, order, err);
  int64_t left = 0;
  for (int64_t i = 0; i < *n && status == ISO_OK; i++) {
    if (left == 0 || list[left - 1].key != order[i].key) list[left++] = (tally){order[i].key, 0};
    list[left - 1].count += order[i].item;
  }
  free(order);
  *n = left;
  return status;
}

/* Sends each tally to the rank that dest names, and adds up those of equal keys there. */
static iso_status meet(MPI_Comm comm, int64_t *n, tally **list, const int32_t *dest, iso_error *err) {
  iso_route route;
  tally *received = NULL;
  ISO_TRY(iso_route_new(&route, comm, *n, dest, NULL, err));
  iso_status status = iso_alloc(&received, (size_t)route.nrecv, sizeof *received, "parts of the mesh", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = iso_route_send(&route, *list, sizeof **list, received, err);
  int64_t nreceived = route.nrecv;
  iso_route_free(&route);
  if (status == ISO_OK) status = iso_agree(comm, add_up(&nreceived, received, err), err);
  if (status != ISO_OK) {
    free(received);
    return status;
  }
  free(*list);
  *list = received;
  *n = nreceived;
  return ISO_OK;
}

/* The largest of all ranks' parts: each rank tells its own largest. */
static iso_status find_largest(MPI_Comm comm, int64_t n, const tally *list, iso_parts *parts,
                               iso_error *err) {
  int size;
  MPI_Comm_size(comm, &size);
  int64_t *counts = NULL, *all = NULL, room = n > ISO_LARGEST_PARTS ? n : ISO_LARGEST_PARTS;
  size_t nall = (size_t)size * ISO_LARGEST_PARTS;
  iso_status status = iso_alloc(&counts, (size_t)room, sizeof *counts, "parts of the mesh", err);
  if (status == ISO_OK) status = iso_alloc(&all, nall, sizeof *all, "parts of the mesh", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) {
    for (int64_t i = 0; i < n; i++) counts[i] = list[i].count;
    qsort(counts, (size_t)room, sizeof *counts, most_first);
    MPI_Allgather(counts, ISO_LARGEST_PARTS, MPI_INT64_T, all, ISO_LARGEST_PARTS, MPI_INT64_T, comm);
    qsort(all, nall, sizeof *all, most_first);
    for (int i = 0; i < ISO_LARGEST_PARTS; i++) parts->largest[i] = all[i];
  }
  free(counts);
  free(all);
  return status;
}

/* Room for a tally of every owned node. */
typedef struct {
  int64_t n;
  tally *list;
  int32_t *dest;
} tallies;

static iso_status new_tallies(const iso_mesh *mesh, tallies *t, iso_error *err) {
  *t = (tallies){0};
  iso_status status = iso_alloc(&t->list, (size_t)mesh->nowned, sizeof *t->list, "parts of the mesh", err);
  if (status == ISO_OK)
    status = iso_alloc(&t->dest, (size_t)mesh->nowned, sizeof *t->dest, "parts of the mesh", err);
  return iso_agree(mesh->comm, status, err);
}

static iso_status count_parts(const iso_mesh *mesh, const uint8_t *used, const iso_gid *label,
                              iso_parts *parts, iso_error *err) {
  int size;
  MPI_Comm_size(mesh->comm, &size);
  tallies t;
  iso_status status = new_tallies(mesh, &t, err);
  if (status == ISO_OK) {
    for (iso_lid i = 0; i < mesh->nowned; i++)
      if (used[i]) t.list[t.n++] = (tally){(uint64_t)label[i], 1};
    status = iso_agree(mesh->comm, add_up(&t.n, t.list, err), err);
  }
  if (status == ISO_OK) {
    for (int64_t k = 0; k < t.n; k++) t.dest[k] = iso_block_owner(mesh->nnodes, size, (iso_gid)t.list[k].key);
    status = meet(mesh->comm, &t.n, &t.list, t.dest, err);
  }
  parts->n = t.n;
  if (status == ISO_OK) status = find_largest(mesh->comm, t.n, t.list, parts, err);
  free(t.list);
  free(t.dest);
  return status;
}

/* What a node belongs to. */
enum { LINES_ALONE = 1, MORE = 2 };

/* Nodes of networks lie where nodes of the muscle do, as their junctions say what is between. */
static iso_status count_coincident(const iso_mesh *mesh, const uint8_t *used, iso_parts *parts,
                                   iso_error *err) {
  int size, linked = mesh->links.n > 0;
  MPI_Allreduce(MPI_IN_PLACE, &linked, 1, MPI_INT, MPI_MAX, mesh->comm);
  MPI_Comm_size(mesh->comm, &size);
  tallies t;
  iso_status status = new_tallies(mesh, &t, err);
  if (status == ISO_OK) {
    for (iso_lid i = 0; i < mesh->nowned; i++) {
      if (!used[i]) continue;
      t.list[t.n] = (tally){iso_hash_place(mesh->xyz[i]) + (linked && used[i] == LINES_ALONE), 1};
      t.dest[t.n] = (int32_t)(t.list[t.n].key % (uint64_t)size);
      t.n++;
    }
    status = meet(mesh->comm, &t.n, &t.list, t.dest, err);
  }
  for (int64_t k = 0; k < t.n && status == ISO_OK; k++) parts->coincident += t.list[k].count - 1;
  free(t.list);
  free(t.dest);
  return status;
}

/* Each element is looked at by the rank that owns its lowest node, where all with the same nodes are. */
static iso_status list_keys(const iso_mesh *mesh, iso_twin_key **key, int64_t *n, iso_error *err) {
  ISO_TRY(iso_alloc(key, (size_t)mesh->nelem, sizeof **key, "elements that are there twice", err));
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
    const int nodes = iso_shape_nodes(mesh->shape[e]);
    iso_gid gid[ISO_MAX_NODES];
    int low = 0;
    for (int k = 0; k < nodes; k++) {
      gid[k] = mesh->gid[conn[k]];
      if (gid[k] < gid[low]) low = k;
    }
    if (conn[low] < mesh->nowned) (*key)[(*n)++] = iso_twin_key_of(mesh->shape[e], nodes, gid);
  }
  return ISO_OK;
}

static iso_status count_twins(const iso_mesh *mesh, iso_parts *parts, iso_error *err) {
  iso_twin_key *key = NULL;
  uint8_t *again = NULL;
  int64_t n = 0;
  iso_status status = list_keys(mesh, &key, &n, err);
  if (status == ISO_OK) status = iso_alloc(&again, (size_t)n, 1, "elements that are there twice", err);
  if (status == ISO_OK) status = iso_find_twins(n, key, again, err);
  for (int64_t i = 0; i < n && status == ISO_OK; i++) parts->twins += again[i];
  free(key);
  free(again);
  return iso_agree(mesh->comm, status, err);
}

static void mark_used(const iso_mesh *mesh, uint8_t *used) {
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    const iso_lid *node = mesh->conn + (int64_t)e * mesh->width;
    const uint8_t mark = mesh->shape[e] == ISO_LINE ? LINES_ALONE : MORE;
    for (int k = 0; k < mesh->width; k++)
      if (node[k] >= 0 && used[node[k]] < mark) used[node[k]] = mark;
  }
}

static iso_status count(const iso_mesh *mesh, const uint8_t *used, iso_gid *label, iso_parts *parts,
                        iso_error *err) {
  ISO_TRY(iso_components(mesh, label, err));
  ISO_TRY(count_parts(mesh, used, label, parts, err));
  ISO_TRY(count_coincident(mesh, used, parts, err));
  ISO_TRY(count_twins(mesh, parts, err));
  for (iso_lid i = 0; i < mesh->nowned; i++) parts->orphans += !used[i];
  int64_t sums[] = {parts->n, parts->orphans, parts->coincident, parts->twins};
  MPI_Allreduce(MPI_IN_PLACE, sums, 4, MPI_INT64_T, MPI_SUM, mesh->comm);
  parts->n = sums[0];
  parts->orphans = sums[1];
  parts->coincident = sums[2];
  parts->twins = sums[3];
  return ISO_OK;
}

iso_status iso_parts_of(const iso_mesh *mesh, iso_parts *parts, iso_error *err) {
  iso_gid *label = NULL;
  uint8_t *used = NULL;
  *parts = (iso_parts){0};
  iso_status status = iso_alloc(&label, (size_t)mesh->nlocal, sizeof *label, "parts of the mesh", err);
  if (status == ISO_OK) status = iso_alloc(&used, (size_t)mesh->nlocal, 1, "parts of the mesh", err);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) {
    mark_used(mesh, used);
    status = count(mesh, used, label, parts, err);
  }
  free(label);
  free(used);
  return status;
}
