/* The Hilbert curve through the mesh: points near in space are near along it. */
#ifndef ISO_GRID_SHARE_HILBERT_H
#define ISO_GRID_SHARE_HILBERT_H

#include "base/error.h"
#include "kernels/types.h"

/* The cube that the curve fills. */
typedef struct iso_hilbert_box {
  double corner[3], edge;
} iso_hilbert_box;

/* Collective. The smallest cube at the corner of the points' bounding box that holds all ranks' points. */
iso_hilbert_box iso_hilbert_box_of(MPI_Comm comm, int64_t n, const double (*xyz)[3]);

/* Place of a point along the curve of order 21, in [0, 2^63). Transform of J. Skilling, "Programming the
 * Hilbert curve", AIP Conf. Proc. 707 (2004). */
uint64_t iso_hilbert_key(const iso_hilbert_box *box, const double xyz[3]);

/* Collective. place [n]: the rank of each of this rank's points along the curve through all ranks' points, a
 * permutation of [0, sum of n). Points of one key keep the order of ranks and of local numbers. */
iso_status iso_hilbert_order(MPI_Comm comm, int64_t n, const double (*xyz)[3], int64_t *place,
                             iso_error *err);

#endif
