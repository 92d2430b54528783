/* NAME_vm.e.nc: snapshots of Vm as an Exodus time series in single precision, written as they come. */
#ifndef ISO_RESULT_SERIES_H
#define ISO_RESULT_SERIES_H

#include "result/exodus.h"

typedef struct iso_series iso_series;

typedef struct iso_series_spec {
  const char *title;
  int compression; /* deflate level, 0: none */
  int nattributes;
  const iso_attribute *attributes;
} iso_series_spec;

/* Collective. Starts the file; it takes its name in iso_series_finish. */
iso_status iso_series_new(iso_series **out, const char *path, const iso_mesh *mesh,
                          const iso_series_spec *spec, iso_error *err);

/* Collective. Appends a snapshot. series: an iso_series. vm [nowned] mV. */
iso_status iso_series_append(void *series, double time_ms, const double *vm, iso_error *err);

/* Collective. Completes the file; without a single snapshot there is none. The series is released. */
iso_status iso_series_finish(iso_series *series, iso_error *err);

/* Collective. Removes the unfinished file. Harmless on NULL. */
void iso_series_discard(iso_series *series);

#endif
