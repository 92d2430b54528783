/* Meshes in correspondence: the same elements of the same nodes, at other places. */
#ifndef ISO_ANATOMY_CORRESPONDING_H
#define ISO_ANATOMY_CORRESPONDING_H

#include "base/error.h"
#include "grid/slice.h"

/* What all meshes are compared with: those of the first one, dealt to the ranks in blocks (share/blocks.h).
 */
typedef struct iso_corresponding {
  MPI_Comm comm;
  const char *file; /* of the first, for messages */
  iso_gid nnodes, nelems;
  int64_t nnode, nelem;             /* of this rank's blocks */
  struct iso_kept_element *element; /* [nelem] */
  uint64_t hash;                    /* iso_topology_hash of the first */
} iso_corresponding;

/* Collective. Of the first slice; file outlives it. ISO_EFAIL where memory is short. To be freed whatever the
 * status. */
iso_status iso_corresponding_new(iso_corresponding *out, MPI_Comm comm, const iso_slice *slice,
                                 const char *file, iso_error *err);
void iso_corresponding_free(iso_corresponding *c);

/* Collective. Coordinates of a slice, xyz [nnode] mm, by the same blocks. ISO_EINPUT where it has another
 * number of nodes or elements than the first one, or an element of another shape, of other nodes, whatever
 * their order in it, or with another tag: names file and the first of these. */
iso_status iso_corresponding_places(const iso_corresponding *c, const iso_slice *slice, const char *file,
                                    double (*xyz)[3], iso_error *err);

/* Collective. What a slice's elements of the highest dimension are made of: a hash of their shapes and nodes,
 * whatever the order of elements and of nodes in them, so that a mesh keeps it in another format. */
uint64_t iso_topology_hash(MPI_Comm comm, const iso_slice *slice);

#endif
