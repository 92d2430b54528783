#include "grid/share/partition.h"

#include "base/memory.h"
#include "grid/patches.h"
#include "grid/share/blocks.h"
#include "grid/share/coarse_graph.h"
#include "grid/share/hilbert.h"
#include "grid/share/scotch_part.h"

#include <stdlib.h>

/* Ranks, and parts that are dealt to them in turn: parts with neighbouring numbers are neighbours. */
typedef struct deal {
  int size, parts;
  int64_t unit; /* places along the curve that stay together */
} deal;

static iso_gid units_of(const iso_slice *slice, int64_t unit) { return (slice->nnodes + unit - 1) / unit; }

/* Equal stretches of the curve, to the unit; with fewer units than ranks some ranks have none. */
static void deal_along_curve(const iso_slice *slice, deal d, const int64_t *place, int32_t *owner) {
  const iso_gid nunits = units_of(slice, d.unit);
  for (int64_t i = 0; i < slice->nnode; i++)
    owner[i] = iso_block_owner(nunits, d.parts, place[i] / d.unit) % d.size;
}

/* The same in whole runs, to compare with what Scotch makes of them. */
static void deal_runs(const iso_coarse_graph *graph, deal d, int32_t *part) {
  for (int32_t v = 0; v < graph->n; v++)
    part[v] = iso_block_owner(graph->nruns, d.parts, graph->first + v) % d.size;
}

/* Ranks wait for the largest part in every step, so a better cut must not cost more than this. */
static const double imbalance_limit = 0.04;

static bool is_better(const iso_cut *cut, const iso_cut *than, double mean) {
  return cut->edges < than->edges && (double)cut->largest <= (1 + imbalance_limit) * mean;
}

/* owner [slice nnode] from the parts of the runs. */
static iso_status deal_parts(MPI_Comm comm, const iso_slice *slice, const iso_coarse_graph *graph,
                             const int32_t *part, const int64_t *place, int32_t *owner, iso_error *err) {
  iso_gid *run;
  iso_block_plan *plan = NULL;
  ISO_TRY(iso_alloc_all(comm, &run, (size_t)slice->nnode, sizeof *run, "the partition", err));
  for (int64_t i = 0; i < slice->nnode; i++) run[i] = place[i] / graph->length;
  iso_status status = iso_block_plan_new(&plan, comm, graph->nruns, slice->nnode, run, err);
  free(run);
  if (status == ISO_OK) status = iso_block_plan_fetch(plan, part, sizeof *part, owner, err);
  iso_block_plan_free(plan);
  return status;
}

/* Parts by Scotch, and whether to take them: never if one is empty, and where the user leaves the choice,
 * only if they are better. A Scotch that fails is an error only to a user who asked for it; results are the
 * same without. */
static iso_status try_scotch(MPI_Comm comm, const iso_coarse_graph *graph, iso_partitioner wish, deal d,
                             int32_t *part, bool *take, iso_error *err) {
  bool asked_for = wish == ISO_PARTITION_SCOTCH;
  iso_cut along_curve, by_scotch;
  *take = false;
  deal_runs(graph, d, part);
  ISO_TRY(iso_coarse_graph_cut(graph, comm, part, &along_curve, err));
  iso_status status = iso_scotch_part(comm, graph, d.parts, part, asked_for ? err : NULL);
  if (status != ISO_OK) return asked_for ? status : ISO_OK;
  for (int32_t v = 0; v < graph->n; v++) part[v] %= d.size;
  ISO_TRY(iso_coarse_graph_cut(graph, comm, part, &by_scotch, err));
  bool better = is_better(&by_scotch, &along_curve, (double)graph->nnodes / d.size);
  *take = by_scotch.smallest > 0 && (asked_for || better);
  return ISO_OK;
}

static iso_status partition(MPI_Comm comm, const iso_slice *slice, iso_partitioner wish, deal d,
                            const int64_t *place, int32_t *owner, iso_error *err) {
  deal_along_curve(slice, d, place, owner);
  if (wish == ISO_PARTITION_HILBERT || units_of(slice, d.unit) < d.size) return ISO_OK;
  iso_coarse_graph graph;
  ISO_TRY(iso_coarse_graph_new(&graph, comm, slice, place, d.unit, err));
  int32_t *part = NULL;
  bool take = false;
  iso_status status = iso_alloc(&part, (size_t)graph.n, sizeof *part, "the partition", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = try_scotch(comm, &graph, wish, d, part, &take, err);
  if (status == ISO_OK && take) status = deal_parts(comm, slice, &graph, part, place, owner, err);
  free(part);
  iso_coarse_graph_free(&graph);
  return status;
}

/* No more parts than units: then one for each rank. */
static deal plan_deal(const iso_slice *slice, const iso_partition_options *options, int size) {
  const int64_t unit = options->patches ? iso_run_length(slice->nnodes) : 1;
  const int pieces = options->pieces > 1 ? options->pieces : 1;
  return (deal){size, pieces <= units_of(slice, unit) / size ? size * pieces : size, unit};
}

iso_status iso_partition(MPI_Comm comm, const iso_slice *slice, const iso_partition_options *options,
                         int32_t *owner, int32_t *run, iso_error *err) {
  static const iso_partition_options defaults = {.partitioner = ISO_PARTITION_BEST};
  int size;
  MPI_Comm_size(comm, &size);
  if (!options) options = &defaults;
  if (size == 1 && !options->patches) return ISO_OK;
  int64_t *place;
  iso_status status = iso_alloc(&place, (size_t)slice->nnode, sizeof *place, "the partition", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK)
    status = iso_hilbert_order(comm, slice->nnode, (const double(*)[3])slice->xyz, place, err);
  for (int64_t i = 0; i < slice->nnode && status == ISO_OK && options->patches; i++)
    run[i] = (int32_t)(place[i] / iso_run_length(slice->nnodes));
  if (status == ISO_OK && size > 1)
    status = partition(comm, slice, options->partitioner, plan_deal(slice, options, size), place, owner, err);
  free(place);
  return status;
}
