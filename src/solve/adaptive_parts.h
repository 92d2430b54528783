/* What the files that make a paced step share. */
#ifndef ISO_SOLVE_ADAPTIVE_PARTS_H
#define ISO_SOLVE_ADAPTIVE_PARTS_H

#include "solve/adaptive.h"
#include "solve/patch_stimuli.h"
#include "solve/planned.h"
#include "solve/rkl.h"

/* Patches of a rank that are due at the base step under way, by number. */
typedef struct iso_due {
  iso_lid n, nall; /* owned ones, and with ghosts */
  iso_lid *patch;  /* [nall] ascending, so owned ones first */
  uint8_t *is_due; /* [nlocal] */
  int8_t *next;    /* [nlocal] level at which one that is due goes on; 0 of others */
} iso_due;

struct iso_adaptive {
  iso_device *device;
  const iso_mesh *mesh;
  const iso_patches *patches;
  const iso_rows *rows;
  const int64_t *patch_slice;
  const iso_stimuli *stimuli;
  iso_watch_list *watch;
  iso_currents *currents;
  iso_field *work; /* room: V in the middle of a step */
  double dt;
  iso_timer *timer;
  const iso_tissue_cells *base; /* the simulation's, of one base step */
  iso_tissue_cells cells[2 * ISO_COARSEST +
                         1]; /* of other steps, by half base steps; cleared where no two levels make them */
  int32_t *group;            /* [nowned patches] of cells */
  iso_level_limits *limits;  /* [nowned patches] */
  int8_t (*stages)[ISO_LEVELS]; /* [nlocal patches] products of a step at each level */
  int most_stages;              /* of any patch of any rank at level 1 */
  iso_patch_stimuli touched;
  iso_patch_exchange exchange;
  iso_due due;
  /* Room. */
  iso_lid *list;             /* [nlocal patches] */
  uint8_t *role, *is_member; /* [nlocal patches] of a launch of diffusion */
  iso_lid (*run)[2];         /* [nlocal patches] of nodes */
  double *rate, *bend;       /* [nowned patches] */
  /* On the device. */
  iso_lid *device_first, *device_patch;
  void *device_run, *device_rate, *device_bend;
  void *stage[2]; /* real [nlocal]; NULL where no step has stages */
  void *slope;    /* real [nowned]; likewise */
  int64_t node_steps[ISO_LEVELS];
  iso_planned *planned; /* NULL where the host plans */
};

/* End of the run of consecutive numbers that begins at list[i]. list [n] ascending */
iso_lid iso_adaptive_run(const iso_lid *list, iso_lid n, iso_lid i);

/* Y_j = .. of the stages of dV/dt = L V - I in a step, ms, where the I of a step is one for all of it: the
 * first one's product, without x, and those of the others. vm: V at the start; x: V of the stage before, at
 * neighbours, too. out is the caller's. */
iso_product iso_adaptive_first_stage(const iso_adaptive *adaptive, double step, iso_rkl_stage stage,
                                     const void *vm);
iso_product iso_adaptive_stage(const iso_adaptive *adaptive, double step, iso_rkl_stage stage, const void *vm,
                               const void *newest, const void *older);

/* Collective among neighbours. state->before = V at the ends of the steps of all that are due, from iion. */
void iso_adaptive_diffuse(iso_adaptive *adaptive, iso_state *state);

#endif
