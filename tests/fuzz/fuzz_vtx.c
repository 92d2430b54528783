#include "fuzz_input.h"

#include "grid/format/read.h"

#include <stdlib.h>

typedef iso_status read_list(MPI_Comm, const char *, iso_gid, int64_t *, iso_gid **, iso_error *);

static void read_as(read_list *read, const char *ending, const uint8_t *data, size_t size) {
  int64_t count;
  iso_gid *nodes;
  iso_error err = {0};
  if (read(MPI_COMM_SELF, fuzz_file(0, ending, data, size), 1000, &count, &nodes, &err) == ISO_OK)
    for (int64_t i = 0; i < count; i++)
      if (nodes[i] < 0 || nodes[i] >= 1000 || (i > 0 && nodes[i] <= nodes[i - 1])) abort();
  free(nodes);
}

/* Numbers of nodes have no header, so that the mesh says how many there are. */
static void read_numbers(const uint8_t *data, size_t size) {
  enum { NODES = 5 };
  double value[NODES];
  iso_error err = {0};
  const char *path = fuzz_file(0, ".dat", data, size);
  const iso_status status = iso_read_node_data(MPI_COMM_SELF, path, "x", NODES, value, &err);
  if (status != ISO_OK && !(status == ISO_EINPUT && err.message[0])) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  read_as(iso_vtx_read, ".vtx", data, size);
  read_as(iso_surf_read, ".surf", data, size);
  read_numbers(data, size);
  return 0;
}
