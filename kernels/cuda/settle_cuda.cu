/* The end of the steps of some patches on a GPU, a block of threads for each: see iso_settle in
 * kernels/device.h. */
#include "kernels/cuda/plan_cuda.h"
#include "kernels/math.h"
#include "kernels/templates/watch.h"

enum { THREADS = 64 };

/* NaN once one of them is, and else the larger one: the same in any order. */
static __device__ __forceinline__ real larger(real a, real b) { return b > a || b != b ? b : a; }

static __device__ __forceinline__ real largest(const real *values) {
  real most = 0;
  for (int k = 0; k < THREADS; k++) most = larger(most, values[k]);
  return most;
}

/* What the threads of a block tell each other. */
namespace {
struct maxima {
  real rate[THREADS], bend[THREADS];
};
} // namespace

static __device__ __forceinline__ real slope_of(const iso_settle &s, int steps, int64_t i) {
  return (((const real *)s.after)[i] - ((const real *)s.vm)[i]) * (real)(1.0 / steps);
}

/* By all threads of a block: ends the step of a patch, of so many base steps. watch is settle's, which is the
 * host's. Nothing is moved on before the threads meet; then the maxima are the first ones. */
static __device__ __forceinline__ void settle_patch(const iso_settle &s, const iso_watch &watch,
                                                    int32_t patch, int steps, maxima &most) {
  const int64_t first = s.first[patch] + (int)threadIdx.x, end = s.first[patch + 1];
  const real *after = (const real *)s.after;
  real *vm = (real *)s.vm, *slope = (real *)s.slope, fastest = 0, sharpest = 0;
  for (int64_t i = first; i < end; i += THREADS) {
    fastest = larger(fastest, iso_abs(slope_of(s, steps, i)));
    sharpest = larger(sharpest, iso_abs(slope_of(s, steps, i) - slope[i]));
  }
  most.rate[threadIdx.x] = fastest;
  most.bend[threadIdx.x] = sharpest;
  __syncthreads();
  if (threadIdx.x == 0) most.rate[0] = largest(most.rate);
  if (threadIdx.x == ISO_WARP) most.bend[0] = largest(most.bend);
  __syncthreads();
  for (int64_t i = first; i < end; i += THREADS) {
    if (watch.pending) iso_watch_at(&watch, i, vm[i], after[i], steps);
    slope[i] = slope_of(s, steps, i);
    vm[i] = after[i];
  }
}

static __global__ void settle(const iso_settle s, const iso_watch watch) {
  __shared__ maxima most;
  const int32_t patch = s.patch[blockIdx.x];
  settle_patch(s, watch, patch, s.steps, most);
  if (threadIdx.x > 0) return;
  ((real *)s.rate)[patch] = most.rate[0];
  ((real *)s.bend)[patch] = most.bend[0];
}

extern "C" void ISO_VARIANT(iso_cuda_settle)(iso_device *device, const iso_settle *s) {
  iso_watch watch = {};
  if (s->watch) watch = *s->watch;
  ISO_LAUNCH_ON(device, main, settle, s->npatches, THREADS, *s, watch);
}

/* ---- on a device that decides what comes next ---- */

static __device__ __forceinline__ void wish(const iso_plan &p, iso_lid patch, int level, const maxima &most) {
  const int64_t alone = iso_pace_left_alone(p.busy[patch], p.clock->steps + level);
  const int64_t nodes = p.first[patch + 1] - p.first[patch];
  iso_pace_record(&p.levels, patch, level, (double)most.rate[0], (double)most.bend[0], p.step_ms, alone,
                  &p.limits[patch]);
  atomicAdd((unsigned long long *)&p.node_steps[iso_level_index(level)], (unsigned long long)(level * nodes));
}

/* To neighbours elsewhere, at the nodes of a patch. */
static __device__ __forceinline__ void tell(const iso_plan &p, iso_lid patch) {
  if (!p.said || patch < p.ninner) return;
  const int said = iso_pace_spell(iso_pace_word_of(&p.levels, patch));
  for (int64_t i = p.first[patch] + (int)threadIdx.x; i < p.first[patch + 1]; i += THREADS)
    ((real *)p.said)[i] = (real)said;
}

static __global__ void settle_due(const iso_settle s, const iso_plan p, const iso_watch watch) {
  __shared__ maxima most;
  for (int32_t k = (int32_t)blockIdx.x; k < *iso_due_count(p); k += (int32_t)gridDim.x) {
    const iso_lid patch = p.due[k];
    const int level = p.next[patch];
    settle_patch(s, watch, patch, level, most);
    if (threadIdx.x == 0) wish(p, patch, level, most);
    __syncthreads(); /* after the wish, and before the next one's maxima */
    tell(p, patch);
  }
}

extern "C" void ISO_VARIANT(iso_cuda_pace_settle)(iso_device *device, const iso_plan *p,
                                                  const iso_watch *look) {
  iso_watch watch = {};
  iso_settle s = {};
  if (look) watch = *look;
  s.first = p->first, s.after = p->before, s.vm = p->vm, s.slope = p->slope;
  ISO_LAUNCH_LIST(device, p->npatches, settle_due, s, *p, watch);
}
