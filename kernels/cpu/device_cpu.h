/* The CPU device's launches, one set for each build (precision and instruction set). */
#ifndef ISO_KERNELS_CPU_DEVICE_CPU_H
#define ISO_KERNELS_CPU_DEVICE_CPU_H

#include "kernels/device.h"
#include "kernels/real.h"

/* Rows of a slice: one AVX-512 register of doubles, and what the row sort pads to. */
#define ISO_CPU_SLICE 8

#ifdef _OPENMP
#include <omp.h>
#endif
static inline void iso_thread_range(int64_t n, int64_t grain, int64_t *first, int64_t *last) {
  int64_t thread = 0, threads = 1;
#ifdef _OPENMP
  thread = omp_get_thread_num(), threads = omp_get_num_threads();
#endif
  int64_t grains = (n + grain - 1) / grain;
  *first = grains * thread / threads * grain;
  *last = grains * (thread + 1) / threads * grain;
  if (*last > n) *last = n;
  if (*first > n) *first = n;
}

/* What is done with the places [first, last) of a loop. */
typedef void iso_task(const void *with, int64_t first, int64_t last);

/* A loop over [0, n) in one contiguous range a thread, cut at multiples of grain. A team of one costs a call
 * of the kernel to wake nobody, which is what many small launches would then consist of: it is not made. */
static inline void iso_in_threads(const iso_device *device, int64_t n, int64_t grain, iso_task *task,
                                  const void *with) {
  if (device->threads <= 1) {
    task(with, 0, n);
    return;
  }
#pragma omp parallel num_threads(device->threads)
  {
    int64_t first, last;
    iso_thread_range(n, grain, &first, &last);
    task(with, first, last);
  }
}

#define X(result, name, parameters) result ISO_VARIANT(iso_cpu_##name) parameters;
ISO_EACH_LAUNCH(X)
#undef X

#endif
