#include "grid/share/renumber.h"

#include "base/memory.h"
#include "grid/share/blocks.h"

#include <stdlib.h>
#include <string.h>

/* Through a plan of its own, as any rank may have any of the items. */
iso_status iso_surface_renumber(MPI_Comm comm, iso_surface *surface, const iso_gid *cut,
                                const iso_gid *number, iso_error *err) {
  iso_block_plan *plan = NULL;
  iso_gid *node = NULL;
  int64_t n = 0;
  ISO_TRY(iso_alloc_all(comm, &node, (size_t)surface->n * ISO_FACE_NODES, sizeof *node, "nodes of a surface",
                        err));
  for (int64_t i = 0; i < surface->n; i++)
    for (int k = 0; k < iso_item_nodes(surface->item[i]); k++) node[n++] = surface->item[i][k];
  iso_status status = iso_block_plan_new_cut(&plan, comm, cut, n, node, err);
  if (status == ISO_OK) status = iso_block_plan_fetch(plan, number, sizeof *node, node, err);
  n = 0;
  for (int64_t i = 0; i < surface->n && status == ISO_OK; i++)
    for (int k = 0, nodes = iso_item_nodes(surface->item[i]); k < nodes; k++) surface->item[i][k] = node[n++];
  iso_block_plan_free(plan);
  free(node);
  return status;
}

/* Marked in the blocks of all nodes, where each is once. */
iso_status iso_surface_unique(MPI_Comm comm, iso_surface *surface, iso_gid nnodes, iso_error *err) {
  int rank, size;
  iso_block_plan *plan = NULL;
  iso_gid *node = NULL;
  uint8_t *yes = NULL, *block = NULL;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  const iso_gid first = iso_block_first(nnodes, size, rank),
                n = iso_block_first(nnodes, size, rank + 1) - first;
  iso_status status = iso_alloc(&node, (size_t)surface->n, sizeof *node, "nodes of a surface", err);
  if (status == ISO_OK) status = iso_alloc(&yes, (size_t)surface->n, 1, "nodes of a surface", err);
  if (status == ISO_OK) status = iso_alloc(&block, (size_t)n, 1, "nodes of a surface", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) {
    for (int64_t i = 0; i < surface->n; i++) node[i] = surface->item[i][0];
    memset(yes, 1, (size_t)surface->n);
    status = iso_block_plan_new(&plan, comm, nnodes, surface->n, node, err);
  }
  if (status == ISO_OK) status = iso_block_plan_send(plan, yes, 1, block, err);
  if (status == ISO_OK) surface->n = 0;
  for (iso_gid i = 0; i < n && status == ISO_OK; i++)
    if (block[i]) status = iso_surface_put(surface, 1, &(iso_gid){first + i}, err);
  status = iso_agree(comm, status, err);
  iso_block_plan_free(plan);
  free(node), free(yes), free(block);
  return status;
}
