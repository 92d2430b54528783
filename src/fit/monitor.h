/* Whether new data are what a twin predicted, and what has changed where they are not. */
#ifndef ISO_FIT_MONITOR_H
#define ISO_FIT_MONITOR_H

#include "base/log.h"
#include "config/config.h"

#include <stdbool.h>
#include <stdio.h>

typedef struct iso_monitor_options {
  const char *twin;         /* NAME.twin.nc */
  const char *map;          /* the twin's map that new ones are like: unit, errors, clock; NULL: its first */
  const char *unit, *array; /* instead of those; NULL: the same */
  double sd_ms;             /* the same; NAN */
  const char *ecg;          /* the twin's ECG that new ones are like: leads, errors, times; NULL: its first */
  const char *electrodes;   /* a file instead of that one's; NULL: the same */
  double sd_mV;             /* the same; NAN */
  double alarm;             /* p below which something has changed */
  const iso_log *log;
  FILE *out; /* of rank 0; NULL: nothing is printed */
} iso_monitor_options;

/* Collective. The configuration of a twin, in which paths start from folder; to be freed. ISO_EINPUT where it
 * is no twin, or has no map and no ECG, or none that the options name. */
iso_status iso_monitor_load(iso_config *out, MPI_Comm comm, const iso_monitor_options *options,
                            const char *folder, iso_error *err);

/* Whether a file of a folder can be of such data as the twin has, by the end of its name: .csv, of maps VTK
 * files, of ECGs .hea and .edf. */
bool iso_monitor_takes(const iso_config *config, const char *name);

/* Collective over comm, whose ranks share the members: the same on any number of them. Compares a file, a map
 * of local activation times or an ECG, with what the twin's members predict. Where *p, how likely data are
 * that are no nearer to it, is below options->alarm, members are fitted anew to these data alone, with what
 * was known beforehand (numbers of which these data say nothing stay), and what is other than before is
 * printed. ISO_EINPUT for what a fit refuses, and for data of a kind that the twin has not. */
iso_status iso_fit_monitor(MPI_Comm comm, const iso_config *config, const iso_monitor_options *options,
                           const char *data, double *p, iso_error *err);

#endif
