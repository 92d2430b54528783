/* One simulation from a configuration: what the commands run and check do. */
#ifndef ISO_STUDY_RUN_H
#define ISO_STUDY_RUN_H

#include "base/error.h"
#include "base/log.h"
#include "config/config.h"
#include "study/outcomes.h"

#include <stdint.h>

typedef struct iso_run_steps {
  int64_t began; /* with this one: not 0 after a restart */
  int64_t made;  /* with those of a protocol's trials */
} iso_run_steps;

typedef struct iso_run_options {
  const char *output;  /* prefix of the result files, PREFIX.e.nc and PREFIX_vm.e.nc */
  const char *restart; /* a checkpoint to go on from, or NULL: from the start */
  const char *summary; /* where the summary goes as JSON, or NULL */
  const iso_log *log;  /* warnings and what is going on; NULL: silent */
  bool no_cache;       /* paced initial states are computed anew, and not kept */
  bool progress;       /* show a progress line on standard error where that is a terminal */
  iso_setup *heart;    /* what runs one after the other share, {0} before the first; NULL: nothing. Whoever
                          gives one watches for signals from the first run on. It waits without a simulation
                          until it moves to the next or is freed, as after a failure */
  bool picture;        /* PREFIX_picture.json, too, for a page of many runs */
  double state_ms;     /* above 0: it goes no further, and leaves nothing but its state, PREFIX.ckpt.nc, which
                          others may go on from (restart). Of a protocol that is in its train */
  iso_run_steps *steps;   /* what it made, on every rank, where nothing fails; or NULL */
  iso_outcomes *outcomes; /* what the run came to, on rank 0; or NULL */
} iso_run_options;

/* Collective over comm. Runs the simulation, writes its files and prints the summary on rank 0's standard
 * output (not if the log is below ISO_LOG_INFO). ISO_EINPUT where it ends before state_ms. ISO_ESTOPPED where
 * a signal of base/signals.h ended it: all that is done, too, for the time up to then. */
iso_status iso_run(MPI_Comm comm, const iso_config *config, const iso_run_options *options, iso_error *err);

#endif
