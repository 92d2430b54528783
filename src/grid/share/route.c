#include "grid/share/route.h"

#include "base/assert.h"
#include "base/memory.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { ROUTE_TAG = 7101 };

static iso_status allocate(iso_route *route, int64_t n, iso_error *err) {
  size_t size = (size_t)route->size;
  if (n > INT32_MAX)
    return iso_fail(err, ISO_EFAIL, "a rank would send more than 2^31 items; use more ranks");
  ISO_TRY(iso_alloc(&route->send_first, size + 1, sizeof *route->send_first, "a route", err));
  ISO_TRY(iso_alloc(&route->recv_first, size + 1, sizeof *route->recv_first, "a route", err));
  ISO_TRY(iso_alloc(&route->request, 2 * size, sizeof *route->request, "a route", err));
  return iso_alloc(&route->item, (size_t)n, sizeof *route->item, "a route", err);
}

/* Counting sort by destination; stable. */
static void order_items(iso_route *route, const int32_t *dest, const iso_lid *item) {
  int64_t *first = route->send_first;
  for (int64_t i = 0; i < route->nsend; i++) {
    ISO_ASSERT(dest[i] >= 0 && dest[i] < route->size);
    first[dest[i] + 1]++;
  }
  for (int r = 0; r < route->size; r++) first[r + 1] += first[r];
  for (int64_t i = 0; i < route->nsend; i++) route->item[first[dest[i]]++] = item ? item[i] : (iso_lid)i;
  for (int r = route->size; r > 0; r--) first[r] = first[r - 1];
  first[0] = 0;
}

static iso_status exchange_counts(iso_route *route, iso_error *err) {
  int64_t *count;
  ISO_TRY(iso_alloc_all(route->comm, &count, (size_t)route->size, sizeof *count, "a route", err));
  for (int r = 0; r < route->size; r++) count[r] = route->send_first[r + 1] - route->send_first[r];
  MPI_Alltoall(count, 1, MPI_INT64_T, route->recv_first + 1, 1, MPI_INT64_T, route->comm);
  free(count);
  for (int r = 0; r < route->size; r++) route->recv_first[r + 1] += route->recv_first[r];
  route->nrecv = route->recv_first[route->size];
  return ISO_OK;
}

iso_status iso_route_new(iso_route *route, MPI_Comm comm, int64_t n, const int32_t *dest, const iso_lid *item,
                         iso_error *err) {
  *route = (iso_route){.comm = comm, .nsend = n};
  MPI_Comm_size(comm, &route->size);
  MPI_Comm_rank(comm, &route->rank);
  iso_status status = allocate(route, n, err);
  if (status == ISO_OK) order_items(route, dest, item);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = exchange_counts(route, err);
  if (status != ISO_OK) iso_route_free(route);
  return status;
}

/* One message from every other rank that has items for us and one to every rank that we have some for;
 * in_first and out_first count items in the two buffers. What stays on this rank is the caller's to copy. */
static int start_messages(iso_route *route, char *in, const int64_t *in_first, const char *out,
                          const int64_t *out_first, size_t bytes, MPI_Datatype type) {
  int n = 0;
  for (int r = 0; r < route->size; r++) {
    int64_t count = in_first[r + 1] - in_first[r];
    if (r != route->rank && count)
      MPI_Irecv(in + (size_t)in_first[r] * bytes, (int)count, type, r, ROUTE_TAG, route->comm,
                &route->request[n++]);
  }
  for (int r = 0; r < route->size; r++) {
    int64_t count = out_first[r + 1] - out_first[r];
    if (r != route->rank && count)
      MPI_Isend(out + (size_t)out_first[r] * bytes, (int)count, type, r, ROUTE_TAG, route->comm,
                &route->request[n++]);
  }
  return n;
}

static MPI_Datatype item_type(size_t bytes) {
  MPI_Datatype type;
  ISO_ASSERT(bytes > 0 && bytes <= INT_MAX);
  MPI_Type_contiguous((int)bytes, MPI_BYTE, &type);
  MPI_Type_commit(&type);
  return type;
}

/* Items that stay on this rank are copied straight; the others pass through a buffer without gaps. Those at
 * places [from, to) of the order of sending are copied out of items, or into them. */
static void take_items(const iso_route *route, int64_t from, int64_t to, size_t bytes, const char *items,
                       char *out) {
  for (int64_t p = from; p < to; p++, out += bytes)
    iso_copy_item(out, items + (size_t)route->item[p] * bytes, bytes);
}

