/* What a job's members took: how much of its groups' time, and what they shared instead of making it again.
 */
#ifndef ISO_PLAN_EFFORT_H
#define ISO_PLAN_EFFORT_H

#include <mpi.h>
#include <stdbool.h>

/* Sums of a group, of all groups after iso_effort_add_up. Counts are whole numbers. */
typedef struct iso_effort {
  double members, member_s;    /* that have run, failed ones too; the clock's, that they took */
  double begun_steps;          /* of beginnings that members share (plan/beginnings.h) */
  double begun_s;              /* the clock's, that these took */
  double shared, spared_steps; /* members that went on from one, and the steps that they did not make */
  double steps;                /* that members made */
} iso_effort;

/* Collective. Adds up those of the ranks that lead a group, on rank 0. */
void iso_effort_add_up(iso_effort *effort, bool leads, MPI_Comm comm);

/* On rank 0: how much of ngroups' time all_s went into members; the rest is set-up of the job, claims, tables
 * and waiting at the end. And what was shared, if anything. Prints nothing where no member has run. */
void iso_effort_print(const iso_effort *effort, int ngroups, double all_s);

#endif
