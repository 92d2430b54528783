/* Elements in another order. */
#ifndef ISO_GRID_SHARE_ORDER_H
#define ISO_GRID_SHARE_ORDER_H

#include "grid/slice.h"

/* Collective. Puts the slice's elements in the order of their keys, key [slice nelem] from 0 to total - 1;
 * equal keys keep their order. Where they are in order, nothing is moved. Fails for lack of memory, on all
 * ranks. */
iso_status iso_slice_order(MPI_Comm comm, iso_slice *slice, int64_t total, const int64_t *key,
                           iso_error *err);

#endif
