/* Guests: whoever looks at a simulation while it runs, or acts on it.
 *
 * A guest looks after every step, or after steps whose end time falls on a multiple of an interval. Steps are
 * shown to those of every step some at once, a little later and in their order, because a look costs the host
 * as much as a step. So that the answer does not depend on how often anybody looks, what a guest does because
 * of a step takes effect exactly its latency after that step, and the loop looks at least that often. */
#ifndef ISO_SOLVE_GUEST_H
#define ISO_SOLVE_GUEST_H

#include "kernels/device.h"
#include "solve/archive.h"
#include "solve/stimulus.h"
#include "solve/variable.h"
#include "solve/view.h"

#include <stdbool.h>

typedef struct iso_hands iso_hands;

/* All verbs but look may be NULL. Those with a status are collective, and it is the same on all ranks; what a
 * rank finds wrong alone in a look of every step it keeps until the ranks meet. */
typedef struct iso_guest {
  const char *name;
  double start_ms, stop_ms; /* it looks within */
  double every_ms;          /* 0: after every step */
  bool only_launches;  /* with every_ms: its look launches work on Vm where that is, and waits for nothing but
                          once in many looks; so nobody reads the steps before on its account */
  int32_t nnodes;      /* of every step: the owned nodes */
  const iso_lid *node; /* [nnodes] whose Vm it will ask a view for */
  int64_t latency_steps; /* from the end of a step to what the guest does because of it: 1 at least where it
                            acts and looks after every step */
  int64_t nsite;         /* where it acts, the owned nodes */
  const iso_lid *site;   /* [nsite] distinct, that its pulses reach */
  const char *reason;    /* why a run that it ends has ended */
  void *self;

  /* Device work on Vm at the end of every step, without waiting for anything: launches whose arguments are
   * the same in all steps of the same vm, of which there are two. A device may record and repeat them. */
  void (*enqueue)(void *self, iso_device *device, const void *vm);
  iso_status (*look)(void *self, const iso_view *view, iso_error *err);
  /* Follows looks, one or several. */
  iso_status (*act)(void *self, iso_hands *hands, iso_error *err);
  /* Publishes what it found, at the end. */
  iso_status (*report)(void *self, iso_results *results, iso_error *err);
  /* What it knows, and back, on any partition of the mesh. What it did is kept by the simulation. */
  iso_status (*save)(void *self, iso_archive *archive, iso_error *err);
  iso_status (*restore)(void *self, const iso_archive *archive, iso_error *err);
} iso_guest;

/* What a guest may do in its act because of a step that it was shown, seen. The same on all ranks.
 *
 * Current at its site: pulses whose start_ms counts from the end of step seen + latency. ISO_EFAIL where
 * memory is short. */
iso_status iso_hands_pulse(iso_hands *hands, int64_t seen, const iso_pulses *pulses, iso_error *err);

/* The same of pulses whose start_ms is the simulation's time, not before the end of step seen + latency. */
iso_status iso_hands_pulse_at(iso_hands *hands, int64_t seen, const iso_pulses *pulses, iso_error *err);

/* The run ends with step seen + latency, unless another guest ends it before. */
void iso_hands_end(iso_hands *hands, int64_t seen);

#endif
