/* Vm at named points: a trace, and when it first crossed a threshold upwards.
 *
 * A point lies in an element (or on a node, with one weight of 1); its Vm is the weighted sum of that
 * element's nodes, added in the order given, on one rank, so it has the same bits on any number of ranks. */
#ifndef ISO_OBSERVE_PROBES_H
#define ISO_OBSERVE_PROBES_H

#include "solve/guest.h"

typedef struct iso_probe {
  const char *name;
  double at_mm[3]; /* NAN: where its first node is */
  double threshold_mV;
  int nnodes;
  iso_gid node[ISO_MAX_NODES]; /* global numbers */
  double weight[ISO_MAX_NODES];
} iso_probe;

typedef struct iso_probes iso_probes;

/* Collective. probes [nprobes]: the same on every rank, copied with their names. Every stride-th sample of
 * the traces is kept, from the initial state. ISO_EINPUT where no rank owns a node. */
iso_status iso_probes_new(iso_probes **out, const iso_mesh *mesh, int nprobes, const iso_probe *probes,
                          int64_t stride, iso_error *err);

/* Samples after every step, so that activation is interpolated within one. Ranks meet once in many steps. */
iso_guest iso_probes_guest(iso_probes *probes);

/* Collective. Publishes names, positions, activation and traces, after iso_probes_finish. */
iso_status iso_probes_report(void *probes, iso_results *results, iso_error *err);

/* Collective. Brings the last samples to rank 0. Call it before asking for results. */
iso_status iso_probes_finish(iso_probes *probes, iso_error *err);

/* Results, on rank 0; other ranks know the number of probes and samples, and their probes. */
int iso_probes_count(const iso_probes *probes);
const iso_probe *iso_probes_probe(const iso_probes *probes, int probe);
int64_t iso_probes_samples(const iso_probes *probes);
const double *iso_probes_times(const iso_probes *probes);      /* [nsamples] ms */
const double *iso_probes_traces(const iso_probes *probes);     /* [nsamples][nprobes] mV */
const double *iso_probes_activation(const iso_probes *probes); /* [nprobes] ms, NaN: never */

void iso_probes_free(iso_probes *probes);

#endif
