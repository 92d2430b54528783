#include "kernels/ways.h"

#include "kernels/build_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

iso_device *open_way(int way) {
#define NAME(isa) #isa,
  static const char *const narrowest_first[] = {ISO_BUILD_LIST(NAME)};
  char message[256];
  const iso_device_options options = {.kind = "cpu",
                                      .precision = way & 1 ? ISO_PRECISION_SINGLE : ISO_PRECISION_DOUBLE,
                                      .threads = way & 2 ? 3 : 1,
                                      .simd = way & 4 ? "auto" : narrowest_first[0]};
  iso_device *device = iso_device_open(&options, message, sizeof message);
  if (!device) fail_msg("%s", message);
  return device;
}
