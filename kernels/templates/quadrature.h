/* Quadrature points of the linear elements and the shape functions there. Weights of a simplex's points are
 * equal; a hexahedron's are its Jacobian determinants. Degree 2 (simplices) and 3 a direction (hexahedra):
 * exact for the mass matrix. Points: Zienkiewicz, Taylor and Zhu, The Finite Element Method, 7th ed., ch. 3.
 */
#ifndef ISO_KERNELS_TEMPLATES_QUADRATURE_H
#define ISO_KERNELS_TEMPLATES_QUADRATURE_H

/* Gauss's two points, as weights of the two ends. */
#define ISO_GAUSS_NEAR 0.78867513459481288225
#define ISO_GAUSS_FAR 0.21132486540518711775
/* (5 + 3 sqrt 5) / 20 and (5 - sqrt 5) / 20. */
#define ISO_TET_NEAR 0.58541019662496845446
#define ISO_TET_FAR 0.13819660112501051518

/* Shape function k at point q of a line, triangle or tetrahedron: near for k = q, else far. */
#define ISO_SIMPLEX_NEAR(nodes) ((nodes) == 2 ? ISO_GAUSS_NEAR : (nodes) == 3 ? 2.0 / 3.0 : ISO_TET_NEAR)
#define ISO_SIMPLEX_FAR(nodes) ((nodes) == 2 ? ISO_GAUSS_FAR : (nodes) == 3 ? 1.0 / 6.0 : ISO_TET_FAR)

/* Corner k of the reference cube, 0 or 1 in direction d, in VTK's node order. */
#define ISO_HEX_CORNER(k, d) ((d) == 0 ? (((k) + 1) >> 1) & 1 : (d) == 1 ? ((k) >> 1) & 1 : (k) >> 2)

/* One factor of a hexahedron's shape function k at Gauss point q. */
#define ISO_HEX_FACTOR(k, q, d)                                                                              \
  (ISO_HEX_CORNER(k, d) == ISO_HEX_CORNER(q, d) ? ISO_GAUSS_NEAR : ISO_GAUSS_FAR)
#define ISO_HEX_SHAPE(k, q) (ISO_HEX_FACTOR(k, q, 0) * ISO_HEX_FACTOR(k, q, 1) * ISO_HEX_FACTOR(k, q, 2))

#endif
