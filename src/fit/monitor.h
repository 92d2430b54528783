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
  double alarm;             /* p below which something has changed */
  const iso_log *log;
  FILE *out; /* of rank 0; NULL: nothing is printed */
} iso_monitor_options;

/* Collective. The configuration of a twin, in which paths start from folder; to be freed. ISO_EINPUT where it
 * is no twin, has no map, or has an ECG, whose samples a twin's file cannot give back. */
iso_status iso_monitor_load(iso_config *out, MPI_Comm comm, const char *twin, const char *folder,
                            iso_error *err);

/* Collective over comm, whose ranks share the members: the same on any number of them. Compares a file of
 * local activation times with what the twin's members predict. Where *p, how likely data are that are no
 * nearer to it, is below options->alarm, members are fitted anew to these data alone, from where they are and
 * with what was known beforehand (numbers of which these data say nothing stay), and what is other than
 * before is printed. ISO_EINPUT for what a fit refuses. */
iso_status iso_fit_monitor(MPI_Comm comm, const iso_config *config, const iso_monitor_options *options,
                           const char *data, double *p, iso_error *err);

#endif
