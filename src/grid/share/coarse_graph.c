#include "grid/share/coarse_graph.h"

#include "base/memory.h"
#include "grid/shapes.h"
#include "grid/share/batches.h"
#include "grid/share/move_links.h"
#include "grid/share/route.h"
#include "grid/sort.h"

#include <stdlib.h>
#include <string.h>

/* Runs of 48 nodes are about as thick as a halo is deep; parts need some hundred runs to be balanced within
 * 1%. */
enum { LONGEST_RUN = 48, RUNS_PER_PART = 256 };

typedef struct {
  iso_index pair;  /* keys: run << 32 | neighbouring run */
  int32_t *weight; /* [pair.n] */
  int64_t room;
} connections;

static iso_status connect(connections *c, int64_t run, int64_t other, iso_error *err) {
  iso_lid number, before = c->pair.n;
  ISO_TRY(iso_index_add(&c->pair, run << 32 | other, &number, err));
  if (number == c->room) {
    int64_t room = 2 * c->room + 1024;
    ISO_TRY(iso_realloc(&c->weight, (size_t)room, sizeof *c->weight, "the partition's graph", err));
    c->room = room;
  }
  if (number == before) c->weight[number] = 0;
  if (c->weight[number] < INT32_MAX) c->weight[number]++;
  return ISO_OK;
}

static iso_status connect_batch(connections *c, const iso_batches *b, const int64_t *run, iso_error *err) {
  for (int64_t e = b->first; e < b->end; e++) {
    const iso_cell *cell = &iso_shapes[b->slice->shape[e]];
    const iso_lid *conn = b->conn + (e - b->first) * b->slice->width;
    for (int k = 0; k < cell->nedges; k++) {
      int64_t p = run[conn[cell->edge[k][0]]], q = run[conn[cell->edge[k][1]]];
      if (p == q) continue;
      ISO_TRY(connect(c, p, q, err));
      ISO_TRY(connect(c, q, p, err));
    }
  }
  return ISO_OK;
}

static iso_status connect_links(connections *c, MPI_Comm comm, const iso_slice *slice, const int64_t *run,
                                iso_error *err) {
  int64_t(*of_ends)[2] = NULL;
  ISO_TRY(iso_fetch_link_ends(comm, slice, run, sizeof *run, &of_ends, err));
  iso_status status = ISO_OK;
  for (int64_t k = 0; k < slice->links.n && status == ISO_OK; k++) {
    const int64_t p = of_ends[k][0], q = of_ends[k][1];
    if (p == q) continue;
    status = connect(c, p, q, err);
    if (status == ISO_OK) status = connect(c, q, p, err);
  }
  free(of_ends);
  return iso_agree(comm, status, err);
}

static iso_status connect_all(connections *c, MPI_Comm comm, const iso_slice *slice, const int64_t *run,
                              iso_error *err) {
  iso_batches b;
  ISO_TRY(iso_batches_new(&b, comm, slice, err));
  int64_t *of_batch = NULL;
  iso_status status = iso_agree(comm, iso_index_new(&c->pair, slice->nnode / 2, err), err);
  for (int64_t k = 0; k < b.n && status == ISO_OK; k++) {
    status = iso_batches_open(&b, k, err);
    if (status == ISO_OK) status = iso_batches_fetch(&b, run, sizeof *run, &of_batch, err);
    if (status == ISO_OK) status = iso_agree(comm, connect_batch(c, &b, of_batch, err), err);
  }
  free(of_batch);
  iso_batches_free(&b);
  if (status == ISO_OK && slice->links.total > 0) status = connect_links(c, comm, slice, run, err);
  return status;
}

/* Connections on their way to the rank that holds their first run. */
typedef struct {
  iso_route route;
  int32_t *dest, *weight;
  int64_t *pair;
  iso_keyed *order;
} delivery;

