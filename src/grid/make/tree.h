/* A small graph of lines, whole on every rank. */
#ifndef ISO_GRID_MAKE_TREE_H
#define ISO_GRID_MAKE_TREE_H

#include "grid/make/network.h"

typedef struct iso_tree {
  int64_t nnode, nline;
  double (*xyz)[3];   /* [nnode] mm */
  int64_t (*line)[2]; /* [nline] nodes */
  int32_t *tag;       /* [nline] of the file */
  int64_t root;       /* the end that is no junction; -1: none, or cut off */
  int64_t nend;
  int64_t *end; /* [nend] nodes of one line only in the file, without the root, ascending */
} iso_tree;

/* Collective. Reads the lines of a network, joins points of one place, leaves out what is cut and points
 * without lines, and divides long lines; the same on every rank. ISO_EINPUT where it cannot be read, holds
 * other elements than lines, or has none with a tag that is to be cut. */
iso_status iso_tree_read(iso_tree *tree, MPI_Comm comm, const iso_network *network, iso_notes *notes,
                         iso_error *err);

void iso_tree_free(iso_tree *tree);

#endif
