/* Potentials at electrodes over time, for ECGs and electrograms: phi_e = sum_n w_en V_n (lead_weights.h).
 *
 * A sample is one launch, which nobody waits for; samples are brought to rank 0 some hundred at a time. Sums
 * are exact (linear/weighing.h): the same bits on any ranks, threads and device. */
#ifndef ISO_OBSERVE_ECG_H
#define ISO_OBSERVE_ECG_H

#include "solve/guest.h"

typedef struct iso_ecg iso_ecg;

/* Collective. weight [nelectrodes][mesh->nowned] in mV per mV, copied. mesh and device outlive it. ISO_EFAIL
 * where memory is short. */
iso_status iso_ecg_new(iso_ecg **out, iso_device *device, const iso_mesh *mesh, int nelectrodes,
                       const double *weight, iso_error *err);

/* Samples at every multiple of interval_ms, above 0, and at the initial state. Does not own. */
iso_guest iso_ecg_guest(iso_ecg *ecg, double interval_ms);

/* Collective. Brings the last samples to rank 0. Call it before asking for results. */
iso_status iso_ecg_finish(iso_ecg *ecg, iso_error *err);

/* Results; times and potentials on rank 0 alone. */
int64_t iso_ecg_samples(const iso_ecg *ecg);
const double *iso_ecg_times(const iso_ecg *ecg);      /* [nsamples] ms */
const double *iso_ecg_potentials(const iso_ecg *ecg); /* [nsamples][nelectrodes] mV */

/* Harmless on NULL. */
void iso_ecg_free(iso_ecg *ecg);

#endif
