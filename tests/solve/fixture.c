#include "solve/fixture.h"

#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void heart_demand(const char *file, int line, iso_status status, const iso_error *err) {
  if (status == ISO_OK) return;
  fprintf(stderr, "%s:%d: %s: %s\n", file, line, iso_status_text(status), err->message);
  MPI_Abort(MPI_COMM_WORLD, 1);
}

/* ---- parts ---- */

void heart_mesh(heart *h, const iso_slab_options *slab, slice_edit *edit, const void *how) {
  iso_slice slice;
  DEMAND(iso_slab(MPI_COMM_WORLD, slab, &slice, WHY));
  if (edit) edit(&slice, how);
  const iso_partition_options options = {.patches = h->patches, .pieces = h->patches ? 2 : 1};
  DEMAND(iso_mesh_build(MPI_COMM_WORLD, &slice, &options, &h->mesh, NULL, WHY));
}

iso_region *heart_region(heart *h, int r, const char *model) {
  iso_region *region = &h->region[r];
  h->tag[r] = r + 1;
  *region = (iso_region){
      .ntags = 1,
      .tags = &h->tag[r],
      .longitudinal = 0.14,
      .transverse = 0.14,
      .normal = 0.14,
      .chi = 140,
      .cm = 0.01,
      .thickness = 1,
      .cross_section = 1,
      .model = iso_model_find(model),
      .parameters = h->parameters[r],
      .states = h->states[r],
  };
  DEMAND(region->model ? ISO_OK : iso_fail(WHY, ISO_EFAIL, "no model %s", model));
  iso_model_defaults(region->model, 0, h->parameters[r], h->states[r], &region->vm);
  if (h->tissue.nregions <= r) h->tissue = (iso_tissue){.nregions = r + 1, .regions = h->region};
  return region;
}

void heart_device(heart *h, const iso_device_options *options) {
  char message[256];
  static const iso_device_options plain = {.kind = "cpu", .precision = ISO_PRECISION_DOUBLE, .threads = 1};
  h->device = iso_device_open(options ? options : &plain, message, sizeof message);
  DEMAND(h->device ? ISO_OK : iso_fail(WHY, ISO_EFAIL, "%s", message));
}

/* ---- simulation ---- */

static iso_status note_activations(void *self, const iso_view *view, iso_error *err) {
  heart *h = self;
  (void)err;
  for (int64_t k = 0; k < view->nevents; k++) {
    const iso_event *event = &view->events[k];
    if (event->kind == ISO_ACTIVATED && isnan(h->activation[event->node]))
      h->activation[event->node] = event->time_ms;
  }
  return ISO_OK;
}

iso_status heart_try_simulation(heart *h, iso_simulation_options options, iso_error *err) {
  options.mesh = h->mesh, options.tissue = &h->tissue, options.device = h->device;
  ISO_TRY(iso_simulation_new(&h->simulation, &options, err));
  ISO_TRY(iso_alloc(&h->activation, (size_t)h->mesh->nowned, sizeof *h->activation, "activations", err));
  for (iso_lid i = 0; i < h->mesh->nowned; i++) h->activation[i] = NAN;
  h->observer = (iso_guest){.name = "activation", .stop_ms = INFINITY, .self = h, .look = note_activations};
  return iso_simulation_invite(h->simulation, &h->observer, err);
}

void heart_simulation(heart *h, const iso_numerics *numerics, double step_ms) {
  iso_simulation_options options = {
      .numerics = *numerics, .step_ms = step_ms, .activation_mV = NAN, .repolarisation = 0.9};
  DEMAND(heart_try_simulation(h, options, WHY));
}

/* Bounds are decimal numbers: 1.5 and 3 * 0.5 may differ in the last bits. */
static const double ROOM = 1e-9;

void heart_stimulate(heart *h, const double low[3], const double high[3], const iso_pulses *pulses) {
  iso_lid *node;
  int64_t count = 0;
  DEMAND(iso_alloc(&node, (size_t)h->mesh->nowned, sizeof *node, "a stimulus", WHY));
  for (iso_lid i = 0; i < h->mesh->nowned; i++) {
    const double *x = h->mesh->xyz[i];
    int inside = 1;
    for (int d = 0; d < 3; d++) inside &= x[d] >= low[d] - ROOM && x[d] <= high[d] + ROOM;
    if (inside) node[count++] = i;
  }
  DEMAND(iso_simulation_stimulate(h->simulation, pulses, count, node, WHY));
  free(node);
}

