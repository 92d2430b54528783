#include "kernels/builds.h"

#include "kernels/build_list.h"
#include "kernels/device.h"

#define DECLARE(isa) extern const iso_cell_kernels iso_cells_f64_##isa, iso_cells_f32_##isa;
ISO_BUILD_LIST(DECLARE)

/* Whether the processor runs a build is asked of the device that would use it. */
static int runs(const char *isa) {
  char message[256];
  const iso_device_options options = {.kind = "cpu", .precision = ISO_PRECISION_DOUBLE, .simd = isa};
  iso_device *device = iso_device_open(&options, message, sizeof message);
  if (device) iso_device_close(device);
  return device != NULL;
}

int builds(const build **out) {
#define BUILD(isa) {#isa, {&iso_cells_f64_##isa, &iso_cells_f32_##isa}},
  static const build all[] = {ISO_BUILD_LIST(BUILD)};
  *out = all;
  int n = 0;
  while (n < (int)(sizeof all / sizeof *all) && runs(all[n].isa)) n++;
  return n;
}
