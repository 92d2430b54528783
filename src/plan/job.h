/* The parts of run_members.h: a job that runs members of a study, on groups of ranks. */
#ifndef ISO_PLAN_JOB_H
#define ISO_PLAN_JOB_H

#include "base/names.h"
#include "plan/beginnings.h"
#include "plan/effort.h"
#include "plan/ledger.h"
#include "plan/rounds.h"
#include "plan/run_members.h"
#include "study/run.h"

#include <stdbool.h>

typedef struct iso_job {
  const iso_study_options *options;
  MPI_Comm comm, group; /* group: of ranks that work on a member together; MPI_COMM_NULL: on none */
  int ngroups;
  bool leads;        /* the first of its group */
  iso_log log;       /* speaks on each group's first rank */
  iso_config config; /* what all members begin with */
  iso_members members;
  iso_beginnings beginnings;
  iso_names files;      /* on rank 0: what the cases' configurations name */
  char *inputs;         /* and their checksums, study/inputs.h */
  iso_ledger ledger;    /* of those that lead, and of rank 0 */
  const char **set;     /* of a member, with lesions of its rounds or settings of study.screen */
  iso_config member[2]; /* that runs, and the one before, from which the heart moves on */
  int now;              /* which of the two runs next */
  iso_setup heart;
  double began, told; /* the clock: of the job, of the last table */
  iso_effort effort;  /* of this group; at the end on rank 0 of all groups */
} iso_job;

/* ---- job.c: from its beginning to its end ---- */

/* Collective over job->comm. A job that has options, comm and MPI_COMM_NULL as its group gets the rest. new:
 * it is to run members, so it makes groups, tries every case of every axis and makes the folder; false: it
 * looks at a folder that stands. ISO_EINPUT where a setting is wrong, there are fewer ranks than a member
 * wants, or the folder is another study's. End it whatever the status. */
iso_status iso_job_begin(iso_job *job, bool new, iso_error *err);

/* The same without folder and groups, for a job that runs nothing: its members, and every case of every axis
 * once. ISO_EINPUT where a setting is wrong. End it whatever the status. */
iso_status iso_job_try(iso_job *job, iso_error *err);
void iso_job_end(iso_job *job);

/* Collective over comm. A member's configuration, to be freed, with the lesions that rounds have burned so
 * far; NULL: none. */
iso_status iso_job_load(iso_job *job, int member, const iso_rounds *rounds, iso_config *out, MPI_Comm comm,
                        iso_error *err);

/* The same as the wave of study.screen has it. */
iso_status iso_job_load_screened(iso_job *job, int member, iso_config *out, MPI_Comm comm, iso_error *err);

/* Collective over the group, as is all that follows unless it says otherwise. Runs the configuration
 * member[now]: the heart moves to it from the one before, which goes then. Sets heart and steps of options.
 */
iso_status iso_job_run_next(iso_job *job, iso_run_options *options, iso_run_steps *steps, iso_error *err);

/* After a run that failed: the next one sets up its heart anew. And after the last one. */
void iso_job_forget_heart(iso_job *job);

/* ---- job_beginnings.c: what members begin with together ---- */

/* The state that a member goes on from, which is made unless it is there: its name into path [PATH_MAX].
 * Members of other groups and jobs wait for it, too. *share false: it is like no other one until then, and
 * begins by itself. */
iso_status iso_job_share_state(iso_job *job, int member, char *path, bool *share, iso_error *err);

/* On rank 0: removes the states once all members are done, as nobody goes on from them any more. */
void iso_job_remove_states(const iso_job *job);

/* ---- job_screen.c, job_member.c: a member ---- */

/* Runs the wave of study.screen. outcomes: screened and sampled alone, which say whether the member is to be
 * run in full, and why. */
iso_status iso_job_screen(iso_job *job, int member, const iso_log *log, iso_outcomes *outcomes,
                          iso_error *err);

/* Runs a member: its wave, if it has one, and unless that leaves it out the heart in full, once or in the
 * rounds of study.ablation. outcomes are the same on all ranks of the group. */
iso_status iso_job_run_member(iso_job *job, int member, const iso_log *log, iso_outcomes *outcomes,
                              iso_error *err);

/* ---- job_tables.c: what there is of all members ---- */

/* On rank 0: writes the table as CSV and NetCDF, summary, circuits and page, and prints how far the study is.
 */
iso_status iso_job_show(iso_job *job, iso_error *err);

#endif