static void start(heart *h) {
  if (iso_simulation_steps(h->simulation) == 0) DEMAND(iso_simulation_start(h->simulation, WHY));
}

/* Half a step: times are sums of rounded steps. */
static int before(const heart *h, double until_ms, double step_ms) {
  return iso_simulation_time(h->simulation) < until_ms - 0.5 * step_ms;
}

static double step_of(heart *h) {
  start(h);
  double t = iso_simulation_time(h->simulation);
  DEMAND(iso_simulation_step(h->simulation, WHY));
  return iso_simulation_time(h->simulation) - t;
}

void heart_run(heart *h, double until_ms) {
  for (double step = step_of(h); before(h, until_ms, step);) DEMAND(iso_simulation_step(h->simulation, WHY));
  DEMAND(iso_simulation_show(h->simulation, WHY));
}

static int all_active(const heart *h) {
  int active = 1;
  for (iso_lid i = 0; active && i < h->mesh->nowned; i++) active = !isnan(h->activation[i]);
  MPI_Allreduce(MPI_IN_PLACE, &active, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
  return active;
}

void heart_run_activated(heart *h, double until_ms) {
  for (double step = step_of(h); before(h, until_ms, step) && !all_active(h);) {
    DEMAND(iso_simulation_step(h->simulation, WHY));
    DEMAND(iso_simulation_show(h->simulation, WHY));
  }
}

void heart_set(heart *h, int k, field_at *field, const void *how) {
  double *values;
  DEMAND(iso_alloc(&values, (size_t)h->mesh->nowned, sizeof *values, "a field", WHY));
  for (iso_lid i = 0; i < h->mesh->nowned; i++) values[i] = field(h->mesh->xyz[i], how);
  if (k < 0)
    iso_simulation_set_vm(h->simulation, values);
  else
    iso_simulation_set_state(h->simulation, k, values);
  free(values);
}

/* ---- results ---- */

/* Every node has one owner, so the sum over ranks adds zeros to its bits; -0 and NAN survive too. */
static double *gather(const heart *h, const double *values, int width) {
  uint64_t *all;
  DEMAND(iso_alloc(&all, (size_t)(h->mesh->nnodes * width), sizeof *all, "a field", WHY));
  for (iso_lid i = 0; i < h->mesh->nowned; i++)
    memcpy(&all[h->mesh->gid[i] * width], &values[(int64_t)i * width], (size_t)width * sizeof *values);
  MPI_Allreduce(MPI_IN_PLACE, all, (int)(h->mesh->nnodes * width), MPI_UINT64_T, MPI_BOR, MPI_COMM_WORLD);
  return (double *)all;
}

double *heart_gather(const heart *h, const double *values) { return gather(h, values, 1); }
double *heart_activation(const heart *h) { return gather(h, h->activation, 1); }
double (*heart_places(const heart *h))[3] { return (double(*)[3])gather(h, (const double *)h->mesh->xyz, 3); }

double *heart_vm(const heart *h) {
  double *vm;
  DEMAND(iso_alloc(&vm, (size_t)h->mesh->nowned, sizeof *vm, "Vm", WHY));
  iso_simulation_get_vm(h->simulation, vm);
  double *all = heart_gather(h, vm);
  free(vm);
  return all;
}

double heart_activation_at(const heart *h, const double place[3]) {
  double *activation = heart_activation(h), (*x)[3] = heart_places(h), least = INFINITY, found = NAN;
  for (iso_gid i = 0; i < h->mesh->nnodes; i++) {
    double square = 0;
    for (int d = 0; d < 3; d++) square += (x[i][d] - place[d]) * (x[i][d] - place[d]);
    if (square < least) least = square, found = activation[i];
  }
  free(activation);
  free(x);
  return found;
}

void heart_free_simulation(heart *h) {
  iso_simulation_free(h->simulation);
  free(h->activation);
  h->simulation = NULL, h->activation = NULL;
}

void heart_free(heart *h) {
  heart_free_simulation(h);
  if (h->device) iso_device_close(h->device);
  if (h->mesh) iso_mesh_free(h->mesh);
  *h = (heart){0};
}
