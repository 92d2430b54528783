#include "solve/fast_current.h"

#include "base/memory.h"
#include "kernels/element.h"
#include "linear/device_memory.h"

#include <stdlib.h>
#include <string.h>

/* uA/uF. An upstroke's foot passes this a fraction of a millivolt above rest and its peak is a hundred times
 * more; what is left out changes dV/dt by less than this times the difference of the two forms. */
#define THRESHOLD 0.05

/* Tables on the host before they move to the device. */
typedef struct host_tables {
  int8_t *elem_model, *node_model;
  double *weight, *hexahedron_weight, *inverse_mass;
  int64_t *hexahedron;
  int64_t nhexahedra;
} host_tables;

static void free_tables(host_tables *t) {
  free(t->elem_model);
  free(t->node_model);
  free(t->weight);
  free(t->hexahedron_weight);
  free(t->inverse_mass);
  free(t->hexahedron);
}

static int8_t model_of(const iso_tissue *tissue, int32_t tag) {
  int r = iso_tissue_region(tissue, tag);
  const iso_model *model = tissue->regions[r < 0 ? 0 : r].model;
  return model->nfast > 0 ? (int8_t)iso_model_index(model) : -1; /* -1 of own models, too */
}

static void find_models(host_tables *t, const iso_mesh *mesh, const iso_tissue *tissue) {
  for (iso_lid i = 0; i < mesh->nlocal; i++) t->node_model[i] = model_of(tissue, mesh->node_tag[i]);
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
    t->elem_model[e] = t->node_model[conn[0]];
    for (int k = 1; k < iso_shape_nodes(mesh->shape[e]); k++)
      if (t->node_model[conn[k]] != t->elem_model[e]) t->elem_model[e] = -1;
    if (tissue->boost && tissue->boost[e] == 0) t->elem_model[e] = -1; /* burned: nodes share nothing */
  }
}

static void find_weights(host_tables *t, const iso_mesh *mesh, const iso_tissue *tissue) {
  static const double none[3][3];
  int64_t hexahedra = 0;
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    double x[ISO_MAX_NODES][3];
    int shape = mesh->shape[e];
    iso_mesh_corners(mesh, e, x);
    const iso_region *region = &tissue->regions[iso_tissue_region(tissue, iso_mesh_tag(mesh, e))];
    iso_element element;
    double extent = shape == ISO_LINE ? region->cross_section : region->thickness,
           scale = region->chi * region->cm;
    iso_element_compute(shape, (const double(*)[3])x, extent, none, &element);
    t->weight[e] = scale * element.weight[0];
    if (shape != ISO_HEXAHEDRON) continue;
    t->hexahedron[e] = hexahedra * ISO_MAX_NODES;
    for (int q = 0; q < ISO_MAX_NODES; q++)
      t->hexahedron_weight[hexahedra * ISO_MAX_NODES + q] = scale * element.weight[q];
    hexahedra++;
  }
}

static iso_status build_tables(host_tables *t, const iso_mesh *mesh, const iso_tissue *tissue,
                               const iso_system *system, iso_error *err) {
  const char *what = "the fast current";
  for (iso_lid e = 0; e < mesh->nelem; e++) t->nhexahedra += mesh->shape[e] == ISO_HEXAHEDRON;
  ISO_TRY(iso_alloc(&t->elem_model, (size_t)mesh->nelem, 1, what, err));
  ISO_TRY(iso_alloc(&t->node_model, (size_t)mesh->nlocal, 1, what, err));
  ISO_TRY(iso_alloc(&t->weight, (size_t)mesh->nelem, sizeof *t->weight, what, err));
  ISO_TRY(iso_alloc(&t->inverse_mass, (size_t)mesh->nowned, sizeof *t->inverse_mass, what, err));
  if (t->nhexahedra) {
    ISO_TRY(iso_alloc(&t->hexahedron, (size_t)mesh->nelem, sizeof *t->hexahedron, what, err));
    ISO_TRY(iso_alloc(&t->hexahedron_weight, (size_t)t->nhexahedra * ISO_MAX_NODES,
                      sizeof *t->hexahedron_weight, what, err));
  }
  find_models(t, mesh, tissue);
  find_weights(t, mesh, tissue);
  for (iso_lid i = 0; i < mesh->nowned; i++)
    t->inverse_mass[i] = system->lumped[i] > 0 ? 1 / system->lumped[i] : 0;
  return ISO_OK;
}

/* NULL for a table that this mesh does not need. */
static void *upload(iso_device *device, const void *host, int64_t n, size_t size) {
  return host ? iso_device_copy(device, host, (size_t)n * size) : NULL;
}

/* Of a table of the mesh, which stays: where buffers are the host's own memory, that itself. */
static void *lend(iso_device *device, const void *host, int64_t n, size_t size) {
  return iso_device_is_host(device) ? (void *)host : upload(device, host, n, size);
}

static void *upload_real(iso_device *device, const double *host, int64_t n) {
  return host ? iso_device_copy_real(device, host, n) : NULL;
}

