/* Whether leads are what they are called, and in mV. Nothing here is collective. */
#ifndef ISO_ECG_PLAUSIBLE_H
#define ISO_ECG_PLAUSIBLE_H

#include "ecg/record.h"

/* ISO_EINPUT where no lead of a beat spans 0.02 mV, or one spans more than 50 mV: on a body it is some mV, so
 * that these are V or uV; and where samples are no finite numbers. */
iso_status iso_ecg_check_units(const iso_ecg_record *beat, const char *path, iso_error *err);

/* Which of I, II and V1 to V6, from which all twelve follow, are missing where others are there: "V3, V5", or
 * "". */
enum { ISO_ECG_MISSING = 64 };
const char *iso_ecg_missing(const iso_ecg_record *record, char text[ISO_ECG_MISSING]);

/* ISO_EINPUT where limb leads do not follow from each other as their definitions say: III = II - I, and so
 * on: columns are mixed up. */
iso_status iso_ecg_check_limbs(const iso_ecg_record *record, const char *path, iso_error *err);

/* Which electrodes were probably exchanged when a beat was recorded, as a sentence, or "". The signs are
 * those of Batchvarov, Malik and Camm (Europace 9:1081, 2007): RA and LA: P and QRS negative in I and
 * positive in aVR, and QRS in V6 against that in I; RA and LL: P and QRS negative in II and positive in aVR;
 *   a leg's ground and an arm: I, II or III flat, below 0.1 mV, and the others not.
 * of the first two the one in whose lead P is more negative.
 * LA and LL exchanged look like an ordinary ECG. beat: with 0 ms at the beginning of QRS; end_ms that of QRS.
 * P is the largest deflection from 250 to 40 ms before QRS, and there is one where that is above 0.03 mV. */
enum { ISO_ECG_REVERSED = 160 };
const char *iso_ecg_reversed(const iso_ecg_record *beat, double end_ms, char text[ISO_ECG_REVERSED]);

#endif
