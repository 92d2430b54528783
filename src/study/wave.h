/* method: eikonal of a configuration: from its set-up to times of activation. */
#ifndef ISO_STUDY_WAVE_H
#define ISO_STUDY_WAVE_H

#include "study/wave_parts.h"

typedef struct iso_wave {
  iso_setup *setup;      /* mesh and tissue; no simulation */
  iso_speeds *speeds;    /* [config->nregions] the set-up's */
  iso_eikonal *eikonal;  /* likewise, solved */
  double *activation_ms; /* [nowned] NaN: not within the duration */
  iso_eikonal_work work;
  double processor_s;       /* of this rank, in the rounds */
  iso_gid activated;        /* nodes */
  double first_ms, last_ms; /* of them; NaN: none */
} iso_wave;

/* Warns of what the configuration asks for and a wave cannot give. */
void iso_wave_warn(const iso_setup *setup);

/* Collective. Sets up what a wave needs and runs it from the stimuli: each starts one at its first pulse, at
 * all of its nodes. setup: with configuration, log and timer at least; what it has of earlier waves is used,
 * and these are forgotten. It outlives the wave. Free out whatever the status. */
iso_status iso_wave_new(iso_wave *out, iso_setup *setup, MPI_Comm comm, iso_error *err);
void iso_wave_free(iso_wave *wave);

/* Collective. Sets the delays of junctions as the configuration has them; again after other speeds, where a
 * network's junction_way is set. */
iso_status iso_wave_delay_junctions(iso_wave *wave, iso_error *err);

/* Collective. Publishes the map activation_time. */
iso_status iso_wave_report(const iso_wave *wave, iso_results *results, iso_error *err);

#endif
