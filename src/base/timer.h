/* Where the time goes. At any moment a run is in one phase, so the phases add up to the wall time. Changing
 * the phase reads a clock once (some 25 ns). */
#ifndef ISO_BASE_TIMER_H
#define ISO_BASE_TIMER_H

#include <mpi.h>
#include <stdint.h>

#define ISO_PHASE_LIST(X)                                                                                    \
  X(ISO_PHASE_OTHER, "other")                                                                                \
  X(ISO_PHASE_READ, "read")           /* reading, refining the mesh */                                       \
  X(ISO_PHASE_PARTITION, "partition") /* and moving nodes and elements to their owners */                    \
  X(ISO_PHASE_ASSEMBLE, "assemble")                                                                          \
  X(ISO_PHASE_CELLS, "cells")                                                                                \
  X(ISO_PHASE_DIFFUSION, "diffusion")                                                                        \
  X(ISO_PHASE_HALO, "halo") /* waiting for neighbours */                                                     \
  X(ISO_PHASE_OBSERVERS, "observers")                                                                        \
  X(ISO_PHASE_OUTPUT, "output") /* writing files */

typedef enum {
#define X(name, text) name,
  ISO_PHASE_LIST(X)
#undef X
      ISO_NPHASES
} iso_phase;

typedef struct iso_timer {
  double seconds[ISO_NPHASES];
  double since; /* when the present phase began */
  iso_phase phase;
  int64_t messages, bytes; /* that this rank has sent to its neighbours, by exchanges */
} iso_timer;

/* "cells" */
const char *iso_phase_name(iso_phase phase);

/* Seconds of a clock that never jumps; only differences mean something. */
double iso_clock(void);

/* Seconds of user time that all threads of this process have taken; only differences mean something. */
double iso_processor_clock(void);

/* From zero, in ISO_PHASE_OTHER. */
void iso_timer_start(iso_timer *timer);

/* Enters a phase and returns the one before, to go back to:
 *     iso_phase before = iso_timer_enter(timer, ISO_PHASE_HALO); ...; iso_timer_enter(timer, before); */
iso_phase iso_timer_enter(iso_timer *timer, iso_phase phase);

/* Collective. The largest value over the ranks, per phase; the present phase is counted up to now. Their sum
 * may exceed the wall time where ranks wait in different phases. */
void iso_timer_most(iso_timer *timer, MPI_Comm comm, double seconds[ISO_NPHASES]);

#endif
