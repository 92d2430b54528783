/* The rounds of the eikonal wave.
 *
 * A node whose time has become less is changed until its elements have seen it. A round takes the changed
 * nodes of all ranks that are at most a band later than the earliest of them, has every element of these give
 * times to its other nodes, from times as they were at the round's begin, and then keeps what is less. So a
 * round's outcome depends on times alone: not on the order of nodes, nor on who owns them, nor on threads.
 * With bands about as long as a wave needs from node to node, few nodes are looked at before what they depend
 * on is final. */
#include "eikonal/eikonal_parts.h"

#include "base/memory.h"

#include <stdlib.h>

/* A time counts as less only by more than this, ms: else the last digits of neighbours would chase each other
 * in elements where the wave goes round in circles, which is where angles are obtuse in the metric. */
#define LESS_MS 1e-9

double iso_eikonal_earliest(const iso_eikonal *k) {
  double first = INFINITY;
  for (iso_lid i = 0; i < k->changed.n; i++) first = iso_least(first, k->time[k->changed.node[i]]);
  MPI_Allreduce(MPI_IN_PLACE, &first, 1, MPI_DOUBLE, MPI_MIN, k->mesh->comm);
  return first;
}

/* Owned nodes beside one in an element, or across a link, are due. */
static void reach(iso_eikonal *k, iso_lid node) {
  const int64_t width = k->mesh->width - 1;
  const iso_lid nowned = k->mesh->nowned;
  iso_mark(&k->ahead, node);
  for (int64_t j = k->around.first[node] * width; j < k->around.first[node + 1] * width; j++)
    if (k->others[j] < nowned && k->others[j] != node) iso_mark(&k->due, k->others[j]);
  if (!k->passages) return;
  for (iso_lid j = k->passages[node]; j < k->passages[node + 1]; j++) {
    const iso_passage *p = &k->passage[j];
    if (p->far < nowned && p->to_ms < INFINITY) iso_mark(&k->due, p->far);
  }
}

void iso_eikonal_spread(iso_eikonal *k, double until) {
  iso_lid left = 0;
  for (iso_lid i = 0; i < k->changed.n; i++) {
    const iso_lid node = k->changed.node[i];
    if (k->time[node] > until) {
      k->changed.node[left++] = node;
      continue;
    }
    k->changed.is[node] = 0;
    reach(k, node);
  }
  k->changed.n = left;
}

/* What the links of a node give. */
static double across(const iso_eikonal *k, iso_lid node) {
  double best = INFINITY;
  for (iso_lid j = k->passages[node]; j < k->passages[node + 1]; j++)
    best = iso_least(best, k->time[k->passage[j].far] + k->passage[j].fro_ms);
  return best;
}

static double through(const iso_eikonal *k, int64_t j, iso_lid node) {
  return iso_eikonal_through(k, k->around.elem[j], iso_eikonal_corner(k, k->around.elem[j], node));
}

/* A time before which entry j of a node's elements, with n other nodes, does not reach it; INFINITY where
 * none of these is ahead. */
static inline double bound(const iso_eikonal *k, int64_t j, int n) {
  const iso_lid *other = k->others + j * n;
  int ahead = 0;
  double first = INFINITY;
  for (int i = 0; i < n; i++) {
    ahead |= k->ahead.is[other[i]];
    first = iso_least(first, k->time[other[i]]);
  }
  return ahead ? first + (double)k->height[j] : INFINITY;
}

/* The least of entries [from, to) of a node's elements, MOST at most, and of best. That with the least bound
 * comes first: most others cannot give less then. */
enum { MOST = 64 };
static double look_at(const iso_eikonal *k, iso_lid node, int64_t from, int64_t to, double best) {
  double soonest[MOST], least = best;
  int64_t first = -1;
  const int n = k->mesh->width - 1;
  for (int64_t j = from; j < to; j++) {
    soonest[j - from] = n == 3 ? bound(k, j, 3) : bound(k, j, n);
    if (soonest[j - from] < least) least = soonest[j - from], first = j;
  }
  if (first < 0) return best;
  best = iso_least(best, through(k, first, node));
  for (int64_t j = from; j < to; j++)
    if (soonest[j - from] < best && j != first) best = iso_least(best, through(k, j, node));
  return best;
}

