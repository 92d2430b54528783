#include "fuzz_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_read("ply", fuzz_file(0, ".ply", data, size));
  return 0;
}
