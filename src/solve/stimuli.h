/* The stimuli of a tissue on its device. Their values are there for some steps at once, so that a step with a
 * stimulus is the same launches as others. */
#ifndef ISO_SOLVE_STIMULI_H
#define ISO_SOLVE_STIMULI_H

#include "solve/stimulus.h"
#include "solve/watch.h"

#include <stdbool.h>

enum { ISO_STIMULUS_PARTS = 2 }; /* of a step, at most, with a stimulus of its own each */

/* Stimuli overlap: every set of nodes that the same ones reach has a number, and its parent is the set
 * without the last of them. */
typedef struct iso_stimulus_set {
  int32_t parent, stimulus;
} iso_stimulus_set;

/* Pulses of a stimulus that came after it was added. */
typedef struct iso_appended_pulses {
  int32_t stimulus;
  iso_pulses pulses;
} iso_appended_pulses;

typedef struct iso_stimuli {
  iso_device *device;
  iso_lid nowned;
  const iso_pending *pending; /* the watch's */
  int32_t nstimuli;
  iso_pulses *pulses; /* [nstimuli] */
  int32_t nappended;
  iso_appended_pulses *appended; /* [nappended] in the order in which they came */
  iso_lid nsets;
  iso_stimulus_set *sets;                          /* [nsets]; set 0 is that of nodes without a stimulus */
  iso_lid *set;                                    /* [nowned] of each node, on the device */
  double *mean;                                    /* [nstimuli] room */
  double *host_value;                              /* [ISO_WATCH_STEPS][nsets] room */
  void *value;                                     /* [ISO_STIMULUS_PARTS][ISO_WATCH_STEPS][nsets] */
  int64_t first;                                   /* step that the values begin with; -1: none are there */
  bool is_on[ISO_STIMULUS_PARTS][ISO_WATCH_STEPS]; /* any stimulus, on this rank or another */
  iso_stimulation launch[ISO_STIMULUS_PARTS];
} iso_stimuli;

/* pending: whose steps the values go by, on the device. */
void iso_stimuli_new(iso_stimuli *out, iso_device *device, iso_lid nowned, const iso_pending *pending);
void iso_stimuli_free(iso_stimuli *stimuli);

/* Adds one to the owned nodes node [count], distinct. Launches of before must not be replayed any more. */
iso_status iso_stimuli_add(iso_stimuli *stimuli, const iso_pulses *pulses, int64_t count, const iso_lid *node,
                           iso_error *err);

/* Gives a stimulus, by its number in the order of adding, further pulses, between steps that are ready. The
 * launches stay the same. */
iso_status iso_stimuli_append(iso_stimuli *stimuli, int32_t stimulus, const iso_pulses *pulses,
                              iso_error *err);

/* Takes all of these off again. */
void iso_stimuli_clear_appended(iso_stimuli *stimuli);

/* Makes ready for ISO_WATCH_STEPS steps from the first-th on, of so many parts each. pending has been read
 * just before that step. */
void iso_stimuli_prepare(iso_stimuli *stimuli, int64_t first, double step_ms, int parts);

/* In which parts of a step that is ready any is on: bit p for part p. The same on all ranks. */
int iso_stimuli_on(const iso_stimuli *stimuli, int64_t step);

/* The owned nodes that are depolarised in a step that is ready, in one part, into node [nowned]: how many.
 * set [nowned] is room. */
int64_t iso_stimuli_depolarised(const iso_stimuli *stimuli, int64_t step, iso_lid *set, iso_lid *node);

/* For the launches of a part of it; NULL where none is on. */
const iso_stimulation *iso_stimuli_in(const iso_stimuli *stimuli, int64_t step, int part);

#endif
