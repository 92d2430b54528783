/* The fast inward current inside elements on a GPU: see iso_fast in kernels/device.h.
 *
 * Three passes: nodes beyond the threshold list the elements around them, in any order; the listed elements
 * are evaluated; and each node of one of them gathers what its elements give, in the order of their numbers.
 * Marks are cleared by the evaluation, for the next launch, and not by a launch of their own.
 * With runs of nodes there are four: nodes that are due list the elements around them that have a node beyond
 * the threshold, in a pass of their own, since that node may have been so for a while. Which nodes are beyond
 * it, and whether a node is near one, is kept from launch to launch.
 * No sum depends on the order of threads. */
#include "kernels/cuda/launch_cuda.h"
#include "kernels/models.h"
#include "kernels/node_elements.h"

/* After the models. */
#include "kernels/templates/fast_element.h"

/* Types of a precision stay in its translation unit. */
namespace {
/* What the launch keeps between its passes, carved from iso_fast.scratch. */
typedef struct work {
  real *current;    /* [nlocal] nodal fast current */
  real *term;       /* [nelem][stride] what an element gives to its nodes */
  iso_lid *list;    /* [nelem] listed elements */
  uint32_t *bits;   /* [2][words] two sets of marks: a launch uses one and clears the other for the next */
  uint32_t *turn;   /* [2] which set it uses: up to the evaluation, and after it */
  uint32_t *beyond; /* a bit for each node whose current was last beyond the threshold */
  int32_t *near;    /* [nlocal] such nodes of the elements of each node, added up over these */
  iso_lid element_words, words;
  int stride;
} work;

/* A set of marks. */
typedef struct marks {
  uint32_t *element; /* a bit for each listed element */
  uint32_t *near;    /* a bit for each node of them */
  uint32_t *count;   /* of listed elements */
} marks;
} // namespace

static size_t rounded(size_t bytes) { return (bytes + 255) / 256 * 256; }
static iso_lid words(iso_lid n) { return n / 32 + 1; }

/* Bytes in all; fills w where scratch is not NULL. */
static size_t carve(iso_lid nelem, iso_lid nlocal, int width, void *scratch, work *w) {
  char *at = (char *)scratch;
  const int stride = width > 4 ? 8 : 4;
  const size_t current = rounded((size_t)nlocal * sizeof(real));
  const size_t term = rounded((size_t)nelem * (size_t)stride * sizeof(real));
  const size_t list = rounded((size_t)nelem * sizeof(iso_lid));
  const iso_lid in_set = words(nelem) + words(nlocal) + 1;
  const size_t bits = rounded((2 * (size_t)in_set + 2) * sizeof(uint32_t));
  const size_t beyond = rounded((size_t)words(nlocal) * sizeof(uint32_t));
  if (at) {
    w->current = (real *)at;
    w->term = (real *)(at + current);
    w->list = (iso_lid *)(at + current + term);
    w->bits = (uint32_t *)(at + current + term + list);
    w->turn = w->bits + 2 * (int64_t)in_set;
    w->beyond = (uint32_t *)(at + current + term + list + bits);
    w->near = (int32_t *)(at + current + term + list + bits + beyond);
    w->element_words = words(nelem);
    w->words = in_set;
    w->stride = stride;
  }
  return current + term + list + bits + beyond + rounded((size_t)nlocal * sizeof(int32_t));
}

extern "C" size_t ISO_VARIANT(iso_cuda_fast_scratch)(const iso_device *device, iso_lid nelem, iso_lid nlocal,
                                                     int width) {
  (void)device;
  return carve(nelem, nlocal, width, NULL, NULL);
}

static __device__ __forceinline__ marks marks_in(const work &w, uint32_t turn) {
  uint32_t *const at = w.bits + (int64_t)turn * w.words;
  return {at, at + w.element_words, at + w.words - 1};
}

static __device__ __forceinline__ int is_set(const uint32_t *bits, iso_lid i) {
  return bits[i >> 5] >> (i & 31) & 1;
}

