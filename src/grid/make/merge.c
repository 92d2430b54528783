#include "grid/make/merge.h"

#include "base/memory.h"
#include "grid/hash.h"
#include "grid/make/drop_nodes.h"
#include "grid/share/route.h"
#include "grid/sort.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A node's place, as a hash, and number. */
typedef struct {
  uint64_t place;
  iso_gid node;
} placed;

/* Of every node of the slice: the node of the lowest number at its place, then the number that it gets. */
typedef struct {
  iso_slice *slice;
  placed *at;
  int32_t *dest;
  iso_gid *first;  /* [slice nnode] */
  iso_gid *number; /* [slice nnode] of those that stay; of others, anything */
  uint8_t *stays;  /* [slice nnode] */
} merger;

/* Nodes arrive by ascending number, so the first of a place is the lowest. */
static iso_status find_lowest(int64_t n, const placed *at, iso_gid *lowest, iso_error *err) {
  iso_keyed *order;
  ISO_TRY(iso_alloc(&order, (size_t)n, sizeof *order, "nodes to be merged", err));
  for (int64_t i = 0; i < n; i++) order[i] = (iso_keyed){at[i].place, i};
  iso_status status = iso_sort(n, order, err);
  int64_t first = 0;
  for (int64_t i = 0; i < n && status == ISO_OK; i++) {
    if (order[i].key != order[first].key) first = i;
    lowest[order[i].item] = at[order[first].item].node;
  }
  free(order);
  return status;
}

static iso_status find_first(MPI_Comm comm, merger *m, iso_error *err) {
  iso_route route;
  placed *received = NULL;
  iso_gid *lowest = NULL;
  ISO_TRY(iso_route_new(&route, comm, m->slice->nnode, m->dest, NULL, err));
  iso_status status = iso_alloc(&received, (size_t)route.nrecv, sizeof *received, "nodes to be merged", err);
  if (status == ISO_OK)
    status = iso_alloc(&lowest, (size_t)route.nrecv, sizeof *lowest, "nodes to be merged", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = iso_route_send(&route, m->at, sizeof *m->at, received, err);
  if (status == ISO_OK) status = iso_agree(comm, find_lowest(route.nrecv, received, lowest, err), err);
  if (status == ISO_OK) status = iso_route_answer(&route, lowest, sizeof *lowest, m->first, err);
  iso_route_free(&route);
  free(received);
  free(lowest);
  return status;
}

/* number of all: a node that goes gets that of the one that stays. */
static iso_status share_numbers(MPI_Comm comm, merger *m, const iso_gid *cut, iso_error *err) {
  iso_block_plan *plan = NULL;
  iso_gid *all = NULL;
  iso_status status = iso_alloc(&all, (size_t)m->slice->nnode, sizeof *all, "nodes to be merged", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = iso_block_plan_new_cut(&plan, comm, cut, m->slice->nnode, m->first, err);
  if (status == ISO_OK) status = iso_block_plan_fetch(plan, m->number, sizeof *all, all, err);
  iso_block_plan_free(plan);
  if (status != ISO_OK) {
    free(all);
    return status;
  }
  free(m->number);
  m->number = all;
  return ISO_OK;
}

static iso_status allocate(MPI_Comm comm, merger *m, iso_error *err) {
  const size_t n = (size_t)m->slice->nnode;
  int size;
  MPI_Comm_size(comm, &size);
  ISO_TRY(iso_alloc(&m->at, n, sizeof *m->at, "nodes to be merged", err));
  ISO_TRY(iso_alloc(&m->dest, n, sizeof *m->dest, "nodes to be merged", err));
  ISO_TRY(iso_alloc(&m->first, n, sizeof *m->first, "nodes to be merged", err));
  ISO_TRY(iso_alloc(&m->number, n, sizeof *m->number, "nodes to be merged", err));
  ISO_TRY(iso_alloc(&m->stays, n, sizeof *m->stays, "nodes to be merged", err));
  for (size_t i = 0; i < n; i++) {
    m->at[i] = (placed){iso_hash_place(m->slice->xyz[i]), m->slice->first_node + (iso_gid)i};
    m->dest[i] = (int32_t)(m->at[i].place % (uint64_t)size);
  }
  return ISO_OK;
}

static iso_status merge(MPI_Comm comm, merger *m, iso_batches *b, int64_t *merged, iso_error *err) {
  ISO_TRY(iso_agree(comm, allocate(comm, m, err), err));
  ISO_TRY(find_first(comm, m, err));
  for (int64_t i = 0; i < m->slice->nnode; i++) m->stays[i] = m->first[i] == m->slice->first_node + i;
  *merged = iso_number_nodes(comm, m->slice, m->stays, m->number);
  if (*merged == 0) return ISO_OK;
  ISO_TRY(share_numbers(comm, m, b->cut, err));
  return iso_slice_drop_nodes(comm, m->slice, b, m->stays, m->number, err);
}

iso_status iso_slice_merge(MPI_Comm comm, iso_slice *slice, int64_t *merged, iso_error *err) {
  merger m = {.slice = slice};
  iso_batches batches;
  ISO_TRY(iso_batches_new(&batches, comm, slice, err));
  iso_status status = merge(comm, &m, &batches, merged, err);
  iso_batches_free(&batches);
  free(m.at);
  free(m.dest);
  free(m.first);
  free(m.number);
  free(m.stays);
  return status;
}
