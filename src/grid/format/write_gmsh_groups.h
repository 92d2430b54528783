/* What Gmsh calls physical groups, and entities, of a mesh that is written: its tags and its named surfaces.
 */
#ifndef ISO_GRID_FORMAT_WRITE_GMSH_GROUPS_H
#define ISO_GRID_FORMAT_WRITE_GMSH_GROUPS_H

#include "grid/slice.h"

typedef struct iso_gmsh_group {
  int dimension;
  int32_t tag;                /* of no other group of this dimension */
  const char *name;           /* the slice's; NULL: without */
  const iso_surface *surface; /* NULL: elements */
} iso_gmsh_group;

typedef struct iso_gmsh_groups {
  int n, nelements;      /* nelements: groups of elements, which come first, by dimension and tag */
  iso_gmsh_group *group; /* [n] */
} iso_gmsh_groups;

/* Collective. Surfaces that are elements themselves have the elements' group; others get the tags behind the
 * highest of their dimension. slice outlives it. ISO_EINPUT, naming the file path, where a tag is none of
 * Gmsh. To be freed whatever the status. */
iso_status iso_gmsh_groups_new(iso_gmsh_groups *out, MPI_Comm comm, const iso_slice *slice, const char *path,
                               iso_error *err);

void iso_gmsh_groups_free(iso_gmsh_groups *groups);

#endif
