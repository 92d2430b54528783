/* The mesh seen from afar: runs of nodes that follow each other along the Hilbert curve, and how strongly
 * they are connected. It is small enough to be partitioned in no time, and its runs are compact enough to
 * lose little. */
#ifndef ISO_GRID_SHARE_COARSE_GRAPH_H
#define ISO_GRID_SHARE_COARSE_GRAPH_H

#include "grid/slice.h"

/* A distributed graph: rank r holds the block of runs [iso_block_first(nruns, ranks, r), ...). */
typedef struct iso_coarse_graph {
  iso_gid nnodes, nruns;
  int64_t length;     /* nodes of a run; the last may be shorter */
  iso_gid first;      /* run of this rank */
  int32_t n;          /* runs of this rank */
  int32_t *offset;    /* [n + 1] into neighbour and weight */
  int32_t *neighbour; /* global numbers of runs, ascending */
  int32_t *weight;    /* edges of elements and links between the two runs */
  int32_t *size;      /* [n] nodes */
} iso_coarse_graph;

/* Collective. place [slice nnode] along the Hilbert curve. unit: runs have a multiple of so many places. */
iso_status iso_coarse_graph_new(iso_coarse_graph *graph, MPI_Comm comm, const iso_slice *slice,
                                const int64_t *place, int64_t unit, iso_error *err);

/* Collective. How a partition of the runs, part [n], would do. */
typedef struct iso_cut {
  int64_t edges;    /* weight of connections between parts */
  int64_t largest;  /* nodes of the largest part */
  int64_t smallest; /* and of the smallest */
} iso_cut;
iso_status iso_coarse_graph_cut(const iso_coarse_graph *graph, MPI_Comm comm, const int32_t *part,
                                iso_cut *cut, iso_error *err);

void iso_coarse_graph_free(iso_coarse_graph *graph);

#endif
