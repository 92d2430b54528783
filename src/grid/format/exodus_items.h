/* A rank's share of the elements and sets of Exodus files on its way into a slice. */
#ifndef ISO_GRID_FORMAT_EXODUS_ITEMS_H
#define ISO_GRID_FORMAT_EXODUS_ITEMS_H

#include "grid/format/exodus_file.h"
#include "grid/share/directory.h"

typedef struct iso_exodus_items {
  MPI_Comm comm;
  const iso_exodus_index *index;
  iso_directory directory;        /* of the nodes' global numbers, in a decomposed set */
  int64_t first, n;               /* elements [first, first + n) of all files */
  int32_t *block;                 /* [n] number in the index */
  int32_t *tag;                   /* [n] */
  int64_t *id;                    /* [n] its place among all elements, from 0 */
  int64_t *begin;                 /* [n + 1] into node */
  iso_gid *node;                  /* global numbers */
  float (*fibre)[3], (*sheet)[3]; /* [n], or NULL on all ranks */
} iso_exodus_items;

/* Collective. Makes the slice's nodes and reads the elements of this rank. Messages are complete. */
iso_status iso_exodus_read_items(iso_exodus_items *items, iso_slice *slice, iso_error *err);

/* Collective. Side sets and node sets become named surfaces. split: quadrilaterals are cut. */
iso_status iso_exodus_read_sets(const iso_exodus_items *items, bool split, iso_slice *slice, iso_error *err);

/* Collective. Numbers, from 0, of nodes that a file tells from 1 by node [n], which they replace. */
iso_status iso_exodus_number_nodes(const iso_exodus_items *items, const int32_t *piece, int64_t n,
                                   iso_gid *node, iso_error *err);

void iso_exodus_items_free(iso_exodus_items *items);

#endif
