/* Makes a mesh as it was read fit to be solved on: mends what can be mended, refuses the rest. */
#ifndef ISO_GRID_SHARE_REPAIR_H
#define ISO_GRID_SHARE_REPAIR_H

#include "grid/format/read.h"

/* Collective. Turns inverted tetrahedra and hexahedra over by exchanging nodes, makes fibres of elements from
 * fibres on nodes (the normalised mean after signs are aligned with the first node) and counts orphans, the
 * nodes of no element. notes (or NULL) gets a sentence on each. ISO_EINPUT names the first node or element
 * that cannot be used: a coordinate that is not a number, a repeated node, zero length, area or volume, a
 * folded hexahedron; and a mesh without elements. */
iso_status iso_slice_repair(MPI_Comm comm, iso_slice *slice, iso_notes *notes, iso_error *err);

#endif
