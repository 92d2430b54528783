/* The CPU device's launches, one set for each build (precision and instruction set). */
#ifndef ISO_KERNELS_CPU_DEVICE_CPU_H
#define ISO_KERNELS_CPU_DEVICE_CPU_H

#include "kernels/device.h"
#include "kernels/real.h"

/* Rows of a slice: one AVX-512 register of doubles, and what the row sort pads to. */
#define ISO_CPU_SLICE 8

/* A loop over [0, n) in one contiguous range a thread, cut at multiples of grain. */
#define ISO_THREADS_BEGIN(device, n, grain)                                                                  \
  _Pragma("omp parallel num_threads((device)->threads) if ((device)->threads > 1)") {                        \
    int64_t first, last;                                                                                     \
    iso_thread_range((n), (grain), &first, &last);
#define ISO_THREADS_END }

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

void ISO_VARIANT(iso_cpu_product)(iso_device *device, const iso_product *product);
void ISO_VARIANT(iso_cpu_combine)(iso_device *device, const iso_combine *combine);
void ISO_VARIANT(iso_cpu_multiply)(iso_device *device, iso_lid count, const void *a, const void *b,
                                   void *out);
void ISO_VARIANT(iso_cpu_pack)(iso_device *device, const iso_pack *pack);
void ISO_VARIANT(iso_cpu_unpack)(iso_device *device, const iso_pack *pack);
size_t ISO_VARIANT(iso_cpu_fast_scratch)(const iso_device *device, iso_lid nelem, iso_lid nlocal, int width);
void ISO_VARIANT(iso_cpu_fast)(iso_device *device, const iso_fast *fast);
void ISO_VARIANT(iso_cpu_sample)(iso_device *device, const iso_sample *sample);
void ISO_VARIANT(iso_cpu_dot)(iso_device *device, iso_lid count, const void *x, const void *y, int64_t *limb);
double ISO_VARIANT(iso_cpu_max)(iso_device *device, iso_lid count, const void *x);

#endif
