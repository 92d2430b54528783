/* What chosen sets of nodes have done since a time: their ears. By this a protocol knows whether a pulse was
 * captured, when a site recovered, and whether anything goes on anywhere. */
#ifndef ISO_OBSERVE_HEARING_H
#define ISO_OBSERVE_HEARING_H

#include "solve/guest.h"

enum { ISO_MOST_EARS = 64 };

/* ms; activations and recoveries as the simulation finds them. Recoveries are told of sets of one node. */
typedef struct iso_ear {
  double first;     /* activation of any of its nodes since the time; INFINITY: none */
  double recovered; /* first recovery after that; INFINITY: none */
  double rested;    /* last recovery before that; -INFINITY: none */
  double last;      /* recovery of all; -INFINITY: none */
} iso_ear;

typedef struct iso_hearing iso_hearing;

/* Collective. Nothing is heard yet, and everything from the start on will be. */
iso_status iso_hearing_new(iso_hearing **out, const iso_mesh *mesh, iso_error *err);
void iso_hearing_free(iso_hearing *hearing);

/* One more ear, at owned nodes node [count], distinct; its number, from 0 on, is the same on all ranks. At
 * most ISO_MOST_EARS. Not collective. */
int iso_hearing_add(iso_hearing *hearing, int64_t count, const iso_lid *node);

/* The guest. It does not own. It saves what it knows, and a restored simulation's ears know no more than they
 * did then. */
iso_guest iso_hearing_guest(iso_hearing *hearing);

/* Whose activations ears count. A wave that is still on its way when a pulse is given is not that pulse's: it
 * comes to nodes that have not activated since the pulse before. */
typedef enum {
  ISO_HEAR_ALL,
  ISO_HEAR_AGAIN, /* of nodes that have activated since the time before */
  ISO_HEAR_STILL  /* and of those that counted then, since nothing came of it */
} iso_hearing_of;

/* From now on only what happens after time_ms counts, which is not before the last step shown. */
void iso_hearing_since(iso_hearing *hearing, double time_ms, iso_hearing_of of);

/* Nobody asks any more: it costs nothing from now on. */
void iso_hearing_stop(iso_hearing *hearing);

/* As far as steps have been shown, the same on all ranks: of an ear, and the last activation of any node
 * since the time (-INFINITY: none), and the time of the last step shown. */
iso_ear iso_hearing_ear(const iso_hearing *hearing, int ear);
double iso_hearing_anywhere(const iso_hearing *hearing);
double iso_hearing_shown(const iso_hearing *hearing);

#endif
