/* The fast inward current inside elements: see iso_fast in kernels/device.h.
 *
 * Only the elements at a wavefront contribute. Fronts move by a few nodes a step, so the elements that have a
 * node beyond the threshold are kept from launch to launch by a count of these nodes, and the rest of the
 * tissue costs one pass over the nodal factors. */
#include "kernels/cpu/device_cpu.h"
#include "kernels/templates/fast_element.h"

#include <string.h>

/* Elements between two passes over nodes, elements vectorised over, nodes looked at together, and how many
 * elements before its use an element's data are asked for: about the time that memory needs. */
enum { BATCH = 2048, RUN = 64, BLOCK = 64, AHEAD = 16 };

/* What the launch keeps between its passes, carved from iso_fast.scratch. */
typedef struct work {
  real *current;    /* [nlocal] nodal fast current, of the last launch until this one's is found */
  real *correction; /* [nlocal] zero between launches */
  real *element;    /* [ISO_MAX_NODES][BATCH] what the elements of a batch give to their nodes */
  uint8_t *count;   /* [nelem, rounded up] nodes of each element that are beyond the threshold */
  iso_lid *list;    /* [nelem + AHEAD] elements with such nodes, ascending: the order of global numbers */
} work;

static size_t rounded(size_t bytes) { return (bytes + 63) / 64 * 64; }

size_t ISO_VARIANT(iso_cpu_fast_scratch)(const iso_device *device, iso_lid nelem, iso_lid nlocal, int width) {
  (void)device, (void)width;
  return 2 * rounded((size_t)nlocal * sizeof(real)) + rounded(BATCH * ISO_MAX_NODES * sizeof(real)) +
         rounded((size_t)nelem) + rounded(((size_t)nelem + AHEAD) * sizeof(iso_lid));
}

static work carve(const iso_fast *f) {
  char *at = f->scratch;
  work w;
  w.current = (real *)at, at += rounded((size_t)f->nlocal * sizeof(real));
  w.correction = (real *)at, at += rounded((size_t)f->nlocal * sizeof(real));
  w.element = (real *)at, at += rounded(BATCH * ISO_MAX_NODES * sizeof(real));
  w.count = (uint8_t *)at, at += rounded((size_t)f->nelem);
  w.list = (iso_lid *)at;
  return w;
}

static inline int_real beyond(real current, real threshold) {
  return (current > threshold) | (current < -threshold);
}

/* Nodal currents of a block of one model. Returns whether any has passed the threshold since the last launch.
 */
static int currents_of_block(const iso_fast *f, int model, int64_t first, int n, const real *last,
                             real *now) {
  const real threshold = (real)f->threshold;
  int_real changed = 0;
  switch (model) {
#define X(index, name)                                                                                       \
  case index:                                                                                                \
    _Pragma("omp simd reduction(| : changed)") for (int i = 0; i < n; i++) {                                 \
      now[i] = iso_nodal_fast(f, index, first + i);                                                          \
      changed |= beyond(now[i], threshold) ^ beyond(last[i], threshold);                                     \
    }                                                                                                        \
    break;
    ISO_MODEL_LIST(X)
#undef X
  default:
    memset(now, 0, (size_t)n * sizeof *now);
  }
  return changed != 0;
}

static void count_nodes(const iso_fast *f, const work *w, int64_t first, int n, const real *now) {
  const real threshold = (real)f->threshold;
  for (int i = 0; i < n; i++) {
    const int change = (int)(beyond(now[i], threshold) - beyond(w->current[first + i], threshold));
    if (change == 0) continue;
    for (int64_t k = f->node_start[first + i]; k < f->node_start[first + i + 1]; k++) {
      const iso_lid e = f->node_elem[k];
      if (f->elem_model[e] < 0) continue;
#pragma omp atomic
      w->count[e] += (uint8_t)change;
    }
  }
}

static void find_front(const iso_fast *f, const work *w, int64_t first, int64_t last) {
  real now[BLOCK];
  for (int64_t b0 = first, b1; b0 < last; b0 = b1) {
    const int model = f->node_model[b0];
    for (b1 = b0 + 1; b1 < last && b1 < b0 + BLOCK && f->node_model[b1] == model;) b1++;
    const int n = (int)(b1 - b0);
    if (currents_of_block(f, model, b0, n, w->current + b0, now)) count_nodes(f, w, b0, n, now);
#pragma omp simd
    for (int i = 0; i < n; i++) w->current[b0 + i] = now[i];
  }
}

static iso_lid list_elements(const iso_fast *f, const work *w) {
  iso_lid n = 0;
  for (int64_t e = 0; e < f->nelem; e += 8) {
    uint64_t counts;
    memcpy(&counts, w->count + e, sizeof counts);
    if (counts == 0) continue;
    for (int i = 0; i < 8; i++) {
      w->list[n] = (iso_lid)e + i;
      n += w->count[e + i] != 0;
    }
  }
  return n;
}

/* Where a compiler does not vectorise a loop, it is right and slower. */
#ifdef __clang__
#pragma clang diagnostic ignored "-Wpass-failed"
#endif

#define TERMS_INLINE                                                                                         \
  static inline __attribute__((always_inline)) /* nodes and model are constants where called */

/* The corners of a run of elements, transposed: a loop over elements reads consecutive values. */
typedef struct corners {
  real weight[RUN], current[4][RUN], factor[ISO_MAX_FAST][4][RUN];
} corners;

