/* The average beat of a record of several.
 *
 * The band is that of band.h; samples are then brought to 1 ms. Beats are found by the speed of the vector of
 * independent leads (measures.h). The template is the beat that most others are like, of the first 15, then
 * the mean of those like it; every beat is moved by up to 30 ms to where its QRS, of all these leads side by
 * side, correlates best, as is usual for signal-averaged ECGs (Breithardt et al., Circulation 83:1481, 1991).
 * Left out are beats whose correlation is below 0.9 (ectopic ones, artefacts), those next to an interval
 * below 0.8 of the median (premature ones and what follows them) and those that the record's ends cut. Every
 * beat's level is its mean over 15 ms before QRS. The noise of a lead is the standard deviation of beats
 * around their mean, during QRS: what is left of breathing and of the alignment is in it. */
#ifndef ISO_ECG_AVERAGE_H
#define ISO_ECG_AVERAGE_H

#include "ecg/record.h"

enum { ISO_ECG_FEWEST_BEATS = 3 };

typedef struct iso_ecg_average {
  iso_ecg_record beat; /* samples of 1 ms; 0 ms: QRS begins, and its level is 0 just before */
  double *beat_sd_mV;  /* [nleads] of one beat; that of the mean is this by the root of used */
  int found, used, unlike, early, cut;
  double rr_ms, qrs_ms;   /* the median interval; the length of QRS */
  double low_hz, high_hz; /* the band */
} iso_ecg_average;

/* How many beats are in a record, 0 where its samples are more than 4 ms apart or it is shorter than 20 ms.
 * Not collective; ISO_EFAIL where memory is short. */
iso_status iso_ecg_count_beats(const iso_ecg_record *record, int *count, iso_error *err);

/* Not collective. ISO_EINPUT, with path, where samples are not evenly spaced or more than 4 ms apart, or
 * fewer than three beats are found, alike and whole. To be freed whatever the status. */
iso_status iso_ecg_average_new(iso_ecg_average *out, const iso_ecg_record *record, const char *path,
                               iso_error *err);
void iso_ecg_average_free(iso_ecg_average *average);

/* "the mean of 9 of 12 beats (1 unlike the others, 1 early, 1 cut), 0.5 to 150 Hz". Returns text. */
enum { ISO_ECG_SAID = 160 };
const char *iso_ecg_average_say(const iso_ecg_average *average, char text[ISO_ECG_SAID]);

/* ISO_EINPUT where samples are too far apart, or not evenly, for beats to be found and averaged. */
iso_status iso_ecg_check_times(const iso_ecg_record *record, const char *path, iso_error *err);

/* The standard deviation of the mean of a lead, mV; 1 uV at least. */
double iso_ecg_average_sd(const iso_ecg_average *average, int column);

#endif
