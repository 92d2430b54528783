#include "fuzz_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_read("gmsh", fuzz_file(0, ".msh", data, size));
  return 0;
}
