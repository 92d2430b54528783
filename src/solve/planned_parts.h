/* What the files that make a base step planned on the device share: planned.c brings all that the device
 * needs to it, planned_step.c launches the step. */
#ifndef ISO_SOLVE_PLANNED_PARTS_H
#define ISO_SOLVE_PLANNED_PARTS_H

#include "solve/planned.h"

/* KINDS: sums of two levels, by which lengths of steps are numbered. BUFFERS: the most that are kept. */
enum { ISO_PLANNED_KINDS = 2 * ISO_COARSEST + 1, ISO_PLANNED_BUFFERS = 32 };

/* Those of so many products. The first ones are of one product and of each level. */
typedef struct iso_planned_party {
  int level, stages;
} iso_planned_party;

struct iso_planned {
  iso_adaptive *adaptive;
  iso_device *device;
  iso_exchange *exchange;
  iso_field said; /* iso_plan's; not made on one rank */
  iso_plan pace;
  iso_levels_away away;
  iso_cell_kind *kinds; /* [ngroups][ISO_PLANNED_KINDS] by half base steps, on the device */
  int nparties;
  iso_planned_party party[ISO_PARTIES];
  uint64_t *busy;     /* [patches] pace.busy on the host */
  int64_t busy_from;  /* base step of its first bit; -1: nothing is known */
  int32_t busy_known; /* number of stimuli that it was made of */
  int nbuffers;
  void *buffer[ISO_PLANNED_BUFFERS]; /* on the device, to be released */
};

#endif
