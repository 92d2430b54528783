/* Where activity comes back first after the last stimulus, and how often each node activates then: the exit
 * of a circuit, and dominant frequencies by intervals. */
#ifndef ISO_OBSERVE_CIRCUIT_H
#define ISO_OBSERVE_CIRCUIT_H

#include "observe/reentry.h"

typedef struct iso_circuit iso_circuit;

/* reentry keeps the times of the last two activations for both. last_stimulus_ms: see there. Not collective;
 * to be freed where it is ISO_OK. mesh and reentry outlive it. */
iso_status iso_circuit_new(iso_circuit **out, const iso_mesh *mesh, const iso_reentry *reentry,
                           double last_stimulus_ms, iso_error *err);
void iso_circuit_free(iso_circuit *circuit);

/* The observer: it looks after every step, after the guest of reentry, and only reads the view's events, of
 * which a node has one activation at most. Where a node activated twice
 * after the last stimulus it publishes the numbers below and the maps activation_frequency (of nodes with an
 * interval) and interval_variation (with two). Does not own. */
iso_guest iso_circuit_guest(iso_circuit *circuit);

typedef struct iso_circuit_summary {
  double exit_ms;    /* the earliest second activation of a node after the last stimulus; NAN: none */
  iso_gid exit_node; /* the lowest of several; -1: none */
  double exit_mm[3];
  double highest_Hz; /* of nodes with two intervals; NAN: none */
  iso_gid highest_node;
} iso_circuit_summary;

/* Collective; the same on all ranks, and on any number of them. */
iso_circuit_summary iso_circuit_summarise(const iso_circuit *circuit);

#endif
