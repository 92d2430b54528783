/* The beat that a fit takes from an ECG's file (ecg/record.h). */
#ifndef ISO_FIT_ECG_FILE_H
#define ISO_FIT_ECG_FILE_H

#include "ecg/average.h"
#include "ecg/plausible.h"

typedef struct iso_ecg_file {
  iso_ecg_record beat;
  double *sd_mV;                  /* [nleads] of its errors, of an average; NULL: not known */
  char missing[ISO_ECG_MISSING];  /* see iso_ecg_missing */
  char said[ISO_ECG_SAID];        /* of how many beats it is the mean, or "" */
  char warning[ISO_ECG_REVERSED]; /* what is wrong with it, maybe, or "" */
} iso_ecg_file;

/* Not collective. A recording, and a table of more than 10 s, gives its average beat (ecg/average.h), whose
 * QRS begins at 0 ms; a shorter table is taken as it is, with its times. ISO_EINPUT for what these refuse,
 * leads that are flat or do not follow from each other, and samples that are no heart beat in ms and mV. To
 * be freed whatever the status. */
iso_status iso_ecg_file_read(iso_ecg_file *out, const char *path, iso_error *err);
void iso_ecg_file_free(iso_ecg_file *file);

/* A lead at a time, through a Gaussian filter with standard deviation filter_ms, 0: none. */
double iso_ecg_file_at(const iso_ecg_file *file, int column, double time_ms, double filter_ms);

#endif
