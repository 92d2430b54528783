/* Fibres given on nodes, for a solver that wants them on elements. */
#ifndef ISO_GRID_SHARE_NODE_FIBRES_H
#define ISO_GRID_SHARE_NODE_FIBRES_H

#include "grid/slice.h"

/* The normalised mean of n directions; a fibre and its opposite are the same, so all are first turned to the
 * side of the first that is not zero. Zero if all are, or if they cancel. */
void iso_mean_direction(int n, const float (*direction)[3], float mean[3]);

/* Collective. Where the slice has fibres on nodes, replaces them by fibres on elements: the mean of their
 * nodes'. */
iso_status iso_slice_element_fibres(MPI_Comm comm, iso_slice *slice, iso_error *err);

#endif
