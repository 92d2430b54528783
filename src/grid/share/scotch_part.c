#include "grid/share/scotch_part.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>

#include <ptscotch.h>

/* The coarse graph as Scotch's integers, whatever their width on this machine. */
typedef struct {
  SCOTCH_Num n, nedges;
  SCOTCH_Num *offset, *neighbour, *weight, *size, *part;
} scotch_arrays;

static iso_status copy(SCOTCH_Num **out, int64_t n, const int32_t *values, iso_error *err) {
  ISO_TRY(iso_alloc(out, (size_t)n, sizeof **out, "the partition's graph", err));
  for (int64_t i = 0; i < n; i++) (*out)[i] = values[i];
  return ISO_OK;
}

static iso_status copy_graph(const iso_coarse_graph *graph, scotch_arrays *a, iso_error *err) {
  a->n = graph->n;
  a->nedges = graph->offset[graph->n];
  ISO_TRY(copy(&a->offset, a->n + 1, graph->offset, err));
  ISO_TRY(copy(&a->neighbour, a->nedges, graph->neighbour, err));
  ISO_TRY(copy(&a->weight, a->nedges, graph->weight, err));
  ISO_TRY(copy(&a->size, a->n, graph->size, err));
  return iso_alloc(&a->part, (size_t)a->n, sizeof *a->part, "the partition", err);
}

static int build(const scotch_arrays *a, SCOTCH_Dgraph *graph) {
  return SCOTCH_dgraphBuild(graph, 0, a->n, a->n, a->offset, a->offset + 1, a->size, NULL, a->nedges,
                            a->nedges, a->neighbour, NULL, a->weight);
}

static int divide(int nparts, scotch_arrays *a, SCOTCH_Dgraph *graph) {
  const double imbalance = 0.01; /* a rank that waits one step in a hundred is cheaper than a longer cut */
  SCOTCH_Strat strategy;
  if (SCOTCH_stratInit(&strategy)) return 1;
  int failed = SCOTCH_stratDgraphMapBuild(&strategy, SCOTCH_STRATQUALITY, nparts, nparts, imbalance);
  failed = failed || SCOTCH_dgraphPart(graph, nparts, &strategy, a->part);
  SCOTCH_stratExit(&strategy);
  return failed;
}

/* One thread, because the threads of PT-Scotch call MPI at the same time, which MPI allows only to programs
 * that asked for it; and a seed of its own, so that the partition of a mesh is always the same. */
static int divide_alone(int nparts, scotch_arrays *a, SCOTCH_Dgraph *graph) {
  SCOTCH_Context context;
  SCOTCH_Dgraph bound;
  if (SCOTCH_contextInit(&context)) return 1;
  int failed = SCOTCH_contextThreadSpawn(&context, 1, NULL) || SCOTCH_contextRandomClone(&context);
  SCOTCH_contextRandomSeed(&context, 1);
  SCOTCH_contextRandomReset(&context);
  if (!failed) {
    failed = SCOTCH_contextBindDgraph(&context, graph, &bound) || divide(nparts, a, &bound);
    SCOTCH_dgraphExit(&bound);
  }
  SCOTCH_contextExit(&context);
  return failed;
}

static iso_status run(MPI_Comm comm, int nparts, scotch_arrays *a, iso_error *err) {
  SCOTCH_Dgraph graph;
  int failed = SCOTCH_dgraphInit(&graph, comm);
  if (!failed) {
    failed = build(a, &graph) || divide_alone(nparts, a, &graph);
    SCOTCH_dgraphExit(&graph);
  }
  iso_status status = failed ? iso_fail(err, ISO_EFAIL, "PT-Scotch could not partition the mesh") : ISO_OK;
  return iso_agree(comm, status, err);
}

iso_status iso_scotch_part(MPI_Comm comm, const iso_coarse_graph *graph, int nparts, int32_t *part,
                           iso_error *err) {
  scotch_arrays a = {0};
  iso_status status = iso_agree(comm, copy_graph(graph, &a, err), err);
  if (status == ISO_OK) status = run(comm, nparts, &a, err);
  if (status == ISO_OK)
    for (int32_t v = 0; v < graph->n; v++) part[v] = (int32_t)a.part[v];
  free(a.offset);
  free(a.neighbour);
  free(a.weight);
  free(a.size);
  free(a.part);
  return status;
}
