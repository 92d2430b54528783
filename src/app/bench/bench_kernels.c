/* Every kind of launch alone, on the mesh and tissue of a configuration. */
#include "app/bench/bench_rows.h"

#include "app/bench/traffic.h"
#include "base/memory.h"
#include "kernels/element.h"
#include "linear/device_memory.h"
#include "linear/sparse.h"
#include "solve/cells.h"
#include "solve/fast_current.h"
#include "solve/watch.h"
#include "tissue/conductor.h"

#include <math.h>
#include <stdlib.h>

/* A simulation's parts, without what puts them in order. */
typedef struct parts {
  const iso_setup *setup;
  const iso_bench_options *options;
  iso_bench *bench;
  const iso_mesh *mesh;
  iso_device *device;
  iso_system system;
  iso_tissue_cells cells;
  iso_fast_tables fast_tables;
  iso_fast_work fast;
  iso_sparse laplacian;
  iso_timer timer;
  iso_state state;
  iso_watch_list watch;
  void *out;  /* [nlocal] */
  void *iion; /* [nowned] */
  iso_product product;
  iso_pack pack;
} parts;

/* ---- set-up ---- */

static double laplacian_entry(const void *self, iso_lid row, int64_t k) {
  const iso_system *s = self;
  return -s->stiffness[k] / s->lumped[row];
}

static iso_status allocate(parts *p, iso_error *err) {
  const size_t bytes = (size_t)p->mesh->nlocal * p->device->real_bytes;
  void **fields[] = {&p->out, &p->iion};
  for (size_t k = 0; k < sizeof fields / sizeof *fields; k++) {
    *fields[k] = iso_device_alloc(p->device, bytes);
    if (!*fields[k]) return iso_fail_device(err, p->device, bytes, "Vm");
  }
  return ISO_OK;
}

static iso_status set_vm(parts *p, iso_error *err) {
  double *vm;
  ISO_TRY(iso_alloc(&vm, (size_t)p->mesh->nowned, sizeof *vm, "the initial Vm", err));
  for (int g = 0; g < p->cells.ngroups; g++)
    for (iso_lid i = 0; i < p->cells.groups[g].count; i++)
      vm[p->cells.groups[g].first + i] = p->setup->tissue.regions[p->cells.groups[g].region].vm;
  iso_state_set_vm(&p->state, vm);
  free(vm);
  return ISO_OK;
}

static iso_status build(parts *p, iso_error *err) {
  const iso_setup *s = p->setup;
  const iso_numerics *n = &s->config->numerics.scheme;
  const bool by_level = isnan(s->config->outputs.repolarisation_mV);
  const iso_watch_options watch = {.activation_mV = s->config->outputs.activation_mV,
                                   .repolarisation =
                                       by_level ? s->config->outputs.repolarisation_level / 100 : 0,
                                   .recovery_mV = s->config->outputs.repolarisation_mV};
  iso_tissue_conductor tissue;
  ISO_TRY(iso_system_new(&p->system, p->mesh, iso_tissue_conduct(&tissue, &s->tissue), false, err));
  ISO_TRY(iso_sparse_new(&p->laplacian, p->device, p->mesh, &p->system,
                         (iso_entries){.self = &p->system, .value = laplacian_entry}, err));
  ISO_TRY(iso_fast_tables_new(&p->fast_tables, p->device, p->mesh, &s->tissue, &p->system, err));
  const iso_cell_steps steps = {.length_ms = s->config->time.step_ms, .exact = n->rates == ISO_RATES_EXACT};
  ISO_TRY(iso_tissue_cells_new(&p->cells, p->device, p->mesh, &s->tissue, steps, err));
  ISO_TRY(allocate(p, err));
  ISO_TRY(iso_fast_work_new(&p->fast, &p->fast_tables, n, p->iion, err));
  for (int f = 0; f < ISO_MAX_FAST; f++) p->fast.field[f].ghosts = ISO_GHOSTS_FRESH; /* there are no others */
  ISO_TRY(iso_state_new(&p->state, p->mesh, &p->cells, (iso_state_needs){0}, err));
  return iso_watch_list_new(&p->watch, &p->state, &watch, &p->timer, err);
}

static void free_parts(parts *p) {
  void *fields[] = {p->out, p->iion, (void *)p->pack.node, p->pack.packed};
  for (size_t k = 0; k < sizeof fields / sizeof *fields; k++) iso_device_release(p->device, fields[k]);
  iso_device_host_release(p->device, p->pack.host);
  iso_watch_list_free(&p->watch);
  iso_state_free(&p->state);
  iso_tissue_cells_free(&p->cells);
  iso_fast_work_free(&p->fast);
  iso_fast_tables_free(&p->fast_tables);
  iso_sparse_free(&p->laplacian);
  iso_system_free(&p->system);
}

/* ---- measurements ---- */

enum { MOST_LAUNCHES = 1000 };

