/* How long the steps of patches are, in one text for the host and for a device that decides it itself, and
 * the launches of such a device. src/solve/levels.h says what levels are and why they are chosen so. */
#ifndef ISO_KERNELS_PLAN_H
#define ISO_KERNELS_PLAN_H

#include "kernels/cell_list.h"
#include "kernels/device.h"

#include <math.h>

/* Base steps of a step: 1, 2, 4, .. ISO_COARSEST. */
enum { ISO_LEVELS = 5, ISO_COARSEST = 1 << (ISO_LEVELS - 1) };

/* 0, 1, 2, .. for 1, 2, 4, .. */
ISO_INLINE int iso_level_index(int level) { return (level > 1) + (level > 2) + (level > 4) + (level > 8); }

/* What a patch may do; never changes. */
typedef struct iso_level_limits {
  int8_t most;      /* largest level, from what its model's slow steps allow */
  double rate;      /* of Vm: largest |dV/dt|, mV/ms */
  double departure; /* and departure from a straight line in a step, mV, */
  double drift;     /* or, in short steps, for each ms of the step, mV/ms */
} iso_level_limits;

/* Of patches, as iso_levels has them: on the host or on a device. */
typedef struct iso_pace_levels {
  int8_t *level, *wish;
  int64_t *due;
  double *rate, *bend;
  int64_t *calm;
} iso_pace_levels;

/* ---- the rules ---- */

/* What neighbours know of a patch: see iso_pace_levels. */
typedef struct iso_pace_word {
  int64_t due;
  int level, wish;
} iso_pace_word;

/* The largest level that a patch lets a neighbour take that is due at base step now. */
ISO_INLINE int iso_pace_allows(iso_pace_word said, int64_t now) {
  const int from_patch_to_patch = 4;
  return from_patch_to_patch * (said.due == now ? said.wish : said.level);
}

ISO_INLINE iso_pace_word iso_pace_word_of(const iso_pace_levels *l, iso_lid q) {
  const iso_pace_word word = {l->due[q], l->level[q], l->wish[q]};
  return word;
}

/* A word as a number that a float holds exactly, to travel among reals; and back, at a base step now that no
 * step of the patch ends before, nor begins after. */
ISO_INLINE int iso_pace_spell(iso_pace_word w) {
  return ((int)(w.due % (2 * ISO_COARSEST)) * ISO_LEVELS + iso_level_index(w.level)) * ISO_LEVELS +
         iso_level_index(w.wish);
}
ISO_INLINE iso_pace_word iso_pace_read(int spelt, int64_t now) {
  const int around = 2 * ISO_COARSEST, due = spelt / (ISO_LEVELS * ISO_LEVELS);
  const int64_t ahead = (due + around - now % around) % around;
  const iso_pace_word word = {now + ahead, 1 << spelt / ISO_LEVELS % ISO_LEVELS, 1 << spelt % ISO_LEVELS};
  return word;
}

/* How long an upstroke is remembered, ms. */
#define ISO_HELD_BACK_MS 200

/* After an upstroke the calcium of a cell is on its way, which models step to first order: released in some
 * 10 ms, out of the notch after 20 and most of it back in its stores after 200. docs/numerics.md has the
 * errors of concentrations that come of it. now: a base step; calm: the one at which the upstroke is
 * forgotten. */
ISO_INLINE int iso_pace_is_held_back(int level, double step_ms, int64_t now, int64_t calm) {
  const double released_ms = 10, notch_ms = 20, longest_ms = 0.4;
  const double since_ms = ISO_HELD_BACK_MS - (double)(calm - now) * step_ms;
  const int most = since_ms < released_ms ? 1 : since_ms < notch_ms ? 2 : ISO_COARSEST;
  return now < calm && (level > most || level * step_ms > longest_ms * (1 + 1e-9));
}

ISO_INLINE int iso_pace_may_take(const iso_pace_levels *l, iso_lid p, int level, double rate, double bend,
                                 double step_ms, int64_t left_alone, const iso_level_limits *limits) {
  const int from_step_to_step = 2;
  const double length = level * step_ms, departure = 0.5 * bend * length * length;
  return level <= from_step_to_step * l->level[p] && level <= limits->most && level <= left_alone &&
         l->due[p] % level == 0 && !iso_pace_is_held_back(level, step_ms, l->due[p], l->calm[p]) &&
         rate <= limits->rate && departure <= limits->departure && departure <= limits->drift * length;
}

/* iso_levels_record */
ISO_INLINE void iso_pace_record(const iso_pace_levels *l, iso_lid p, int level, double rate, double bend,
                                double step_ms, int64_t left_alone, const iso_level_limits *limits) {
  const double before_rate = l->rate[p], before_bend = l->bend[p];
  const double new_rate = rate / step_ms, new_bend = bend / (0.5 * (level + l->level[p]) * step_ms * step_ms);
  l->rate[p] = new_rate;
  l->bend[p] = new_bend;
  l->level[p] = (int8_t)level;
  l->due[p] += level;
  if (!(new_rate <= limits->rate)) l->calm[p] = l->due[p] + (int64_t)ceil(ISO_HELD_BACK_MS / step_ms);
  const double fastest = before_rate > new_rate ? before_rate : new_rate; /* NaN where this step's is */
  const double sharpest = before_bend > new_bend ? before_bend : new_bend;
  int wish = 1;
  for (int q = 2; iso_pace_may_take(l, p, q, fastest, sharpest, step_ms, left_alone, limits); q *= 2)
    wish = q;
  l->wish[p] = (int8_t)wish;
}

