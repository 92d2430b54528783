/* The three files of a binary CARP mesh in one input, apart by lines that hold only "@". */
#include "fuzz_input.h"

#include <string.h>

static size_t part_length(const uint8_t *data, size_t size) {
  for (size_t i = 0; i + 1 < size; i++)
    if (data[i] == '@' && data[i + 1] == '\n') return i;
  return size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char *const extension[] = {".bpts", ".belem", ".blon"};
  for (int i = 0; i < 3; i++) {
    size_t n = part_length(data, size), passed = n + 2 < size ? n + 2 : size;
    fuzz_file(i, extension[i], data, n);
    data += passed;
    size -= passed;
  }
  fuzz_read("carp_binary", fuzz_base());
  return 0;
}
