/* What ranks tell each other in a step: only neighbours, as many messages and bytes as the program counts,
 * and neither all to all nor all to one. MPI's own functions are counted on their way through (its profiling
 * interface). */
#include "grid/mpi_main.h"
#include "solve/fixture.h"

/* Some cycles of an adaptive pace. Each time that observers are shown what happened, ranks agree that all
 * could. */
enum { STEPS = 64, SHOWN = 32 };

static int64_t sends, bytes, collectives;

int MPI_Isend(const void *data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
              MPI_Request *out) {
  int size;
  MPI_Type_size(type, &size);
  sends++, bytes += (int64_t)count * size;
  return PMPI_Isend(data, count, type, to, tag, comm, out);
}

/* Blocking sends would be as wrong in a step as what everybody has to take part in. */
#define COUNTED(name, parameters, arguments)                                                                 \
  int MPI_##name parameters {                                                                                \
    collectives++;                                                                                           \
    return PMPI_##name arguments;                                                                            \
  }
#define FROM const void *from, int n, MPI_Datatype t
#define TO void *to, int m, MPI_Datatype u
COUNTED(Send, (FROM, int rank, int tag, MPI_Comm c), (from, n, t, rank, tag, c))
COUNTED(Barrier, (MPI_Comm c), (c))
COUNTED(Bcast, (void *data, int n, MPI_Datatype t, int root, MPI_Comm c), (data, n, t, root, c))
COUNTED(Reduce, (const void *from, void *to, int n, MPI_Datatype t, MPI_Op op, int root, MPI_Comm c),
        (from, to, n, t, op, root, c))
COUNTED(Allreduce, (const void *from, void *to, int n, MPI_Datatype t, MPI_Op op, MPI_Comm c),
        (from, to, n, t, op, c))
COUNTED(Iallreduce,
        (const void *from, void *to, int n, MPI_Datatype t, MPI_Op op, MPI_Comm c, MPI_Request *r),
        (from, to, n, t, op, c, r))
COUNTED(Exscan, (const void *from, void *to, int n, MPI_Datatype t, MPI_Op op, MPI_Comm c),
        (from, to, n, t, op, c))
COUNTED(Allgather, (FROM, TO, MPI_Comm c), (from, n, t, to, m, u, c))
COUNTED(Alltoall, (FROM, TO, MPI_Comm c), (from, n, t, to, m, u, c))
COUNTED(Alltoallv,
        (const void *from, const int *n, const int *at, MPI_Datatype t, void *to, const int *m,
         const int *start, MPI_Datatype u, MPI_Comm c),
        (from, n, at, t, to, m, start, u, c))

static void make(heart *h, bool patches, iso_numerics numerics, iso_timer *timer) {
  const iso_simulation_options options = {
      .numerics = numerics, .step_ms = 0.05, .activation_mV = NAN, .repolarisation = 0.9, .timer = timer};
  iso_timer_start(timer);
  *h = (heart){.patches = patches};
  heart_mesh(h, &(iso_slab_options){{24, 4, 4}, 0.5, ISO_TETRAHEDRON, ISO_ALTERNATING, {1, 0, 0}, 1}, NULL,
             NULL);
  heart_region(h, 0, "mitchell_schaeffer_2003");
  heart_device(h, NULL);
  DEMAND(heart_try_simulation(h, options, WHY));
  heart_stimulate(h, (double[3]){0, 0, 0}, (double[3]){1.5, 4, 4}, &(iso_pulses){0, 2, 50, 0, 1});
  DEMAND(iso_simulation_start(h->simulation, WHY));
  for (int k = 0; k < SHOWN; k++)
    DEMAND(iso_simulation_step(h->simulation, WHY)); /* the first one agrees on stimuli */
}

/* A wave runs meanwhile. */
static void count_steps(bool patches, iso_numerics numerics) {
  heart h;
  iso_timer timer;
  int ranks;
  make(&h, patches, numerics, &timer);
  const iso_timer before = timer;
  sends = bytes = collectives = 0;
  for (int k = 0; k < STEPS; k++) DEMAND(iso_simulation_step(h.simulation, WHY));
  assert_int_equal(collectives, STEPS / SHOWN);
  assert_int_equal(sends, timer.messages - before.messages);
  assert_int_equal(bytes, timer.bytes - before.bytes);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  assert_true((sends > 0) == (ranks > 1));
  heart_free(&h);
}

static void a_fixed_pace_talks_to_neighbours_alone(void **state) {
  (void)state;
  count_steps(false, (iso_numerics){.diffusion = ISO_DIFFUSION_EXPLICIT});
  count_steps(false, (iso_numerics){.diffusion = ISO_DIFFUSION_EXPLICIT, .splitting = ISO_SPLITTING_STRANG});
}

static void so_does_a_pace_of_patches(void **state) {
  (void)state;
  count_steps(true, (iso_numerics){.diffusion = ISO_DIFFUSION_EXPLICIT, .pace = ISO_PACE_ADAPTIVE});
}

static const struct CMUnitTest tests[] = {cmocka_unit_test(a_fixed_pace_talks_to_neighbours_alone),
                                          cmocka_unit_test(so_does_a_pace_of_patches)};
RUN_ON_ALL_RANKS(tests)
