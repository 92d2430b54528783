/* The fast inward current inside elements: see iso_fast in kernels/device.h.
 *
 * Only the elements at a wavefront contribute, so the launch first finds those, by way of their nodes, and
 * the rest of the tissue costs one pass over the nodal factors. */
#include "kernels/device_cpu.h"
#include "kernels/models.h"
#include "kernels/quadrature.h"

#include <string.h>

enum { BATCH = 2048, BLOCK = 64 };

/* What the launch keeps between its passes, carved from iso_fast.scratch. */
typedef struct work {
  real *current;    /* [nlocal] nodal fast current */
  real *correction; /* [nlocal] zero between launches */
  real *element;    /* [BATCH][ISO_MAX_NODES] what the elements of a batch give to their nodes */
  uint64_t *mark;   /* [ceil(nelem / 64)] a bit for each element at a front; zero between launches */
  iso_lid *list;    /* [nelem] those elements, ascending: the order of global numbers */
} work;

static size_t rounded(size_t bytes) { return (bytes + 63) / 64 * 64; }

size_t ISO_VARIANT(iso_cpu_fast_scratch)(const iso_device *device, iso_lid nelem, iso_lid nlocal, int width) {
  (void)device, (void)width;
  return 2 * rounded((size_t)nlocal * sizeof(real)) + rounded(BATCH * ISO_MAX_NODES * sizeof(real)) +
         rounded(((size_t)nelem + 63) / 64 * sizeof(uint64_t)) + rounded((size_t)nelem * sizeof(iso_lid));
}

static work carve(const iso_fast *f) {
  char *at = f->scratch;
  work w;
  w.current = (real *)at, at += rounded((size_t)f->nlocal * sizeof(real));
  w.correction = (real *)at, at += rounded((size_t)f->nlocal * sizeof(real));
  w.element = (real *)at, at += rounded(BATCH * ISO_MAX_NODES * sizeof(real));
  w.mark = (uint64_t *)at, at += rounded(((size_t)f->nelem + 63) / 64 * sizeof(uint64_t));
  w.list = (iso_lid *)at;
  return w;
}

static inline real current_at(const iso_fast *f, int model, int64_t i) {
  const real *fast = f->fast;
  real factor[ISO_MAX_FAST] = {0};
  for (int k = 0; k < ISO_MAX_FAST; k++) factor[k] = fast[k * f->ld + i];
  return iso_model_fast(model, factor);
}

/* Nodal currents of a block whose nodes share a model; returns whether any is beyond the threshold. */
static int currents_of_block(const iso_fast *f, int model, int64_t first, int64_t last, real *current) {
  const real threshold = (real)f->threshold;
  int_real some = 0;
  switch (model) {
#define X(index, name)                                                                                       \
  case index:                                                                                                \
    _Pragma("omp simd reduction(| : some)") for (int64_t i = first; i < last; i++) {                         \
      real c = current_at(f, index, i);                                                                      \
      current[i] = c;                                                                                        \
      some |= c > threshold || c < -threshold;                                                               \
    }                                                                                                        \
    break;
    ISO_MODEL_LIST(X)
#undef X
  default:
    memset(current + first, 0, (size_t)(last - first) * sizeof *current);
  }
  return some != 0;
}

static void mark_elements(const iso_fast *f, const work *w, int64_t first, int64_t last) {
  const real threshold = (real)f->threshold;
  for (int64_t i = first; i < last; i++) {
    if (!(w->current[i] > threshold || w->current[i] < -threshold)) continue;
    for (int64_t k = f->node_start[i]; k < f->node_start[i + 1]; k++) {
      iso_lid e = f->node_elem[k];
      if (f->elem_model[e] < 0) continue;
#pragma omp atomic
      w->mark[e >> 6] |= 1ULL << (e & 63);
    }
  }
}

static void find_front(const iso_fast *f, const work *w, int64_t first, int64_t last) {
  for (int64_t b0 = first, b1; b0 < last; b0 = b1) {
    int model = f->node_model[b0];
    for (b1 = b0 + 1; b1 < last && b1 < b0 + BLOCK && f->node_model[b1] == model;) b1++;
    if (currents_of_block(f, model, b0, b1, w->current)) mark_elements(f, w, b0, b1);
  }
}

