/* Patches at their own pace on a GPU, which decides itself who goes on and how: see kernels/plan.h. A block
 * has a patch at a time.
 *
 * Lists are filled by atomics, so their order is that of the threads and not of the patches; nothing that is
 * made of them depends on it. What a plan fills for its base step, it clears for the next one, in the other
 * of two sets. */
#include "kernels/cuda/plan_cuda.h"

static const unsigned ALL_LANES = ~0U;

static __device__ __forceinline__ int64_t step_under_way(const iso_plan &p) {
  return p.clock->first + p.clock->steps;
}

/* a + steps b, as the combinations of vector_cuda.cu. */
static __device__ __forceinline__ real ahead(const iso_plan &p, int64_t i, double steps) {
  const real at = ((const real *)p.vm)[i];
  return at + (real)steps * ((const real *)p.slope)[i];
}

/* ---- who is due ---- */

/* What a ghost's owner says. */
static __device__ __forceinline__ int said_by(const iso_plan &p, iso_lid ghost) {
  return (int)((const real *)p.said)[p.first[ghost]];
}

/* Those of ghosts are made of what was said by whoever needs them: their places here are under way. */
static __device__ __forceinline__ iso_pace_word word_of(const iso_plan &p, iso_lid patch, int64_t now) {
  return patch < p.npatches ? iso_pace_word_of(&p.levels, patch) : iso_pace_read(said_by(p, patch), now);
}

/* Says a number at the nodes of a patch. */
static __device__ __forceinline__ void say(const iso_plan &p, iso_lid patch, int number) {
  if (!p.said || patch < p.ninner) return;
  for (int64_t i = p.first[patch] + (int)threadIdx.x; i < p.first[patch + 1]; i += blockDim.x)
    ((real *)p.said)[i] = (real)number;
}

/* By whole warps: as far as neighbours let a patch go, and its wish. */
static __device__ __forceinline__ int next_level(const iso_plan &p, iso_lid patch, int64_t now) {
  int most = p.levels.wish[patch];
  for (int64_t k = p.start[patch] + threadIdx.x % ISO_WARP; k < p.start[patch + 1]; k += ISO_WARP) {
    const int allowed = iso_pace_allows(word_of(p, p.neighbour[k], now), now);
    if (most > allowed) most = allowed;
  }
  for (int lanes = ISO_WARP / 2; lanes > 0; lanes /= 2) {
    const int other = (int)__shfl_xor_sync(ALL_LANES, (unsigned long long)most, lanes);
    if (most > other) most = other;
  }
  return most;
}

static __device__ __forceinline__ int32_t *counts(const iso_plan &p, int turn) {
  return p.count + turn * iso_pace_counts(&p);
}

/* By one thread. */
static __device__ __forceinline__ void put_on_runs(const iso_plan &p, iso_lid patch) {
  const int32_t k = atomicAdd(counts(p, p.turn) + ISO_COUNT_RUNS, 1);
  p.run[k][0] = p.first[patch];
  p.run[k][1] = p.first[patch + 1];
}

/* By one thread. */
static __device__ __forceinline__ void put_on_lists(const iso_plan &p, iso_lid patch, int level) {
  int32_t *const count = counts(p, p.turn);
  const int32_t group = p.group[patch];
  const int32_t c = p.group_first[group] + atomicAdd(count + ISO_COUNT_GROUPS + group, 1);
  p.next[patch] = (int8_t)level;
  p.due[atomicAdd(count + ISO_COUNT_DUE, 1)] = patch;
  p.cell_run[c][0] = p.first[patch];
  p.cell_run[c][1] = p.first[patch + 1];
  p.cell_kind[c] = (uint8_t)(p.levels.level[patch] + level);
  put_on_runs(p, patch);
}

/* The patch, and those next to it, have to know V as its party needs it. */
static __device__ __forceinline__ void give_roles(const iso_plan &p, iso_lid patch, int level) {
  unsigned long long *const role = (unsigned long long *)p.role + (int64_t)p.turn * p.nall;
  const unsigned long long party = 1ULL << p.party[patch][iso_level_index(level)];
  if (threadIdx.x == 0) atomicOr(&role[patch], party);
  for (int64_t k = p.start[patch] + threadIdx.x; k < p.start[patch + 1]; k += blockDim.x)
    atomicOr(&role[p.neighbour[k]], party);
}

/* What cells see whose step changes from one level to another: see src/solve/adaptive.h. */
static __device__ __forceinline__ void aim(const iso_plan &p, iso_lid patch, int from, int to) {
  const double gates = 0.25 * (to - from), before = 3 * gates - to;
  for (int64_t i = p.first[patch] + (int)threadIdx.x; i < p.first[patch + 1]; i += blockDim.x) {
    ((real *)p.before)[i] = ahead(p, i, before);
    if (from != to) ((real *)p.gates)[i] = ahead(p, i, gates);
  }
}