static iso_status measure(parts *p, const char *name, double nodes, double bytes, void (*launch)(void *self),
                          iso_error *err) {
  const double seconds = iso_bench_time(p->device, p->options->repeats, MOST_LAUNCHES, launch, p);
  return iso_bench_add(p->bench, p->device, name, nodes, bytes, seconds, err);
}

static void launch_cells(void *self) {
  parts *p = self;
  iso_tissue_cells_step(&p->cells, false,
                        &(iso_cell_fields){.state = p->state.rows,
                                           .vm = {{1.5, -0.5}, {p->state.now.real, p->state.before.real}},
                                           .extrapolated = p->out,
                                           .iion = p->iion,
                                           .fast = p->fast.factors,
                                           .fast_ld = p->mesh->nlocal});
}

static iso_status measure_cells(parts *p, iso_error *err) {
  const double bytes = iso_bench_cells_bytes(p->setup, true, p->fast.factors != NULL);
  return measure(p, ISO_BENCH_CELLS, p->mesh->nowned, bytes, launch_cells, err);
}

static void launch_extrapolate(void *self) {
  parts *p = self;
  iso_launch_combine(p->device, &(iso_combine){.count = p->mesh->nowned,
                                               .nterms = 2,
                                               .coefficient = {1.5, -0.5},
                                               .term = {p->state.now.real, p->state.before.real},
                                               .out = p->out});
}

static void launch_product(void *self) {
  parts *p = self;
  iso_launch_product(p->device, &p->product);
}

/* As the staggered step has it: with Vm and the ionic current as terms, and watched. */
static iso_status measure_product(parts *p, iso_error *err) {
  int64_t entries;
  const iso_rows *rows = &p->laplacian.rows;
  p->product = (iso_product){.rows = rows,
                             .last = rows->nslices,
                             .x = p->out,
                             .apply = p->setup->config->time.step_ms,
                             .nterms = 2,
                             .coefficient = {1, -p->setup->config->time.step_ms},
                             .term = {p->state.now.real, p->iion},
                             .watch = iso_watch_list_look(&p->watch, p->state.now.real),
                             .out = p->state.before.real};
  iso_device_download(p->device, rows->start, (size_t)rows->nslices * sizeof entries, &entries,
                      sizeof entries);
  const double bytes =
      iso_traffic_product(&p->product, entries, p->device->slice_rows, p->device->real_bytes);
  ISO_TRY(measure(p, ISO_BENCH_PRODUCT, p->mesh->nowned, bytes, launch_product, err));
  return set_vm(p, err);
}

/* The same by a library, where the device has one. */
static void launch_library(void *self) {
  parts *p = self;
  iso_launch_library_product(p->device, p->laplacian.library, &p->product);
}

static iso_status measure_library(parts *p, iso_error *err) {
  const double bytes = iso_bench_bytes(p->bench, ISO_BENCH_PRODUCT);
  if (iso_sparse_use_library(&p->laplacian, p->mesh, NULL) != ISO_OK) return ISO_OK;
  ISO_TRY(measure(p, "the same by cuSPARSE", p->mesh->nowned, bytes, launch_library, err));
  return set_vm(p, err);
}

static void launch_fast(void *self) {
  parts *p = self;
  iso_fast_work_add(&p->fast);
}

static iso_status measure_fast(parts *p, const char *name, const iso_front *front, iso_error *err) {
  const double bytes = iso_traffic_fast(&p->fast.launch, front, p->device->real_bytes);
  return measure(p, name, p->mesh->nowned, bytes, launch_fast, err);
}

/* ---- a front: a layer of nodes across the middle, 1 mm thick, with a large fast current ---- */

#define LAYER_MM 1.0

static void find_layer(const iso_mesh *mesh, uint8_t *active) {
  double low = INFINITY, high = -INFINITY;
  for (iso_lid i = 0; i < mesh->nlocal; i++) {
    low = fmin(low, mesh->xyz[i][0]);
    high = fmax(high, mesh->xyz[i][0]);
  }
  for (iso_lid i = 0; i < mesh->nlocal; i++)
    active[i] = fabs(mesh->xyz[i][0] - 0.5 * (low + high)) <= 0.5 * LAYER_MM;
}

/* The factors of the layer: any product of powers of these is far above the threshold. */
static void set_factors(parts *p, const uint8_t *active, double *field) {
  const int64_t n = p->mesh->nlocal;
  for (int f = 0; f < ISO_MAX_FAST; f++) {
    iso_device_download_real(p->device, p->fast.factors, f * n, n, field);
    for (int64_t i = 0; i < n; i++)
      if (active[i]) field[i] = 2;
    iso_device_upload_real(p->device, p->fast.factors, f * n, n, field);
  }
}

/* The element's nodes share a model with a fast current. */
static bool counts(const parts *p, iso_lid e) {
  const iso_lid *conn = p->mesh->conn + (int64_t)e * p->mesh->width;
  const iso_tissue *t = &p->setup->tissue;
  const iso_model *first = t->regions[iso_tissue_of_node(t, p->mesh->node_tag[conn[0]])].model;
  for (int k = 1; k < iso_shape_nodes(p->mesh->shape[e]); k++)
    if (t->regions[iso_tissue_of_node(t, p->mesh->node_tag[conn[k]])].model != first) return false;
  return first->nfast > 0;
}