static iso_status move_to_device(iso_fast_tables *out, const host_tables *t, const iso_mesh *mesh,
                                 const iso_system *system, iso_error *err) {
  iso_device *device = out->device;
  iso_fast *f = &out->launch;
  f->shape = lend(device, mesh->shape, mesh->nelem, 1);
  f->elem_model = upload(device, t->elem_model, mesh->nelem, 1);
  f->node_model = upload(device, t->node_model, mesh->nlocal, 1);
  f->conn = lend(device, mesh->conn, (int64_t)mesh->nelem * mesh->width, sizeof *mesh->conn);
  f->weight = upload_real(device, t->weight, mesh->nelem);
  f->hexahedron = upload(device, t->hexahedron, mesh->nelem, sizeof *t->hexahedron);
  f->hexahedron_weight = upload_real(device, t->hexahedron_weight, t->nhexahedra * ISO_MAX_NODES);
  const iso_node_elements *of = &system->elements;
  f->node_start = upload(device, of->node_start, mesh->nlocal + 1, sizeof *of->node_start);
  f->node_elem = upload(device, of->node_elem, of->node_start[mesh->nlocal], sizeof *of->node_elem);
  f->inverse_mass = upload_real(device, t->inverse_mass, mesh->nowned);
  if (!f->shape || !f->elem_model || !f->node_model || !f->conn || !f->weight || !f->node_start ||
      !f->node_elem || !f->inverse_mass || (t->nhexahedra && (!f->hexahedron || !f->hexahedron_weight)))
    return iso_fail_device(err, device, 300 * (size_t)mesh->nlocal, "the fast current");
  return ISO_OK;
}

iso_status iso_fast_tables_new(iso_fast_tables *out, iso_device *device, const iso_mesh *mesh,
                               const iso_tissue *tissue, const iso_system *system, iso_error *err) {
  *out = (iso_fast_tables){.device = device,
                           .mesh = mesh,
                           .launch = {.nelem = mesh->nelem,
                                      .nowned = mesh->nowned,
                                      .nlocal = mesh->nlocal,
                                      .ld = mesh->nlocal,
                                      .width = mesh->width,
                                      .threshold = THRESHOLD}};
  host_tables t = {0};
  iso_status status = build_tables(&t, mesh, tissue, system, err);
  if (status == ISO_OK) status = move_to_device(out, &t, mesh, system, err);
  free_tables(&t);
  return status;
}

void iso_fast_tables_free(iso_fast_tables *tables) {
  if (!tables->device) return;
  const iso_fast *f = &tables->launch;
  const void *buffers[] = {f->elem_model,        f->node_model, f->weight,       f->hexahedron, f->node_start,
                           f->hexahedron_weight, f->node_elem,  f->inverse_mass, f->shape,      f->conn};
  const size_t own = sizeof buffers / sizeof *buffers - (iso_device_is_host(tables->device) ? 2 : 0);
  for (size_t k = 0; k < own; k++) iso_device_release(tables->device, (void *)buffers[k]);
  memset(tables, 0, sizeof *tables);
}

iso_status iso_fast_work_new(iso_fast_work *out, const iso_fast_tables *tables, const iso_numerics *numerics,
                             void *iion, iso_error *err) {
  *out = (iso_fast_work){.device = tables->device};
  if (numerics->fast_current == ISO_FAST_NODAL) return ISO_OK;
  iso_device *device = tables->device;
  out->launch = tables->launch;
  iso_fast *f = &out->launch;
  f->smoothing = numerics->smoothing;
  f->interpolation = numerics->fast_current == ISO_FAST_INTERPOLATED ? numerics->interpolation : 0;
  const size_t scratch = iso_device_fast_scratch(device, f->nelem, f->nlocal, f->width);
  const size_t factors = ISO_MAX_FAST * (size_t)f->nlocal * device->real_bytes;
  f->scratch = iso_device_alloc(device, scratch);
  f->fast = out->factors = iso_device_alloc(device, factors);
  f->iion = iion;
  for (int k = 0; k < ISO_MAX_FAST; k++)
    out->field[k] =
        (iso_field){.device = device,
                    .mesh = tables->mesh,
                    .name = "a factor of the fast current",
                    .unit = "",
                    .real = (char *)out->factors + (size_t)k * (size_t)f->ld * device->real_bytes};
  return f->scratch && f->fast ? ISO_OK : iso_fail_device(err, device, scratch + factors, "the fast current");
}

void iso_fast_work_free(iso_fast_work *fast) {
  if (!fast->device) return;
  iso_device_release(fast->device, fast->launch.scratch);
  iso_device_release(fast->device, fast->factors);
  memset(fast, 0, sizeof *fast);
}

int iso_fast_work_fields(iso_fast_work *fast, iso_field *field[ISO_MAX_FAST]) {
  if (!fast->factors) return 0;
  for (int f = 0; f < ISO_MAX_FAST; f++) field[f] = &fast->field[f];
  return ISO_MAX_FAST;
}

void iso_fast_work_add(const iso_fast_work *fast) {
  if (!fast->factors) return;
  for (int f = 0; f < ISO_MAX_FAST; f++) iso_field_with_ghosts(&fast->field[f]);
  iso_fast_work_add_some(fast, 0, NULL);
}

void iso_fast_work_add_some(const iso_fast_work *fast, int32_t nruns, const void *run) {
  iso_fast launch = fast->launch;
  launch.nruns = nruns;
  launch.run = run;
  iso_launch_fast(fast->device, &launch);
}
