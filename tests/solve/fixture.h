/* A small heart for tests of the solver: a mesh made in memory, one or two regions, a simulation, and the
 * first activation of every node. Whatever fails here ends all ranks with its message. */
#ifndef ISO_TESTS_SOLVE_FIXTURE_H
#define ISO_TESTS_SOLVE_FIXTURE_H

#include "grid/make/slab.h"
#include "grid/mesh.h"
#include "solve/simulation.h"

enum { HEART_REGIONS = 2, HEART_VALUES = 128 };

typedef struct heart {
  bool patches; /* set before the mesh is made: it has them, for an adaptive pace */
  iso_mesh *mesh;
  int32_t tag[HEART_REGIONS]; /* region r takes the tag r + 1 */
  iso_region region[HEART_REGIONS];
  double parameters[HEART_REGIONS][HEART_VALUES], states[HEART_REGIONS][HEART_VALUES];
  iso_tissue tissue;
  iso_device *device;
  iso_simulation *simulation;
  iso_guest observer;
  double *activation; /* [nowned] first activation, ms, or NAN */
} heart;

/* Ends all ranks unless the call succeeded. */
#define DEMAND(call)                                                                                         \
  do {                                                                                                       \
    iso_error demand_error = {0};                                                                            \
    heart_demand(__FILE__, __LINE__, call, &demand_error);                                                   \
  } while (0)
/* The error that a call inside DEMAND fills. */
#define WHY (&demand_error)
void heart_demand(const char *file, int line, iso_status status, const iso_error *err);

/* What a test does to a slice before it becomes a mesh. */
typedef void slice_edit(iso_slice *slice, const void *how);

/* Collective. The mesh of a slab, edited (edit may be NULL). */
void heart_mesh(heart *h, const iso_slab_options *slab, slice_edit *edit, const void *how);

/* Region r of a model with its default parameters and states; the caller sets what differs. Isotropic with D
 * = sigma / (chi Cm) = 0.1 mm2/ms, chi = 140 /mm, Cm = 0.01 uF/mm2, thickness and cross-section 1. */
iso_region *heart_region(heart *h, int r, const char *model);

/* A double-precision device with one thread where options is NULL. */
void heart_device(heart *h, const iso_device_options *options);

/* Collective. The simulation, whose activations are those of its models. */
void heart_simulation(heart *h, const iso_numerics *numerics, double step_ms);

/* Collective. The same, from options that already hold what differs; mesh, tissue and device are set here. */
iso_status heart_try_simulation(heart *h, iso_simulation_options options, iso_error *err);

/* Owned nodes in a box get the pulses. */
void heart_stimulate(heart *h, const double low[3], const double high[3], const iso_pulses *pulses);

/* Collective. Steps until the time is reached. */
void heart_run(heart *h, double until_ms);

/* Collective. Runs until every node is active, at most until a time. */
void heart_run_activated(heart *h, double until_ms);

/* Sets Vm, or a state where k >= 0, to a function of place. */
typedef double field_at(const double x[3], const void *how);
void heart_set(heart *h, int k, field_at *field, const void *how);

/* Collective. values [nowned] by global number, [nnodes], on every rank; to be freed. */
double *heart_gather(const heart *h, const double *values);
/* Vm of all nodes by global number, and their activations; to be freed. */
double *heart_vm(const heart *h);
double *heart_activation(const heart *h);
/* Coordinates of all nodes by global number [nnodes][3]; to be freed. */
double (*heart_places(const heart *h))[3];

/* Collective. Activation of the node nearest to a place: ms, NAN if it has none. */
double heart_activation_at(const heart *h, const double place[3]);

/* Frees the simulation alone, or everything. */
void heart_free_simulation(heart *h);
void heart_free(heart *h);

/* ---- edits ---- */

/* A sheet for every element: how is const float[3], orthogonal to the slab's fibre. */
slice_edit edit_sheet;

/* Hexahedra of one half (by x) become six tetrahedra each with tag 2, and triangles on the face z = 0 and
 * lines along x on the edge y = z = 0 are added with tag 1. Faces between the halves do not conform, which no
 * test here needs. The slab has to be of hexahedra; how is const int *: its cubes along y. */
slice_edit edit_mixed;

/* Tag 2 for the elements whose first node is in the half of larger x. */
slice_edit edit_halves;

/* The slab turned about the origin with its fibres and sheets: how is const double[3][3]. */
slice_edit edit_rotate;

#endif
