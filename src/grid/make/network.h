/* Networks of lines beside a mesh, as Purkinje trees are, and their junctions with its nodes. */
#ifndef ISO_GRID_MAKE_NETWORK_H
#define ISO_GRID_MAKE_NETWORK_H

#include "grid/format/read.h"

typedef struct iso_network {
  const char *name; /* what the names of its sets of nodes begin with */
  const char *path; /* in a format of iso_slice_read, of lines only */
  const char *unit; /* of its coordinates, as in iso_read_options */
  int32_t tag;      /* of its elements; -1: those of the file */
  int ncut;
  const int32_t *cut; /* [ncut] lines with these tags in the file are left out */
  double root_mm[3];  /* the end nearest to it is no junction; NAN: the file's first point, if it is an end */
  double edge_mm;     /* longer lines are cut into equal parts not longer than this; NAN: none is */
  double radius_mm;   /* how far the nodes of a junction may be from its end of the network */
  int nodes;          /* most nodes of a junction: the nearest ones */
  double resistance_kohm; /* of a junction, all of its nodes together */
} iso_network;

struct iso_tree;

/* Collective. Adds n networks, as iso_tree_read (tree.h) read them, to a slice without links: their nodes and
 * lines come last, in the order of the networks, and fibres point along the lines. Every end but the root is
 * a junction: resistors to the nearest of the nodes that the slice had before, on ties those of the lowest
 * numbers; a link's group is the number of its network. The slice gets named sets of nodes: NAME_root, if
 * there is one, NAME_ends, and NAME_junctions of the nodes of junctions. Numbers and links are the same on
 * any number of ranks. A network has a thousandth of the nodes of a heart: each rank has all of it, and the
 * last rank's slice keeps it until the mesh is partitioned. ISO_EINPUT, for the network *which: its name is
 * taken, or it has an end that is too far from every node. Where a line is cut no junction begins. On failure
 * the slice is to be freed. */
iso_status iso_slice_add_networks(MPI_Comm comm, iso_slice *slice, int n, const iso_network *network,
                                  const struct iso_tree *tree, int *which, iso_error *err);

#endif