static iso_lid list_elements(const iso_fast *f, const work *w) {
  iso_lid n = 0;
  for (iso_lid word = 0; word < (f->nelem + 63) / 64; word++) {
    for (uint64_t bits = w->mark[word]; bits; bits &= bits - 1)
      w->list[n++] = word * 64 + (iso_lid)__builtin_ctzll(bits);
    w->mark[word] = 0;
  }
  return n;
}

#define TERMS_INLINE                                                                                         \
  static inline __attribute__((always_inline)) /* nodes and model are constants where called */

/* A value for each node, or point, of a simplex, in a register; a shape with fewer nodes repeats its last
 * one. */
typedef real corners __attribute__((vector_size(4 * sizeof(real))));

TERMS_INLINE corners corners_of(const real *field, const iso_lid *conn, int nodes) {
  return (corners){field[conn[0]], field[conn[1]], field[conn[nodes > 2 ? 2 : 1]], field[conn[nodes - 1]]};
}

TERMS_INLINE real sum_of(corners c, int nodes) {
  real sum = c[0] + c[1];
  if (nodes > 2) sum += c[2];
  if (nodes > 3) sum += c[3];
  return sum;
}

/* Lines, triangles, tetrahedra. Point q has one weight for node q and another for all others, so that an
 * interpolated value is far (sum over nodes) + (near - far) (value of node q), and the sums over points that
 * the nodes get are of the same form. */
TERMS_INLINE void simplex_terms(const iso_fast *f, const work *w, iso_lid e, int model, int nodes,
                                real *out) {
  const real far = (real)ISO_SIMPLEX_FAR(nodes),
             step = (real)(ISO_SIMPLEX_NEAR(nodes) - ISO_SIMPLEX_FAR(nodes));
  const real interpolation = (real)f->interpolation, smoothing = (real)f->smoothing;
  const real weight = ((const real *)f->weight)[e], *fast = f->fast;
  const iso_lid *conn = f->conn + (int64_t)e * f->width;
  const corners current = corners_of(w->current, conn, nodes);
  const corners linear = step * current + far * sum_of(current, nodes);
  corners factor[ISO_MAX_FAST], part = smoothing * linear;
  for (int v = 0; v < ISO_MAX_FAST; v++) {
    const corners at = corners_of(fast + v * f->ld, conn, nodes);
    factor[v] = step * at + far * sum_of(at, nodes);
  }
  for (int q = 0; q < nodes; q++) {
    const real at[ISO_MAX_FAST] = {factor[0][q], factor[1][q], factor[2][q], factor[3][q]};
    part[q] += interpolation * iso_model_fast(model, at);
  }
  const corners terms =
      weight * (step * part + far * sum_of(part, nodes) - (interpolation + smoothing) * current);
  memcpy(out, &terms, sizeof terms);
}

/* Shape function k of a hexahedron at point q, [k][q]. */
#define HEX_ROW(k)                                                                                           \
  {                                                                                                          \
    (real) ISO_HEX_SHAPE(k, 0), (real)ISO_HEX_SHAPE(k, 1), (real)ISO_HEX_SHAPE(k, 2),                        \
        (real)ISO_HEX_SHAPE(k, 3), (real)ISO_HEX_SHAPE(k, 4), (real)ISO_HEX_SHAPE(k, 5),                     \
        (real)ISO_HEX_SHAPE(k, 6), (real)ISO_HEX_SHAPE(k, 7)                                                 \
  }
static const real hexahedron[8][8] = {HEX_ROW(0), HEX_ROW(1), HEX_ROW(2), HEX_ROW(3),
                                      HEX_ROW(4), HEX_ROW(5), HEX_ROW(6), HEX_ROW(7)};

