/* Whether two configurations are alike, as far as it matters to a simulation up to a time. */
#ifndef ISO_STUDY_ALIKE_H
#define ISO_STUDY_ALIKE_H

#include "config/config.h"
#include "study/differences.h"

/* Begins with what is asked. */
typedef struct iso_alike {
  bool by_keys;          /* nothing but the keys is compared; else a mesh file and what
                            numerics.accuracy sets are told apart by what they come to, and may differ */
  bool step_follows;     /* time.step_ms follows from the mesh, which is the same, and may differ */
  double time_ms;        /* how far the simulation is that both may have begun with */
  double from_ms;        /* what acts only from then on may differ: iso_alike_from; INFINITY: nothing may */
  double end_ms;         /* set by iso_alike_add: when the one that ends first does, */
  double pulse_ms;       /* until when trials of their protocols leave no trace, */
  bool sites_alike;      /* and whether the sites of these do not until then */
  iso_differences found; /* those that matter */
} iso_alike;

/* Adds to alike->found, which iso_differences_end ends, what differs between two configurations as
 * iso_config_dump writes them, or two lists of files (study/inputs.h). What changes no bit of what was
 * computed does not count: where it runs, checkpoints, in which other formats its results are written,
 * `study`, a later end. Nor does what acts only from from_ms on: stimuli at the same place in their lists
 * that both begin then or later, and before the end, so that both configurations have a last stimulus after
 * that; lesions of a later from_ms; and where the trials of a protocol begin later in both, what they try: S2
 * to S4, a burst, the keys of PEERP, the intervals of restitution, whose way is heard from the start, the
 * window, whether re-entry is looked for, and as many other sites, unless an adaptive pace takes care of
 * these or what is heard depends on them. whose: was, for the message where it is no YAML, ISO_EINPUT. Not
 * collective. */
iso_status iso_alike_add(iso_alike *alike, const char *whose, const char *was, const char *is,
                         iso_error *err);

/* When what acts may begin to leave no trace in the state at time_ms: a step later, since the end of a step
 * is rounded and would meet the last bits of a pulse that begins there; an adaptive pace looks further ahead.
 */
double iso_alike_from(const iso_config *config, double time_ms);

#endif
