#include "fuzz_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_read("vtk", fuzz_file(0, ".vtk", data, size));
  return 0;
}
