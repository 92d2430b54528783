/* The timing cycles of a pacemaker: which senses count, and when it paces. Logic on a clock of ticks, which
 * knows neither tissue nor electrodes.
 *
 * Rules and nominal values are those of the PACEMAKER System Specification that Boston Scientific published
 * for teaching (January 3, 2007): modes 3.5, markers 4.8, rates 5.1 and 5.2, AV delay 5.3, refractory
 * periods 5.4. Where the ventricle is paced, cycles are counted from ventricular events. Blanking of one's
 * own chamber, and of the atrium after ventricular events, are not in it. */
#ifndef ISO_ACT_PACEMAKER_H
#define ISO_ACT_PACEMAKER_H

#include "act/marker.h"

#include <stdbool.h>

typedef enum {
  ISO_MODE_OFF, /* senses the ventricle, and the atrium if there is a lead, and paces nothing */
  ISO_MODE_VVI,
  ISO_MODE_AAI,
  ISO_MODE_DDD
} iso_pacing_mode;

/* In ticks. */
typedef struct iso_pacemaker_settings {
  iso_pacing_mode mode;
  bool biventricular;           /* whatever paces the ventricle paces the left one, too */
  int64_t lower, upper;         /* intervals of the rates; upper: least from a ventricular event to a pace */
  int64_t av_paced, av_sensed;  /* from an atrial event to a ventricular pace */
  int64_t vv;                   /* from the right to the left pace; negative: the left one is first */
  int64_t vrp, arp, pvarp;      /* refractory: ventricle; atrium with AAI; atrium after ventricular events */
  int64_t pvarp_extension;      /* of pvarp after a PVC, at most every second cycle; 0: none */
  int64_t blanking;             /* after an event, of its own chamber: nothing is sensed at all */
  int64_t ventricular_blanking; /* of the ventricle after an atrial pace */
  int64_t atrial_blanking;      /* of the atrium after a ventricular event */
} iso_pacemaker_settings;

/* Ticks; INT64_MAX: never. */
typedef struct iso_pacemaker {
  iso_pacemaker_settings set;
  int64_t last_ventricular;
  int64_t atrial_due, ventricular_due, right_due, left_due; /* paces; right, left: the second of two */
  int64_t atrial_refractory, ventricular_refractory, atrial_blind, ventricular_blind; /* ends */
  int64_t atrial_since; /* 1: an atrial event since the last ventricular one */
  int64_t extended;     /* 1: the refractory period after the last ventricular event was extended */
} iso_pacemaker;

enum {
  ISO_PACEMAKER_MARKS = 8,  /* of one tick, at most */
  ISO_PACEMAKER_STATE = 11, /* what changes */
};

/* Begins at a tick, as if a cycle had begun there and nothing were refractory. */
void iso_pacemaker_start(iso_pacemaker *pacemaker, const iso_pacemaker_settings *settings, int64_t tick);

/* The next tick, one after the other: whether the atrial and the ventricular lead see an upstroke in it. What
 * comes of it is added to mark [ISO_PACEMAKER_MARKS]; returns how many there are. Paces are to be given now:
 * AP, VP, LVP. */
int iso_pacemaker_tick(iso_pacemaker *pacemaker, int64_t tick, bool atrial, bool ventricular, iso_mark *mark);

/* A ventricular event that somebody else makes (a therapy's pulse): the cycle begins anew. */
void iso_pacemaker_reset(iso_pacemaker *pacemaker, int64_t tick);

/* What changes, and back, so that it goes on from there: state [ISO_PACEMAKER_STATE]. */
void iso_pacemaker_pack(const iso_pacemaker *pacemaker, int64_t *state);
void iso_pacemaker_unpack(iso_pacemaker *pacemaker, const int64_t *state);

#endif
