/* Writing slices as mesh files: CARP text, and VTU with appended raw data. */
#ifndef ISO_GRID_FORMAT_WRITE_H
#define ISO_GRID_FORMAT_WRITE_H

#include "base/error.h"
#include "grid/slice.h"

/* Both are collective and write as base/atomic.h says: what stood there stays until all is complete, and then
 * all is replaced. A folder that cannot be written, a write-protected file of that name and a full disk are
 * ISO_EFAIL, on all ranks. */

/* base.pts, base.elem and, where there are fibres, base.lon; in um, with 17 significant digits. A base.lon of
 * another mesh is refused where there are no fibres. */
iso_status iso_slice_write_carp(MPI_Comm comm, const iso_slice *slice, const char *base, iso_error *err);

/* One file in mm; tags as 'elemTag', fibres as 'fibre' and 'sheet', fibres on nodes as 'fibre' of the points.
 */
iso_status iso_slice_write_vtu(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err);

#endif
