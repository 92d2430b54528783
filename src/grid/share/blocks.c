#include "grid/share/blocks.h"

#include "base/assert.h"
#include "base/memory.h"
#include "grid/share/route.h"

#include <stdlib.h>
#include <string.h>

struct iso_block_plan {
  iso_route route;
  int64_t *place; /* [route.nrecv] place in this rank's block of each number that arrived */
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

static iso_status find_owners(const iso_gid *cut, int size, int64_t n, const iso_gid *held, int32_t **owner,
                              iso_error *err) {
  ISO_TRY(iso_alloc(owner, (size_t)n, sizeof **owner, "owners of nodes", err));
  for (int64_t i = 0; i < n; i++) {
    if (held[i] < 0 || held[i] >= cut[size])
      return iso_fail(err, ISO_EFAIL, "global number %lld is outside [0, %lld)", (long long)held[i],
                      (long long)cut[size]);
    (*owner)[i] = cut_owner(cut, size, held[i]);
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

iso_status iso_block_plan_new_cut(iso_block_plan **out, MPI_Comm comm, const iso_gid *cut, int64_t n,
                                  const iso_gid *held, iso_error *err) {
  int size, rank;
  MPI_Comm_size(comm, &size);
  MPI_Comm_rank(comm, &rank);
  *out = NULL;
  iso_block_plan *plan = NULL;
  int32_t *owner = NULL;
  iso_status status = iso_alloc(&plan, 1, sizeof *plan, "a block plan", err);
  if (status == ISO_OK) status = find_owners(cut, size, n, held, &owner, err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = iso_route_new(&plan->route, comm, n, owner, NULL, err);
  free(owner);
  if (status == ISO_OK) status = send_numbers(plan, cut[rank], held, err);
  if (status != ISO_OK)
    iso_block_plan_free(plan);
  else
    *out = plan;
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

static iso_status new_arrivals(iso_block_plan *plan, size_t bytes, char **values, iso_error *err) {
  *values = NULL;
  iso_status status =
      iso_realloc(values, (size_t)plan->route.nrecv, bytes, "values on their way to their block", err);
  return iso_agree(plan->route.comm, status, err);
}

iso_status iso_block_plan_send(iso_block_plan *plan, const void *items, size_t bytes, void *block,
                               iso_error *err) {
  char *values;
  iso_status status = new_arrivals(plan, bytes, &values, err);
  if (status == ISO_OK) status = iso_route_send(&plan->route, items, bytes, values, err);
  if (status == ISO_OK)
    for (int64_t i = 0; i < plan->route.nrecv; i++)
      iso_copy_item((char *)block + (size_t)plan->place[i] * bytes, values + (size_t)i * bytes, bytes);
  free(values);
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
  free(values);
  return status;
}

void iso_block_plan_free(iso_block_plan *plan) {
  if (!plan) return;
  iso_route_free(&plan->route);
  free(plan->place);
  free(plan);
}