/* Base steps, ISO_COARSEST at most, from bit `from` of busy on to the first that is set. */
ISO_INLINE int64_t iso_pace_left_alone(uint64_t busy, int from) {
  int64_t alone = 0;
  while (alone < ISO_COARSEST && !(busy >> (from + alone) & 1)) alone++;
  return alone;
}

/* ---- launches of a device that decides itself ---- */

/* Patches that make a step of one level by the same number of products are a party. The first ISO_LEVELS
 * parties are those of one product, by iso_level_index. */
enum { ISO_PARTIES = 64 };

/* The patches of a rank. All arrays are on the device; [patches] of the rank's own, or [all] with ghosts'
 * behind these, of which `said` tells what their owners say. The base step under way is clock->first +
 * clock->steps. */
struct iso_plan {
  int32_t npatches, nall, ngroups;
  int32_t ninner; /* patches before this one have no nodes that are ghosts elsewhere */
  int turn;       /* the base step's parity */
  double step_ms;
  const iso_pending *clock;
  /* What never changes. */
  const iso_lid *first;       /* [all + 1] node */
  const int64_t *slice;       /* [patches + 1] of rows */
  const int64_t *start;       /* [patches + 1] into */
  const iso_lid *neighbour;   /* patches */
  const int32_t *group;       /* of cells */
  const iso_lid *group_first; /* [ngroups] its first patch */
  const iso_level_limits *limits;
  const uint8_t (*party)[ISO_LEVELS]; /* [all] of a step at each level */
  /* Bit k: a stimulus acts, or may act, in base step clock->first + k. */
  const uint64_t *busy;
  /* What changes from step to step. */
  iso_pace_levels levels; /* level, wish and due of all */
  int8_t *next;           /* level at which a patch that is due goes on; 0 of others */
  uint64_t *role;         /* [2][all] by turn; a bit for each party that the patch or a neighbour is of */
  int32_t *count;    /* [2][2 + ngroups] by turn; patches that are due, with ghosts', and of each group */
  iso_lid *due;      /* patches that are due, in no fixed order */
  iso_lid (*run)[2]; /* [all] nodes of those that are due, ghosts' too, likewise */
  iso_lid (*cell_run)[2]; /* nodes of those of a group, from its first patch's place on, and */
  uint8_t *cell_kind;     /* half base steps that their cells make */
  int64_t *node_steps;    /* [ISO_LEVELS] base steps of nodes at each level so far */
  /* Real, by nodes. */
  iso_lid nnodes;
  void *vm, *slope;
  void *before; /* out of a plan: such that 3/2 V - 1/2 before is V in the middle of a step, where V is */
  void *gates; /* the V for gates where a step differs from the one before, and vm elsewhere; later Vm after a
                  step */
  void *middle; /* [ISO_LEVELS][nnodes] V in the middle of a step at each level, for its product */
  void *said;   /* what patches tell neighbours elsewhere, at each of their nodes: from settle to plan their
                   words, as iso_pace_spell spells them, and from plan to settle next, of those that are due;
                   NULL where there are none */
};

/* Of count, in a turn: of patches, with ghosts', and from the third on of groups. */
enum { ISO_COUNT_DUE, ISO_COUNT_RUNS, ISO_COUNT_GROUPS };
ISO_INLINE int32_t iso_pace_counts(const iso_plan *pace) { return ISO_COUNT_GROUPS + pace->ngroups; }

/* Of all patches, who is due goes on at the level that it wishes and neighbours allow: next, role, lists,
 * before and gates. Ghosts of `said` are fresh. */
void iso_launch_pace_plan(iso_device *device, const iso_plan *pace);

/* Cells in runs that a device made: cells->nruns at most. */
void iso_launch_listed_cells(iso_device *device, const iso_model *model, const iso_cells *cells,
                             const iso_cell_list *list);

/* Middle of the parties of one product; or, where party is one of several, out = V at `ahead` base steps from
 * now at the nodes of patches that have members next to them, and with members, at those of them. Without,
 * ghosts of `said` are fresh. */
struct iso_pace_fill {
  int party, members; /* party: ISO_LEVELS or more; 0: those of one product */
  double ahead;
  void *out;
};
void iso_launch_pace_fill(iso_device *device, const iso_plan *pace, const iso_pace_fill *fill);

/* The rows of the patches of a party: as iso_launch_product, whose first, last, run, part and watch do not
 * matter. Of those of one product, party 0: x is their middle, and apply and the last coefficient are of a
 * step of one base step, which the others have as many of as their level; only level 1 has a stimulus. */
void iso_launch_pace_product(iso_device *device, const iso_plan *pace, int party, const iso_product *product);

/* Ends the steps of those that are due, with Vm from before: as iso_launch_settle, and each says what it
 * would like next. watch may be NULL. */
void iso_launch_pace_settle(iso_device *device, const iso_plan *pace, const iso_watch *watch);

/* out = Vm of all patches now. */
void iso_launch_pace_show(iso_device *device, const iso_plan *pace, void *out);

#endif
