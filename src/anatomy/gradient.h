/* Gradients of fields on nodes. */
#ifndef ISO_ANATOMY_GRADIENT_H
#define ISO_ANATOMY_GRADIENT_H

#include "grid/mesh.h"

/* The gradient (1/mm) in element e of the field u [nlocal], constant in a tetrahedron, at the centre of a
 * hexahedron; returns the element's volume in mm3. Of a volume element. */
double iso_gradient_of_element(const iso_mesh *mesh, iso_lid e, const double *u, double gradient[3]);

/* Collective. The gradient at nodes: the mean over the volume elements of each, weighted by their volumes; 0
 * at nodes without any. gradient [nlocal]. ISO_EFAIL where memory is short. */
iso_status iso_gradient_at_nodes(const iso_mesh *mesh, const double *u, double (*gradient)[3],
                                 iso_error *err);

/* The mean over element e's nodes of vectors [nlocal] on nodes, at its centre. */
void iso_gradient_mean(const iso_mesh *mesh, iso_lid e, const double (*at_nodes)[3], double mean[3]);

/* The same of numbers. */
double iso_mean_of_nodes(const iso_mesh *mesh, iso_lid e, const double *at_nodes);

#endif
