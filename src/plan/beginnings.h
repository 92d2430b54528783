/* Which members of a study begin alike (study.shared_ms): up to that time they are one simulation, whose
 * state is kept in the study's folder, and from which each goes on by itself.
 *
 * An axis is late where all its cases are alike until then, as study/alike.h has it. Members that
 * differ on late axes alone have their beginning in common: that of the one of them with the first case of
 * each; unless a late axis is one only as long as the other axes are at their first cases. */
#ifndef ISO_PLAN_BEGINNINGS_H
#define ISO_PLAN_BEGINNINGS_H

#include "plan/members.h"
#include "study/alike.h"

#include <stdbool.h>

/* What is known of an axis. */
typedef struct iso_beginnings_axis {
  int alike;           /* how many of its cases are like the first until then */
  int unlike;          /* the first that is not; 0: none */
  iso_differences how; /* it differs */
} iso_beginnings_axis;

typedef struct iso_beginnings {
  const iso_members *members;
  const iso_config *config; /* of the study */
  double shared_ms;         /* 0: nothing is shared */
  iso_beginnings_axis *axis;
  char *first; /* the configuration of the first member as text; NULL: it was not there yet */
} iso_beginnings;

/* Not collective, like all functions here. members and config outlive it. Free it whatever the status. */
iso_status iso_beginnings_new(iso_beginnings *out, const iso_members *members, const iso_config *config,
                              iso_error *err);
void iso_beginnings_free(iso_beginnings *beginnings);

/* Takes the configuration of case c of an axis, the other axes at their first cases; first that of the first
 * member. */
iso_status iso_beginnings_add(iso_beginnings *beginnings, int axis, int c, const iso_config *is,
                              iso_error *err);

/* After all cases. ISO_EINPUT where some cases of an axis act before study.shared_ms and some do not, and
 * where all axes do, so that nothing would be shared: the message names axis, case and keys. */
iso_status iso_beginnings_check(const iso_beginnings *beginnings, iso_error *err);

/* The member that a member's beginning is that of: itself, or one before it. */
int iso_beginnings_of(const iso_beginnings *beginnings, int member);

/* Whether a member is like that one until then, by the configurations of both, and a protocol in its train.
 */
iso_status iso_beginnings_share(const iso_beginnings *beginnings, const iso_config *first,
                                const iso_config *member, bool *share, iso_error *err);

/* The time, ms, at which the state of a member's configuration is kept: study.shared_ms, or as much before as
 * its pace looks ahead, a step at least; 0 or below: that is too early. */
double iso_beginnings_state_ms(const iso_config *config);

/* How the names of its files go on after those of the member, "_200ms", into text [size]. */
void iso_beginnings_ending(const iso_beginnings *beginnings, char *text, size_t size);

#endif
