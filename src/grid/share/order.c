#include "grid/share/order.h"

#include "base/memory.h"
#include "grid/format/read_runs.h"
#include "grid/share/meet.h"
#include "grid/sort.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *const purpose = "ordering elements";

/* Over all ranks: ranks without elements do not count. */
static bool is_ordered(MPI_Comm comm, int64_t n, const int64_t *key) {
  int ordered = 1;
  int64_t last = n > 0 ? key[n - 1] : -1, before = -1;
  int rank;
  for (int64_t i = 1; i < n && ordered; i++) ordered = key[i - 1] <= key[i];
  MPI_Comm_rank(comm, &rank);
  MPI_Exscan(&last, &before, 1, MPI_INT64_T, MPI_MAX, comm);
  if (rank > 0 && n > 0) ordered = ordered && before <= key[0];
  MPI_Allreduce(MPI_IN_PLACE, &ordered, 1, MPI_INT, MPI_LAND, comm);
  return ordered;
}

typedef struct {
  iso_route route;
  iso_keyed *order; /* [route nrecv] */
} sorter;

static iso_status open_sorter(sorter *s, MPI_Comm comm, int64_t n, int64_t total, const int64_t *key,
                              iso_error *err) {
  int64_t *received = NULL;
  iso_status status =
      iso_meet(comm, &(iso_meeting){total, n, key, sizeof *key, purpose}, &s->route, &received, err);
  if (status == ISO_OK) status = iso_alloc(&s->order, (size_t)s->route.nrecv, sizeof *s->order, purpose, err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) {
    for (int64_t i = 0; i < s->route.nrecv; i++) s->order[i] = (iso_keyed){(uint64_t)received[i], i};
    status = iso_agree(comm, iso_sort(s->route.nrecv, s->order, err), err);
  }
  free(received);
  return status;
}

/* *field: rows of so many bytes, which are replaced by those in order. NULL is none, on all ranks. */
static iso_status sort_field(sorter *s, MPI_Comm comm, void *field, size_t bytes, iso_error *err) {
  char *old, *received = NULL, *sorted = NULL;
  const size_t n = (size_t)s->route.nrecv;
  memcpy(&old, field, sizeof old);
  if (!old) return ISO_OK;
  iso_status status = iso_alloc(&received, n, bytes, purpose, err);
  if (status == ISO_OK) status = iso_alloc(&sorted, n, bytes, purpose, err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = iso_route_send(&s->route, old, bytes, received, err);
  if (status == ISO_OK) {
    for (size_t i = 0; i < n; i++)
      memcpy(sorted + i * bytes, received + (size_t)s->order[i].item * bytes, bytes);
    free(old);
    memcpy(field, &sorted, sizeof sorted);
    sorted = NULL;
  }
  free(received);
  free(sorted);
  return status;
}

static iso_status sort_all(sorter *s, MPI_Comm comm, iso_slice *slice, iso_error *err) {
  ISO_TRY(sort_field(s, comm, &slice->shape, sizeof *slice->shape, err));
  ISO_TRY(sort_field(s, comm, &slice->tag, sizeof *slice->tag, err));
  ISO_TRY(sort_field(s, comm, &slice->conn, (size_t)slice->width * sizeof *slice->conn, err));
  ISO_TRY(sort_field(s, comm, &slice->fibre, sizeof *slice->fibre, err));
  ISO_TRY(sort_field(s, comm, &slice->sheet, sizeof *slice->sheet, err));
  slice->nelem = s->route.nrecv;
  iso_runs_place(comm, slice->nelem, &slice->first_elem, &slice->nelems);
  return ISO_OK;
}

iso_status iso_slice_order(MPI_Comm comm, iso_slice *slice, int64_t total, const int64_t *key,
                           iso_error *err) {
  sorter s = {0};
  if (is_ordered(comm, slice->nelem, key)) return ISO_OK;
  iso_status status = open_sorter(&s, comm, slice->nelem, total, key, err);
  if (status == ISO_OK) status = sort_all(&s, comm, slice, err);
  iso_route_free(&s.route);
  free(s.order);
  return status;
}
