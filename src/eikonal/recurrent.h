/* Eikonal waves that come again: nodes recover after an action potential whose duration goes by the rest
 * before it, and are then excitable once more, more slowly after little rest; see eikonal.h for one wave.
 *
 * What a node does is in the table of its region (iso_restitution), what an element does in that of its own:
 * after a rest r of the node that the wave comes to, waves run with velocity(r) of those that were set. A
 * wave that comes to a node before it is excitable waits for that for a while, as a front that stands does
 * whose cells stay depolarised, or does not come at all, and leaves no trace there: so waves are blocked, and
 * go round obstacles and tails of other waves (after Gander, Krause et al., "On the accuracy of eikonal
 * approximations in cardiac electrophysiology in the presence of fibrosis", and the cyclic fast marching of
 * Pernod et al., Prog Biophys Mol Biol 107:152-163, 2011). Fronts have neither width nor curvature.
 *
 * Time goes on by steps. In a step rounds go on until no wave is earlier than its end, so that what has
 * happened by then is final; they are those of the one wave (eikonal_parts.h), the same on any number of
 * ranks and threads, and so are the bits. */
#ifndef ISO_EIKONAL_RECURRENT_H
#define ISO_EIKONAL_RECURRENT_H

#include "eikonal/eikonal.h"

/* What a region does after some rest, from a recovery to the next activation. */
typedef struct iso_restitution {
  int n;          /* rows; 0: nothing is excited there, and no wave passes */
  double wait_ms; /* so long a wave that comes too early waits for a node to be excitable */
  const double *rest_ms, *apd_ms, *velocity; /* [n] rest 0 or more, ascending: the first is the least after
                                                which a wave comes; velocity as a part of that set */
} iso_restitution;

/* What a node does. */
typedef struct iso_recurrence {
  double time_ms;
  iso_lid node;   /* owned */
  bool activates; /* or recovers */
} iso_recurrence;

typedef struct iso_recurrent iso_recurrent;

/* Collective. All nodes are at rest, as after the longest of their table. eikonal has its speeds, is used for
 * nothing else from now on, and outlives the waves, as do tissue and restitution [tissue->nregions].
 * stretch [nowned]: what the times of a node's table are times, action potentials, rests and waits alike,
 * copied; NULL: 1. ISO_EFAIL where memory is short. */
iso_status iso_recurrent_new(iso_recurrent **out, iso_eikonal *eikonal, const iso_tissue *tissue,
                             const iso_restitution *restitution, const double *stretch, iso_error *err);
void iso_recurrent_free(iso_recurrent *waves);

/* A step, from the end of the one before. */
typedef struct iso_recurrent_step {
  double from_ms, to_ms;
  bool stimulated; /* on any rank, with owned nodes node [count] of this one: waves start at those that */
  int64_t count;   /* are excitable, or become it within the step */
  const iso_lid *node;
} iso_recurrent_step;

/* Collective. Waves go on. *events [*nevents]: what owned nodes do in the step, recoveries first, until the
 * next call. */
void iso_recurrent_go(iso_recurrent *waves, const iso_recurrent_step *step, int64_t *nevents,
                      const iso_recurrence **events);

/* Of owned nodes [nowned], between steps, all that the next ones go by: the last activation, or one to come
 * that waves are on their way to; INFINITY: none; and the last recovery, -INFINITY: none. Collective is only
 * setting them, at a time. */
const double *iso_recurrent_times(const iso_recurrent *waves);
const double *iso_recurrent_rested(const iso_recurrent *waves);
void iso_recurrent_set(iso_recurrent *waves, double now_ms, const double *times, const double *rested);

#endif
