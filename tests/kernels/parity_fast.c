/* The fast current. */
#include "kernels/parity_parts.h"

#include <stdlib.h>

/* At rest, in part active and everywhere active; the scratch goes on from launch to launch. */
void parity_fast_current_of(iso_device *device, iso_lid elements, iso_lid owned, iso_lid nodes, record *to) {
  iso_fast f = synthetic_mesh(device, elements, owned, nodes);
  const double scale[] = {0.01, 0.9, 4, 0.01, 1.1};
  f.threshold = 0.05, f.interpolation = 0.7, f.smoothing = 0.2;
  f.iion = synthetic_field(device, 70, owned, 2);
  for (int k = 0; k < 5; k++) {
    void *factors = synthetic_field(device, 71 + (uint64_t)k, ISO_MAX_FAST * (int64_t)nodes, scale[k]);
    f.fast = factors;
    iso_launch_fast(device, &f);
    parity_keep(device, f.iion, owned, to);
    iso_device_release(device, factors);
  }
  iso_device_release(device, f.iion);
  synthetic_mesh_free(device, &f);
}

void parity_fast_current(iso_device *device, record *to) {
  parity_fast_current_of(device, 2500, 900, NODES, to);
  parity_fast_current_of(device, 11000, 4001, 4203, to); /* several elements for each thread */
}

/* Short runs, and two long ones, one of which is over the last owned node. Factors change in the runs alone.
 * Two launches are for all nodes. */
static void fast_runs_of(iso_device *device, iso_lid elements, iso_lid owned, iso_lid nodes, record *to) {
  enum { LAUNCHES = 12 };
  iso_fast f = synthetic_mesh(device, elements, owned, nodes);
  const double scale[] = {0.9, 0.01, 4};
  iso_lid(*run)[2] = synthetic_need(malloc((size_t)nodes * sizeof *run));
  double *value = synthetic_need(malloc((size_t)nodes * sizeof *value));
  void *runs = synthetic_need(iso_device_alloc(device, (size_t)nodes * sizeof *run)),
       *factors = synthetic_field(device, 71, ISO_MAX_FAST * (int64_t)nodes, 0.5);
  f.threshold = 0.05, f.interpolation = 0.7, f.smoothing = 0.2;
  f.fast = factors;
  f.iion = synthetic_field(device, 70, owned, 2);
  for (int k = 0; k < LAUNCHES; k++) {
    int32_t n = parity_short_runs(620 + (uint64_t)k, 0, 100, run);
    run[n][0] = 100, run[n++][1] = 400;
    n += parity_short_runs(620 + (uint64_t)k, 400, owned - 90, run + n);
    run[n][0] = owned - 90, run[n++][1] = nodes - 20;
    n += parity_short_runs(630, nodes - 20, nodes, run + n);
    f.nruns = n;
    for (int v = 0; v < ISO_MAX_FAST; v++) {
      for (iso_lid i = 0; i < nodes; i++)
        value[i] = scale[k % 3] * synthetic_value(640 + 8 * (uint64_t)k + (uint64_t)v, i);
      for (int32_t r = 0; r < f.nruns; r++)
        iso_device_upload_real(device, factors, (int64_t)v * nodes + run[r][0], run[r][1] - run[r][0],
                               value + run[r][0]);
    }
    iso_device_upload(device, runs, 0, run, (size_t)f.nruns * sizeof *run);
    f.run = k % 8 ? runs : NULL;
    iso_launch_fast(device, &f);
    parity_keep(device, f.iion, owned, to);
  }
  free(run);
  free(value);
  parity_release(device, 3, (void *[]){runs, factors, f.iion});
  synthetic_mesh_free(device, &f);
}

void parity_fast_runs(iso_device *device, record *to) { fast_runs_of(device, 2500, 900, NODES, to); }
