/* Waves that somebody else moves, in place of the equations of a simulation: it has stimuli, guests, trials
 * and archives as any other, and is told when nodes activate and recover. Vm then is a mark of that, no
 * potential: ISO_MOVED_MV from a node's activation to its recovery, else what it was at the beginning. */
#ifndef ISO_SOLVE_MOVER_H
#define ISO_SOLVE_MOVER_H

#include "solve/stimuli.h"

#define ISO_MOVED_MV 20.0

typedef struct iso_mover_step {
  double from_ms, to_ms;
  bool stimulated;     /* whether a current depolarises any node in it, on this rank or another */
  int64_t count;       /* of this rank */
  const iso_lid *node; /* [count] owned */
} iso_mover_step;

/* Who moves them. */
typedef struct iso_mover {
  void *self;
  /* Collective. *events [*n]: what owned nodes do in a step, each at most once, a recovery before the
   * activation after it; until the next call. */
  void (*go)(void *self, const iso_mover_step *step, int64_t *n, const iso_event **events);
  /* What it knows between steps, and back at a time. Only the latter is collective. */
  iso_status (*save)(const void *self, iso_archive *archive, iso_error *err);
  iso_status (*restore)(void *self, double now_ms, const iso_archive *archive, iso_error *err);
} iso_mover;

/* How a simulation goes by them. */
typedef struct iso_mover_drive {
  const iso_mover *mover; /* NULL: it has equations */
  iso_lid *set, *node;    /* [nowned] room */
} iso_mover_drive;

/* Room for a mover, or none; list: whose events will come from it. Not collective; to be freed whatever the
 * status. */
iso_status iso_mover_drive_new(iso_mover_drive *out, const iso_mover *mover, iso_watch_list *list,
                               iso_lid nowned, iso_error *err);
void iso_mover_drive_free(iso_mover_drive *drive);

/* Collective. Makes a step of the state, whose number does not change yet: its events go to the list, whose
 * unread steps begin with number `unread`. stimuli are ready for it, in one part. */
void iso_mover_drive_step(iso_mover_drive *drive, iso_state *state, const iso_stimuli *stimuli,
                          iso_watch_list *list, int64_t unread, double step_ms);

#endif
