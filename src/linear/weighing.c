#include "linear/weighing.h"

#include "base/memory.h"
#include "linear/device_memory.h"

#include <math.h>
#include <stdlib.h>

#define MOST_MV 1000 /* membranes break down before, and runs end */

/* The power of two above a number, which is above 0. */
static int power_above(double value) {
  int power;
  frexp(value, &power);
  return power;
}

/* Collective. An exponent e with which 2^e |w| MOST_MV is at most 2^51 and its sum over all nodes at most
 * 2^62, as iso_weigh asks, a factor of 2 being left for rounding. The sum is one of whole numbers: every rank
 * finds the same. */
static int exponent_of(const iso_mesh *mesh, const double *weight) {
  double most = 0;
  int64_t shares = 0; /* of the largest weight, each rounded up to 2^-20 */
  for (iso_lid i = 0; i < mesh->nowned; i++) most = fmax(most, fabs(weight[i]));
  MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_DOUBLE, MPI_MAX, mesh->comm);
  if (!(most > 0)) return 0;
  for (iso_lid i = 0; i < mesh->nowned; i++) shares += (int64_t)ceil(0x1p20 * (fabs(weight[i]) / most));
  MPI_Allreduce(MPI_IN_PLACE, &shares, 1, MPI_INT64_T, MPI_SUM, mesh->comm);
  const int of_one = 50 - power_above(most * MOST_MV),
            of_all = 61 - power_above(most * MOST_MV * ldexp((double)shares, -20));
  return of_one < of_all ? of_one : of_all;
}

static iso_status allocate(iso_weighing *w, iso_error *err) {
  const size_t bytes = (size_t)w->n * (size_t)w->nowned * sizeof(double);
  ISO_TRY(iso_alloc(&w->exponent, (size_t)w->n, sizeof *w->exponent, "electrodes", err));
  w->weight = iso_device_alloc(w->device, bytes);
  return w->weight ? ISO_OK : iso_fail_device(err, w->device, bytes, "weights of electrodes");
}

static iso_status upload(iso_weighing *w, const double *weight, iso_error *err) {
  const size_t n = (size_t)w->nowned;
  double *scaled;
  ISO_TRY(iso_alloc(&scaled, n, sizeof *scaled, "weights of electrodes", err));
  for (int k = 0; k < w->n; k++) {
    for (size_t i = 0; i < n; i++) scaled[i] = ldexp(weight[(size_t)k * n + i], w->exponent[k]);
    iso_device_upload(w->device, w->weight, (size_t)k * n * sizeof *scaled, scaled, n * sizeof *scaled);
  }
  free(scaled);
  return ISO_OK;
}

iso_status iso_weighing_new(iso_weighing *out, iso_device *device, const iso_mesh *mesh, int n,
                            const double *weight, iso_error *err) {
  *out = (iso_weighing){.device = device, .nowned = mesh->nowned, .n = n};
  ISO_TRY(iso_agree(mesh->comm, allocate(out, err), err));
  for (int k = 0; k < n; k++) out->exponent[k] = exponent_of(mesh, weight + (size_t)k * (size_t)mesh->nowned);
  return iso_agree(mesh->comm, upload(out, weight, err), err);
}

void iso_weighing_free(iso_weighing *w) {
  if (w->device) iso_device_release(w->device, w->weight);
  free(w->exponent);
  *w = (iso_weighing){0};
}

void iso_weighing_launch(const iso_weighing *w, const void *vm, int64_t *sum) {
  iso_launch_weigh(
      w->device,
      &(iso_weigh){
          .count = w->nowned, .nsums = w->n, .weight = w->weight, .x = vm, .bound = MOST_MV, .sum = sum});
}

double iso_weighing_value(const iso_weighing *w, int k, int64_t sum) {
  return ldexp((double)sum, -w->exponent[k]);
}
