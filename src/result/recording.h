/* Signals over time, an ECG say, as NetCDF file and as CSV. Rank 0 alone.
 *
 * NetCDF: dimension time; time(time) in ms and each signal (time) under its name; electrode, electrode_name
 * and electrode_position where the signals come from electrodes; measures as scalars. CSV: time_ms and the
 * signals by name, a line a sample. */
#ifndef ISO_RESULT_RECORDING_H
#define ISO_RESULT_RECORDING_H

#include "result/netcdf_file.h"

#include <stdint.h>

typedef struct iso_signal {
  const char *name; /* "V1" */
  const char *unit, *meaning;
  const double *value; /* [ntimes] */
} iso_signal;

/* A number that was measured of the signals. */
typedef struct iso_measure {
  const char *name; /* "qrs_duration" */
  const char *head; /* for people: "QRS"; NULL: not shown to them */
  const char *unit, *meaning;
  double value; /* NAN: not found */
} iso_measure;

typedef struct iso_recording {
  int64_t ntimes; /* at least 1 */
  const double *time_ms;
  int nsignals;
  const iso_signal *signals;
  int nelectrodes; /* 0: none */
  const char *const *electrode;
  const double (*position_mm)[3];
  int nmeasures;
  const iso_measure *measures;
  int nattributes;
  const iso_attribute *attributes;
} iso_recording;

/* Files appear when they are complete. */
iso_status iso_recording_save(const iso_recording *recording, const char *path, iso_error *err);
iso_status iso_recording_save_csv(const iso_recording *recording, const char *path, iso_error *err);

#endif
