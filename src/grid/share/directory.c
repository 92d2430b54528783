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
  int64_t ends[2] = {INT64_MAX, INT64_MAX}; /* the lowest, and the highest with another sign */
  for (int64_t i = 0; i < n; i++) {
    if (tag[i] < ends[0]) ends[0] = tag[i];
    if (-tag[i] < ends[1]) ends[1] = -tag[i];
  }
  MPI_Allreduce(MPI_IN_PLACE, ends, 2, MPI_INT64_T, MPI_MIN, d->comm);
  d->low = ends[0];
  d->range = ends[0] == INT64_MAX ? 0 : -ends[1] - ends[0] + 1;
}

/* Tags sent to who keeps them; *received [route nrecv]. All are in the range. */
static iso_status send(const iso_directory *d, int64_t n, const int64_t *tag, iso_route *route,
                       int64_t **received, iso_error *err) {
  int size;
  int32_t *dest = NULL;
  MPI_Comm_size(d->comm, &size);
  iso_status status = iso_alloc(&dest, (size_t)n, sizeof *dest, purpose, err);
  for (int64_t i = 0; i < n && status == ISO_OK; i++)
    dest[i] = iso_block_owner(d->range, size, tag[i] - d->low);
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
    for (int64_t i = 0; i < n; i++) order[i] = (iso_keyed){(uint64_t)(here[i] - d->low), i};
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

/* Each different tag is asked for once: members, by their distance from the lowest. */
static iso_status ask(const iso_directory *d, const iso_index *members, iso_gid *answer, iso_error *err) {
  iso_route route = {0};
  int64_t *asked = NULL, *here = NULL;
  iso_gid *found = NULL;
  iso_status status = iso_alloc(&asked, (size_t)members->n, sizeof *asked, purpose, err);
  for (iso_lid i = 0; i < members->n && status == ISO_OK; i++) asked[i] = d->low + members->gid[i];
  status = iso_agree(d->comm, status, err);
  if (status == ISO_OK) status = send(d, members->n, asked, &route, &here, err);
  if (status == ISO_OK)
    status = iso_agree(d->comm, iso_alloc(&found, (size_t)route.nrecv, sizeof *found, purpose, err), err);
  if (status == ISO_OK) {
    for (int64_t i = 0; i < route.nrecv; i++) found[i] = look_up(d, here[i]);
    status = iso_route_answer(&route, found, sizeof *found, answer, err);
  }
  iso_route_free(&route);
  free(asked);
  free(here);
  free(found);
  return status;
}

static bool in_range(const iso_directory *d, int64_t tag) { return tag >= d->low && tag - d->low < d->range; }

iso_status iso_directory_find(const iso_directory *d, int64_t n, const int64_t *tag, iso_gid *number,
                              iso_error *err) {
  iso_index members = {0};
  iso_gid *answer = NULL;
  iso_lid k;
  iso_status status = iso_index_new(&members, n / 4, err);
  for (int64_t i = 0; i < n && status == ISO_OK; i++)
    if (in_range(d, tag[i])) status = iso_index_add(&members, tag[i] - d->low, &k, err);
  if (status == ISO_OK) status = iso_alloc(&answer, (size_t)members.n, sizeof *answer, purpose, err);
  status = iso_agree(d->comm, status, err);
  if (status == ISO_OK) status = ask(d, &members, answer, err);
  for (int64_t i = 0; i < n && status == ISO_OK; i++)
    number[i] = in_range(d, tag[i]) ? answer[iso_index_find(&members, tag[i] - d->low)] : -1;
  iso_index_free(&members);
  free(answer);
  return status;
}

void iso_directory_free(iso_directory *d) {
  free(d->tag);
  *d = (iso_directory){0};
}
