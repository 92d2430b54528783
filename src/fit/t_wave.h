/* The T wave of an ECG as data. */
#ifndef ISO_FIT_T_WAVE_H
#define ISO_FIT_T_WAVE_H

#include "fit/ecg.h"

/* Not collective. The action potentials of all regions' models (study/templates.h), through the ECG's filter,
 * and how long they last at each node. Simulates strips where the set-up does not have them yet. ISO_EINPUT
 * where waves do not come through, or do not recover within time.duration_ms. */
iso_status iso_fit_t_wave_potentials(iso_fit_ecg *ecg, const iso_fit_model *model, iso_error *err);

/* Whether samples value [nleads][nsamples] with errors sd hold a T wave: in some lead they vary by more than
 * twice their errors. ISO_EINPUT where none does. */
iso_status iso_fit_t_wave_check(const iso_fit_ecg *ecg, const iso_fit_model *model, const double *value,
                                const double *sd, iso_error *err);

/* Whether some node of the model's last run, which was for z, recovers within the samples. ISO_EINPUT where
 * none does. */
iso_status iso_fit_t_wave_meets(const iso_fit_ecg *ecg, const iso_fit_model *model, const double *z,
                                iso_error *err);

#endif
