/* A rank's share of the nodes and elements of a file of Gmsh, as they are in the file. */
#ifndef ISO_GRID_FORMAT_GMSH_ITEMS_H
#define ISO_GRID_FORMAT_GMSH_ITEMS_H

#include "grid/format/gmsh.h"

enum { ISO_GMSH_MOST_NODES = 125 }; /* of an element */

typedef struct iso_gmsh_element {
  int32_t type;     /* Gmsh's */
  int32_t physical; /* group, 0: none */
  int32_t entity;   /* elementary tag */
  int64_t first;    /* of its nodes */
  iso_gmsh_role role;
  int32_t more_first, nmore; /* further groups, of the index's: version 4 */
  bool again;                /* the same as the element before it: version 2 has one for each of its groups */
} iso_gmsh_element;

typedef struct iso_gmsh_items {
  int64_t nnode, nelem;
  int64_t *tag;              /* [nnode] */
  double (*xyz)[3];          /* [nnode] in the file's unit */
  iso_gmsh_element *element; /* [nelem] */
  int64_t first_element;     /* number of the first in the file */
  int64_t nlisted, room;
  int64_t *node; /* [nlisted] tags of the elements' nodes, one element's after the other's */
} iso_gmsh_items;

/* Each rank on its own, of the file at path or the set that begins with it. Reads nodes [first_node,
 * first_node + items->nnode) and elements [items->first_element,
 * + items->nelem) of the file, numbers that the caller sets. Messages are complete. */
iso_status iso_gmsh_items_read(const char *path, const iso_gmsh_index *index, int64_t first_node,
                               iso_gmsh_items *items, iso_error *err);

void iso_gmsh_items_free(iso_gmsh_items *items);

#endif
