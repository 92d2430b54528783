#include "grid/share/blocks.h"

#include "base/assert.h"
#include "base/memory.h"
#include "grid/share/route.h"
#include "grid/sort.h"

#include <stdlib.h>
#include <string.h>

struct iso_block_plan {
  iso_route route;
  int64_t *place;    /* [route.nrecv] place in this rank's block of each number that arrived */
  char *kept;        /* room for what arrives, from one time to the next */
  size_t kept_bytes; /* of a value that there is room for */
};

/* a * b / c without overflow of the product, for a, c of any size and 0 <= b <= c. */
static iso_gid share(iso_gid a, int b, int c) { return a / c * b + a % c * b / c; }

iso_gid iso_block_first(iso_gid total, int size, int rank) {
  ISO_ASSERT(total >= 0 && rank >= 0 && rank <= size);
  return share(total, rank, size);
}

/* The quotient is the owner up to rounding, which the two loops mend. */
int iso_block_owner(iso_gid total, int size, iso_gid gid) {
  ISO_ASSERT(gid >= 0 && gid < total);
  int rank = (int)((long double)gid / (long double)total * size);
  if (rank >= size) rank = size - 1;
  while (rank > 0 && iso_block_first(total, size, rank) > gid) rank--;
  while (rank < size - 1 && iso_block_first(total, size, rank + 1) <= gid) rank++;
  return rank;
}

/* Rank r holds [cut[r], cut[r + 1]). */
static int cut_owner(const iso_gid *cut, int size, iso_gid gid) {
  int low = 0, high = size;
  while (high - low > 1) {
    int middle = low + (high - low) / 2;
    if (cut[middle] <= gid)
      low = middle;
    else
      high = middle;
  }
  return low;
}

/* item: what is held, in the order in which it will go, or NULL: as it is held. */
static iso_status find_owners(const iso_gid *cut, int size, int64_t n, const iso_gid *held,
                              const iso_lid *item, int32_t **owner, iso_error *err) {
  ISO_TRY(iso_alloc(owner, (size_t)n, sizeof **owner, "owners of nodes", err));
  for (int64_t i = 0; i < n; i++) {
    const iso_gid gid = held[item ? item[i] : i];
    if (gid < 0 || gid >= cut[size])
      return iso_fail(err, ISO_EFAIL, "global number %lld is outside [0, %lld)", (long long)gid,
                      (long long)cut[size]);
    (*owner)[i] = cut_owner(cut, size, gid);
  }
  return ISO_OK;
}

/* Sends the numbers along the route once, so that their blocks know the places. */
static iso_status send_numbers(iso_block_plan *plan, iso_gid first, const iso_gid *held, iso_error *err) {
  iso_status status =
      iso_alloc(&plan->place, (size_t)plan->route.nrecv, sizeof *plan->place, "a block plan", err);
  ISO_TRY(iso_agree(plan->route.comm, status, err));
  ISO_TRY(iso_route_send(&plan->route, held, sizeof *held, plan->place, err));
  for (int64_t i = 0; i < plan->route.nrecv; i++) plan->place[i] -= first;
  return ISO_OK;
}

