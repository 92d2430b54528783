/* Where a distributed mesh goes in a file: nodes in global order, elements in blocks of one tag and shape,
 * and within a block in global order. Each rank writes one contiguous part of the nodes and one of each
 * block, so a file does not depend on the number of ranks. */
#ifndef ISO_RESULT_LAYOUT_H
#define ISO_RESULT_LAYOUT_H

#include "grid/mesh.h"
#include "grid/share/blocks.h"

typedef struct iso_elem_block {
  int32_t tag;
  int32_t shape;        /* iso_shape */
  int32_t id;           /* positive, unique: the tag where possible */
  int64_t total;        /* elements on all ranks */
  int64_t first, nelem; /* this rank's part of them */
} iso_elem_block;

typedef struct iso_layout {
  const iso_mesh *mesh;
  int64_t first_node, nnode; /* this rank's part of the nodes */
  int nblocks;
  iso_elem_block *blocks; /* [nblocks] by tag, then shape; the same on all ranks but first and nelem */
  iso_gid first_elem;     /* of this rank's file range, which has */
  int64_t nelem;          /* elements, over all blocks: a rank has no more of them than a mesh has on it */

  iso_block_plan *node_plan, *elem_plan;
  int64_t nown;   /* elements that this rank sends: those whose lowest node it owns */
  iso_lid *own;   /* [nown] local element numbers */
  iso_lid *place; /* [nelem] of an element of the file range: where it is by block, then global number */
} iso_layout;

/* Collective. The mesh must outlive the layout. A rank's part of the nodes is made of runs of unit nodes from
 * the first one, of which the last may be shorter. */
iso_status iso_layout_new(iso_layout *layout, const iso_mesh *mesh, int64_t unit, iso_error *err);

/* Where the part of a rank begins, in a row of that length; for the number of ranks: the length. Not
 * collective.
 */
int64_t iso_layout_first(int64_t length, int64_t unit, int size, int rank);

/* Collective. owned [nowned] values of bytes each -> part [nnode], in file order. */
iso_status iso_layout_nodes(const iso_layout *layout, const void *owned, size_t bytes, void *part,
                            iso_error *err);

/* Collective. Keeps what it takes to bring nodes' values of bytes each into file order, from one time to the
 * next: some 2 values of a node. Called once. */
iso_status iso_layout_keep_nodes(iso_layout *layout, size_t bytes, iso_error *err);

/* Collective. own [nown] values of bytes each -> part [nelem], by block, then global number. */
iso_status iso_layout_elems(const iso_layout *layout, const void *own, size_t bytes, void *part,
                            iso_error *err);

/* Frees what only elements need, some 20 bytes of each, once the last of their values are sent. The numbers
 * of blocks, and what nodes need, stay. Not collective. */
void iso_layout_drop_elems(iso_layout *layout);

void iso_layout_free(iso_layout *layout);

#endif
