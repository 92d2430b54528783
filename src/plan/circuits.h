/* Circuits of re-entry over the members of a study: the same one counted once.
 *
 * Two members have the same circuit where it comes back at about the same place (its exit), with about the
 * same cycle length, and the same nodes activate in the same order: overlap is |sum exp(i d)| / n, where d is
 * by how much a point's phase in one member, 2 pi t / T of its last activation t and the cycle T, is ahead of
 * that in the other, and n counts the points that either of them activates. It is 1 where one is the other
 * shifted in time, and little where one goes the other way round, or elsewhere. Members that differ by what
 * lesions have taken are compared on the points of both surfaces together. */
#ifndef ISO_PLAN_CIRCUITS_H
#define ISO_PLAN_CIRCUITS_H

#include "plan/table.h"

/* A member's, as it is seen on the surface that its picture shows. */
typedef struct iso_circuit_of_member {
  int number;     /* of the circuit, from 1; 0: the member has none */
  double overlap; /* with the circuit's first member; NAN: none */
  double cycle_ms, exit_mm[3];
} iso_circuit_of_member;

typedef struct iso_circuits {
  int n;                         /* different ones */
  int nmembers;                  /* that have one */
  iso_circuit_of_member *member; /* [rows of the table] */
} iso_circuits;

/* One rank's, like all functions here. Of members that are done and induced, in their order: each has the
 * circuit of the earliest member that it agrees with, else a new one. Those without a picture have none.
 * Fails for lack of memory. Free out whatever the status. */
iso_status iso_circuits_find(iso_circuits *out, const iso_study_table *table, const iso_config_circuits *same,
                             iso_error *err);
void iso_circuits_free(iso_circuits *circuits);

/* |sum exp(i d)| / n of last activations [n] of two members in ms, NAN where there is none, with their
 * cycles. 0 where neither has any. */
double iso_circuits_overlap(int n, const double *a_ms, double a_cycle_ms, const double *b_ms,
                            double b_cycle_ms);

/* A row a member that has a circuit: circuit, member, cycle length, exit, overlap. */
iso_status iso_circuits_save(const iso_circuits *circuits, const iso_study_table *table, const char *path,
                             iso_error *err);

#endif
