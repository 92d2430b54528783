/* How long the steps of each patch are.
 *
 * Patches (grid/patches.h) step at levels of 1, 2, 4, .. ISO_COARSEST base steps. A patch whose Vm stands at
 * base step n goes on then, at a level that divides n, so that those of one level are due together. What a
 * patch would like follows from its own last two steps: it may double its level where Vm is slow and nearly
 * straight in time. What it gets is at most four times what each neighbour has, since fronts come from there.
 * Decisions are made of maxima over the nodes of a patch, which have no order: they are the same whatever the
 * ranks, threads or device. */
#ifndef ISO_SOLVE_LEVELS_H
#define ISO_SOLVE_LEVELS_H

#include "base/error.h"
#include "grid/patches.h"
#include "kernels/plan.h"

#include <stdbool.h>

/* Levels that a device moves on, which plans steps itself (kernels/plan.h). */
typedef struct iso_levels_away {
  iso_device *device;
  const iso_plan *pace;
  bool is_newer; /* than what the host has */
} iso_levels_away;

/* Of the patches, owned and ghosts; part of a simulation's state. */
typedef struct iso_levels {
  const iso_patches *patches;
  bool shared;           /* whether that of ghosts is their owners', which is so from step to step */
  int8_t *level;         /* [nlocal] base steps of the last step, a power of 2 */
  int8_t *wish;          /* [nlocal] for the next one */
  int64_t *due;          /* [nlocal] base step that Vm stands at: the end of the last step */
  double *rate, *bend;   /* [nowned] largest |dV/dt|, mV/ms, and |d2V/dt2|, mV/ms2, of the last step */
  int64_t *calm;         /* [nowned] base step at which an upstroke is forgotten: iso_pace_is_held_back */
  iso_levels_away *away; /* NULL where the host moves them on; their owner's */
} iso_levels;

/* All patches at level 1 and base step 0, and of unknown rate. Not collective; to be freed whatever the
 * status. */
iso_status iso_levels_new(iso_levels *out, const iso_patches *patches, iso_error *err);
void iso_levels_free(iso_levels *levels);

/* Brings the arrays up to date where a device has moved them on. To be called before they are read. */
void iso_levels_fetch(const iso_levels *levels);

/* Nothing is known of Vm any more: all patches stand at base step `step`. */
void iso_levels_reset(iso_levels *levels, int64_t step);

/* The limits of cells whose Vm rests at rest_mV and is active above active_mV; most: as above. */
iso_level_limits iso_level_limits_of(double rest_mV, double active_mV, int most);

/* Records that owned patch p has made a step of a level, and what it would like next. rate, bend: largest |S|
 * and largest change of S from the step before, where S is the slope of Vm in mV a base step of step_ms.
 * left_alone: base steps from the end of that step on in which nobody stimulates it; only level 1 may take
 * longer. */
void iso_levels_record(iso_levels *levels, iso_lid p, int level, double rate, double bend, double step_ms,
                       int64_t left_alone, const iso_level_limits *limits);

/* The level at which owned patch p, due at base step now, goes on: its wish as far as neighbours let it. */
int iso_levels_next(const iso_levels *levels, iso_lid p, int64_t now);

#endif
