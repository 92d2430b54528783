/* The exact scalar product: fixed point wide enough for every double. */
#include "kernels/cpu/device_cpu.h"
#include "kernels/templates/limbs.h"

#include <string.h>

typedef struct dot {
  const real *x, *y;
  int64_t *limb; /* [ISO_LIMBS] */
} dot;

static void add_products(const void *with, int64_t first, int64_t last) {
  const dot *d = with;
  int64_t mine[ISO_LIMBS] = {0};
  for (int64_t i = first; i < last; i++) iso_limbs_add(mine, (double)d->x[i] * (double)d->y[i]);
  iso_limbs_carry(mine);
#pragma omp critical(iso_limbs)
  for (int k = 0; k < ISO_LIMBS; k++) d->limb[k] += mine[k];
}

void ISO_VARIANT(iso_cpu_dot)(iso_device *device, iso_lid count, const void *x, const void *y,
                              int64_t *limb) {
  iso_in_threads(device, count, 64, add_products, &(dot){x, y, limb});
}
