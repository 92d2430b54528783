/* A job script for Slurm that runs a configuration, or a study as an array, to its end, however often it is
 * stopped. */
#ifndef ISO_APP_JOB_SCRIPT_H
#define ISO_APP_JOB_SCRIPT_H

#include "study/estimate.h"

#include <stdio.h>

typedef struct iso_job {
  const char *config; /* the configuration's file, by its full path */
  const char *folder; /* that the job works in, by its full path */
  const char *output; /* prefix of the results, or the study's folder */
  int nset;
  const char *const *set; /* [nset] settings, as given */
  bool has_checkpoints;   /* by the configuration; else the script asks for them */
  bool is_eikonal;        /* of which there are none */

  int nodes, ranks_per_node, gpus_per_node; /* gpus_per_node 0: none */
  int threads;                              /* of each rank */
  int shards;                               /* jobs of the array; 0: no array */
  const char *time;                         /* limit that iso_job_seconds takes, or NULL: from the estimate */
  const char *partition;                    /* or NULL: the cluster's own */
  bool by_srun;                             /* srun --mpi=pmix instead of mpirun */

  int members, member_ranks; /* of a study; 0: it is none */
  iso_estimate estimate;     /* of one run */
  int cores;                 /* ranks times threads that it was made with */
  bool by_gpu;               /* it was made on GPUs */
} iso_job;

/* Seconds of a limit as Slurm takes it: M, M:S, H:M:S, D-H, D-H:M, D-H:M:S, minutes behind hours and
 * seconds below 60; -1 where it is none. */
double iso_job_seconds(const char *limit);

/* Whether a member of a study fits into the limit that was asked for, by the estimate; true of all else. */
bool iso_job_holds_member(const iso_job *job);

/* One rank's. Writes the script path. ISO_EINPUT where the job has fewer ranks than a member of the study
 * wants, or a name has a line's end in it. job->partition is a name that needs no quotes. */
iso_status iso_job_write(const iso_job *job, const char *path, iso_error *err);

#endif
