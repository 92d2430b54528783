/* A beat of a heart: where its waves begin, and how they came. */
#ifndef ISO_FIT_BEAT_H
#define ISO_FIT_BEAT_H

#include "eikonal/rays.h"

typedef struct iso_fit_beat {
  const char *site; /* that is paced at 0 ms; NULL: stimuli and onsets begin it */
  bool is_paced;    /* sources are known_ms alone, and no onsets */
  double *known_ms; /* [nlocal] of stimuli, or of what is paced; INFINITY: none */
  double *began_ms; /* [nlocal] of all sources */
  int *began_by;    /* [nlocal] number of the onset; -1: none */
  double *tangent;  /* [nlocal][model's at.n] how times change with z; NULL: no ECG is of it */
  double *time_ms;  /* [nlocal] of the last run; NULL: those of the eikonal, which no other beat changes */
  iso_ray *ray;     /* [nlocal] */
  iso_walk walk;
} iso_fit_beat;

/* For n nodes; keeps: with times of its own. ISO_EFAIL where memory is short; to be freed whatever the
 * status. */
iso_status iso_fit_beat_new(iso_fit_beat *out, const char *site, iso_lid n, bool keeps, iso_error *err);
void iso_fit_beat_free(iso_fit_beat *beat);

#endif
