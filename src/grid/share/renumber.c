#include "grid/share/renumber.h"

#include "base/memory.h"
#include "grid/share/blocks.h"

#include <stdlib.h>

/* Through a plan of its own, as any rank may have any of the items. */
iso_status iso_surface_renumber(MPI_Comm comm, iso_surface *surface, const iso_gid *cut,
                                const iso_gid *number, iso_error *err) {
  iso_block_plan *plan = NULL;
  iso_gid *node = NULL;
  int64_t n = 0;
  iso_status status =
      iso_alloc(&node, (size_t)surface->n * ISO_FACE_NODES, sizeof *node, "nodes of a surface", err);
  ISO_TRY(iso_agree(comm, status, err));
  for (int64_t i = 0; i < surface->n; i++)
    for (int k = 0; k < iso_item_nodes(surface->item[i]); k++) node[n++] = surface->item[i][k];
  status = iso_block_plan_new_cut(&plan, comm, cut, n, node, err);
  if (status == ISO_OK) status = iso_block_plan_fetch(plan, number, sizeof *node, node, err);
  n = 0;
  for (int64_t i = 0; i < surface->n && status == ISO_OK; i++)
    for (int k = 0, nodes = iso_item_nodes(surface->item[i]); k < nodes; k++) surface->item[i][k] = node[n++];
  iso_block_plan_free(plan);
  free(node);
  return status;
}
