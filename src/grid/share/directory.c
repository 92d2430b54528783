#include "grid/share/directory.h"

#include "base/memory.h"
#include "grid/index.h"
#include "grid/share/blocks.h"
#include "grid/share/route.h"
#include "grid/sort.h"

#include <stdlib.h>
#include <string.h>

static const char *const purpose = "numbering tags";

static void find_range(iso_directory *d, int64_t n, const int64_t *tag) {
  d->low = INT64_MAX;
  d->high = INT64_MIN;
  for (int64_t i = 0; i < n; i++) {
    if (tag[i] < d->low) d->low = tag[i];
    if (tag[i] > d->high) d->high = tag[i];
  }
  MPI_Allreduce(MPI_IN_PLACE, &d->low, 1, MPI_INT64_T, MPI_MIN, d->comm);
  MPI_Allreduce(MPI_IN_PLACE, &d->high, 1, MPI_INT64_T, MPI_MAX, d->comm);
}

/* Without a sign, as tags may be further apart than a signed number can say. */
static uint64_t distance(const iso_directory *d, int64_t tag) { return (uint64_t)tag - (uint64_t)d->low; }

/* By a quarter of the distance: the number of those has a sign. */
static int keeper(const iso_directory *d, int size, int64_t tag) {
  return iso_block_owner((iso_gid)(distance(d, d->high) / 4) + 1, size, (iso_gid)(distance(d, tag) / 4));
}

/* Tags sent to who keeps them; *received [route nrecv]. All are in the range. */
static iso_status send(const iso_directory *d, int64_t n, const int64_t *tag, iso_route *route,
                       int64_t **received, iso_error *err) {
  int size;
  int32_t *dest = NULL;
  MPI_Comm_size(d->comm, &size);
  iso_status status = iso_alloc(&dest, (size_t)n, sizeof *dest, purpose, err);
  for (int64_t i = 0; i < n && status == ISO_OK; i++) dest[i] = keeper(d, size, tag[i]);
  status = iso_agree(d->comm, status, err);
  if (status == ISO_OK) status = iso_route_new(route, d->comm, n, dest, NULL, err);
  free(dest);
  ISO_TRY(status);
  status = iso_alloc(received, (size_t)route->nrecv, sizeof **received, purpose, err);
  ISO_TRY(iso_agree(d->comm, status, err));
  return iso_route_send(route, tag, sizeof *tag, *received, err);
}

/* Keeps the distinct ones of the tags here [n]; place [n] of each among them. */
static iso_status keep(iso_directory *d, int64_t n, const int64_t *here, iso_gid *place, iso_error *err) {
  iso_keyed *order = NULL;
  ISO_TRY(iso_alloc(&d->tag, (size_t)n, sizeof *d->tag, purpose, err));
  iso_status status = iso_alloc(&order, (size_t)n, sizeof *order, purpose, err);
  if (status == ISO_OK) {
    for (int64_t i = 0; i < n; i++) order[i] = (iso_keyed){distance(d, here[i]), i};
    status = iso_sort(n, order, err);
  }
  for (int64_t i = 0; i < n && status == ISO_OK; i++) {
    const int64_t tag = here[order[i].item];
    if (d->n == 0 || d->tag[d->n - 1] != tag) d->tag[d->n++] = tag;
    place[order[i].item] = d->n - 1;
  }
  free(order);
  return status;
}

static void number_all(iso_directory *d, int64_t n, iso_gid *place) {
  int64_t through;
  MPI_Scan(&d->n, &through, 1, MPI_INT64_T, MPI_SUM, d->comm);
  MPI_Allreduce(&d->n, &d->total, 1, MPI_INT64_T, MPI_SUM, d->comm);
  d->first = through - d->n;
  for (int64_t i = 0; i < n; i++) place[i] += d->first;
}

iso_status iso_directory_new(iso_directory *d, MPI_Comm comm, int64_t n, const int64_t *tag, iso_gid *number,
                             int64_t *repeated, iso_error *err) {
  iso_route route = {0};
  int64_t *here = NULL, all = n;
  iso_gid *place = NULL;
  *d = (iso_directory){.comm = comm};
  find_range(d, n, tag);
  iso_status status = send(d, n, tag, &route, &here, err);
  if (status == ISO_OK) {
    status = iso_alloc(&place, (size_t)route.nrecv, sizeof *place, purpose, err);
    if (status == ISO_OK) status = keep(d, route.nrecv, here, place, err);
    status = iso_agree(comm, status, err);
  }
  if (status == ISO_OK) {
    number_all(d, route.nrecv, place);
    status = iso_route_answer(&route, place, sizeof *place, number, err);
    MPI_Allreduce(MPI_IN_PLACE, &all, 1, MPI_INT64_T, MPI_SUM, comm);
    if (repeated) *repeated = all - d->total;
  }
  iso_route_free(&route);
  free(here);
  free(place);
  if (status != ISO_OK) iso_directory_free(d);
  return status;
}

static iso_gid look_up(const iso_directory *d, int64_t tag) {
  int64_t from = 0, to = d->n;
  while (from < to) {
    const int64_t middle = from + (to - from) / 2;
    if (d->tag[middle] < tag)
      from = middle + 1;
    else
      to = middle;
  }
  return from < d->n && d->tag[from] == tag ? d->first + from : -1;
}

/* Each different tag is asked for once: members. */
static iso_status ask(const iso_directory *d, const iso_index *members, iso_gid *answer, iso_error *err) {
  iso_route route = {0};
  int64_t *here = NULL;
  iso_gid *found = NULL;
  iso_status status = send(d, members->n, members->gid, &route, &here, err);
  if (status == ISO_OK)
    status = iso_agree(d->comm, iso_alloc(&found, (size_t)route.nrecv, sizeof *found, purpose, err), err);
  if (status == ISO_OK) {
    for (int64_t i = 0; i < route.nrecv; i++) found[i] = look_up(d, here[i]);
    status = iso_route_answer(&route, found, sizeof *found, answer, err);
  }
  iso_route_free(&route);
  free(here);
  free(found);
  return status;
}

static bool in_range(const iso_directory *d, int64_t tag) { return tag >= d->low && tag <= d->high; }

iso_status iso_directory_find(const iso_directory *d, int64_t n, const int64_t *tag, iso_gid *number,
                              iso_error *err) {
  iso_index members = {0};
  iso_gid *answer = NULL;
  iso_lid k;
  iso_status status = iso_index_new(&members, n / 4, err);
  for (int64_t i = 0; i < n && status == ISO_OK; i++)
    if (in_range(d, tag[i])) status = iso_index_add(&members, tag[i], &k, err);
  if (status == ISO_OK) status = iso_alloc(&answer, (size_t)members.n, sizeof *answer, purpose, err);
  status = iso_agree(d->comm, status, err);
  if (status == ISO_OK) status = ask(d, &members, answer, err);
  for (int64_t i = 0; i < n && status == ISO_OK; i++)
    number[i] = in_range(d, tag[i]) ? answer[iso_index_find(&members, tag[i])] : -1;
  iso_index_free(&members);
  free(answer);
  return status;
}

void iso_directory_free(iso_directory *d) {
  free(d->tag);
  *d = (iso_directory){0};
}
