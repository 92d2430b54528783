/* Exodus II files: NetCDF-3 and NetCDF-4, one or a decomposed set of them (L. Schoof and V. Yarberry, "EXODUS
 * II: a finite element data model", SAND92-2137).
 *
 * Rank 0 lists what the files hold; every rank then reads its share of nodes, elements and sets by ranges. */
#ifndef ISO_GRID_FORMAT_EXODUS_FILE_H
#define ISO_GRID_FORMAT_EXODUS_FILE_H

#include "grid/format/element_kinds.h"

enum { ISO_EXODUS_PATH = 1024, ISO_EXODUS_TYPE = 40 };

/* One file. Nodes and elements count from 0 through all of them. */
typedef struct iso_exodus_piece {
  char path[ISO_EXODUS_PATH];
  int64_t first_node, nnode, first_elem, nelem;
  bool node_map, elem_map; /* has global numbers */
} iso_exodus_piece;

typedef struct iso_exodus_block {
  int piece, number;    /* of the file, and of the block in it, from 1 */
  int64_t id, first, n; /* elements from first on, through all files */
  int64_t nodes;        /* of an element */
  char type[ISO_EXODUS_TYPE];
  char name[ISO_NAME_SIZE]; /* "" where it has none */
  /* Numbers of variables of our own files (result/exodus.h), from 1; 0: there is none. */
  int region, fibre, sheet;
} iso_exodus_block;

typedef struct iso_exodus_set {
  int piece, number;
  bool sides; /* of sides of elements, not of nodes */
  int64_t id, n;
  char name[ISO_NAME_SIZE];
} iso_exodus_set;

typedef struct iso_exodus_index {
  int dimension; /* of the coordinates: 1, 2 or 3 */
  int npieces, nblocks, nsets;
  iso_exodus_piece *piece;
  iso_exodus_block *block;
  iso_exodus_set *set;
  int64_t nnodes, nelems; /* in all files, shared nodes as often as they are there */
} iso_exodus_index;

/* One rank. path: a file, or one of a decomposed set, NAME.N.K, of whose N all are read. Messages are
 * complete. */
iso_status iso_exodus_index_make(const char *path, iso_exodus_index *index, iso_error *err);

/* Collective. Rank 0's index on every rank. */
iso_status iso_exodus_index_share(MPI_Comm comm, iso_exodus_index *index, iso_error *err);

void iso_exodus_index_free(iso_exodus_index *index);

/* A file for reading. ISO_EINPUT where it is none that NetCDF reads. */
iso_status iso_exodus_open(const char *path, int *file, iso_error *err);

/* Values [first, first + n) of a variable of one dimension, or rows of width of one with two. ISO_EINPUT
 * names the variable where it is not there or does not hold them. */
iso_status iso_exodus_integers(int file, const char *path, const char *variable, int64_t first, int64_t n,
                               int64_t width, int64_t *value, iso_error *err);
iso_status iso_exodus_reals(int file, const char *path, const char *variable, int64_t first, int64_t n,
                            double *value, iso_error *err);

/* Values [first, first + n) of a row, from 0, of a variable of two dimensions. */
iso_status iso_exodus_row(int file, const char *path, const char *variable, int row, int64_t first, int64_t n,
                          double *value, iso_error *err);

/* Whether there is a variable of that name. */
bool iso_exodus_has(int file, const char *variable);

/* Collective. As iso_carp_read (carp.h). */
iso_status iso_exodus_read(MPI_Comm comm, const iso_read_options *options, iso_slice *slice, iso_error *err);

#endif
