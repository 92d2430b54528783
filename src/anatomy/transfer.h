/* Fields of one heart on another, by ventricular coordinates. */
#ifndef ISO_ANATOMY_TRANSFER_H
#define ISO_ANATOMY_TRANSFER_H

#include "anatomy/chart.h"
#include "anatomy/frame.h"

/* Collective, over the communicator that both meshes are made on. Each owned node of the mesh to gets the
 * fields [n][from nlocal] at the place of the mesh from that has its coordinates: out [n][to nowned], the
 * mean of the corners of the element that holds it among coordinates, in hexahedra of a sixth of one. Where
 * no element does, since surfaces are not quite the same, the nearest place of the elements around the node
 * with the nearest coordinates; *beside counts these, the same on every rank. The same bits on any number of
 * ranks. A field's value may be no number, and is passed on. ISO_EINPUT where the mesh to has nodes in a
 * ventricle that the other has not. */
iso_status iso_transfer_fields(const iso_mesh *from, const iso_chart_fields *at, int n,
                               const double *const *fields, const iso_mesh *to, const iso_chart_fields *want,
                               double *const *out, int64_t *beside, iso_error *err);

enum { ISO_MOST_VECTORS = 4 };

/* Not collective. The frame (frame.h) of each local element with volume from the coordinates: transmural
 * towards the endocardium of its ventricle, through which the septum's middle is a side like any other,
 * longitudinal towards the base. frame [nelem]. ISO_EFAIL where memory is short. */
iso_status iso_coordinate_frames(const iso_mesh *mesh, const iso_chart_fields *at, iso_frame *frame,
                                 iso_error *err);

/* Collective. As iso_transfer_fields for vectors of elements, fibres and the like: each local element of the
 * mesh to gets what the element of the mesh from has that its middle is in, turned from the one's frame of
 * coordinates to the other's. Up to ISO_MOST_VECTORS: vectors [n] of [from nelem], out [n] of [to nelem].
 * *beside counts those that no element holds, over all ranks, each rank's own and those at its border. */
iso_status iso_transfer_vectors(const iso_mesh *from, const iso_chart_fields *at, int n,
                                float (*const *vectors)[3], const iso_mesh *to, const iso_chart_fields *want,
                                float (*const *out)[3], int64_t *beside, iso_error *err);

#endif