TERMS_INLINE void hexahedron_terms(const iso_fast *f, const work *w, iso_lid e, int model, real *out) {
  const real interpolation = (real)f->interpolation, smoothing = (real)f->smoothing;
  const real *weight = (const real *)f->hexahedron_weight + f->hexahedron[e];
  real factor[ISO_MAX_FAST][8] = {{0}}, linear[8] = {0}, sum[8] = {0};
  const real *fast = f->fast;
  const iso_lid *conn = f->conn + (int64_t)e * f->width;
  for (int k = 0; k < 8; k++) {
    const real c = w->current[conn[k]];
    for (int v = 0; v < ISO_MAX_FAST; v++) {
      const real at = fast[v * f->ld + conn[k]];
      for (int q = 0; q < 8; q++) factor[v][q] += hexahedron[k][q] * at;
    }
    for (int q = 0; q < 8; q++) linear[q] += hexahedron[k][q] * c;
  }
  for (int q = 0; q < 8; q++) {
    const real at[ISO_MAX_FAST] = {factor[0][q], factor[1][q], factor[2][q], factor[3][q]};
    const real part = interpolation * iso_model_fast(model, at) + smoothing * linear[q];
    for (int k = 0; k < 8; k++)
      sum[k] += weight[q] * hexahedron[q][k] * (part - (interpolation + smoothing) * w->current[conn[k]]);
  }
  memcpy(out, sum, sizeof sum);
}

static void terms_of(const iso_fast *f, const work *w, iso_lid e, real *out) {
  switch (f->elem_model[e]) {
#define X(index, name)                                                                                       \
  case index:                                                                                                \
    if (f->shape[e] == ISO_TETRAHEDRON)                                                                      \
      simplex_terms(f, w, e, index, 4, out);                                                                 \
    else if (f->shape[e] == ISO_HEXAHEDRON)                                                                  \
      hexahedron_terms(f, w, e, index, out);                                                                 \
    else if (f->shape[e] == ISO_TRIANGLE)                                                                    \
      simplex_terms(f, w, e, index, 3, out);                                                                 \
    else                                                                                                     \
      simplex_terms(f, w, e, index, 2, out);                                                                 \
    break;
    ISO_MODEL_LIST(X)
#undef X
  }
}

/* Adds what the elements of a batch give to owned nodes in [first, last), in the order of the list. */
static void scatter(const iso_fast *f, const work *w, const iso_lid *list, iso_lid n, int64_t first,
                    int64_t last) {
  for (iso_lid b = 0; b < n; b++) {
    const iso_lid *conn = f->conn + (int64_t)list[b] * f->width;
    int nodes = iso_shape_nodes(f->shape[list[b]]);
    for (int k = 0; k < nodes; k++)
      if (conn[k] >= first && conn[k] < last) w->correction[conn[k]] += w->element[b * ISO_MAX_NODES + k];
  }
}

/* Moves the corrections of the listed elements' nodes into the ionic current, once each. */
static void apply(const iso_fast *f, const work *w, iso_lid n, int64_t first, int64_t last) {
  const real *inverse_mass = f->inverse_mass;
  real *iion = f->iion;
  for (iso_lid b = 0; b < n; b++) {
    const iso_lid *conn = f->conn + (int64_t)w->list[b] * f->width;
    int nodes = iso_shape_nodes(f->shape[w->list[b]]);
    for (int k = 0; k < nodes; k++) {
      if (conn[k] < first || conn[k] >= last || w->correction[conn[k]] == 0) continue;
      iion[conn[k]] += w->correction[conn[k]] * inverse_mass[conn[k]];
      w->correction[conn[k]] = 0;
    }
  }
}

void ISO_VARIANT(iso_cpu_fast)(iso_device *device, const iso_fast *f) {
  work w = carve(f);
  ISO_THREADS_BEGIN(device, f->nlocal, BLOCK)
  find_front(f, &w, first, last);
  ISO_THREADS_END
  iso_lid n = list_elements(f, &w);
  for (iso_lid at = 0; at < n; at += BATCH) {
    iso_lid count = n - at < BATCH ? n - at : BATCH;
    ISO_THREADS_BEGIN(device, count, 8)
    for (int64_t b = first; b < last; b++) terms_of(f, &w, w.list[at + b], w.element + b * ISO_MAX_NODES);
    ISO_THREADS_END
    ISO_THREADS_BEGIN(device, f->nowned, BLOCK)
    scatter(f, &w, w.list + at, count, first, last);
    ISO_THREADS_END
  }
  ISO_THREADS_BEGIN(device, f->nowned, BLOCK)
  apply(f, &w, n, first, last);
  ISO_THREADS_END
}
