#include "tissue/cell_rows.h"

#include "base/assert.h"
#include "base/memory.h"
#include "kernels/prepare.h"
#include "linear/device_memory.h"

#include <stdlib.h>

/* Whole lines. On a CPU an odd number of them: at multiples of 4 KiB all states of a cell would share one set
 * of the cache. A GPU's lines are twice as long, and a warp that reads its cells of a row would read one line
 * more if the row began within one. */
int64_t iso_cell_row_distance(const iso_device *device, iso_lid count) {
  const int64_t per_line = (device->deferred ? 128 : 64) / (int64_t)device->real_bytes;
  const int64_t lines = (count + per_line - 1) / per_line;
  return (device->deferred ? lines : lines | 1) * per_line;
}

iso_status iso_cell_rows_new(void **out, iso_device *device, const iso_model *model, int64_t ld,
                             iso_error *err) {
  ISO_ASSERT(ld > 0);
  size_t bytes = (size_t)model->nstates * (size_t)ld * device->real_bytes;
  *out = iso_device_alloc(device, bytes);
  return *out ? ISO_OK : iso_fail_device(err, device, bytes, "the state of the cells");
}

iso_status iso_cell_parameters_new(void **out, iso_device *device, const iso_model *model,
                                   const double *parameters, double step_ms, bool exact, iso_error *err) {
  ISO_ASSERT(step_ms > 0);
  size_t bytes = device->cells->prepared_bytes(model, exact);
  void *host;
  ISO_TRY(iso_alloc(&host, bytes, 1, "model parameters", err));
  device->cells->prepare(model, parameters, step_ms, exact, host);
  *out = iso_device_copy(device, host, bytes);
  free(host);
  return *out ? ISO_OK : iso_fail_device(err, device, bytes, "model parameters");
}
