#include "fuzz_input.h"

#include "grid/format/read.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  int64_t count;
  iso_gid *nodes;
  iso_error err = {0};
  if (iso_vtx_read(MPI_COMM_SELF, fuzz_file(0, ".vtx", data, size), 1000, &count, &nodes, &err) == ISO_OK)
    for (int64_t i = 0; i < count; i++)
      if (nodes[i] < 0 || nodes[i] >= 1000 || (i > 0 && nodes[i] <= nodes[i - 1])) abort();
  free(nodes);
  return 0;
}
