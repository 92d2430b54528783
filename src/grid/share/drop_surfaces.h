/* Elements that are a face or an edge of an element of higher dimension: surfaces and curves that mesh makers
 * write beside a volume to name its boundary. They are not tissue of their own. */
#ifndef ISO_GRID_SHARE_DROP_SURFACES_H
#define ISO_GRID_SHARE_DROP_SURFACES_H

#include "grid/format/read.h"

/* Collective. Takes out of the slice triangles whose nodes are of one face of a tetrahedron or hexahedron,
 * and lines that are an edge of one of these or of a triangle; sheets and cables that share nodes but no face
 * or edge with other elements stay. The slice's skin gets the nodes and tags of those taken out. Elements
 * behind those taken out move up in number, so the slice is repaired first (repair.h), while its numbers are
 * the file's. A mesh of one dimension is left as it is, at no cost. dropped [ISO_NSHAPES]: how many of each
 * shape, over all ranks. */
iso_status iso_slice_drop_surfaces(MPI_Comm comm, iso_slice *slice, int64_t dropped[ISO_NSHAPES],
                                   iso_notes *notes, iso_error *err);

#endif
