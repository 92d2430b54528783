/* Which rank owns which node. */
#ifndef ISO_GRID_SHARE_PARTITION_H
#define ISO_GRID_SHARE_PARTITION_H

#include "grid/slice.h"

#include <stdbool.h>

/* Equal stretches of a Hilbert curve through the nodes; PT-Scotch on a graph of short stretches (the curve is
 * kept where Scotch leaves a rank empty); BEST takes whichever of the two cuts fewer connections. */
typedef enum { ISO_PARTITION_BEST, ISO_PARTITION_HILBERT, ISO_PARTITION_SCOTCH } iso_partitioner;

typedef struct iso_partition_options {
  iso_partitioner partitioner;
  /* Parts of each rank, apart from one another: a wave then passes all ranks at the same time, for a longer
   * halo. 0 counts as 1. */
  int pieces;
  /* Patches (patches.h) stay whole on a rank, and the mesh has them. */
  bool patches;
} iso_partition_options;

/* Collective. owner [slice nnode]: rank of each of the slice's nodes. options NULL: the defaults. run [slice
 * nnode]: with patches, the place of each node along the curve through all nodes / iso_run_length, which
 * depends on no partition; else NULL. With fewer runs, or nodes, than ranks some ranks have no node. */
iso_status iso_partition(MPI_Comm comm, const iso_slice *slice, const iso_partition_options *options,
                         int32_t *owner, int32_t *run, iso_error *err);

#endif
