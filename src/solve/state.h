/* What changes from step to step, and all of it: Vm, the cells' states, what the watch for activation
 * remembers, and the number of steps. Whoever saves a state and restores it goes on with the same bits. */
#ifndef ISO_SOLVE_STATE_H
#define ISO_SOLVE_STATE_H

#include "linear/field.h"
#include "solve/archive.h"
#include "solve/cells.h"
#include "solve/levels.h"

typedef struct iso_state {
  iso_device *device;
  const iso_mesh *mesh;
  const iso_tissue_cells *cells; /* whose groups the rows belong to */
  int64_t step;                  /* done */
  /* On the device, real. */
  iso_field now, before; /* Vm, and a step earlier; a step is made in before, and then they turn */
  iso_field unreacted;   /* Vm before the last reaction; without room except for Strang's splitting */
  void *rest, *peak;     /* [nowned] see iso_watch in kernels/device.h */
  void **rows;           /* [cells->ngroups], each [model->nstates][ld] */
  bool turned;           /* whether the two Vm stand in each other's buffers */
  /* Where patches step at their own pace: */
  bool is_adaptive;
  iso_levels levels; /* now then is the Vm of each patch where it stands, and before is room */
  iso_field slope;   /* of Vm in each patch's last step, mV a base step */
  int64_t *stands;   /* levels.due on a device whose memory is not the host's: room */
  int nheld;         /* what the scheme keeps of nodes that are not due: the factors of their fast current */
  iso_field *held;   /* [nheld] the scheme's */
} iso_state;

/* What a scheme needs of a state besides. */
typedef struct iso_state_needs {
  bool unreacted; /* that field */
  bool adaptive;  /* levels and slope; the mesh has patches */
} iso_state_needs;

/* The initial state of cells' tissue, all of whose Vm are alike. cells outlive it. Not collective; to be
 * freed whatever the status. */
iso_status iso_state_new(iso_state *out, const iso_mesh *mesh, const iso_tissue_cells *cells,
                         iso_state_needs needs, iso_error *err);
void iso_state_free(iso_state *state);

/* Ends a step, which was made in before unless patches have their own pace. */
void iso_state_turn(iso_state *state);

/* The Vm of owned nodes now, real [nowned] on the device; valid until the next step. Where patches have their
 * own pace it is made in before, from their last steps. */
const void *iso_state_vm(const iso_state *state);

/* The same at the end of the step under way, before it is turned. */
const void *iso_state_made(const iso_state *state);

/* The base steps that the patches' Vm stand at, on the device: int64_t [owned patches]; until the next step.
 */
const int64_t *iso_state_stands(const iso_state *state);

/* The patch that an owned node is of. */
iso_lid iso_state_patch(const iso_state *state, iso_lid node);

/* Base steps from where node's Vm stands to the present one: at most 0; 0 without a pace. */
int iso_state_behind(const iso_state *state, iso_lid node);

/* Vm of owned nodes, mV: [nowned]. Setting it also sets the ones before. */
void iso_state_get_vm(const iso_state *state, double *vm);
void iso_state_get_vm_single(const iso_state *state, float *vm);
void iso_state_set_vm(iso_state *state, const double *vm);

/* Vm of n owned nodes alone, mV: out [n]. */
void iso_state_get_vm_at(const iso_state *state, int64_t n, const iso_lid *nodes, double *out);

/* State number k of the nodes' models, [nowned]; NAN where a model has fewer, which setting passes over. */
void iso_state_get(const iso_state *state, int k, double *values);
void iso_state_set(iso_state *state, int k, const double *values);

/* Every bit of it, by global numbers, and back. Not collective. A state that was saved with another precision
 * or splitting is ISO_EINPUT. */
iso_status iso_state_save(const iso_state *state, iso_archive *archive, iso_error *err);
iso_status iso_state_restore(iso_state *state, const iso_archive *archive, iso_error *err);

#endif