static __device__ __forceinline__ void clear_next(const iso_plan &p) {
  uint64_t *const role = p.role + (int64_t)(1 - p.turn) * p.nall;
  int32_t *const count = counts(p, 1 - p.turn);
  for (int64_t k = iso_thread(); k < p.nall; k += iso_threads()) role[k] = 0;
  for (int64_t k = iso_thread(); k < iso_pace_counts(&p); k += iso_threads()) count[k] = 0;
}

/* For the launches that follow. */
static __device__ __forceinline__ void hear(const iso_plan &p, int64_t now) {
  for (int64_t g = p.npatches + iso_thread(); g < p.nall; g += iso_threads()) {
    const iso_pace_word said = word_of(p, (iso_lid)g, now);
    p.levels.level[g] = (int8_t)said.level;
    p.levels.wish[g] = (int8_t)said.wish;
    p.levels.due[g] = said.due;
    if (said.due == now) put_on_runs(p, (iso_lid)g);
  }
}

static __global__ void plan(const iso_plan p) {
  const int64_t now = step_under_way(p);
  for (iso_lid patch = (iso_lid)blockIdx.x; patch < p.npatches; patch += (iso_lid)gridDim.x) {
    if (p.levels.due[patch] != now) {
      if (threadIdx.x == 0) p.next[patch] = 0;
      continue;
    }
    const int level = next_level(p, patch, now);
    if (threadIdx.x == 0) put_on_lists(p, patch, level);
    give_roles(p, patch, level);
    aim(p, patch, p.levels.level[patch], level);
    say(p, patch, level);
  }
  hear(p, now);
  clear_next(p);
}

extern "C" void ISO_VARIANT(iso_cuda_pace_plan)(iso_device *device, const iso_plan *p) {
  ISO_LAUNCH_LIST(device, p->npatches, plan, *p);
}

/* ---- V at a time ---- */

static __device__ __forceinline__ void fill_patch(const iso_plan &p, iso_lid patch, double steps, real *out) {
  const double from_there = steps - (double)(p.levels.due[patch] - step_under_way(p));
  for (int64_t i = p.first[patch] + (int)threadIdx.x; i < p.first[patch + 1]; i += blockDim.x)
    out[i] = ahead(p, i, from_there);
}

static __device__ __forceinline__ uint64_t role_of(const iso_plan &p, iso_lid patch) {
  return p.role[(int64_t)p.turn * p.nall + patch];
}

static __global__ void fill_middle(const iso_plan p) {
  for (iso_lid patch = (iso_lid)blockIdx.x; patch < p.nall; patch += (iso_lid)gridDim.x)
    for (int l = 0; l < ISO_LEVELS; l++)
      if (role_of(p, patch) >> l & 1)
        fill_patch(p, patch, 0.5 * (1 << l), (real *)p.middle + (int64_t)l * p.nnodes);
}

/* A ghost's as its owner has said since. */
static __device__ __forceinline__ int next_of(const iso_plan &p, iso_lid patch) {
  if (patch < p.npatches) return p.next[patch];
  return p.levels.due[patch] == step_under_way(p) ? said_by(p, patch) : 0;
}

static __device__ __forceinline__ bool is_member(const iso_plan &p, iso_lid patch, int party) {
  const int level = next_of(p, patch);
  return level > 0 && p.party[patch][iso_level_index(level)] == party;
}

static __global__ void fill_party(const iso_plan p, const iso_pace_fill f) {
  for (iso_lid patch = (iso_lid)blockIdx.x; patch < p.nall; patch += (iso_lid)gridDim.x)
    if ((role_of(p, patch) >> f.party & 1) && (f.members || !is_member(p, patch, f.party)))
      fill_patch(p, patch, f.ahead, (real *)f.out);
}

extern "C" void ISO_VARIANT(iso_cuda_pace_fill)(iso_device *device, const iso_plan *p,
                                                const iso_pace_fill *f) {
  if (f->party == 0)
    ISO_LAUNCH_LIST(device, p->nall, fill_middle, *p);
  else
    ISO_LAUNCH_LIST(device, p->nall, fill_party, *p, *f);
}

static __global__ void show(const iso_plan p, real *out) {
  for (iso_lid patch = (iso_lid)blockIdx.x; patch < p.npatches; patch += (iso_lid)gridDim.x)
    fill_patch(p, patch, 0, out);
}

extern "C" void ISO_VARIANT(iso_cuda_pace_show)(iso_device *device, const iso_plan *p, void *out) {
  ISO_LAUNCH_LIST(device, p->npatches, show, *p, (real *)out);
}
