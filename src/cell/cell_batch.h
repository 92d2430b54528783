/* Single cells of one model side by side on a device, without tissue between them, all advanced together: a
 * launch for each group of lanes whose parameters have the same tables of rates. A lane's bits depend on its
 * own values alone. */
#ifndef ISO_CELL_CELL_BATCH_H
#define ISO_CELL_CELL_BATCH_H

#include "base/error.h"
#include "kernels/device.h"

#include <stdbool.h>

/* What cells are made of, and how they are stepped. */
typedef struct iso_cell_options {
  iso_device *device;
  const iso_model *model;
  bool exact; /* without rate tables */
  double step_ms;
  int nsets;
  const double *const *parameters; /* [nsets][model->nparameters] */
} iso_cell_options;

typedef struct iso_batch_group {
  iso_lid first, count; /* places */
  int64_t ld;
  void *state;          /* [nstates][ld] */
  void *parameters;     /* as prepared for one of the lanes */
  void *varying;        /* [..][ld] constants that differ between them, and which; NULL: none */
  int32_t *varying_row; /* [constants of the model] */
} iso_batch_group;

typedef struct iso_cell_batch {
  iso_device *device;
  const iso_model *model;
  double step_ms;
  int nlanes, ngroups;
  iso_batch_group *groups;
  iso_lid *place; /* [nlanes] of each lane in the arrays below, where groups are contiguous */
  int carrier;    /* state that the stimulus adds ions to, or -1 */
  double carried;
  bool stimulated;                     /* any lane, now */
  void *vm, *before, *iion, *stimulus; /* [nlanes] */
  double *current;                     /* [nlanes] the stimulus by place, on the host */
  iso_lid *node;                       /* [nlanes] place, on the device */
  iso_pending *pending;
  void *samples; /* [ISO_BATCH_STEPS][nlanes] Vm by lane */
} iso_cell_batch;

enum { ISO_BATCH_STEPS = 256 }; /* at most, of one call of iso_cell_batch_run */

/* A cell for each lane, with parameters by set [nlanes]. Values are to be put before the first step. A step
 * longer than the model's largest is ISO_EINPUT. Call iso_cell_batch_free whatever the status. Not
 * collective. */
iso_status iso_cell_batch_new(iso_cell_batch *out, const iso_cell_options *cells, int nlanes, const int *set,
                              iso_error *err);
void iso_cell_batch_free(iso_cell_batch *batch);

/* Vm in mV and states [nstates] of one lane. */
void iso_cell_batch_put(iso_cell_batch *batch, int lane, double vm, const double *states);
void iso_cell_batch_get(const iso_cell_batch *batch, int lane, double *vm, double *states);

/* Forgets how fast Vm was changing, so that what follows depends on Vm and states alone. */
void iso_cell_batch_settle(iso_cell_batch *batch, int lane);

/* The stimulus of every lane from now on, uA/uF [nlanes]; positive depolarises. */
void iso_cell_batch_stimulate(iso_cell_batch *batch, const double *current);

/* Advances all lanes by count <= ISO_BATCH_STEPS steps of V' = stimulus - Iion, by the staggered scheme of
 * docs/numerics.md. vm [count][nlanes]: after each of them. */
void iso_cell_batch_run(iso_cell_batch *batch, int count, double *vm);

#endif