enum { ACTIVE = 1, NEAR = 2 };

/* What the launch will list: see iso_front. */
static iso_front count_front(const parts *p, uint8_t *mark) {
  const iso_mesh *mesh = p->mesh;
  iso_front front = {0};
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
    const int nodes = iso_shape_nodes(mesh->shape[e]);
    bool listed = false;
    for (int k = 0; k < nodes; k++) listed |= mark[conn[k]] & ACTIVE;
    if (!listed || !counts(p, e)) continue;
    front.elements++;
    front.corners += nodes;
    for (int k = 0; k < nodes; k++) mark[conn[k]] |= NEAR;
  }
  for (iso_lid i = 0; i < mesh->nlocal; i++) {
    const int roles = (mark[i] & ACTIVE ? 1 : 0) + (mark[i] & NEAR ? 1 : 0);
    front.active += mark[i] & ACTIVE ? 1 : 0;
    front.near += mark[i] & NEAR ? 1 : 0;
    front.looked += roles * (p->system.elements.node_start[i + 1] - p->system.elements.node_start[i]);
  }
  return front;
}

static iso_status measure_front(parts *p, iso_error *err) {
  uint8_t *mark = NULL;
  double *field = NULL;
  iso_status status = iso_alloc(&mark, (size_t)p->mesh->nlocal, sizeof *mark, "the front", err);
  if (status == ISO_OK) status = iso_alloc(&field, (size_t)p->mesh->nlocal, sizeof *field, "the front", err);
  if (status == ISO_OK) {
    find_layer(p->mesh, mark);
    set_factors(p, mark, field);
    const iso_front front = count_front(p, mark);
    p->bench->front_share = (double)front.elements / p->mesh->nelem;
    status = measure_fast(p, "fast current, with a front", &front, err);
  }
  free(field);
  free(mark);
  return status;
}

/* ---- the halo: as many nodes as one face of a cube of the mesh's nodes has ---- */

static void launch_pack(void *self) {
  parts *p = self;
  iso_launch_pack(p->device, &p->pack);
  iso_device_wait_packed(p->device);
}

static void launch_unpack(void *self) {
  parts *p = self;
  iso_launch_unpack(p->device, &p->pack);
}

static iso_status allocate_pack(parts *p, iso_lid n, iso_error *err) {
  iso_lid *node;
  const size_t bytes = (size_t)n * p->device->real_bytes;
  p->pack = (iso_pack){.count = n, .first = p->mesh->nowned - n, .nfields = 1, .field = {p->out}};
  ISO_TRY(iso_alloc(&node, (size_t)n, sizeof *node, "the halo", err));
  for (iso_lid k = 0; k < n; k++) node[k] = p->pack.first + k;
  p->pack.node = iso_device_copy(p->device, node, (size_t)n * sizeof *node);
  free(node);
  p->pack.packed = iso_device_alloc(p->device, bytes);
  p->pack.host = iso_device_host_alloc(p->device, bytes);
  return p->pack.node && p->pack.packed && p->pack.host
             ? ISO_OK
             : iso_fail_device(err, p->device, 2 * bytes, "the halo");
}

static iso_status measure_halo(parts *p, iso_error *err) {
  const double side = cbrt(p->mesh->nowned);
  ISO_TRY(allocate_pack(p, (iso_lid)ceil(side * side), err));
  const double bytes = (double)p->pack.count * iso_traffic_pack(1, p->device->real_bytes);
  ISO_TRY(measure(p, "pack to the host, and wait", (double)p->pack.count, bytes, launch_pack, err));
  return measure(p, "unpack from the host", (double)p->pack.count, bytes, launch_unpack, err);
}

static iso_status measure_all(parts *p, iso_error *err) {
  const double n = p->mesh->nowned;
  ISO_TRY(measure_cells(p, err));
  ISO_TRY(measure(p, ISO_BENCH_COMBINATION, n, n * iso_traffic_combine(2, p->device->real_bytes),
                  launch_extrapolate, err));
  ISO_TRY(measure_product(p, err));
  ISO_TRY(measure_library(p, err));
  if (p->fast.factors) {
    ISO_TRY(measure_fast(p, ISO_BENCH_FAST, &(iso_front){0}, err));
    ISO_TRY(measure_front(p, err));
  }
  return measure_halo(p, err);
}

iso_status iso_bench_kernels(iso_bench *bench, iso_setup *setup, const iso_bench_options *options,
                             iso_error *err) {
  parts p = {
      .setup = setup, .options = options, .bench = bench, .mesh = setup->mesh, .device = setup->device};
  iso_status status = build(&p, err);
  if (status == ISO_OK) status = measure_all(&p, err);
  free_parts(&p);
  return status;
}
