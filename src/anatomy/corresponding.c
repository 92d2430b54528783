#include "anatomy/corresponding.h"

#include "base/memory.h"
#include "grid/geometry.h"
#include "grid/hash.h"
#include "grid/share/blocks.h"

#include <stdlib.h>
#include <string.h>

/* Nodes ascending, unused ones -1 at the end. */
typedef struct iso_kept_element {
  int32_t shape, tag;
  iso_gid node[ISO_MAX_NODES];
} iso_kept_element;

static iso_kept_element kept_of(const iso_slice *slice, int64_t e) {
  iso_kept_element out = {.shape = slice->shape[e], .tag = slice->tag[e]};
  const int n = iso_shape_nodes(out.shape);
  for (int k = 0; k < n; k++) {
    const iso_gid node = slice->conn[e * slice->width + k];
    int at = k;
    for (; at > 0 && out.node[at - 1] > node; at--) out.node[at] = out.node[at - 1];
    out.node[at] = node;
  }
  for (int k = n; k < ISO_MAX_NODES; k++) out.node[k] = -1;
  return out;
}

uint64_t iso_topology_hash(MPI_Comm comm, const iso_slice *slice) {
  int most = 0;
  uint64_t sum = 0;
  for (int64_t e = 0; e < slice->nelem; e++)
    if (iso_shape_dimension(slice->shape[e]) > most) most = iso_shape_dimension(slice->shape[e]);
  MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_INT, MPI_MAX, comm);
  for (int64_t e = 0; e < slice->nelem; e++) {
    if (iso_shape_dimension(slice->shape[e]) < most) continue;
    const iso_kept_element x = kept_of(slice, e);
    sum += iso_hash_words(iso_hash((uint64_t)x.shape), x.node, sizeof x.node);
  }
  MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_UINT64_T, MPI_SUM, comm);
  return iso_hash(sum);
}

/* ---- by blocks ---- */

/* Moves n items from a contiguous run of global numbers to blocks. */
static iso_status deal(MPI_Comm comm, iso_gid total, iso_gid first, int64_t n, const void *items,
                       size_t bytes, void *block, iso_error *err) {
  iso_gid *held;
  iso_block_plan *plan = NULL;
  ISO_TRY(iso_alloc_all(comm, &held, (size_t)n, sizeof *held, "a mesh", err));
  for (int64_t i = 0; i < n; i++) held[i] = first + i;
  iso_status status = iso_block_plan_new(&plan, comm, total, n, held, err);
  free(held);
  if (status == ISO_OK) status = iso_block_plan_send(plan, items, bytes, block, err);
  iso_block_plan_free(plan);
  return status;
}

static int64_t block_size(MPI_Comm comm, iso_gid total) {
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  return iso_block_first(total, size, rank + 1) - iso_block_first(total, size, rank);
}

/* *out [nelem] of c, to be freed. */
static iso_status deal_elements(const iso_corresponding *c, const iso_slice *slice, iso_kept_element **out,
                                iso_error *err) {
  iso_kept_element *mine;
  ISO_TRY(iso_alloc_all(c->comm, out, (size_t)c->nelem, sizeof **out, "elements", err));
  iso_status status = iso_alloc_all(c->comm, &mine, (size_t)slice->nelem, sizeof *mine, "elements", err);
  for (int64_t e = 0; e < slice->nelem && status == ISO_OK; e++) mine[e] = kept_of(slice, e);
  if (status == ISO_OK)
    status = deal(c->comm, c->nelems, slice->first_elem, slice->nelem, mine, sizeof *mine, *out, err);
  free(mine);
  return status;
}

iso_status iso_corresponding_new(iso_corresponding *out, MPI_Comm comm, const iso_slice *slice,
                                 const char *file, iso_error *err) {
  *out = (iso_corresponding){.comm = comm,
                             .file = file,
                             .nnodes = slice->nnodes,
                             .nelems = slice->nelems,
                             .nnode = block_size(comm, slice->nnodes),
                             .nelem = block_size(comm, slice->nelems),
                             .hash = iso_topology_hash(comm, slice)};
  return deal_elements(out, slice, &out->element, err);
}

void iso_corresponding_free(iso_corresponding *c) {
  free(c->element);
  *c = (iso_corresponding){0};
}

/* ---- what differs ---- */

static iso_status refuse_element(const iso_corresponding *c, const iso_kept_element *x, int64_t k,
                                 const char *file, iso_error *err) {
  const iso_kept_element *first = &c->element[k];
  int rank, size;
  MPI_Comm_rank(c->comm, &rank);
  MPI_Comm_size(c->comm, &size);
  const long long e = iso_block_first(c->nelems, size, rank) + k;
  if (x->shape != first->shape)
    return iso_fail(err, ISO_EINPUT,
                    "%s: element %lld (counted from 0) has %d nodes and %d in %s; meshes of shape modes have "
                    "the same elements",
                    file, e, iso_shape_nodes(x->shape), iso_shape_nodes(first->shape), c->file);
  if (memcmp(x->node, first->node, sizeof x->node) != 0)
    return iso_fail(err, ISO_EINPUT,
                    "%s: element %lld (counted from 0) is of other nodes than in %s; meshes of shape modes "
                    "correspond node by node",
                    file, e, c->file);
  return iso_fail(err, ISO_EINPUT,
                  "%s: element %lld (counted from 0) has the tag %d and %d in %s; meshes of shape modes have "
                  "the same tags",
                  file, e, (int)x->tag, (int)first->tag, c->file);
}

static iso_status compare(const iso_corresponding *c, const iso_kept_element *x, const char *file,
                          iso_error *err) {
  for (int64_t k = 0; k < c->nelem; k++) {
    const iso_kept_element *first = &c->element[k];
    if (x[k].shape != first->shape || x[k].tag != first->tag ||
        memcmp(x[k].node, first->node, sizeof first->node) != 0)
      return refuse_element(c, &x[k], k, file, err);
  }
  return ISO_OK;
}

static iso_status check_count(const iso_corresponding *c, const char *file, const char *what, iso_gid is,
                              iso_gid first, iso_error *err) {
  if (is == first) return ISO_OK;
  return iso_fail(err, ISO_EINPUT,
                  "%s has %lld %s, and %s has %lld; meshes of shape modes correspond node by node", file,
                  (long long)is, what, c->file, (long long)first);
}

iso_status iso_corresponding_places(const iso_corresponding *c, const iso_slice *slice, const char *file,
                                    double (*xyz)[3], iso_error *err) {
  iso_kept_element *x;
  ISO_TRY(check_count(c, file, "nodes", slice->nnodes, c->nnodes, err));
  ISO_TRY(check_count(c, file, "elements", slice->nelems, c->nelems, err));
  iso_status status = deal_elements(c, slice, &x, err);
  if (status == ISO_OK) status = iso_agree(c->comm, compare(c, x, file, err), err);
  free(x);
  ISO_TRY(status);
  return deal(c->comm, c->nnodes, slice->first_node, slice->nnode, slice->xyz, sizeof *slice->xyz, xyz, err);
}
