/* How many wavefronts there are, over time: connected parts of the tissue that has just activated. */
#ifndef ISO_OBSERVE_WAVEFRONTS_H
#define ISO_OBSERVE_WAVEFRONTS_H

#include "solve/guest.h"

typedef struct iso_wavefronts_options {
  double interval_ms;      /* between counts */
  double width_ms;         /* a node is in a front for so long after it activated */
  double last_stimulus_ms; /* see reentry.h */
} iso_wavefronts_options;

typedef struct iso_wavefronts iso_wavefronts;

/* Not collective; to be freed where it is ISO_OK. mesh outlives it. */
iso_status iso_wavefronts_new(iso_wavefronts **out, const iso_mesh *mesh,
                              const iso_wavefronts_options *options, iso_error *err);
void iso_wavefronts_free(iso_wavefronts *wavefronts);

/* The observer: it looks after every step and only reads the view's events. Publishes a row a count,
 * wavefront_time and wavefronts. Does not own. */
iso_guest iso_wavefronts_guest(iso_wavefronts *wavefronts);

/* The guest that counts, to be invited after it. Two nodes of an element that are both in a front are in the
 * same one. Does not own. */
iso_guest iso_wavefronts_counter(iso_wavefronts *wavefronts);

typedef struct iso_wavefronts_summary {
  bool known;   /* false: stimuli go on without end, or there was no count after the last one */
  int64_t most; /* at once, after the last stimulus */
  double mean;  /* of the counts after the last stimulus */
} iso_wavefronts_summary;

/* Collective; the same on all ranks, and on any number of them. */
iso_wavefronts_summary iso_wavefronts_summarise(const iso_wavefronts *wavefronts);

#endif
