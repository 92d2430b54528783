/* A run in parts: iso_run does one after the other, and libisochrone as its caller asks. */
#ifndef ISO_STUDY_RUNNING_H
#define ISO_STUDY_RUNNING_H

#include "base/names.h"
#include "base/timer.h"
#include "study/checkpoints.h"
#include "study/leftovers.h"
#include "study/protocol.h"
#include "study/restart.h"
#include "study/run.h"
#include "study/watchers.h"

typedef struct iso_running {
  MPI_Comm comm;
  const iso_config *config;
  const iso_run_options *options;
  iso_timer timer;
  iso_setup own, *setup; /* its own, or what it shares */
  iso_watchers watchers;
  iso_checkpoints checkpoints;
  bool stepped;            /* by its owner, who goes on to read the simulation when results are written */
  bool began_loop;         /* all observers know the state that it began with */
  bool kept;               /* the state at the end, in a checkpoint */
  iso_checkpoint *restart; /* what the run goes on from, or NULL */
  char *maps_path, *series_path; /* series_path NULL: no snapshots */
  char *vtu_path, *csv_path;     /* of maps for other tools; NULL: not asked for */
  char *ecg_path, *ecg_csv_path; /* NULL: no ECG */
  iso_run_page_paths shown;
  iso_names written;                   /* files, on rank 0 */
  iso_leftovers leftovers;             /* on rank 0: results of that name that were there before */
  double began, loop_began, loop_s;    /* with what the parts before a restart took */
  double processor_began, processor_s; /* of this rank, in the loop */
  int64_t began_step;                  /* that it began with: not 0 after a restart */
  int64_t first_step;                  /* of this part of the run, after the protocol */
  int64_t sent_before[2];              /* messages and bytes of this rank before it */
  double sent[2];                      /* the same in a step of it, of the ranks the most */
  iso_protocol_result protocol;
  const char *ended;
  int signal; /* that stopped it, or 0 */
  struct {
    int64_t step, next; /* when the ranks last asked, and when they ask again */
    double clock;
  } asked;
  /* Of the simulation, which is freed before the results are written. */
  int64_t steps;
  double time_ms;
  bool is_explicit;
  double share[ISO_LEVELS]; /* of nodes' time at each level of an adaptive pace */
} iso_running;

/* What is asked for, and a clock: nothing that can fail. config and options outlive it. stepped: whether the
 * caller steps it, and listens to signals himself. */
void iso_running_init(iso_running *out, MPI_Comm comm, const iso_config *config,
                      const iso_run_options *options, bool stepped);

/* Collective. Everything before the first step: files are looked at, the heart is set up and all guests of
 * the configuration are invited. Others may be, until iso_running_begin. */
iso_status iso_running_prepare(iso_running *running, iso_error *err);

/* Collective. The initial state, or that of the checkpoint, is shown to the guests. */
iso_status iso_running_begin(iso_running *running, iso_error *err);

/* Collective. One step, unless running->ended says why there is none, and whatever it is time for. Where a
 * step fails because the disk is full, the results up to then are written, and the simulation is gone. */
iso_status iso_running_step(iso_running *running, iso_error *err);

/* Collective. Writes the results. The simulation is freed unless the run is stepped. */
iso_status iso_running_write(iso_running *running, iso_error *err);

/* Collective. Of what is written: the summary, printed and saved, and warnings. Part of iso_running_write. */
iso_status iso_running_report(iso_running *running, iso_error *err);

void iso_running_free(iso_running *running);

#endif
