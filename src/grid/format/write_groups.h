/* Which tags the elements of a slice have, for formats that list them before the elements. */
#ifndef ISO_GRID_FORMAT_WRITE_GROUPS_H
#define ISO_GRID_FORMAT_WRITE_GROUPS_H

#include "grid/slice.h"

typedef struct iso_group {
  int dimension; /* of its elements */
  int32_t tag;
} iso_group;

/* Collective. *group [*n], to be freed: all pairs of dimension and tag, ascending, the same on every rank.
 * Fails for lack of memory, on all ranks. */
iso_status iso_list_groups(MPI_Comm comm, const iso_slice *slice, int *n, iso_group **group, iso_error *err);

#endif
