/* What one element gives to its nodes of the fast inward current: see iso_fast in kernels/device.h. The
 * includer defines iso_model_fast before, as in kernels/models.h or for one model. */
#ifndef ISO_KERNELS_TEMPLATES_FAST_ELEMENT_H
#define ISO_KERNELS_TEMPLATES_FAST_ELEMENT_H

#include "kernels/device.h"
#include "kernels/real.h"
#include "kernels/templates/quadrature.h"

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
  ISO_UNROLLED for (int k = 2; k < nodes; k++) sum += c[k];
  return sum;
}

/* The nodes of a line, triangle or tetrahedron, by value. */
typedef struct iso_corners {
  real weight, current[4], factor[ISO_MAX_FAST][4];
} iso_corners;

/* out [nodes]. Point q has one weight for node q and another for all others, so that an interpolated value is
 * far (sum over nodes) + (near - far) (value of node q), and the sums over points that the nodes get are of
 * the same form. model and nodes are constants where this is called. */
ISO_INLINE void iso_simplex_terms(const iso_corners *c, int model, int nodes, real interpolation,
                                  real smoothing, real out[4]) {
  const real far = (real)ISO_SIMPLEX_FAR(nodes),
             step = (real)(ISO_SIMPLEX_NEAR(nodes) - ISO_SIMPLEX_FAR(nodes));
  real factor[4][ISO_MAX_FAST], part[4];
  ISO_UNROLLED for (int v = 0; v < ISO_MAX_FAST; v++) ISO_UNROLLED for (int q = 0; q < nodes; q++)
      factor[q][v] = step * c->factor[v][q] + far * iso_corner_sum(c->factor[v], nodes);
  ISO_UNROLLED for (int q = 0; q < nodes; q++) part[q] =
      smoothing * (step * c->current[q] + far * iso_corner_sum(c->current, nodes)) +
      interpolation * iso_model_fast(model, factor[q]);
  ISO_UNROLLED for (int k = 0; k < nodes; k++) out[k] =
      c->weight *
      (step * part[k] + far * iso_corner_sum(part, nodes) - (interpolation + smoothing) * c->current[k]);
}

/* out [8], of element e, a hexahedron. current [nlocal]: nodal fast currents. */
ISO_INLINE void iso_hexahedron_terms(const iso_fast *f, const real *current, iso_lid e, int model,
                                     real *out) {
  const real interpolation = (real)f->interpolation, smoothing = (real)f->smoothing;
  const real *weight = (const real *)f->hexahedron_weight + f->hexahedron[e], *fast = (const real *)f->fast;
  const iso_lid *conn = f->conn + (int64_t)e * f->width;
  real factor[8][ISO_MAX_FAST] = {{0}}, linear[8] = {0};
  ISO_UNROLLED for (int k = 0; k < 8; k++) {
    const real own = current[conn[k]];
    ISO_UNROLLED for (int q = 0; q < 8; q++) linear[q] += (real)ISO_HEX_SHAPE(k, q) * own;
    ISO_UNROLLED for (int v = 0; v < ISO_MAX_FAST; v++) {
      const real at = fast[v * f->ld + conn[k]];
      ISO_UNROLLED for (int q = 0; q < 8; q++) factor[q][v] += (real)ISO_HEX_SHAPE(k, q) * at;
    }
  }
  for (int k = 0; k < 8; k++) out[k] = 0;
  ISO_UNROLLED for (int q = 0; q < 8; q++) {
    const real part = interpolation * iso_model_fast(model, factor[q]) + smoothing * linear[q];
    ISO_UNROLLED for (int k = 0; k < 8; k++) out[k] +=
        weight[q] * (real)ISO_HEX_SHAPE(q, k) * (part - (interpolation + smoothing) * current[conn[k]]);
  }
}

#endif
