/* The way back from a distributed mesh to slices, for those who write it to a file. */
#ifndef ISO_GRID_SHARE_SLICE_OF_H
#define ISO_GRID_SHARE_SLICE_OF_H

#include "grid/mesh.h"

/* Collective. Fills a cleared slice with the mesh's nodes and elements in global order, in blocks (blocks.h),
 * and its names, without links: the same on any partition. Free it with iso_slice_free, on failure too. Fails
 * for lack of memory, on all ranks. */
iso_status iso_slice_of_mesh(const iso_mesh *mesh, iso_slice *slice, iso_error *err);

#endif