/* What a node's elements with nodes that are ahead, and its links, give. */
static double look(const iso_eikonal *k, iso_lid node) {
  double best = k->passages ? iso_least(k->time[node], across(k, node)) : k->time[node];
  for (int64_t j = k->around.first[node], end = k->around.first[node + 1]; j < end; j += MOST)
    best = look_at(k, node, j, end - j < MOST ? end : j + MOST, best);
  return best;
}

void iso_eikonal_rest(iso_eikonal *k) {
  iso_marked *list[] = {&k->due, &k->ahead};
  for (int l = 0; l < 2; l++) {
    for (iso_lid i = 0; i < list[l]->n; i++) list[l]->is[list[l]->node[i]] = 0;
    list[l]->n = 0;
  }
}

static int64_t keep(iso_eikonal *k) {
  const int64_t looked = k->due.n;
  for (iso_lid i = 0; i < k->due.n; i++) {
    const iso_lid node = k->due.node[i];
    if (!(k->found[node] < k->time[node] - LESS_MS)) continue;
    k->time[node] = k->found[node];
    iso_mark(&k->changed, node);
  }
  iso_eikonal_rest(k);
  return looked;
}

/* ---- neighbours ---- */

iso_status iso_eikonal_open(iso_eikonal_channel *c, const iso_mesh *mesh, iso_error *err) {
  const iso_halo *halo = mesh->halo;
  iso_status status = iso_alloc(&c->packed, (size_t)halo->send_offset[halo->nneighbours], sizeof *c->packed,
                                "a halo exchange", err);
  if (status == ISO_OK)
    status = iso_alloc(&c->received, (size_t)(mesh->nlocal - mesh->nowned), sizeof *c->received,
                       "a halo exchange", err);
  if (status == ISO_OK) status = iso_transfer_new(&c->transfer, halo, 0, err);
  return iso_agree(mesh->comm, status, err);
}

void iso_eikonal_close(iso_eikonal_channel *c) {
  iso_transfer_free(&c->transfer);
  free(c->packed);
  free(c->received);
}

void iso_eikonal_fetch(const iso_eikonal *k, iso_eikonal_channel *c) {
  const iso_halo *halo = k->mesh->halo;
  const iso_lid nsend = halo->send_offset[halo->nneighbours];
  for (iso_lid i = 0; i < nsend; i++) c->packed[i] = k->time[halo->send_node[i]];
  iso_transfer_begin(&c->transfer, c->packed, c->received, sizeof *c->packed);
  iso_transfer_end(&c->transfer);
}

/* Ghosts take their owners' times, and are changed where these are others. */
static void exchange(iso_eikonal *k, iso_eikonal_channel *c) {
  const iso_mesh *mesh = k->mesh;
  iso_eikonal_fetch(k, c);
  for (iso_lid g = mesh->nowned; g < mesh->nlocal; g++) {
    const double now = c->received[g - mesh->nowned];
    if (!(now < k->time[g])) continue;
    k->time[g] = now;
    iso_mark(&k->changed, g);
  }
}

static void run(iso_eikonal *k, iso_eikonal_channel *c, iso_eikonal_work *work) {
  for (iso_lid i = 0; i < k->mesh->nowned; i++)
    if (k->time[i] < INFINITY) iso_mark(&k->changed, i);
  exchange(k, c);
  for (double first; (first = iso_eikonal_earliest(k)) < INFINITY; work->rounds++) {
    iso_eikonal_spread(k, first + k->band_ms);
#pragma omp parallel for num_threads(k->threads) schedule(dynamic, 64)
    for (iso_lid i = 0; i < k->due.n; i++) k->found[k->due.node[i]] = look(k, k->due.node[i]);
    work->updates += keep(k);
    exchange(k, c);
  }
}

iso_status iso_eikonal_solve(iso_eikonal *k, iso_eikonal_work *work, iso_error *err) {
  iso_eikonal_channel c = {0};
  iso_eikonal_work did = {0};
  const iso_status status = iso_eikonal_open(&c, k->mesh, err);
  if (status == ISO_OK) run(k, &c, &did);
  iso_eikonal_close(&c);
  MPI_Allreduce(MPI_IN_PLACE, &did.updates, 1, MPI_INT64_T, MPI_SUM, k->mesh->comm);
  if (work) *work = did;
  return status;
}