static void put_items(const iso_route *route, int64_t from, int64_t to, size_t bytes, const char *in,
                      char *items) {
  for (int64_t p = from; p < to; p++, in += bytes)
    iso_copy_item(items + (size_t)route->item[p] * bytes, in, bytes);
}

/* Items that go to other ranks, or come from them. */
static int64_t count_others(const iso_route *route) {
  return route->nsend - (route->send_first[route->rank + 1] - route->send_first[route->rank]);
}

static const char on_their_way[] = "items on their way to other ranks";

iso_status iso_route_keep(iso_route *route, size_t bytes, iso_error *err) {
  iso_status status = iso_alloc(&route->kept, (size_t)count_others(route), bytes, on_their_way, err);
  route->kept_bytes = bytes;
  return iso_agree(route->comm, status, err);
}

/* Room for them, where each rank's begin, without a gap for what stays. */
static iso_status take_buffer(iso_route *route, size_t bytes, char **buffer, int64_t **first,
                              iso_error *err) {
  const int64_t own = route->nsend - count_others(route);
  iso_status status = iso_alloc(first, (size_t)route->size + 1, sizeof **first, on_their_way, err);
  *buffer = bytes <= route->kept_bytes ? route->kept : NULL;
  if (status == ISO_OK && bytes > route->kept_bytes)
    status = iso_realloc(buffer, (size_t)count_others(route), bytes, on_their_way, err);
  if (status == ISO_OK)
    for (int r = 0; r <= route->size; r++) (*first)[r] = route->send_first[r] - (r > route->rank ? own : 0);
  return status;
}

static void return_buffer(const iso_route *route, char *buffer, int64_t *first) {
  if (buffer != route->kept) free(buffer);
  free(first);
}

static iso_status new_buffer(iso_route *route, size_t bytes, char **buffer, int64_t **first, iso_error *err) {
  *first = NULL;
  iso_status status = iso_agree(route->comm, take_buffer(route, bytes, buffer, first, err), err);
  if (status != ISO_OK) return_buffer(route, *buffer, *first);
  return status;
}

iso_status iso_route_send_others(iso_route *route, const void *items, size_t bytes, void *received,
                                 iso_error *err) {
  char *buffer;
  int64_t *first;
  ISO_TRY(new_buffer(route, bytes, &buffer, &first, err));
  const int64_t *own = route->send_first + route->rank;
  take_items(route, 0, own[0], bytes, items, buffer);
  take_items(route, own[1], route->nsend, bytes, items, buffer + (size_t)own[0] * bytes);
  MPI_Datatype type = item_type(bytes);
  int n = start_messages(route, received, route->recv_first, buffer, first, bytes, type);
  MPI_Waitall(n, route->request, MPI_STATUSES_IGNORE);
  MPI_Type_free(&type);
  return_buffer(route, buffer, first);
  return ISO_OK;
}

iso_status iso_route_send(iso_route *route, const void *items, size_t bytes, void *received, iso_error *err) {
  const int64_t *own = route->send_first + route->rank, place = route->recv_first[route->rank];
  ISO_TRY(iso_route_send_others(route, items, bytes, received, err));
  take_items(route, own[0], own[1], bytes, items, (char *)received + (size_t)place * bytes);
  return ISO_OK;
}

iso_status iso_route_answer(iso_route *route, const void *answers, size_t bytes, void *items,
                            iso_error *err) {
  char *buffer;
  int64_t *first;
  ISO_TRY(new_buffer(route, bytes, &buffer, &first, err));
  MPI_Datatype type = item_type(bytes);
  int n = start_messages(route, buffer, first, answers, route->recv_first, bytes, type);
  MPI_Waitall(n, route->request, MPI_STATUSES_IGNORE);
  MPI_Type_free(&type);
  const int64_t *own = route->send_first + route->rank, place = route->recv_first[route->rank];
  put_items(route, 0, own[0], bytes, buffer, items);
  put_items(route, own[0], own[1], bytes, (const char *)answers + (size_t)place * bytes, items);
  put_items(route, own[1], route->nsend, bytes, buffer + (size_t)own[0] * bytes, items);
  return_buffer(route, buffer, first);
  return ISO_OK;
}

void iso_route_free(iso_route *route) {
  free(route->send_first);
  free(route->recv_first);
  free(route->item);
  free(route->request);
  free(route->kept);
  *route = (iso_route){0};
}
