/* Exodus II files, written. */
#ifndef ISO_GRID_FORMAT_WRITE_EXODUS_H
#define ISO_GRID_FORMAT_WRITE_EXODUS_H

#include "grid/slice.h"

/* Collective. NetCDF-4, in mm; a block for each tag and shape, whose id is the tag where that is positive and
 * no other block has it. Variables of the elements are 'region', the tag, and the components of 'fibre' and
 * 'sheet'. Named surfaces whose faces are sides of elements are side sets, others the node sets of their
 * nodes. Else as write.h says. */
iso_status iso_exodus_write(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err);

#endif
