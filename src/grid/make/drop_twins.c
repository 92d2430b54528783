#include "grid/make/drop_twins.h"

#include "base/memory.h"
#include "grid/geometry.h"
#include "grid/make/keep.h"
#include "grid/share/route.h"
#include "grid/twins.h"

#include <stdlib.h>

static const char *const purpose = "elements that are there twice";

typedef struct meeting {
  iso_twin_key *mine, *theirs;
  int32_t *dest;
  uint8_t *stays, *again;
  iso_route route;
} meeting;

static iso_status prepare(MPI_Comm comm, const iso_slice *slice, meeting *m, iso_error *err) {
  const size_t n = (size_t)slice->nelem;
  int size;
  MPI_Comm_size(comm, &size);
  ISO_TRY(iso_alloc(&m->mine, n, sizeof *m->mine, purpose, err));
  ISO_TRY(iso_alloc(&m->dest, n, sizeof *m->dest, purpose, err));
  ISO_TRY(iso_alloc(&m->stays, n, 1, purpose, err));
  for (size_t e = 0; e < n; e++) {
    m->mine[e] = iso_twin_key_of(slice->shape[e], iso_shape_nodes(slice->shape[e]),
                                 slice->conn + (int64_t)e * slice->width);
    m->dest[e] = (int32_t)(m->mine[e].b % (uint64_t)size);
  }
  return ISO_OK;
}

/* Keys arrive in the order of the elements, so the first of some is that of the lowest number. */
static iso_status meet(MPI_Comm comm, const iso_slice *slice, meeting *m, iso_error *err) {
  ISO_TRY(iso_route_new(&m->route, comm, slice->nelem, m->dest, NULL, err));
  iso_status status = iso_alloc(&m->theirs, (size_t)m->route.nrecv, sizeof *m->theirs, purpose, err);
  if (status == ISO_OK) status = iso_alloc(&m->again, (size_t)m->route.nrecv, 1, purpose, err);
  ISO_TRY(iso_agree(comm, status, err));
  ISO_TRY(iso_route_send(&m->route, m->mine, sizeof *m->mine, m->theirs, err));
  ISO_TRY(iso_agree(comm, iso_find_twins(m->route.nrecv, m->theirs, m->again, err), err));
  return iso_route_answer(&m->route, m->again, 1, m->stays, err);
}

iso_status iso_slice_drop_twins(MPI_Comm comm, iso_slice *slice, int64_t *dropped, iso_error *err) {
  meeting m = {0};
  *dropped = 0;
  iso_status status = iso_agree(comm, prepare(comm, slice, &m, err), err);
  if (status == ISO_OK) status = meet(comm, slice, &m, err);
  for (int64_t e = 0; e < slice->nelem && status == ISO_OK; e++) {
    *dropped += m.stays[e];
    m.stays[e] = !m.stays[e];
  }
  if (status == ISO_OK) MPI_Allreduce(MPI_IN_PLACE, dropped, 1, MPI_INT64_T, MPI_SUM, comm);
  if (status == ISO_OK && *dropped > 0) iso_slice_keep_elements(comm, slice, m.stays);
  iso_route_free(&m.route);
  free(m.mine);
  free(m.theirs);
  free(m.dest);
  free(m.stays);
  free(m.again);
  return status;
}
