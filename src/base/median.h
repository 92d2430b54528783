/* The middle one of values that are spread over ranks. */
#ifndef ISO_BASE_MEDIAN_H
#define ISO_BASE_MEDIAN_H

#include <mpi.h>
#include <stdint.h>

/* Collective over comm, with the same bits on all ranks and any number of them: the median of every rank's
 * values [n], of an even number the lower of the two in the middle; NAN where no rank has any. NaNs are
 * passed over. Values stay where they are: it is found by 64 sums of counts. */
double iso_median(MPI_Comm comm, int64_t n, const double *values);

#endif
