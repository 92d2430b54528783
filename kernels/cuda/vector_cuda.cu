/* Vectors, samples and halos on a GPU. */
#include "kernels/cuda/launch_cuda.h"
#include "kernels/templates/watch.h"

/* Types of a precision stay in its translation unit. */
namespace {
/* A combination as the kernel reads it. */
typedef struct terms {
  iso_lid first, count;
  int32_t nruns;
  const iso_lid (*run)[2];
  int n;
  real coefficient[ISO_MAX_TERMS];
  const real *term[ISO_MAX_TERMS];
  real *out;
  iso_stimulation stimulus; /* without sets: none */
  iso_watch watch;          /* without pending: none */
} terms;
} // namespace

static __device__ __forceinline__ void combine_node(const terms &t, int64_t i, const bool special) {
  real sum = 0;
#pragma unroll
  for (int k = 0; k < ISO_MAX_TERMS; k++)
    if (k < t.n) {
      real term = t.term[k][i];
      if (special && t.stimulus.set && k == t.n - 1) term -= iso_stimulus_at(&t.stimulus, i);
      sum += t.coefficient[k] * term;
    }
  t.out[i] = sum;
  if (special && t.watch.pending) iso_watch_at(&t.watch, i, iso_before_at(&t.watch, i), sum, 1);
}

static __global__ void combine(const terms t) {
  if (iso_thread() < t.count) combine_node(t, t.first + iso_thread(), false);
}

/* With a stimulus or a watch. */
static __global__ void combine_special(const terms t) {
  if (iso_thread() < t.count) combine_node(t, t.first + iso_thread(), true);
}

static __global__ void combine_in_runs(const terms t) {
  ISO_FOR_RUN(i, t.run, t.nruns, NULL, 1) combine_node(t, i, true);
}

extern "C" void ISO_VARIANT(iso_cuda_combine)(iso_device *device, const iso_combine *c) {
  terms t = {c->first, c->count, c->nruns, c->run, c->nterms, {0}, {0}, (real *)c->out, {}, {}};
  for (int k = 0; k < c->nterms; k++) {
    t.coefficient[k] = (real)c->coefficient[k];
    t.term[k] = (const real *)c->term[k];
  }
  if (c->stimulus) t.stimulus = *c->stimulus;
  if (c->watch) t.watch = *c->watch;
  if (c->run)
    ISO_LAUNCH_RUNS(device, c->nruns, combine_in_runs, t);
  else if (c->stimulus || c->watch)
    ISO_LAUNCH(device, c->count, combine_special, t);
  else
    ISO_LAUNCH(device, c->count, combine, t);
}

static __global__ void multiply(iso_lid count, const real *a, const real *b, real *out) {
  const int64_t i = iso_thread();
  if (i < count) out[i] = a[i] * b[i];
}

extern "C" void ISO_VARIANT(iso_cuda_multiply)(iso_device *device, iso_lid count, const void *a,
                                               const void *b, void *out) {
  ISO_LAUNCH(device, count, multiply, count, (const real *)a, (const real *)b, (real *)out);
}

/* One block, because all have to read the step before one moves it on. */
static __global__ void sample(const iso_sample s) {
  const int64_t end = s.pending->first + s.pending->steps + 1;
  real *out = (real *)s.out + (int64_t)s.pending->steps * s.count;
  for (int k = (int)threadIdx.x; k < s.count; k += (int)blockDim.x) {
    real at = ((const real *)s.field)[s.node[k]];
    if (s.slope) at += (real)(end - s.stands[s.patch[k]]) * ((const real *)s.slope)[s.node[k]];
    out[k] = at;
  }
  __syncthreads();
  if (threadIdx.x == 0) s.pending->steps++;
}

extern "C" void ISO_VARIANT(iso_cuda_sample)(iso_device *device, const iso_sample *s) {
  ISO_LAUNCH_ON(device, main, sample, 1, ISO_CUDA_BLOCK, *s);
}

/* ---- halo ---- */

static __global__ void pack(const iso_pack p) {
  const int64_t k = iso_thread();
  if (k >= p.count) return;
  real *packed = (real *)p.packed + k * p.nfields;
  for (int f = 0; f < ISO_MAX_FIELDS; f++)
    if (f < p.nfields) packed[f] = ((const real *)p.field[f])[p.node[k]];
}

static __global__ void unpack(const iso_pack p) {
  const int64_t k = iso_thread();
  if (k >= p.count) return;
  const real *packed = (const real *)p.packed + k * p.nfields;
  for (int f = 0; f < ISO_MAX_FIELDS; f++)
    if (f < p.nfields) ((real *)p.field[f])[p.first + k] = packed[f];
}

/* Both on the halo's stream: packing waits for what was launched before it unless that stream itself made the
 * values, and what is launched after an unpacking waits for that. */
extern "C" void ISO_VARIANT(iso_cuda_pack)(iso_device *device, const iso_pack *p) {
  iso_cuda *c = iso_cuda_of(device);
  if (c->failure[0] || (!p->boundary && !iso_cuda_halo_follows(device))) return;
  ISO_LAUNCH_ON(device, halo, pack, iso_cuda_blocks(p->count), ISO_CUDA_BLOCK, *p);
  if (p->host)
    iso_cuda_well(device, cudaMemcpyAsync(p->host, p->packed, (size_t)(p->count * p->nfields) * sizeof(real),
                                          cudaMemcpyDeviceToHost, c->halo));
  iso_cuda_well(device, cudaEventRecord(c->packed, c->halo));
}

extern "C" void ISO_VARIANT(iso_cuda_unpack)(iso_device *device, const iso_pack *p) {
  iso_cuda *c = iso_cuda_of(device);
  if (c->failure[0]) return;
  if (p->host)
    iso_cuda_well(device, cudaMemcpyAsync(p->packed, p->host, (size_t)(p->count * p->nfields) * sizeof(real),
                                          cudaMemcpyHostToDevice, c->halo));
  ISO_LAUNCH_ON(device, halo, unpack, iso_cuda_blocks(p->count), ISO_CUDA_BLOCK, *p);
  iso_cuda_main_follows(device);
}
