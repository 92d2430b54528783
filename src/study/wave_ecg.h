/* The ECG of an eikonal wave (outputs.ecg): the leads of any run, of action potentials that travel with it.
 */
#ifndef ISO_STUDY_WAVE_ECG_H
#define ISO_STUDY_WAVE_ECG_H

#include "study/ecg.h"
#include "study/wave.h"

typedef struct iso_wave_ecg {
  const iso_wave *wave;
  iso_ecg_study study; /* sampled */
  double *apd_ms;      /* [nowned] NaN: never activated, or not recovered within the duration */
  double *apd_factor;  /* [nowned] of apd_field; NULL: there is none */
} iso_wave_ecg;

/* Collective. Takes samples each outputs.ecg.interval_ms until time.duration_ms of Vm(t - t_activation), a
 * node's Vm being that of its region's action potential, which lasts as iso_spread_recovery says, times
 * apd_field. wave: solved; it outlives out. ISO_EINPUT as iso_wave_parts_record and iso_ecg_study_new say.
 * Free it whatever the status. */
iso_status iso_wave_ecg_new(iso_wave_ecg *out, const iso_wave *wave, iso_error *err);
void iso_wave_ecg_free(iso_wave_ecg *ecg);

/* Collective. Refuses what iso_wave_ecg_new refuses of files, electrodes, leads and torso, before there is a
 * wave. setup: with its heart. */
iso_status iso_wave_ecg_check(iso_setup *setup, iso_error *err);

/* Collective. Publishes the maps repolarisation_time and apd, and apd_factor where there is an apd_field. */
iso_status iso_wave_ecg_report(const iso_wave_ecg *ecg, iso_results *results, iso_error *err);

#endif
