/* Scalar products and largest values on a GPU. Warps add up first, because a million atomic operations on one
 * address come one after the other. */
#include "kernels/cuda/launch_cuda.h"
#include "kernels/templates/limbs.h"

enum { WARPS = ISO_CUDA_BLOCK / ISO_WARP };
static const unsigned ALL_LANES = ~0U;

static __device__ __forceinline__ int lane(void) { return (int)threadIdx.x % ISO_WARP; }

/* Over the lanes of this warp. */
static __device__ __forceinline__ int warp_sum(int x) {
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 800
  return __reduce_add_sync(ALL_LANES, x);
#else
  for (int k = ISO_WARP / 2; k > 0; k /= 2) x += __shfl_xor_sync(ALL_LANES, x, k);
  return x;
#endif
}

/* Of digits below 2^32, each with its sign. */
static __device__ __forceinline__ int64_t warp_sum_digits(int64_t digit) {
  const int64_t high = warp_sum((int)(digit >> 16)), low = warp_sum((int)(digit & 0xffff));
  return high * 65536 + low;
}

/* ---- the exact scalar product ---- */

/* Adds the values of a warp's lanes to its limbs: those of one place together, so that no lane waits for
 * another where all are of about one size. */
static __device__ __forceinline__ void add_warp(int64_t *limb, double value) {
  int place;
  int64_t digit[3];
  iso_limbs_split(value, &place, digit);
  unsigned left = __ballot_sync(ALL_LANES, value != 0);
  while (left) {
    const int here = __shfl_sync(ALL_LANES, place, __ffs((int)left) - 1);
    left &= ~__ballot_sync(ALL_LANES, place == here);
    for (int d = 0; d < 3; d++) {
      const int64_t sum = warp_sum_digits(place == here ? digit[d] : 0);
      if (lane() == d) limb[here + d] += sum;
    }
    __syncwarp();
  }
}

static __device__ __forceinline__ double product_at(int64_t i, iso_lid count, const real *x, const real *y) {
  return i < count ? (double)x[i] * (double)y[i] : 0;
}

/* Sums are in fixed point: integers, so that order does not matter. Whole warps go on to the end, two values
 * of each lane at a time, so that the loads of the second do not wait for the first. */
static __global__ void dot(iso_lid count, const real *x, const real *y, unsigned long long *limb) {
  __shared__ int64_t mine[WARPS][ISO_LIMBS];
  int64_t *const of_warp = mine[threadIdx.x / ISO_WARP];
  for (int k = lane(); k < ISO_LIMBS; k += ISO_WARP) of_warp[k] = 0;
  __syncwarp();
  for (int64_t at = iso_thread(); at - lane() < count; at += 2 * iso_threads()) {
    const double first = product_at(at, count, x, y), second = product_at(at + iso_threads(), count, x, y);
    add_warp(of_warp, first);
    add_warp(of_warp, second);
  }
  __syncthreads();
  for (int k = (int)threadIdx.x; k < ISO_LIMBS; k += (int)blockDim.x) {
    int64_t sum = 0;
    for (int w = 0; w < WARPS; w++) sum += mine[w][k];
    if (sum) atomicAdd(&limb[k], (unsigned long long)sum);
  }
}

extern "C" void ISO_VARIANT(iso_cuda_dot)(iso_device *device, iso_lid count, const void *x, const void *y,
                                          int64_t *limb) {
  iso_cuda *c = iso_cuda_of(device);
  if (c->failure[0]) return;
  int64_t sum[ISO_LIMBS];
  const int blocks = iso_cuda_blocks(count) < c->wide ? iso_cuda_blocks(count) : c->wide;
  iso_cuda_well(device, cudaMemsetAsync(c->result, 0, sizeof sum, c->main));
  ISO_LAUNCH_ON(device, main, dot, blocks, ISO_CUDA_BLOCK, count, (const real *)x, (const real *)y,
                (unsigned long long *)c->result);
  device->ops->download(device, c->result, sum, sizeof sum);
  for (int k = 0; k < ISO_LIMBS; k++) limb[k] += sum[k];
}

/* ---- the largest value ---- */

/* A real as an integer in its order, with NaN above all and 0 below. */
static __device__ __forceinline__ unsigned long long ordered(double value) {
  unsigned long long bits;
  memcpy(&bits, &value, sizeof bits);
  return value != value ? ~0ULL : bits >> 63 ? ~bits : bits | 1ULL << 63;
}

static __global__ void most(iso_lid count, const real *x, unsigned long long *result) {
  unsigned long long mine = 0;
  for (int64_t i = iso_thread(); i < count; i += iso_threads()) {
    const unsigned long long bits = ordered((double)x[i]);
    mine = bits > mine ? bits : mine;
  }
  for (int k = ISO_WARP / 2; k > 0; k /= 2) {
    const unsigned long long other = __shfl_xor_sync(ALL_LANES, mine, k);
    mine = other > mine ? other : mine;
  }
  if (lane() == 0) atomicMax(result, mine);
}

extern "C" double ISO_VARIANT(iso_cuda_max)(iso_device *device, iso_lid count, const void *x) {
  iso_cuda *c = iso_cuda_of(device);
  unsigned long long bits = 0;
  double value;
  const int blocks = iso_cuda_blocks(count) < c->wide ? iso_cuda_blocks(count) : c->wide;
  if (!c->failure[0]) iso_cuda_well(device, cudaMemsetAsync(c->result, 0, sizeof bits, c->main));
  ISO_LAUNCH_ON(device, main, most, blocks, ISO_CUDA_BLOCK, count, (const real *)x,
                (unsigned long long *)c->result);
  device->ops->download(device, c->result, &bits, sizeof bits);
  if (bits == 0) return -1e30;
  bits = bits >> 63 ? bits & ~(1ULL << 63) : ~bits;
  memcpy(&value, &bits, sizeof value);
  return value;
}
