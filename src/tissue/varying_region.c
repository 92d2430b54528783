/* Parameters that are fields on the nodes of a region. */
#include "tissue/varying.h"

#include "base/memory.h"
#include "kernels/prepare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void set_fields(const void *cells, iso_lid node, double *parameters) {
  const iso_region *region = cells;
  for (int f = 0; f < region->nfields; f++)
    parameters[region->fields[f].parameter] = region->fields[f].value[node];
}

typedef struct nodes {
  const iso_mesh *mesh;
  const iso_tissue *tissue;
  int r;
} nodes;

static bool holds(const nodes *n, iso_lid i) {
  return iso_tissue_of_node(n->tissue, n->mesh->node_tag[i]) == n->r;
}

/* Least and largest value of each field among the region's nodes, in parameters of the region. */
static void find_range(const nodes *n, double *least, double *most) {
  const iso_region *region = &n->tissue->regions[n->r];
  for (int f = 0; f < region->nfields; f++) {
    const iso_parameter_field *field = &region->fields[f];
    double low = INFINITY, high = -INFINITY;
    for (iso_lid i = 0; i < n->mesh->nowned; i++) {
      if (!holds(n, i)) continue;
      low = fmin(low, field->value[i]);
      high = fmax(high, field->value[i]);
    }
    MPI_Allreduce(MPI_IN_PLACE, &low, 1, MPI_DOUBLE, MPI_MIN, n->mesh->comm);
    MPI_Allreduce(MPI_IN_PLACE, &high, 1, MPI_DOUBLE, MPI_MAX, n->mesh->comm);
    if (low <= high) least[field->parameter] = low, most[field->parameter] = high; /* else it has no nodes */
  }
}

iso_status iso_varying_region(iso_varying *out, const iso_mesh *mesh, const iso_tissue *tissue, int r,
                              double step_ms, iso_error *err) {
  const iso_region *region = &tissue->regions[r];
  const iso_model *model = region->model;
  const nodes n = {mesh, tissue, r};
  const size_t np = (size_t)model->nparameters;
  double *least; /* [np], and as many each of the largest values and of room */
  *out = (iso_varying){0};
  ISO_TRY(iso_alloc_all(mesh->comm, &least, 3 * np, sizeof *least, "fields of parameters", err));
  memcpy(least, region->parameters, np * sizeof *least);
  memcpy(least + np, region->parameters, np * sizeof *least);
  find_range(&n, least, least + np);
  iso_status status =
      iso_agree(mesh->comm, iso_varying_begin(out, model, step_ms, least, set_fields, region, err), err);
  if (status == ISO_OK) {
    for (iso_lid i = 0; i < mesh->nowned; i++)
      if (holds(&n, i)) iso_varying_compare(out, i);
    MPI_Allreduce(MPI_IN_PLACE, out->row, iso_model_constants(model), MPI_INT32_T, MPI_MAX, mesh->comm);
    iso_varying_end(out);
    out->tables_vary = out->nrows > 0 && iso_tables_vary(model, step_ms, least, least + np, least + 2 * np);
  } else {
    iso_varying_free(out);
  }
  free(least);
  return status;
}