static void gather(const iso_fast *f, const work *w, const iso_lid *list, int n, int nodes, corners *c) {
  const real *fast = f->fast, *weight = f->weight;
  for (int b = 0; b < n; b++) {
    const iso_lid *conn = f->conn + (int64_t)list[b] * f->width;
    __builtin_prefetch(f->conn + (int64_t)list[b + AHEAD] * f->width);
    __builtin_prefetch(weight + list[b + AHEAD]);
    c->weight[b] = weight[list[b]];
    for (int k = 0; k < nodes; k++) {
      const iso_lid i = conn[k];
      c->current[k][b] = w->current[i];
      ISO_UNROLLED for (int v = 0; v < ISO_MAX_FAST; v++) c->factor[v][k][b] = fast[v * f->ld + i];
    }
  }
}

/* Element b of a run. */
TERMS_INLINE void simplex_element(const corners *c, int b, int model, int nodes, real interpolation,
                                  real smoothing, real *out) {
  iso_corners one;
  real terms[4];
  one.weight = c->weight[b];
  ISO_UNROLLED for (int k = 0; k < nodes; k++) one.current[k] = c->current[k][b];
  ISO_UNROLLED for (int v = 0; v < ISO_MAX_FAST; v++) ISO_UNROLLED for (int k = 0; k < nodes; k++)
      one.factor[v][k] = c->factor[v][k][b];
  iso_simplex_terms(&one, model, nodes, interpolation, smoothing, terms);
  ISO_UNROLLED for (int k = 0; k < nodes; k++) out[k * BATCH + b] = terms[k];
}

TERMS_INLINE void simplex_terms(const iso_fast *f, const corners *c, int n, int model, int nodes, real *out) {
  const real interpolation = (real)f->interpolation, smoothing = (real)f->smoothing;
#pragma omp simd
  for (int b = 0; b < n; b++) simplex_element(c, b, model, nodes, interpolation, smoothing, out);
}

TERMS_INLINE void hexahedron_terms(const iso_fast *f, const work *w, iso_lid e, int model, real *out) {
  real terms[8];
  iso_hexahedron_terms(f, w->current, e, model, terms);
  for (int k = 0; k < 8; k++) out[k * BATCH] = terms[k];
}

/* Terms of elements list[0 .. n), all of one shape and model. */
static void terms_of_run(const iso_fast *f, const work *w, const iso_lid *list, int n, real *out) {
  const int shape = f->shape[list[0]];
  corners c;
  if (shape != ISO_HEXAHEDRON) gather(f, w, list, n, iso_shape_nodes(shape), &c);
  switch (f->elem_model[list[0]]) {
#define X(index, name)                                                                                       \
  case index:                                                                                                \
    if (shape == ISO_TETRAHEDRON)                                                                            \
      simplex_terms(f, &c, n, index, 4, out);                                                                \
    else if (shape == ISO_HEXAHEDRON)                                                                        \
      for (int b = 0; b < n; b++) hexahedron_terms(f, w, list[b], index, out + b);                           \
    else if (shape == ISO_TRIANGLE)                                                                          \
      simplex_terms(f, &c, n, index, 3, out);                                                                \
    else                                                                                                     \
      simplex_terms(f, &c, n, index, 2, out);                                                                \
    break;
    ISO_MODEL_LIST(X)
#undef X
  }
}

static int same_kind(const iso_fast *f, iso_lid a, iso_lid b) {
  return f->shape[a] == f->shape[b] && f->elem_model[a] == f->elem_model[b];
}

static void terms_of(const iso_fast *f, const work *w, const iso_lid *list, int64_t n, real *out) {
  for (int64_t b0 = 0, b1; b0 < n; b0 = b1) {
    for (b1 = b0 + 1; b1 < n && b1 < b0 + RUN && same_kind(f, list[b0], list[b1]);) b1++;
    terms_of_run(f, w, list + b0, (int)(b1 - b0), out + b0);
  }
}

/* Adds what the elements of a batch give to owned nodes in [first, last), in the order of the list. */
static void scatter(const iso_fast *f, const work *w, const iso_lid *list, iso_lid n, int64_t first,
                    int64_t last) {
  for (iso_lid b = 0; b < n; b++) {
    const iso_lid *conn = f->conn + (int64_t)list[b] * f->width;
    int nodes = iso_shape_nodes(f->shape[list[b]]);
    for (int k = 0; k < nodes; k++)
      if (conn[k] >= first && conn[k] < last) w->correction[conn[k]] += w->element[k * BATCH + b];
  }
}

/* Moves the corrections into the ionic current. */
static void apply(const iso_fast *f, const work *w, int64_t first, int64_t last) {
  const real *inverse_mass = f->inverse_mass;
  real *iion = f->iion, *correction = w->correction;
  for (int64_t b = first; b < last; b += BLOCK) {
    const int64_t end = b + BLOCK < last ? b + BLOCK : last;
    int_real some = 0;
#pragma omp simd reduction(| : some)
    for (int64_t i = b; i < end; i++) some |= correction[i] != 0;
    if (!some) continue;
#pragma omp simd
    for (int64_t i = b; i < end; i++) {
      iion[i] = correction[i] != 0 ? iion[i] + correction[i] * inverse_mass[i] : iion[i];
      correction[i] = 0;
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
    terms_of(f, &w, w.list + at + first, last - first, w.element + first);
    ISO_THREADS_END
    ISO_THREADS_BEGIN(device, f->nowned, BLOCK)
    scatter(f, &w, w.list + at, count, first, last);
    ISO_THREADS_END
  }
  ISO_THREADS_BEGIN(device, f->nowned, BLOCK)
  apply(f, &w, first, last);
  ISO_THREADS_END
}
