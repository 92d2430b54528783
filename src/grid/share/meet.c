#include "grid/share/meet.h"

#include "base/memory.h"
#include "grid/share/blocks.h"

#include <stdlib.h>
#include <string.h>

static iso_status make_route(MPI_Comm comm, const iso_meeting *m, iso_route *route, iso_error *err) {
  int size;
  int32_t *dest = NULL;
  MPI_Comm_size(comm, &size);
  iso_status status = iso_alloc(&dest, (size_t)m->n, sizeof *dest, m->purpose, err);
  for (int64_t k = 0; k < m->n && status == ISO_OK; k++) {
    iso_gid number;
    memcpy(&number, (const char *)m->items + (size_t)k * m->bytes, sizeof number);
    dest[k] = iso_block_owner(m->total, size, number);
  }
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = iso_route_new(route, comm, m->n, dest, NULL, err);
  free(dest);
  return status;
}

iso_status iso_meet(MPI_Comm comm, const iso_meeting *m, iso_route *route, void *received, iso_error *err) {
  void *items;
  ISO_TRY(make_route(comm, m, route, err));
  ISO_TRY(iso_alloc_all(comm, received, (size_t)route->nrecv, m->bytes, m->purpose, err));
  memcpy(&items, received, sizeof items);
  return iso_route_send(route, m->items, m->bytes, items, err);
}
