/* method: eikonal of a configuration: from its set-up to times of activation. */
#ifndef ISO_STUDY_WAVE_H
#define ISO_STUDY_WAVE_H

#include "study/speeds.h"

typedef struct iso_wave {
  iso_setup *setup;      /* mesh and tissue; no simulation */
  iso_speeds *speeds;    /* [config->nregions] */
  iso_eikonal *eikonal;  /* solved */
  double *activation_ms; /* [nowned] NaN: not within the duration */
  iso_eikonal_work work;
  double processor_s;       /* of this rank, in the rounds */
  iso_gid activated;        /* nodes */
  double first_ms, last_ms; /* of them; NaN: none */
} iso_wave;

/* Collective. Sets up what a wave needs and runs it from the stimuli: each starts one at its first pulse, at
 * all of its nodes. Warns of what has no meaning for it. setup: with configuration, log and timer alone; it
 * outlives the wave. Free out whatever the status. */
iso_status iso_wave_new(iso_wave *out, iso_setup *setup, MPI_Comm comm, iso_error *err);
void iso_wave_free(iso_wave *wave);

/* Collective. Publishes the map activation_time. */
iso_status iso_wave_report(const iso_wave *wave, iso_results *results, iso_error *err);

#endif