static __device__ __forceinline__ void list_element(const iso_fast &f, const work &w, const marks &m,
                                                    iso_lid e) {
  const uint32_t bit = 1U << (e & 31);
  if (f.elem_model[e] < 0 || is_set(m.element, e) || atomicOr(&m.element[e >> 5], bit) & bit) return;
  w.list[atomicAdd(m.count, 1U)] = e;
  const iso_lid *conn = f.conn + (int64_t)e * f.width;
  for (int k = 0; k < iso_shape_nodes(f.shape[e]); k++) atomicOr(&m.near[conn[k] >> 5], 1U << (conn[k] & 31));
}

/* Node i has passed the threshold. */
static __device__ __forceinline__ void move_front(const iso_fast &f, const work &w, iso_lid i, int beyond) {
  const uint32_t bit = 1U << (i & 31);
  atomicAdd(&w.beyond[i >> 5], beyond ? bit : 0U - bit); /* other bits stay as they are */
  ISO_FOR_ELEMENTS(e, f, iso_bundle(f.nelem), i) {
    const iso_lid *conn = f.conn + (int64_t)e * f.width;
    if (f.elem_model[e] < 0) continue;
    for (int c = 0; c < iso_shape_nodes(f.shape[e]); c++) atomicAdd(&w.near[conn[c]], beyond ? 1 : -1);
  }
}

/* Finds the current of node i; returns whether it is beyond the threshold. */
static __device__ __forceinline__ int find_current(const iso_fast &f, const work &w, int64_t i) {
  const real current = iso_nodal_fast(&f, f.node_model[i], i), threshold = (real)f.threshold;
  const int beyond = current > threshold || current < -threshold;
  w.current[i] = current;
  if (beyond != is_set(w.beyond, (iso_lid)i)) move_front(f, w, (iso_lid)i, beyond);
  return beyond;
}

static __global__ void find_front(const iso_fast f, const work w) {
  const int64_t i = iso_thread();
  if (i >= f.nlocal || !find_current(f, w, i)) return;
  const marks m = marks_in(w, w.turn[0]);
  ISO_FOR_ELEMENTS(e, f, iso_bundle(f.nelem), i) list_element(f, w, m, e);
}

static __global__ void find_front_in_runs(const iso_fast f, const work w) {
  ISO_FOR_RUN(i, f.run, f.nruns, f.count, 1) find_current(f, w, i);
}

static __device__ __forceinline__ int is_at_front(const iso_fast &f, const work &w, iso_lid e) {
  const iso_lid *conn = f.conn + (int64_t)e * f.width;
  int beyond = 0;
  for (int k = 0; k < iso_shape_nodes(f.shape[e]); k++) beyond |= is_set(w.beyond, conn[k]);
  return beyond;
}

static __global__ void list_in_runs(const iso_fast f, const work w) {
  const marks m = marks_in(w, w.turn[0]);
  ISO_FOR_RUN(i, f.run, f.nruns, f.count, 1) {
    if (i >= f.nowned || !w.near[i]) continue;
    ISO_FOR_ELEMENTS(e, f, iso_bundle(f.nelem), i) {
      if (is_at_front(f, w, e)) list_element(f, w, m, e);
    }
  }
}

static __device__ __forceinline__ void simplex(const iso_fast &f, const work &w, iso_lid e, int nodes) {
  const iso_lid *conn = f.conn + (int64_t)e * f.width;
  iso_corners c;
  c.weight = ((const real *)f.weight)[e];
  ISO_UNROLLED for (int k = 0; k < nodes; k++) c.current[k] = w.current[conn[k]];
  ISO_UNROLLED for (int v = 0; v < ISO_MAX_FAST; v++) ISO_UNROLLED for (int k = 0; k < nodes; k++)
      c.factor[v][k] = ((const real *)f.fast)[v * f.ld + conn[k]];
  iso_simplex_terms(&c, f.elem_model[e], nodes, (real)f.interpolation, (real)f.smoothing,
                    w.term + (int64_t)e * w.stride);
}

