/* The distributed mesh: what one rank knows of the heart.
 *
 * Every node is owned by one rank. A rank holds its owned nodes, every element that touches one of them, and,
 * as ghosts, the other nodes of those elements. Local node numbers are
 *     [0, ninner)          owned, no element shared with another rank's node
 *     [ninner, nowned)     owned, next to another rank's nodes ("boundary")
 *     [nowned, nlocal)     ghosts, by owning rank, then by global number
 * and within inner and within boundary by node_tag, then along a Hilbert curve. Results never depend on this
 * order: whatever is summed is summed in the order of global numbers. */
#ifndef ISO_GRID_MESH_H
#define ISO_GRID_MESH_H

#include "base/error.h"
#include "grid/halo.h"
#include "kernels/types.h"

typedef struct iso_mesh {
  MPI_Comm comm;          /* a duplicate owned by the mesh */
  iso_gid nnodes, nelems; /* of the whole mesh */
  iso_lid ninner, nowned, nlocal;
  iso_gid *gid;      /* [nlocal] global number (file order; of the refined mesh if refined) */
  double (*xyz)[3];  /* [nlocal] mm */
  int32_t *node_tag; /* [nlocal] tag with the largest share of the node's lumped volume, the lowest on ties */

  iso_lid nelem;      /* elements with at least one owned node, ascending by global number */
  int width;          /* columns of conn */
  iso_gid *elem_gid;  /* [nelem] */
  uint8_t *shape;     /* [nelem] iso_shape */
  int32_t *tag;       /* [nelem] */
  iso_lid *conn;      /* [nelem][width] local node numbers in the file's order, unused columns -1 */
  float (*fibre)[3];  /* [nelem] unit, or NULL */
  float (*sheet)[3];  /* [nelem] unit, orthogonal to fibre, or NULL */

  iso_halo *halo; /* owner-to-ghost exchange of this mesh */
  uint64_t checksum; /* of nodes, elements, tags and fibres in global order; the same on any number of ranks */
} iso_mesh;

void iso_mesh_free(iso_mesh *mesh);

#endif
