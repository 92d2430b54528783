/* What a run will take, from some steps of it. */
#ifndef ISO_STUDY_ESTIMATE_H
#define ISO_STUDY_ESTIMATE_H

#include "study/protocol.h"
#include "study/watchers.h"

/* Of one run on these ranks, wall time. With an adaptive pace nearly all work is at fronts, so that a few
 * steps at the start say little by themselves: what an activation costs is taken from those that were seen,
 * and how many there will be from the stimuli and from how far the tissue reaches. */
typedef struct iso_estimate {
  double setup_s, loop_s, output_s;
  double kept_s;            /* that snapshots and checkpoints stop it for, beside loop_s */
  double end_ms;            /* when it is expected to end */
  bool ends_itself;         /* by stop.all_activated, before its duration */
  double beats;             /* of each node until then, the last ones as far as their work is done */
  iso_protocol_most trials; /* that come before what a run with a protocol leaves; zeros without one */
  double sampled_ms;        /* that were run for it, of simulated time */
  double sampled_s;         /* and how long they took */
  double node_steps;        /* that are computed: fewer than nodes times steps with an adaptive pace */
  double node_steps_s;      /* of them a second, over all ranks */
  double peak_bytes;        /* over all ranks */
  double state_bytes; /* of a state, over all ranks; 0 where neither checkpoints nor a protocol keep any */
  bool is_whole;      /* the sample is the run */
} iso_estimate;

/* Collective. Steps the simulation of a set-up, whose watchers know no files, for half as long as the set-up
 * took, setup_s, between half a second and ten seconds. Leaves the simulation as it is then. ISO_EFAIL where
 * a step fails. */
iso_status iso_estimate_run(const iso_setup *setup, const iso_watchers *watchers, double setup_s,
                            iso_estimate *out, iso_error *err);

/* Collective. peak_bytes, and state_bytes, of what is set up by now. Where states are kept, one is put
 * together and forgotten. Fails for lack of memory, on all ranks. */
iso_status iso_estimate_memory(const iso_setup *setup, iso_estimate *estimate, iso_error *err);

/* Collective. output_s, and kept_s from end_ms, loop_s and state_bytes; and the same numbers on all ranks.
 * Snapshots are packed and written by a thread of each rank, which costs a run nothing where each has a core
 * to spare. Fails for lack of memory, on all ranks. */
iso_status iso_estimate_results(const iso_setup *setup, iso_estimate *estimate, iso_error *err);

/* Of all of it, s. */
double iso_estimate_seconds(const iso_estimate *estimate);

/* Without the set-up, which members of a study share, s. */
double iso_estimate_member_seconds(const iso_estimate *estimate);

#endif
