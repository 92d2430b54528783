/* Patches: what may step at a pace of its own. A patch is at most ISO_PATCH owned nodes of one tag that are
 * neighbours along the Hilbert curve through the whole mesh: the curve is cut into runs of ISO_PATCH places,
 * or fewer in a small mesh, and nodes of one run with different tags are different patches. So they are the
 * same sets of nodes whatever the number of ranks and the partition, which keeps runs whole. */
#ifndef ISO_GRID_PATCHES_H
#define ISO_GRID_PATCHES_H

#include "base/error.h"
#include "kernels/types.h"

#include <stdint.h>

struct iso_mesh;

enum { ISO_PATCH = 64, ISO_LEAST_RUNS = 8 };

/* Places of a run in a mesh of so many nodes, all of its ranks together: so that there are ISO_LEAST_RUNS, if
 * there are as many nodes, for a few ranks to have some each. */
static inline int iso_run_length(iso_gid nnodes) {
  const iso_gid length = nnodes / ISO_LEAST_RUNS;
  return length < 1 ? 1 : length < ISO_PATCH ? (int)length : ISO_PATCH;
}

/* Owned patches in the order of their nodes, then those of ghosts, of which only the nodes that are ghosts
 * here. Nodes of a patch follow each other. */
typedef struct iso_patches {
  iso_lid ninner; /* owned patches whose nodes are inner; they come first */
  iso_lid nowned, nlocal;
  iso_lid *first; /* [nlocal + 1] first local node */
  uint64_t *id;   /* [nlocal] iso_patch_id: the same on all ranks */

  int64_t *start;     /* [nowned + 1] into neighbour */
  iso_lid *neighbour; /* other local patches that share an element or a link with it, ascending, each once */

  /* The halo by patches: for neighbour k of mesh->halo the entries [send_start[k], send_start[k + 1]), and
   * the ghost patches nowned + [recv_start[k], recv_start[k + 1]). The entries of a sender are the ghost
   * patches of the receiver, in the same order and with the same nodes: ascending by id. */
  iso_lid *send_start; /* [neighbours + 1] */
  iso_lid *send_patch; /* [entries] owned patch */
  iso_lid *send_first; /* [entries + 1] first of its nodes in mesh->halo->send_node */
  iso_lid *recv_start; /* [neighbours + 1] */
} iso_patches;

/* A number for the patch of a run and a tag; ascending by run, then by tag. */
static inline uint64_t iso_patch_id(int32_t run, int32_t tag) {
  return (uint64_t)run << 32 | ((uint32_t)tag ^ 0x80000000u);
}

/* Collective. The patches of a mesh that has runs, in order, with its halo. ISO_EFAIL where memory is short;
 * out is NULL then. */
iso_status iso_patches_new(iso_patches **out, const struct iso_mesh *mesh, iso_error *err);

/* patches may be NULL. */
void iso_patches_free(iso_patches *patches);

#endif
