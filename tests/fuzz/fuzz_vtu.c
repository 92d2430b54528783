#include "fuzz_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_read("vtu", fuzz_file(0, ".vtu", data, size));
  return 0;
}
