#include "fuzz_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_read("obj", fuzz_file(0, ".obj", data, size));
  return 0;
}