static iso_status new_plan(iso_block_plan **out, MPI_Comm comm, const iso_gid *cut, int64_t n,
                           const iso_gid *held, const iso_lid *item, iso_error *err) {
  int size, rank;
  MPI_Comm_size(comm, &size);
  MPI_Comm_rank(comm, &rank);
  iso_block_plan *plan = NULL;
  int32_t *owner = NULL;
  iso_status status = iso_alloc(&plan, 1, sizeof *plan, "a block plan", err);
  if (status == ISO_OK) status = find_owners(cut, size, n, held, item, &owner, err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = iso_route_new(&plan->route, comm, n, owner, item, err);
  free(owner);
  if (status == ISO_OK) status = send_numbers(plan, cut[rank], held, err);
  if (status != ISO_OK)
    iso_block_plan_free(plan);
  else
    *out = plan;
  return status;
}

iso_status iso_block_plan_new_cut(iso_block_plan **out, MPI_Comm comm, const iso_gid *cut, int64_t n,
                                  const iso_gid *held, iso_error *err) {
  *out = NULL;
  return new_plan(out, comm, cut, n, held, NULL, err);
}

/* What is held by ascending number. */
static iso_status sort_held(int64_t n, const iso_gid *held, iso_lid **item, iso_error *err) {
  iso_keyed *pairs;
  ISO_TRY(iso_alloc(&pairs, (size_t)n, sizeof *pairs, "a block plan", err));
  for (int64_t i = 0; i < n; i++) pairs[i] = (iso_keyed){(uint64_t)held[i], i};
  iso_status status = iso_sort(n, pairs, err);
  if (status == ISO_OK) status = iso_alloc(item, (size_t)n, sizeof **item, "a block plan", err);
  for (int64_t i = 0; status == ISO_OK && i < n; i++) (*item)[i] = (iso_lid)pairs[i].item;
  free(pairs);
  return status;
}

iso_status iso_block_plan_new_sorted(iso_block_plan **out, MPI_Comm comm, const iso_gid *cut, int64_t n,
                                     const iso_gid *held, iso_error *err) {
  iso_lid *item = NULL;
  *out = NULL;
  iso_status status = iso_agree(comm, sort_held(n, held, &item, err), err);
  if (status == ISO_OK) status = new_plan(out, comm, cut, n, held, item, err);
  free(item);
  return status;
}

iso_status iso_block_plan_new(iso_block_plan **out, MPI_Comm comm, iso_gid total, int64_t n,
                              const iso_gid *held, iso_error *err) {
  int size;
  MPI_Comm_size(comm, &size);
  iso_gid *cut;
  *out = NULL;
  ISO_TRY(iso_alloc_all(comm, &cut, (size_t)size + 1, sizeof *cut, "a block plan", err));
  for (int r = 0; r <= size; r++) cut[r] = iso_block_first(total, size, r);
  iso_status status = iso_block_plan_new_cut(out, comm, cut, n, held, err);
  free(cut);
  return status;
}

static const char on_their_way[] = "values on their way to their block";

iso_status iso_block_plan_keep(iso_block_plan *plan, size_t bytes, iso_error *err) {
  iso_status status = iso_alloc(&plan->kept, (size_t)plan->route.nrecv, bytes, on_their_way, err);
  ISO_TRY(iso_agree(plan->route.comm, status, err));
  plan->kept_bytes = bytes;
  return iso_route_keep(&plan->route, bytes, err);
}

static iso_status new_arrivals(iso_block_plan *plan, size_t bytes, char **values, iso_error *err) {
  *values = plan->kept;
  if (bytes <= plan->kept_bytes) return ISO_OK;
  *values = NULL;
  iso_status status = iso_realloc(values, (size_t)plan->route.nrecv, bytes, on_their_way, err);
  return iso_agree(plan->route.comm, status, err);
}

static void free_arrivals(const iso_block_plan *plan, char *values) {
  if (values != plan->kept) free(values);
}

/* What arrived at places [from, to) of the order of arrival. */
static void put_arrivals(const iso_block_plan *plan, int64_t from, int64_t to, const char *values,
                         size_t bytes, char *block) {
  for (int64_t i = from; i < to; i++)
    iso_copy_item(block + (size_t)plan->place[i] * bytes, values + (size_t)i * bytes, bytes);
}

/* What stays on this rank, in one go. */
static void put_own(const iso_block_plan *plan, const char *items, size_t bytes, char *block) {
  const iso_route *r = &plan->route;
  const int64_t *place = plan->place + r->recv_first[r->rank];
  const iso_lid *item = r->item + r->send_first[r->rank];
  const int64_t n = r->send_first[r->rank + 1] - r->send_first[r->rank];
  for (int64_t k = 0; k < n; k++)
    iso_copy_item(block + (size_t)place[k] * bytes, items + (size_t)item[k] * bytes, bytes);
}

iso_status iso_block_plan_send(iso_block_plan *plan, const void *items, size_t bytes, void *block,
                               iso_error *err) {
  char *values;
  const iso_route *r = &plan->route;
  iso_status status = new_arrivals(plan, bytes, &values, err);
  if (status == ISO_OK) status = iso_route_send_others(&plan->route, items, bytes, values, err);
  if (status == ISO_OK) {
    put_own(plan, items, bytes, block);
    put_arrivals(plan, 0, r->recv_first[r->rank], values, bytes, block);
    put_arrivals(plan, r->recv_first[r->rank + 1], r->nrecv, values, bytes, block);
  }
  free_arrivals(plan, values);
  return status;
}

iso_status iso_block_plan_fetch(iso_block_plan *plan, const void *block, size_t bytes, void *items,
                                iso_error *err) {
  char *values;
  iso_status status = new_arrivals(plan, bytes, &values, err);
  if (status == ISO_OK) {
    for (int64_t i = 0; i < plan->route.nrecv; i++)
      iso_copy_item(values + (size_t)i * bytes, (const char *)block + (size_t)plan->place[i] * bytes, bytes);
    status = iso_route_answer(&plan->route, values, bytes, items, err);
  }
  free_arrivals(plan, values);
  return status;
}

void iso_block_plan_free(iso_block_plan *plan) {
  if (!plan) return;
  iso_route_free(&plan->route);
  free(plan->place);
  free(plan->kept);
  free(plan);
}