static __global__ void evaluate(const iso_fast f, const work w) {
  const uint32_t turn = w.turn[0];
  const int64_t n = *marks_in(w, turn).count;
  uint32_t *const next = w.bits + (int64_t)(1 - turn) * w.words;
  for (int64_t k = iso_thread(); k < w.words; k += iso_threads()) next[k] = 0;
  if (iso_thread() == 0) w.turn[1] = turn;
  for (int64_t l = iso_thread(); l < n; l += iso_threads()) {
    const iso_lid e = w.list[l];
    switch (f.shape[e]) {
    case ISO_LINE:
      simplex(f, w, e, 2);
      break;
    case ISO_TRIANGLE:
      simplex(f, w, e, 3);
      break;
    case ISO_TETRAHEDRON:
      simplex(f, w, e, 4);
      break;
    default:
      iso_hexahedron_terms(&f, w.current, e, f.elem_model[e], w.term + (int64_t)e * w.stride);
    }
  }
}

/* The first thread lets the next launch use the other set of marks. */
static __device__ __forceinline__ marks marks_to_gather(const work &w) {
  const uint32_t turn = w.turn[1];
  if (iso_thread() == 0) w.turn[0] = 1 - turn;
  return marks_in(w, turn);
}

static __device__ __forceinline__ void gather_node(const iso_fast &f, const work &w, const marks &m,
                                                   int64_t i) {
  if (!is_set(m.near, (iso_lid)i)) return;
  real sum = 0;
  ISO_FOR_ELEMENTS(e, f, iso_bundle(f.nelem), i) {
    const iso_lid *conn = f.conn + (int64_t)e * f.width;
    if (!is_set(m.element, e)) continue;
    int corner = 0;
    while (conn[corner] != i) corner++;
    sum += w.term[(int64_t)e * w.stride + corner];
  }
  if (sum != 0) ((real *)f.iion)[i] += sum * ((const real *)f.inverse_mass)[i];
}

static __global__ void gather(const iso_fast f, const work w) {
  const marks m = marks_to_gather(w);
  if (iso_thread() < f.nowned) gather_node(f, w, m, iso_thread());
}

static __global__ void gather_in_runs(const iso_fast f, const work w) {
  const marks m = marks_to_gather(w);
  ISO_FOR_RUN(i, f.run, f.nruns, f.count, 1) {
    if (i < f.nowned) gather_node(f, w, m, i);
  }
}

static void fast_everywhere(iso_device *device, const iso_fast *f, const work &w) {
  ISO_LAUNCH(device, f->nlocal, find_front, *f, w);
  ISO_LAUNCH_ON(device, main, evaluate, iso_cuda_of(device)->wide, ISO_CUDA_BLOCK, *f, w);
  ISO_LAUNCH(device, f->nowned, gather, *f, w);
}

static void fast_in_runs(iso_device *device, const iso_fast *f, const work &w) {
  const int blocks =
      f->count ? iso_cuda_list_blocks(device, f->nruns) : iso_cuda_run_blocks(device, f->nruns);
  ISO_LAUNCH_ON(device, main, find_front_in_runs, blocks, ISO_RUN, *f, w);
  ISO_LAUNCH_ON(device, main, list_in_runs, blocks, ISO_RUN, *f, w);
  ISO_LAUNCH_ON(device, main, evaluate, iso_cuda_of(device)->wide, ISO_CUDA_BLOCK, *f, w);
  ISO_LAUNCH_ON(device, main, gather_in_runs, blocks, ISO_RUN, *f, w);
}

extern "C" void ISO_VARIANT(iso_cuda_fast)(iso_device *device, const iso_fast *f) {
  work w;
  carve(f->nelem, f->nlocal, f->width, f->scratch, &w);
  if (f->run)
    fast_in_runs(device, f, w);
  else
    fast_everywhere(device, f, w);
}
