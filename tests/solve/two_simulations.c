/* Simulations of different stimuli, parameters and splittings, on one mesh, device and operator: together in
 * one process they give the bits that each gives in a process of its own. two_simulations.sh compares.
 *
 * Usage: solve_two_simulations DEVICE MEMBER...
 * runs those members of the table at the same time, a step of each in turn, and prints a line for each. */
#include "solve/fixture.h"

#include "base/memory.h"
#include "grid/hash.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct member {
  const char *name;
  iso_splitting splitting;
  iso_diffusion diffusion;
  iso_fast_current fast_current;
  double g_Na; /* times the model's */
  iso_pulses pulses;
} member;

/* The first two differ in nothing but their stimuli, and have them at the same times: every sequence of one
 * has its like in the other. */
static const member members[] = {
    {"plain", ISO_SPLITTING_STAGGERED, ISO_DIFFUSION_EXPLICIT, ISO_FAST_INTERPOLATED, 1, {0, 1, 50, 2, 3}},
    {"stronger", ISO_SPLITTING_STAGGERED, ISO_DIFFUSION_EXPLICIT, ISO_FAST_INTERPOLATED, 1, {0, 1, 70, 2, 3}},
    {"blocked",
     ISO_SPLITTING_STAGGERED,
     ISO_DIFFUSION_EXPLICIT,
     ISO_FAST_INTERPOLATED,
     0.6,
     {0, 1, 50, 2, 3}},
    {"strang",
     ISO_SPLITTING_STRANG,
     ISO_DIFFUSION_EXPLICIT,
     ISO_FAST_INTERPOLATED,
     1,
     {0.01, 0.12, 90, 1, 4}},
    {"godunov", ISO_SPLITTING_GODUNOV, ISO_DIFFUSION_EXPLICIT, ISO_FAST_NODAL, 1, {0.5, 1, 50, 0, 1}},
    {"implicit", ISO_SPLITTING_STAGGERED, ISO_DIFFUSION_IMPLICIT, ISO_FAST_SMOOTHED, 1, {0, 1, 50, 0, 1}},
};
enum { NMEMBERS = sizeof members / sizeof *members };

static const double step_ms = 0.05;
enum { NSTEPS = 100 };

static iso_numerics numerics_of(const member *m) {
  return (iso_numerics){.splitting = m->splitting,
                        .diffusion = m->diffusion,
                        .theta = 0.5,
                        .cg_tolerance = 1e-6,
                        .cg_iterations = 200,
                        .fast_current = m->fast_current,
                        .smoothing = m->fast_current == ISO_FAST_SMOOTHED ? 0.65 : 0.3,
                        .interpolation = 0.6};
}

/* What an earlier one of n hearts was made with and this one can share; NULL: nothing. */
static iso_body *find_body(const heart *earlier, int n, const iso_body_options *wanted) {
  for (int k = 0; k < n; k++)
    if (iso_body_serves(iso_simulation_body(earlier[k].simulation), wanted))
      return iso_simulation_body(earlier[k].simulation);
  return NULL;
}

/* A heart of its own in everything but mesh, device and, where an earlier one of n has it, the operator. */
static void make(heart *h, const heart *earlier, int n, const heart *first, const member *m) {
  h->mesh = first->mesh, h->device = first->device;
  iso_region *region = heart_region(h, 0, "ten_tusscher_2006");
  region->transverse = region->normal = 0.05;
  h->parameters[0][iso_model_parameter(region->model, "g_Na")] *= m->g_Na;
  const iso_numerics numerics = numerics_of(m);
  iso_body *body =
      find_body(earlier, n, &(iso_body_options){h->mesh, h->device, &h->tissue, numerics, step_ms});
  const iso_simulation_options options = {
      .body = body, .numerics = numerics, .step_ms = step_ms, .activation_mV = NAN, .repolarisation = 0.9};
  DEMAND(heart_try_simulation(h, options, WHY));
  if (n > 0 && m->diffusion == ISO_DIFFUSION_EXPLICIT && body == NULL)
    DEMAND(iso_fail(WHY, ISO_EFAIL, "%s shares no operator", m->name));
  heart_stimulate(h, (double[3]){0, 0, 0}, (double[3]){1.5, 1, 1}, &m->pulses);
  DEMAND(iso_simulation_start(h->simulation, WHY));
}

static uint64_t add_value(uint64_t sum, uint64_t key, double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return sum + iso_hash(iso_hash(key) ^ bits);
}

/* Of activation, Vm and all states, by global number. */
static uint64_t hash_of(const heart *h) {
  uint64_t sum = 0;
  double *values;
  const int nstates = h->region[0].model->nstates;
  DEMAND(iso_alloc(&values, (size_t)h->mesh->nowned, sizeof *values, "a field", WHY));
  for (int k = -2; k < nstates; k++) {
    if (k == -2) memcpy(values, h->activation, (size_t)h->mesh->nowned * sizeof *values);
    if (k == -1) iso_simulation_get_vm(h->simulation, values);
    if (k >= 0) iso_simulation_get_state(h->simulation, k, values);
    for (iso_lid i = 0; i < h->mesh->nowned; i++)
      sum = add_value(sum, ((uint64_t)(k + 2) << 40) + (uint64_t)h->mesh->gid[i],
                      isnan(values[i]) ? -1 : values[i]);
  }
  free(values);
  MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_UINT64_T, MPI_SUM, MPI_COMM_WORLD);
  return sum;
}

static const member *find(const char *name) {
  for (int k = 0; k < NMEMBERS; k++)
    if (!strcmp(members[k].name, name)) return &members[k];
  DEMAND(iso_fail(WHY, ISO_EINPUT, "there is no member %s", name));
  return NULL;
}

static void run(const char *device, int n, char **name) {
  heart first = {0}, *h;
  int rank;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  iso_slab_options slab = {{4, 2, 1}, 0.5, ISO_TETRAHEDRON, ISO_JITTERED, {1, 2, 3}, 1};
  heart_mesh(&first, &slab, NULL, NULL);
  heart_device(&first, &(iso_device_options){device, ISO_PRECISION_DOUBLE, 1, "auto", 0});
  DEMAND(iso_alloc(&h, (size_t)n, sizeof *h, "hearts", WHY));
  for (int k = 0; k < n; k++) make(&h[k], h, k, &first, find(name[k]));
  for (int step = 0; step < NSTEPS; step++)
    for (int k = 0; k < n; k++) DEMAND(iso_simulation_step(h[k].simulation, WHY));
  for (int k = 0; k < n; k++) {
    DEMAND(iso_simulation_show(h[k].simulation, WHY));
    const uint64_t hash = hash_of(&h[k]);
    if (rank == 0) printf("%s: %016llx\n", name[k], (unsigned long long)hash);
    heart_free_simulation(&h[k]);
  }
  free(h);
  heart_free(&first);
}

int main(int argc, char **argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: %s DEVICE MEMBER...\n", argv[0]);
    return 2;
  }
  MPI_Init(&argc, &argv);
  run(argv[1], argc - 2, argv + 2);
  MPI_Finalize();
  return 0;
}
