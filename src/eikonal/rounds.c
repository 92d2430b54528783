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

static void mark(iso_marked *list, iso_lid node) {
  if (list->is[node]) return;
  list->is[node] = 1;
  list->node[list->n++] = node;
}

/* The earliest time of changed nodes on all ranks; INFINITY: there are none. */
static double earliest(const iso_eikonal *k) {
  double first = INFINITY;
  for (iso_lid i = 0; i < k->changed.n; i++) first = iso_least(first, k->time[k->changed.node[i]]);
  MPI_Allreduce(MPI_IN_PLACE, &first, 1, MPI_DOUBLE, MPI_MIN, k->mesh->comm);
  return first;
}

/* The elements of one node are stamped with the round; their owned nodes are due, and those across links. */
static void reach(iso_eikonal *k, iso_lid node) {
  const iso_mesh *mesh = k->mesh;
  for (int64_t j = k->start[node]; j < k->start[node + 1]; j++) {
    const iso_lid e = k->elem[j], *conn = mesh->conn + (int64_t)e * mesh->width;
    if (k->stamp[e] == k->round) continue;
    k->stamp[e] = k->round;
    for (int i = 0; i < iso_shape_nodes(mesh->shape[e]); i++)
      if (conn[i] < mesh->nowned) mark(&k->due, conn[i]);
  }
  if (!k->passages) return;
  for (iso_lid j = k->passages[node]; j < k->passages[node + 1]; j++) {
    const iso_passage *p = &k->passage[j];
    if (p->far < mesh->nowned && p->to_ms < INFINITY) mark(&k->due, p->far);
  }
}

/* Changed nodes up to a time are seen; the others wait. */
static void spread(iso_eikonal *k, double until) {
  iso_lid left = 0;
  k->round++;
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

/* What the stamped elements of a node and its links give. An element none of whose nodes is earlier gives
 * nothing less. */
static double look(const iso_eikonal *k, iso_lid node) {
  const iso_mesh *mesh = k->mesh;
  double best = k->time[node];
  for (int64_t j = k->start[node]; j < k->start[node + 1]; j++) {
    const iso_lid e = k->elem[j], *conn = mesh->conn + (int64_t)e * mesh->width;
    if (k->stamp[e] != k->round) continue;
    int here = 0;
    bool earlier = false;
    for (int i = 0; i < iso_shape_nodes(mesh->shape[e]); i++) {
      if (conn[i] == node) here = i;
      earlier |= k->time[conn[i]] < best;
    }
    if (earlier) best = iso_least(best, iso_eikonal_through(k, e, here));
  }
  return k->passages ? iso_least(best, across(k, node)) : best;
}

static int64_t keep(iso_eikonal *k) {
  const int64_t looked = k->due.n;
  for (iso_lid i = 0; i < k->due.n; i++) {
    const iso_lid node = k->due.node[i];
    k->due.is[node] = 0;
    if (!(k->found[node] < k->time[node] - LESS_MS)) continue;
    k->time[node] = k->found[node];
    mark(&k->changed, node);
  }
  k->due.n = 0;
  return looked;
}

/* ---- neighbours ---- */

typedef struct channel {
  iso_transfer transfer;
  double *packed, *received;
} channel;

static iso_status open(channel *c, const iso_mesh *mesh, iso_error *err) {
  const iso_halo *halo = mesh->halo;
  iso_status status = iso_alloc(&c->packed, (size_t)halo->send_offset[halo->nneighbours], sizeof *c->packed,
                                "a halo exchange", err);
  if (status == ISO_OK)
    status = iso_alloc(&c->received, (size_t)(mesh->nlocal - mesh->nowned), sizeof *c->received,
                       "a halo exchange", err);
  if (status == ISO_OK) status = iso_transfer_new(&c->transfer, halo, 0, err);
  return iso_agree(mesh->comm, status, err);
}

static void shut(channel *c) {
  iso_transfer_free(&c->transfer);
  free(c->packed);
  free(c->received);
}

/* Ghosts take their owners' times, and are changed where these are others. */
static void exchange(iso_eikonal *k, channel *c) {
  const iso_mesh *mesh = k->mesh;
  const iso_lid nsend = mesh->halo->send_offset[mesh->halo->nneighbours];
  for (iso_lid i = 0; i < nsend; i++) c->packed[i] = k->time[mesh->halo->send_node[i]];
  iso_transfer_begin(&c->transfer, c->packed, c->received, sizeof *c->packed);
  iso_transfer_end(&c->transfer);
  for (iso_lid g = mesh->nowned; g < mesh->nlocal; g++) {
    const double now = c->received[g - mesh->nowned];
    if (!(now < k->time[g])) continue;
    k->time[g] = now;
    mark(&k->changed, g);
  }
}

static void run(iso_eikonal *k, channel *c, iso_eikonal_work *work) {
  for (iso_lid i = 0; i < k->mesh->nowned; i++)
    if (k->time[i] < INFINITY) mark(&k->changed, i);
  exchange(k, c);
  for (double first; (first = earliest(k)) < INFINITY; work->rounds++) {
    spread(k, first + k->band_ms);
#pragma omp parallel for num_threads(k->threads) schedule(dynamic, 64)
    for (iso_lid i = 0; i < k->due.n; i++) k->found[k->due.node[i]] = look(k, k->due.node[i]);
    work->updates += keep(k);
    exchange(k, c);
  }
}

iso_status iso_eikonal_solve(iso_eikonal *k, iso_eikonal_work *work, iso_error *err) {
  channel c = {0};
  iso_eikonal_work did = {0};
  const iso_status status = open(&c, k->mesh, err);
  if (status == ISO_OK) run(k, &c, &did);
  shut(&c);
  MPI_Allreduce(MPI_IN_PLACE, &did.updates, 1, MPI_INT64_T, MPI_SUM, k->mesh->comm);
  if (work) *work = did;
  return status;
}
