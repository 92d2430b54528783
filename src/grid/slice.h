/* A mesh as it is read: each rank holds one contiguous run of nodes and one of elements, in file order.
 *
 * Slices of the ranks are disjoint, in rank order and cover the mesh; they need not be equal. Nothing here is
 * ever the whole mesh on more than one rank. A fibre (0, 0, 0) says that the element has none and conducts
 * alike in all directions; a sheet (0, 0, 0), alike in all directions across the fibre; a node fibre (0, 0,
 * 0), that it does not count. Nodes that no element uses are passed on as they are. */
#ifndef ISO_GRID_SLICE_H
#define ISO_GRID_SLICE_H

#include "grid/links.h"
#include "grid/surfaces.h"

/* Nodes of surfaces that name a boundary and are no tissue (drop_surfaces.h), for sets of nodes by their
 * tags. A rank has any of them, and a node may be there more than once. */
typedef struct iso_skin {
  int64_t n, room;
  iso_gid *node; /* [n] global numbers */
  int32_t *tag;  /* [n] */
} iso_skin;

typedef struct iso_slice {
  iso_gid nnodes, nelems;         /* of the whole mesh */
  iso_gid first_node, first_elem; /* global number of this rank's first */
  int64_t nnode, nelem;           /* of this rank */
  int width;                      /* columns of conn: most nodes of any element in the whole mesh */
  double (*xyz)[3];               /* [nnode] mm */
  uint8_t *shape;                 /* [nelem] iso_shape */
  int32_t *tag;                   /* [nelem] region tag as in the file, 0 where the file has none */
  iso_gid *conn;                  /* [nelem][width] global node numbers, unused columns -1 */
  float (*fibre)[3];              /* [nelem] unit vector, or NULL; identical presence on all ranks */
  float (*sheet)[3];              /* [nelem] unit vector orthogonal to fibre, or NULL */
  float (*node_fibre)[3];         /* [nnode] where a file carries fibres on nodes, else NULL */
  iso_links links;                /* by iso_links_new; freed with the slice */
  iso_skin skin;                  /* freed with the slice */
  iso_surfaces surfaces;          /* named ones; freed with the slice */
  iso_tag_names tag_names;        /* freed with the slice */
  char file[256];                 /* where it was read, for messages; may be cut; "": made, not read */
} iso_slice;

/* Frees the arrays and clears the struct. */
void iso_slice_free(iso_slice *slice);

void iso_skin_free(iso_skin *skin);

/* Collective. The largest side of the box around the mesh, mm. *farthest, unless NULL: the largest
 * coordinate, whatever its sign. */
double iso_slice_extent(MPI_Comm comm, const iso_slice *slice, double *farthest);

#endif
