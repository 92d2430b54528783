/* Links: conductances from node to node, beside the elements. Purkinje-muscle junctions are links; so is a
 * wire.
 *
 * Nodes of a link are neighbours: the partition counts it as an edge, and a rank that owns one of them has
 * the other as a ghost. A link without delay that conducts both ways is a resistor, and part of every
 * operator that is assembled on the mesh (linear/system.h); delays and directions are kept and carried for
 * who acts on them. */
#ifndef ISO_GRID_LINKS_H
#define ISO_GRID_LINKS_H

#include "base/error.h"
#include "kernels/types.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct iso_link {
  iso_gid node[2];       /* global numbers, not the same */
  double conductance_mS; /* above 0 */
  double delay_ms;       /* 0 or above */
  bool one_way;          /* from node[0] to node[1] only */
  int32_t group;         /* of which network, for who treats these differently; no part of the mesh's hash */
} iso_link;

/* Those of a slice: like elements, each rank has some, in the order in which they are numbered. */
typedef struct iso_links {
  iso_gid total;  /* of the whole mesh */
  iso_gid first;  /* number of this rank's first */
  int64_t n;      /* of this rank */
  iso_link *link; /* [n] */
} iso_links;

/* Those of a mesh: all of which this rank owns a node. */
typedef struct iso_mesh_links {
  iso_lid n;
  iso_gid *number;    /* [n] ascending */
  iso_link *link;     /* [n] */
  iso_lid (*node)[2]; /* [n] local numbers of the nodes, one of them owned at least */
} iso_mesh_links;

/* Whether link is a resistor: it conducts both ways, and at once. */
bool iso_link_is_resistor(const iso_link *link);

/* Collective over comm. Copies the n links that this rank gives, any number on any rank, of a mesh with
 * nnodes nodes; they are numbered in the order of ranks. Values outside of what iso_link says are ISO_EINPUT,
 * which names the link by its number from 1; memory that is short is ISO_EFAIL. out holds nothing then. */
iso_status iso_links_new(iso_links *out, MPI_Comm comm, iso_gid nnodes, int64_t n, const iso_link *link,
                         iso_error *err);

/* Free what either holds, and clear it. */
void iso_links_free(iso_links *links);
void iso_mesh_links_free(iso_mesh_links *links);

#endif
