#include "fuzz_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_read("stl", fuzz_file(0, ".stl", data, size));
  return 0;
}
