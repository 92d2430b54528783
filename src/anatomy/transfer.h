/* Fields of one heart on another, by ventricular coordinates. */
#ifndef ISO_ANATOMY_TRANSFER_H
#define ISO_ANATOMY_TRANSFER_H

#include "anatomy/chart.h"

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

#endif
