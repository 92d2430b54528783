#include "solve/varying.h"

#include "base/memory.h"
#include "kernels/prepare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The parameters of a node. parameters [model->nparameters] holds those of the region. */
static void set_fields(const iso_varying *v, iso_lid node, double *parameters) {
  for (int f = 0; f < v->nfields; f++) parameters[v->fields[f].parameter] = v->fields[f].value[node];
}

/* Least and largest value of each field among the region's nodes. */
static void find_range(const iso_varying *v, const iso_mesh *mesh, const iso_tissue *tissue, int r,
                       double *least, double *most) {
  for (int f = 0; f < v->nfields; f++) {
    least[f] = INFINITY, most[f] = -INFINITY;
    for (iso_lid i = 0; i < mesh->nowned; i++) {
      if (iso_tissue_of_node(tissue, mesh->node_tag[i]) != r) continue;
      least[f] = fmin(least[f], v->fields[f].value[i]);
      most[f] = fmax(most[f], v->fields[f].value[i]);
    }
  }
  MPI_Allreduce(MPI_IN_PLACE, least, v->nfields, MPI_DOUBLE, MPI_MIN, mesh->comm);
  MPI_Allreduce(MPI_IN_PLACE, most, v->nfields, MPI_DOUBLE, MPI_MAX, mesh->comm);
}

/* Room for one node: its parameters and constants, and the constants of the region. */
typedef struct scratch {
  double *parameters, *constants, *uniform;
} scratch;

static iso_status make_scratch(const iso_varying *v, scratch *s, iso_error *err) {
  const size_t np = (size_t)v->model->nparameters, nk = (size_t)iso_model_constants(v->model);
  ISO_TRY(iso_alloc(&s->parameters, np + 2 * nk, sizeof(double), "model parameters", err));
  s->constants = s->parameters + np;
  s->uniform = s->constants + nk;
  memcpy(s->parameters, v->parameters, np * sizeof(double));
  iso_derive(v->model, v->parameters, v->step_ms, s->uniform);
  return ISO_OK;
}

static void derive_node(const iso_varying *v, iso_lid node, const scratch *s) {
  set_fields(v, node, s->parameters);
  iso_derive(v->model, s->parameters, v->step_ms, s->constants);
}

/* differs [constants]: whether some node on any rank has another value than the region. */
static void compare_nodes(const iso_varying *v, const iso_mesh *mesh, const iso_tissue *tissue, int r,
                          const scratch *s, int32_t *differs) {
  const int n = iso_model_constants(v->model);
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    if (iso_tissue_of_node(tissue, mesh->node_tag[i]) != r) continue;
    derive_node(v, i, s);
    for (int k = 0; k < n; k++) differs[k] |= s->constants[k] != s->uniform[k];
  }
  MPI_Allreduce(MPI_IN_PLACE, differs, n, MPI_INT32_T, MPI_MAX, mesh->comm);
}

/* Each field moved from its least to its largest value alone, then all of them. */
static bool find_tables_vary(const iso_varying *v, const double *most, const scratch *s) {
  bool vary = false;
  for (int f = 0; f <= v->nfields && !vary; f++) {
    memcpy(s->parameters, v->parameters, (size_t)v->model->nparameters * sizeof(double));
    for (int g = 0; g < v->nfields; g++)
      if (g == f || f == v->nfields) s->parameters[v->fields[g].parameter] = most[g];
    vary = !iso_same_tables(v->model, v->parameters, s->parameters, v->step_ms);
  }
  return vary;
}

static iso_status allocate(iso_varying *v, double **range, iso_error *err) {
  ISO_TRY(iso_alloc(&v->parameters, (size_t)v->model->nparameters, sizeof *v->parameters, "model parameters",
                    err));
  ISO_TRY(iso_alloc(&v->row, (size_t)iso_model_constants(v->model), sizeof *v->row, "model constants", err));
  return iso_alloc(range, 2 * (size_t)v->nfields, sizeof **range, "fields of parameters", err);
}

static iso_status find(iso_varying *v, const iso_mesh *mesh, const iso_tissue *tissue, int r, double *least,
                       iso_error *err) {
  double *most = least + v->nfields;
  scratch s = {0};
  iso_status status;
  find_range(v, mesh, tissue, r, least, most);
  memcpy(v->parameters, tissue->regions[r].parameters, (size_t)v->model->nparameters * sizeof(double));
  for (int f = 0; f < v->nfields; f++) {
    double *parameter = &v->parameters[v->fields[f].parameter];
    if (least[f] > most[f]) least[f] = most[f] = *parameter; /* a region may have elements and no nodes */
    *parameter = least[f];
  }
  status = iso_agree(mesh->comm, make_scratch(v, &s, err), err);
  if (status == ISO_OK) {
    compare_nodes(v, mesh, tissue, r, &s, v->row);
    for (int k = 0; k < iso_model_constants(v->model); k++) v->row[k] = v->row[k] ? v->nrows++ : -1;
    v->tables_vary = v->nrows > 0 && find_tables_vary(v, most, &s);
  }
  free(s.parameters);
  return status;
}

iso_status iso_varying_new(iso_varying *out, const iso_mesh *mesh, const iso_tissue *tissue, int r,
                           double step_ms, iso_error *err) {
  const iso_region *region = &tissue->regions[r];
  *out = (iso_varying){
      .model = region->model, .step_ms = step_ms, .nfields = region->nfields, .fields = region->fields};
  double *range = NULL;
  iso_status status = iso_agree(mesh->comm, allocate(out, &range, err), err);
  if (status == ISO_OK) status = find(out, mesh, tissue, r, range, err);
  free(range);
  if (status != ISO_OK) iso_varying_free(out);
  return status;
}

iso_status iso_varying_rows(const iso_varying *v, iso_lid first, iso_lid count, double *rows,
                            iso_error *err) {
  scratch s;
  ISO_TRY(make_scratch(v, &s, err));
  for (iso_lid i = 0; i < count; i++) {
    derive_node(v, first + i, &s);
    for (int k = 0; k < iso_model_constants(v->model); k++)
      if (v->row[k] >= 0) rows[(int64_t)v->row[k] * count + i] = s.constants[k];
  }
  free(s.parameters);
  return ISO_OK;
}

void iso_varying_free(iso_varying *v) {
  free(v->parameters);
  free(v->row);
  *v = (iso_varying){0};
}
