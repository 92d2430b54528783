/* Sums of w_n V_n over all nodes, which have the same bits on any ranks, threads and device: each product is
 * rounded to a fixed-point number, and sums of whole numbers have no order. The last place follows from the
 * weights so that no sum of Vm below 1 V overflows 64 bits: some 2^-49 of the largest weight times 1 V. */
#ifndef ISO_LINEAR_WEIGHING_H
#define ISO_LINEAR_WEIGHING_H

#include "grid/mesh.h"
#include "kernels/device.h"

typedef struct iso_weighing {
  iso_device *device;
  iso_lid nowned;
  int n;
  int *exponent; /* [n] a whole number's last place is worth 2^-exponent mV */
  void *weight;  /* device, double [n][nowned], times 2^exponent */
} iso_weighing;

/* Collective. n sums; weight [n][mesh->nowned] in mV per mV, copied. device outlives it. ISO_EFAIL where
 * memory is short; free it whatever the status. */
iso_status iso_weighing_new(iso_weighing *out, iso_device *device, const iso_mesh *mesh, int n,
                            const double *weight, iso_error *err);
void iso_weighing_free(iso_weighing *weighing);

/* Adds this rank's share of the sums of vm, real [nowned] in mV on the device, to sum, int64_t [n] on the
 * device. One launch, which nobody waits for. */
void iso_weighing_launch(const iso_weighing *weighing, const void *vm, int64_t *sum);

/* mV of sum k, added up over the ranks. */
double iso_weighing_value(const iso_weighing *weighing, int k, int64_t sum);

#endif
