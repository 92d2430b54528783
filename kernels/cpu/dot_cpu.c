/* The exact scalar product: fixed point wide enough for every double. */
#include "kernels/cpu/device_cpu.h"
#include "kernels/templates/limbs.h"

#include <string.h>

void ISO_VARIANT(iso_cpu_dot)(iso_device *device, iso_lid count, const void *x, const void *y,
                              int64_t *limb) {
  ISO_THREADS_BEGIN(device, count, 64)
  const real *a = x, *b = y;
  int64_t mine[ISO_LIMBS] = {0};
  for (int64_t i = first; i < last; i++) iso_limbs_add(mine, (double)a[i] * (double)b[i]);
  iso_limbs_carry(mine);
#pragma omp critical(iso_limbs)
  for (int k = 0; k < ISO_LIMBS; k++) limb[k] += mine[k];
  ISO_THREADS_END
}
