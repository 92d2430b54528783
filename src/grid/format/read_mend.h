/* The last step of every reader: units, unit vectors and what looks odd. */
#ifndef ISO_GRID_FORMAT_READ_MEND_H
#define ISO_GRID_FORMAT_READ_MEND_H

#include "grid/format/read.h"

/* Millimetres in one of the unit, or 0 where it is unknown. */
double iso_unit_mm(const char *unit);

/* Collective. Scales coordinates to mm and notes a size that no heart has. ISO_EINPUT, on all ranks, where a
 * coordinate is beyond 1 km: sums of whole numbers would not hold it. */
iso_status iso_mend_unit(MPI_Comm comm, iso_slice *slice, const char *unit, iso_notes *notes, iso_error *err);

/* Collective. Makes fibres and node fibres unit vectors, and sheets unit vectors orthogonal to their fibre.
 * Vectors that give no direction become (0, 0, 0), and a note says how many: see slice.h for what that means.
 */
void iso_mend_frames(MPI_Comm comm, iso_slice *slice, iso_notes *notes);

#endif
