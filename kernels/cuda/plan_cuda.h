/* What launches of a device that plans steps itself share, apart from kernels/cuda/launch_cuda.h so that
 * cells need not be compiled for it. */
#ifndef ISO_KERNELS_CUDA_PLAN_CUDA_H
#define ISO_KERNELS_CUDA_PLAN_CUDA_H

#include "kernels/cuda/launch_cuda.h"
#include "kernels/plan.h"

/* How many patches are due in the base step under way. */
static __device__ __forceinline__ const int32_t *iso_due_count(const iso_plan &pace) {
  return pace.count + pace.turn * iso_pace_counts(&pace) + ISO_COUNT_DUE;
}

#endif
