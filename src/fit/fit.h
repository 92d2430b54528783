/* A twin from a configuration: what the command fit does. */
#ifndef ISO_FIT_FIT_H
#define ISO_FIT_FIT_H

#include "base/log.h"
#include "config/config.h"

#include <stdio.h>

#define ISO_END_TWIN ".twin.nc"
#define ISO_FIT_AGAIN "fit_options" /* an attribute of the results: options->again */

typedef struct iso_fit_options {
  const char *output; /* prefix of the results: PREFIX.twin.nc, and PREFIX.e.nc with maps */
  const iso_log *log;
  const char *again;  /* options of the command line that the results need to be made again; NULL: none */
  int hearts;         /* made ones to calibrate with; 0: the fit itself */
  const char *update; /* NAME.twin.nc that the fit goes on from; NULL: from what is known beforehand */
  const char *twin;   /* NAME.twin.nc that a prediction is of; NULL: the fit itself */
  int nsites;
  const char *const *sites; /* [nsites] names of those that are paced; 0: all */
  bool with_own;            /* the twin's own beat goes on beside what is paced */
} iso_fit_options;

/* Collective over comm, whose ranks share the members. Fits the heart of the configuration to its section
 * fit, writes the twin and its maps, and prints the twin on rank 0's standard output (not if the log is below
 * ISO_LOG_INFO). The results are the same on any number of ranks, but for their date and how long it took.
 * ISO_EINPUT for what a run would refuse, and what data.h says. */
iso_status iso_fit(MPI_Comm comm, const iso_config *config, const iso_fit_options *options, iso_error *err);

/* Not collective. Before a fit with options->update: the configuration's maps become those of the twin beside
 * its own, by their names, so that their order says nothing of which came first. One that both have counts
 * once. ISO_EINPUT where twin is none, and where nothing is new, or a name is that of other points. */
iso_status iso_fit_join(iso_config *config, const char *twin, iso_error *err);

/* Collective, likewise. Simulation-based calibration (Talts et al., 2018) of the same fit: draws
 * options->hearts hearts from what is known beforehand, measures each where the data are and with their
 * errors, fits it, and tells how often intervals hold the truth. Writes PREFIX.calibration.csv, a line for
 * each heart. */
iso_status iso_fit_calibrate(MPI_Comm comm, const iso_config *config, const iso_fit_options *options,
                             iso_error *err);

/* Collective, likewise. Beats that were not measured: every member of options->twin, which was fitted with
 * this configuration, is paced at its sites, one after the other. Writes PREFIX.predictions.csv with
 * intervals of what came of it and PREFIX.e.nc with maps of activation and its standard deviation, and prints
 * the first, with the share of members in which a site is the best. ISO_EINPUT where the twin is of another
 * heart, and for sites that are not there or have no nodes. */
iso_status iso_fit_predict(MPI_Comm comm, const iso_config *config, const iso_fit_options *options,
                           iso_error *err);

#endif
