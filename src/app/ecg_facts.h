/* What a recording of an ECG says, for people. */
#ifndef ISO_APP_ECG_FACTS_H
#define ISO_APP_ECG_FACTS_H

#include "app/command_options.h"

/* Collective. Rank 0 reads the ECG, makes its average beat where it has three beats or more, and prints
 * leads, beats, measures, noise and what is wrong, maybe. csv: where to write the average beat to, or NULL.
 * ISO_EINPUT for what iso_ecg_record_read, iso_ecg_check_limbs and iso_ecg_average_new refuse, and a beat
 * asked for of a record without an average. */
iso_status iso_ecg_facts(const iso_arguments *arguments, const char *path, const char *csv, iso_error *err);

#endif
