/* Template: the CPU's loops of the fast current of the model ISO_MODEL; part of
 * kernels/templates/model_cpu.h. Their types are in kernels/cpu/fast_cpu.h. */
#include "kernels/cpu/fast_cpu.h"
#include "kernels/templates/fast_element.h"

extern iso_fast_block ISO_VARIANT(ISO_M(fast_block));
int ISO_VARIANT(ISO_M(fast_block))(const iso_fast *f, int64_t first, int n, const real *last, real *now) {
  const real threshold = (real)f->threshold;
  int_real changed = 0;
#pragma omp simd reduction(| : changed)
  for (int i = 0; i < n; i++) {
    now[i] = iso_nodal_fast(f, 0, first + i);
    changed |= iso_fast_beyond(now[i], threshold) ^ iso_fast_beyond(last[i], threshold);
  }
  return changed != 0;
}

#define TERMS_INLINE                                                                                         \
  static inline __attribute__((always_inline)) /* nodes and model are constants where called */

/* The corners of a run of elements, transposed: a loop over elements reads consecutive values. */
typedef struct corners {
  real weight[ISO_FAST_RUN], current[4][ISO_FAST_RUN], factor[ISO_MAX_FAST][4][ISO_FAST_RUN];
} corners;

static void gather(const iso_fast *f, const iso_fast_work *w, const iso_lid *list, int n, int nodes,
                   corners *c) {
  const real *fast = f->fast, *weight = f->weight;
  for (int b = 0; b < n; b++) {
    const iso_lid *conn = f->conn + (int64_t)list[b] * f->width;
    __builtin_prefetch(f->conn + (int64_t)list[b + ISO_FAST_AHEAD] * f->width);
    __builtin_prefetch(weight + list[b + ISO_FAST_AHEAD]);
    c->weight[b] = weight[list[b]];
    for (int k = 0; k < nodes; k++) {
      const iso_lid i = conn[k];
      c->current[k][b] = w->current[i];
      ISO_UNROLLED for (int v = 0; v < ISO_MAX_FAST; v++) c->factor[v][k][b] = fast[v * f->ld + i];
    }
  }
}

/* Element b of a run. */
TERMS_INLINE void simplex_element(const corners *c, int b, int nodes, real interpolation, real smoothing,
                                  real *out) {
  iso_corners one;
  real terms[4];
  one.weight = c->weight[b];
  ISO_UNROLLED for (int k = 0; k < nodes; k++) one.current[k] = c->current[k][b];
  ISO_UNROLLED for (int v = 0; v < ISO_MAX_FAST; v++) ISO_UNROLLED for (int k = 0; k < nodes; k++)
      one.factor[v][k] = c->factor[v][k][b];
  iso_simplex_terms(&one, 0, nodes, interpolation, smoothing, terms);
  ISO_UNROLLED for (int k = 0; k < nodes; k++) out[k * ISO_FAST_BATCH + b] = terms[k];
}

TERMS_INLINE void simplex_terms(const iso_fast *f, const corners *c, int n, int nodes, real *out) {
  const real interpolation = (real)f->interpolation, smoothing = (real)f->smoothing;
#pragma omp simd
  for (int b = 0; b < n; b++) simplex_element(c, b, nodes, interpolation, smoothing, out);
}

TERMS_INLINE void hexahedron_terms(const iso_fast *f, const iso_fast_work *w, iso_lid e, real *out) {
  real terms[8];
  iso_hexahedron_terms(f, w->current, e, 0, terms);
  for (int k = 0; k < 8; k++) out[k * ISO_FAST_BATCH] = terms[k];
}

extern iso_fast_run ISO_VARIANT(ISO_M(fast_run));
void ISO_VARIANT(ISO_M(fast_run))(const iso_fast *f, const iso_fast_work *w, const iso_lid *list, int n,
                                  real *out) {
  const int shape = f->shape[list[0]];
  corners c;
  if (shape != ISO_HEXAHEDRON) gather(f, w, list, n, iso_shape_nodes(shape), &c);
  if (shape == ISO_TETRAHEDRON)
    simplex_terms(f, &c, n, 4, out);
  else if (shape == ISO_HEXAHEDRON)
    for (int b = 0; b < n; b++) hexahedron_terms(f, w, list[b], out + b);
  else if (shape == ISO_TRIANGLE)
    simplex_terms(f, &c, n, 3, out);
  else
    simplex_terms(f, &c, n, 2, out);
}
