/* Element matrices of the linear elements, in double on the host.
 *
 * Lines carry a cross-section (mm2) and triangles a thickness (mm), so that every shape has a volume and the
 * matrices of mixed meshes add up. */
#ifndef ISO_KERNELS_ELEMENT_H
#define ISO_KERNELS_ELEMENT_H

#include "kernels/types.h"

typedef struct iso_element {
  double volume; /* mm3 */
  double stiffness[ISO_MAX_NODES]
                  [ISO_MAX_NODES];           /* int grad phi_k . sigma grad phi_l; symmetric to the bit, mS */
  double mass[ISO_MAX_NODES][ISO_MAX_NODES]; /* int phi_k phi_l, mm3 */
  double lumped[ISO_MAX_NODES];              /* row sums of mass */
  double weight[ISO_MAX_NODES];              /* of each quadrature point, mm3; they sum to volume */
} iso_element;

/* Fills element for nodes x [nodes of shape][3] (mm). extent: cross-section of a line, thickness of a
 * triangle, else ignored. sigma: symmetric conductivity tensor (mS/mm). Returns the smallest Jacobian
 * determinant at a quadrature point: not positive means an inverted or flat element. Triangles and lines in
 * space use the part of sigma in their plane or along them. */
double iso_element_compute(int shape, const double x[][3], double extent, const double sigma[3][3],
                           iso_element *element);

/* The conductivity tensor of a fibre frame: longitudinal f f + transverse s s + normal n n with n = f x s.
 * sheet may be NULL: then transverse and normal must be equal. A zero fibre gives transverse everywhere. */
void iso_conductivity(const float fibre[3], const float *sheet, double longitudinal, double transverse,
                      double normal, double sigma[3][3]);

#endif
