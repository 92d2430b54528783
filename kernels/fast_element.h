/* What one element gives to its nodes of the fast inward current: see iso_fast in kernels/device.h. */
#ifndef ISO_KERNELS_FAST_ELEMENT_H
#define ISO_KERNELS_FAST_ELEMENT_H

#include "kernels/device.h"
#include "kernels/models.h"
#include "kernels/quadrature.h"

/* Nodal fast current of a node, uA/uF; 0 for a model without one. */
ISO_INLINE real iso_nodal_fast(const iso_fast *f, int model, int64_t i) {
  real factor[ISO_MAX_FAST];
  if (model < 0) return 0;
  for (int v = 0; v < ISO_MAX_FAST; v++) factor[v] = ((const real *)f->fast)[v * f->ld + i];
  return iso_model_fast(model, factor);
}

/* Sum of the first nodes of c, in order. */
ISO_INLINE real iso_corner_sum(const real c[4], int nodes) {
  real sum = c[0] + c[1];
  if (nodes > 2) sum += c[2];
  if (nodes > 3) sum += c[3];
  return sum;
}

/* Lines, triangles, tetrahedra: out [nodes]. Point q has one weight for node q and another for all others, so
 * that an interpolated value is far (sum over nodes) + (near - far) (value of node q), and the sums over
 * points that the nodes get are of the same form. */
ISO_INLINE void iso_simplex_terms(const iso_fast *f, const real *current, iso_lid e, int model, int nodes,
                                  real *out) {
  const real far = (real)ISO_SIMPLEX_FAR(nodes),
             step = (real)(ISO_SIMPLEX_NEAR(nodes) - ISO_SIMPLEX_FAR(nodes));
  const real interpolation = (real)f->interpolation, smoothing = (real)f->smoothing;
  const real weight = ((const real *)f->weight)[e], *fast = (const real *)f->fast;
  const iso_lid *conn = f->conn + (int64_t)e * f->width;
  real at[4], own[4], part[4], factor[4][ISO_MAX_FAST];
  for (int k = 0; k < nodes; k++) own[k] = current[conn[k]];
  const real all = far * iso_corner_sum(own, nodes);
  for (int q = 0; q < nodes; q++) part[q] = smoothing * (step * own[q] + all);
  for (int v = 0; v < ISO_MAX_FAST; v++) {
    for (int k = 0; k < nodes; k++) at[k] = fast[v * f->ld + conn[k]];
    const real sum = far * iso_corner_sum(at, nodes);
    for (int q = 0; q < nodes; q++) factor[q][v] = step * at[q] + sum;
  }
  for (int q = 0; q < nodes; q++) part[q] += interpolation * iso_model_fast(model, factor[q]);
  const real parts = far * iso_corner_sum(part, nodes);
  for (int k = 0; k < nodes; k++)
    out[k] = weight * (step * part[k] + parts - (interpolation + smoothing) * own[k]);
}

/* out [8]. */
ISO_INLINE void iso_hexahedron_terms(const iso_fast *f, const real *current, iso_lid e, int model,
                                     real *out) {
  const real interpolation = (real)f->interpolation, smoothing = (real)f->smoothing;
  const real *weight = (const real *)f->hexahedron_weight + f->hexahedron[e], *fast = (const real *)f->fast;
  const iso_lid *conn = f->conn + (int64_t)e * f->width;
  for (int k = 0; k < 8; k++) out[k] = 0;
  for (int q = 0; q < 8; q++) {
    real factor[ISO_MAX_FAST] = {0, 0, 0, 0}, linear = 0;
    for (int k = 0; k < 8; k++) {
      const real shape = (real)ISO_HEX_SHAPE(k, q);
      for (int v = 0; v < ISO_MAX_FAST; v++) factor[v] += shape * fast[v * f->ld + conn[k]];
      linear += shape * current[conn[k]];
    }
    const real part = interpolation * iso_model_fast(model, factor) + smoothing * linear;
    for (int k = 0; k < 8; k++)
      out[k] +=
          weight[q] * (real)ISO_HEX_SHAPE(q, k) * (part - (interpolation + smoothing) * current[conn[k]]);
  }
}

/* out [nodes of the element], for an element whose nodes share a model. */
ISO_INLINE void iso_fast_terms(const iso_fast *f, const real *current, iso_lid e, real *out) {
  const int model = f->elem_model[e];
  switch (f->shape[e]) {
  case ISO_LINE:
    iso_simplex_terms(f, current, e, model, 2, out);
    break;
  case ISO_TRIANGLE:
    iso_simplex_terms(f, current, e, model, 3, out);
    break;
  case ISO_TETRAHEDRON:
    iso_simplex_terms(f, current, e, model, 4, out);
    break;
  default:
    iso_hexahedron_terms(f, current, e, model, out);
  }
}

#endif