static iso_status deliver(delivery *d, MPI_Comm comm, iso_gid nruns, const connections *c, iso_error *err) {
  int size;
  MPI_Comm_size(comm, &size);
  iso_status status = iso_alloc(&d->dest, (size_t)c->pair.n, sizeof *d->dest, "the partition's graph", err);
  ISO_TRY(iso_agree(comm, status, err));
  for (iso_lid i = 0; i < c->pair.n; i++) d->dest[i] = iso_block_owner(nruns, size, c->pair.gid[i] >> 32);
  ISO_TRY(iso_route_new(&d->route, comm, c->pair.n, d->dest, NULL, err));
  size_t n = (size_t)d->route.nrecv;
  status = iso_alloc(&d->pair, n, sizeof *d->pair, "the partition's graph", err);
  if (status == ISO_OK) status = iso_alloc(&d->weight, n, sizeof *d->weight, "the partition's graph", err);
  if (status == ISO_OK) status = iso_alloc(&d->order, n, sizeof *d->order, "the partition's graph", err);
  ISO_TRY(iso_agree(comm, status, err));
  ISO_TRY(iso_route_send(&d->route, c->pair.gid, sizeof *c->pair.gid, d->pair, err));
  ISO_TRY(iso_route_send(&d->route, c->weight, sizeof *c->weight, d->weight, err));
  for (size_t i = 0; i < n; i++) d->order[i] = (iso_keyed){(uint64_t)d->pair[i], (int64_t)i};
  return iso_agree(comm, iso_sort((int64_t)n, d->order, err), err);
}

/* Rows of the graph from sorted connections, in which one pair may come from several ranks. */
static iso_status make_rows(iso_coarse_graph *graph, const delivery *d, iso_error *err) {
  size_t room = (size_t)d->route.nrecv;
  ISO_TRY(
      iso_alloc(&graph->offset, (size_t)graph->n + 1, sizeof *graph->offset, "the partition's graph", err));
  ISO_TRY(iso_alloc(&graph->neighbour, room, sizeof *graph->neighbour, "the partition's graph", err));
  ISO_TRY(iso_alloc(&graph->weight, room, sizeof *graph->weight, "the partition's graph", err));
  ISO_TRY(iso_alloc(&graph->size, (size_t)graph->n, sizeof *graph->size, "the partition's graph", err));
  int32_t n = 0;
  for (int64_t i = 0; i < d->route.nrecv; i++) {
    uint64_t key = d->order[i].key;
    if (i == 0 || key != d->order[i - 1].key) {
      graph->offset[(iso_gid)(key >> 32) - graph->first + 1]++;
      graph->neighbour[n++] = (int32_t)(key & INT32_MAX);
    }
    graph->weight[n - 1] += d->weight[d->order[i].item];
  }
  for (int32_t v = 0; v < graph->n; v++) {
    graph->offset[v + 1] += graph->offset[v];
    iso_gid end = (graph->first + v + 1) * graph->length;
    graph->size[v] = (int32_t)(graph->length - (end > graph->nnodes ? end - graph->nnodes : 0));
  }
  return ISO_OK;
}

static iso_status collect(iso_coarse_graph *graph, MPI_Comm comm, const connections *c, iso_error *err) {
  delivery d = {0};
  iso_status status = deliver(&d, comm, graph->nruns, c, err);
  if (status == ISO_OK) status = iso_agree(comm, make_rows(graph, &d, err), err);
  iso_route_free(&d.route);
  free(d.dest);
  free(d.weight);
  free(d.pair);
  free(d.order);
  return status;
}

static void measure(iso_coarse_graph *graph, MPI_Comm comm, iso_gid nnodes, int64_t unit) {
  int size, rank;
  MPI_Comm_size(comm, &size);
  MPI_Comm_rank(comm, &rank);
  graph->nnodes = nnodes;
  graph->length = nnodes / ((int64_t)size * RUNS_PER_PART);
  if (graph->length > LONGEST_RUN) graph->length = LONGEST_RUN;
  if (graph->length < 1) graph->length = 1;
  graph->length = (graph->length + unit - 1) / unit * unit;
  graph->nruns = (nnodes + graph->length - 1) / graph->length;
  graph->first = iso_block_first(graph->nruns, size, rank);
  graph->n = (int32_t)(iso_block_first(graph->nruns, size, rank + 1) - graph->first);
}

