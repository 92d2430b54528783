#include "small_slice.h"

#include "grid/share/blocks.h"
#include "mpi_main.h"

static iso_error err;

iso_slice small_slice(iso_gid nnodes, const double (*xyz)[3], iso_gid nelems, const small_element *element) {
  int size = world_size(), rank = world_rank();
  iso_slice s = {.nnodes = nnodes, .nelems = nelems, .width = 2};
  s.first_node = iso_block_first(nnodes, size, rank);
  s.first_elem = iso_block_first(nelems, size, rank);
  s.nnode = iso_block_first(nnodes, size, rank + 1) - s.first_node;
  s.nelem = iso_block_first(nelems, size, rank + 1) - s.first_elem;
  for (iso_gid e = 0; e < nelems; e++)
    if (iso_shape_nodes((int)element[e].shape) > s.width) s.width = iso_shape_nodes((int)element[e].shape);
  ASSERT_OK(iso_alloc(&s.xyz, (size_t)s.nnode, sizeof *s.xyz, "test", &err));
  ASSERT_OK(iso_alloc(&s.shape, (size_t)s.nelem, sizeof *s.shape, "test", &err));
  ASSERT_OK(iso_alloc(&s.tag, (size_t)s.nelem, sizeof *s.tag, "test", &err));
  ASSERT_OK(iso_alloc(&s.conn, (size_t)(s.nelem * s.width), sizeof *s.conn, "test", &err));
  for (int64_t i = 0; i < s.nnode; i++) memcpy(s.xyz[i], xyz[s.first_node + i], sizeof *s.xyz);
  for (int64_t e = 0; e < s.nelem; e++) {
    const small_element *from = &element[s.first_elem + e];
    s.shape[e] = (uint8_t)from->shape;
    s.tag[e] = from->tag;
    for (int k = 0; k < s.width; k++)
      s.conn[e * s.width + k] = k < iso_shape_nodes((int)from->shape) ? from->node[k] : -1;
  }
  return s;
}
