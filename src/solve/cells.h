/* The cells of the tissue on the device: one group for each run of nodes with the same region, with its model
 * and parameters; nodes of no element are groups of their own, which take no steps. Their states are the
 * simulation's (solve/state.h). Groups do not cross from inner to boundary nodes, so those can be stepped
 * separately. */
#ifndef ISO_SOLVE_CELLS_H
#define ISO_SOLVE_CELLS_H

#include "grid/mesh.h"
#include "kernels/cell_list.h"
#include "kernels/device.h"
#include "tissue/varying.h"

#include <stdbool.h>

typedef struct iso_cell_group {
  iso_lid first, count; /* owned nodes */
  int region;
  bool idle;     /* nodes without elements, whose cells nothing is coupled to: they keep their states */
  int64_t ld;    /* distance between rows of state */
  void *varying; /* [region's varying.nrows][ld], NULL where there are none */
} iso_cell_group;

/* What the cells of one region share, on the device. */
typedef struct iso_cell_region {
  void *parameters;     /* as prepared for step_ms; NULL where its model does not take it */
  bool lent;            /* parameters are an earlier region's */
  iso_varying varying;  /* on the host */
  int32_t *varying_row; /* varying.row, or NULL where varying.nrows is 0 */
} iso_cell_region;

typedef struct iso_tissue_cells {
  iso_device *device;
  const iso_tissue *tissue;
  iso_lid ninner;
  int ngroups;
  iso_cell_group *groups;
  iso_cell_region *regions; /* [tissue->nregions] */
  double step_ms;
  bool slow;
} iso_tissue_cells;

/* Steps that cells are made for. */
typedef struct iso_cell_steps {
  double length_ms; /* of one call of the kernels */
  bool exact; /* without rate tables, which regions whose tables would differ from node to node are anyway */
  bool slow;  /* for cells outside upstrokes only; regions whose model does not take it get no parameters */
} iso_cell_steps;

/* Collective. Cells of the owned nodes. mesh, tissue and device outlive them. Steps that a model is unstable
 * with are ISO_EINPUT unless they are slow ones. */
iso_status iso_tissue_cells_new(iso_tissue_cells *out, iso_device *device, const iso_mesh *mesh,
                                const iso_tissue *tissue, iso_cell_steps steps, iso_error *err);
void iso_tissue_cells_free(iso_tissue_cells *cells);

/* A mean of two fields, coefficient[0] v[0] + coefficient[1] v[1]. */
typedef struct iso_mean {
  double coefficient[2];
  const void *v[2]; /* [nlocal] real; v[1] NULL where its coefficient is 0 */
} iso_mean;

/* What cells read and write in a step: see iso_cells. */
typedef struct iso_cell_fields {
  void *const *state; /* [ngroups], each [model->nstates][ld] */
  iso_mean vm;        /* at which currents are taken: v[0] alone, or 3/2 v[0] - 1/2 v[1]; gates see v[0] */
  void *extrapolated; /* where that mean goes; may be NULL */
  void *iion;         /* [nowned] */
  void *fast;         /* [ISO_MAX_FAST][fast_ld] factors of the fast current; may be NULL */
  int64_t fast_ld;
} iso_cell_fields;

/* Advances the boundary nodes' cells, or the inner ones'. */
void iso_tissue_cells_step(const iso_tissue_cells *cells, bool boundary, const iso_cell_fields *fields);

/* The same of nodes [first, first + count) of a group alone, whatever the part. */
void iso_tissue_cells_step_some(const iso_tissue_cells *cells, int group, iso_lid first, iso_lid count,
                                const iso_cell_fields *fields);

/* The same of runs of nodes of a group, a list that the device made: run [nruns at most], list on the device.
 */
void iso_tissue_cells_step_listed(const iso_tissue_cells *cells, int group, const iso_lid (*run)[2],
                                  int32_t nruns, const iso_cell_list *list, const iso_cell_fields *fields);

#endif