iso_status iso_coarse_graph_new(iso_coarse_graph *graph, MPI_Comm comm, const iso_slice *slice,
                                const int64_t *place, int64_t unit, iso_error *err) {
  *graph = (iso_coarse_graph){0};
  measure(graph, comm, slice->nnodes, unit);
  int64_t *run = NULL;
  connections c = {0};
  iso_status status = iso_alloc(&run, (size_t)slice->nnode, sizeof *run, "the partition's graph", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) {
    for (int64_t i = 0; i < slice->nnode; i++) run[i] = place[i] / graph->length;
    status = connect_all(&c, comm, slice, run, err);
  }
  free(run);
  if (status == ISO_OK) status = collect(graph, comm, &c, err);
  iso_index_free(&c.pair);
  free(c.weight);
  if (status != ISO_OK) iso_coarse_graph_free(graph);
  return status;
}

/* Parts of the runs at the far ends of this rank's connections. */
static iso_status fetch_parts(const iso_coarse_graph *graph, MPI_Comm comm, const int32_t *part,
                              int32_t **far, iso_error *err) {
  int32_t n = graph->offset[graph->n];
  iso_gid *held = NULL;
  iso_block_plan *plan = NULL;
  iso_status status = iso_alloc(far, (size_t)n, sizeof **far, "the partition's graph", err);
  if (status == ISO_OK) status = iso_alloc(&held, (size_t)n, sizeof *held, "the partition's graph", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) {
    for (int32_t i = 0; i < n; i++) held[i] = graph->neighbour[i];
    status = iso_block_plan_new(&plan, comm, graph->nruns, n, held, err);
  }
  if (status == ISO_OK) status = iso_block_plan_fetch(plan, part, sizeof *part, *far, err);
  free(held);
  iso_block_plan_free(plan);
  return status;
}

static iso_status part_sizes(const iso_coarse_graph *graph, MPI_Comm comm, const int32_t *part, iso_cut *cut,
                             iso_error *err) {
  int size;
  MPI_Comm_size(comm, &size);
  int64_t *nodes;
  ISO_TRY(iso_alloc_all(comm, &nodes, (size_t)size, sizeof *nodes, "the partition's graph", err));
  for (int32_t v = 0; v < graph->n; v++) nodes[part[v]] += graph->size[v];
  MPI_Allreduce(MPI_IN_PLACE, nodes, size, MPI_INT64_T, MPI_SUM, comm);
  cut->largest = cut->smallest = nodes[0];
  for (int r = 1; r < size; r++) {
    if (nodes[r] > cut->largest) cut->largest = nodes[r];
    if (nodes[r] < cut->smallest) cut->smallest = nodes[r];
  }
  free(nodes);
  return ISO_OK;
}

iso_status iso_coarse_graph_cut(const iso_coarse_graph *graph, MPI_Comm comm, const int32_t *part,
                                iso_cut *cut, iso_error *err) {
  *cut = (iso_cut){0};
  int32_t *far = NULL;
  iso_status status = fetch_parts(graph, comm, part, &far, err);
  if (status == ISO_OK) {
    for (int32_t v = 0; v < graph->n; v++)
      for (int32_t i = graph->offset[v]; i < graph->offset[v + 1]; i++)
        if (far[i] != part[v]) cut->edges += graph->weight[i];
    MPI_Allreduce(MPI_IN_PLACE, &cut->edges, 1, MPI_INT64_T, MPI_SUM, comm);
    status = part_sizes(graph, comm, part, cut, err);
  }
  free(far);
  return status;
}

void iso_coarse_graph_free(iso_coarse_graph *graph) {
  free(graph->offset);
  free(graph->neighbour);
  free(graph->weight);
  free(graph->size);
  *graph = (iso_coarse_graph){0};
}
