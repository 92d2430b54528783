/* A study as one job, or as one of several on the same folder: what isochrone study does. */
#ifndef ISO_PLAN_RUN_MEMBERS_H
#define ISO_PLAN_RUN_MEMBERS_H

#include "base/log.h"
#include "config/config.h"

#include <stdbool.h>

typedef struct iso_study_options {
  const char *file; /* the configuration's, with the settings that hold for all members */
  int nset;
  const char *const *set;
  const char *folder;
  int shard, nshards; /* members whose number, from 1, leaves shard - 1 over nshards: 1 of 1 for all */
  bool again;         /* those that failed, or of which files are missing, run again */
  const iso_log *log;
} iso_study_options;

/* Collective over comm. Runs the members that are not finished, on groups of study.ranks ranks that each take
 * the next one, and keeps the table. What a group's members have in common is made once. ISO_EINPUT before
 * any of them runs where a setting is wrong; ISO_EFAIL after all where members failed; ISO_ESTOPPED after a
 * signal: then, as after a kill, the same command goes on. */
iso_status iso_study_run(MPI_Comm comm, const iso_study_options *options, iso_error *err);

/* Collective over comm. What iso_study_run refuses before any member runs, but for folder, ranks and
 * conductivities that take waves through strips; runs nothing. *members: how many there are. Of options
 * file and settings count. */
iso_status iso_study_check(MPI_Comm comm, const iso_study_options *options, int *members, iso_error *err);

/* Collective over comm. Prints on rank 0's standard output how far the study in a folder is, and writes its
 * table; starts nothing. */
iso_status iso_study_status(MPI_Comm comm, const iso_study_options *options, iso_error *err);

#endif
