/* One simulation: a state on a body that it may share with others, its stimuli, and whoever watches. */
#ifndef ISO_SOLVE_SIMULATION_H
#define ISO_SOLVE_SIMULATION_H

#include "base/timer.h"
#include "solve/body.h"
#include "solve/guest.h"
#include "solve/levels.h"
#include "solve/mover.h"
#include "tissue/tissue.h"

typedef struct iso_simulation iso_simulation;

typedef struct iso_simulation_options {
  const iso_mesh *mesh; /* mesh, tissue and device outlive the simulation */
  const iso_tissue *tissue;
  iso_device *device;
  iso_body *body; /* made of these, to be shared; NULL: the simulation makes one of its own */
  iso_numerics numerics;
  double step_ms;
  double activation_mV;   /* upward crossing; NAN: each model's own */
  double repolarisation;  /* fraction of the amplitude recovered, 0.9 for APD90; 0: recovery_mV instead */
  double recovery_mV;     /* downward crossing, where repolarisation is 0 */
  const iso_mover *mover; /* moves waves in place of the equations, and outlives it; NULL: none */
  int read_steps;         /* steps whose events and samples are read at once at most; 0: as many as fit */
  iso_timer *timer;       /* NULL: not timed */
} iso_simulation_options;

typedef struct iso_simulation_info {
  int stages;         /* sparse products a step of explicit diffusion; 0: implicit */
  double eigenvalue;  /* bound on the spectrum of diffusion, 1/ms */
  int64_t iterations; /* of conjugate gradients so far */
} iso_simulation_info;

/* Collective. Assembles unless there is a body, and sets the initial state. A body that was made of something
 * else (iso_body_serves) is ISO_EFAIL. */
iso_status iso_simulation_new(iso_simulation **out, const iso_simulation_options *options, iso_error *err);
void iso_simulation_free(iso_simulation *simulation);

/* Adds a stimulus to owned nodes node [count], distinct (none on this rank: count 0). */
iso_status iso_simulation_stimulate(iso_simulation *simulation, const iso_pulses *pulses, int64_t count,
                                    const iso_lid *node, iso_error *err);

/* Adds a guest, which must outlive the simulation, before the first step. Collective. */
iso_status iso_simulation_invite(iso_simulation *simulation, const iso_guest *guest, iso_error *err);

/* Collective. Current at the site of an invited guest, between steps: pulses whose start_ms is the
 * simulation's time, not before it. Saved and restored with what guests give. The same on all ranks. */
iso_status iso_simulation_pulse(iso_simulation *simulation, const iso_guest *guest, const iso_pulses *pulses,
                                iso_error *err);

/* Why a guest ends the run after the steps done so far, or NULL: it goes on. The same on all ranks. */
const char *iso_simulation_end(const iso_simulation *simulation);

/* Collective. Shows the initial state to the guests; once, before the first step. */
iso_status iso_simulation_start(iso_simulation *simulation, iso_error *err);

/* Collective. One step, then the guests that are due; those of every step are shown some steps at once.
 * The status is the same on all ranks. */
iso_status iso_simulation_step(iso_simulation *simulation, iso_error *err);

/* Launches of steps may wait for those of the next ones: makes them. Whatever reads the state does so itself.
 */
void iso_simulation_finish(iso_simulation *simulation);

/* Collective. Shows the guests of every step what they have not seen yet. */
iso_status iso_simulation_show(iso_simulation *simulation, iso_error *err);

/* Collective. The same, and fails with ISO_EFAIL if Vm is no membrane's any more somewhere (iso_plausible),
 * or a device has failed. */
iso_status iso_simulation_check(iso_simulation *simulation, iso_error *err);

/* Collective. Everything that a run goes on from, with what its guests know: between steps, into an
 * archive of the same mesh. What waited to be shown is shown first. */
iso_status iso_simulation_save(iso_simulation *simulation, iso_archive *archive, iso_error *err);

/* Collective. Goes back, or on, to a saved state, instead of iso_simulation_start or at any time after it:
 * the steps that follow have the bits of those that followed when it was saved, whatever the partition or
 * device. ISO_EINPUT where it is of another model, precision or scheme; the simulation is then to be freed.
 */
iso_status iso_simulation_restore(iso_simulation *simulation, const iso_archive *archive, iso_error *err);

/* The body, for others to share: see iso_body_keep. */
iso_body *iso_simulation_body(const iso_simulation *simulation);

int64_t iso_simulation_steps(const iso_simulation *simulation);
double iso_simulation_time(const iso_simulation *simulation); /* ms */
iso_simulation_info iso_simulation_describe(const iso_simulation *simulation);

/* Collective. Of all nodes' time so far, the share in steps of 1, 2, 4, .. base steps, [ISO_LEVELS]; all at
 * the first unless patches have their own pace. */
void iso_simulation_shares(const iso_simulation *simulation, double share[ISO_LEVELS]);

/* Whether the tables of rates of a region would differ from node to node, by fields of its parameters: its
 * rates are evaluated, with any options. The same on all ranks. */
bool iso_simulation_tables_vary(const iso_simulation *simulation, int region);

/* End of the last pulse of any stimulus, ms; 0, the start, without any. The same on all ranks. */
double iso_simulation_last_stimulus(const iso_simulation *simulation);

/* Vm of owned nodes, mV: [nowned], or of n of them alone: vm [n]. Setting it also forgets the step before, as
 * at the start. */
void iso_simulation_get_vm(iso_simulation *simulation, double *vm);
void iso_simulation_get_vm_at(iso_simulation *simulation, int64_t n, const iso_lid *nodes, double *vm);
void iso_simulation_set_vm(iso_simulation *simulation, const double *vm);

/* State number k of the nodes' models, [nowned]; NAN where a model has fewer. */
void iso_simulation_get_state(iso_simulation *simulation, int k, double *values);
void iso_simulation_set_state(iso_simulation *simulation, int k, const double *values);

#endif
