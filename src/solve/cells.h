/* The cells of the tissue on the device: one group for each run of nodes with the same region, each with its
 * model, parameters and state. Groups do not cross from inner to boundary nodes, so those can be stepped
 * separately. */
#ifndef ISO_SOLVE_CELLS_H
#define ISO_SOLVE_CELLS_H

#include "grid/mesh.h"
#include "kernels/device.h"
#include "solve/archive.h"
#include "tissue/varying.h"

#include <stdbool.h>

typedef struct iso_cell_group {
  iso_lid first, count; /* owned nodes */
  int region;
  int64_t ld;    /* distance between rows of state */
  void *state;   /* [model->nstates][ld] */
  void *varying; /* [region's varying.nrows][ld], NULL where there are none */
} iso_cell_group;

/* What the cells of one region share, on the device. */
typedef struct iso_cell_region {
  void *parameters;     /* as prepared for step_ms */
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
} iso_tissue_cells;

/* Collective. Cells of the owned nodes in the initial states of their regions. step_ms: of one call of the
 * kernels. exact: without rate tables, which regions whose tables would differ from node to node are anyway.
 * A step that a model is unstable with is ISO_EINPUT. */
iso_status iso_tissue_cells_new(iso_tissue_cells *out, iso_device *device, const iso_mesh *mesh,
                                const iso_tissue *tissue, double step_ms, bool exact, iso_error *err);
void iso_tissue_cells_free(iso_tissue_cells *cells);

/* Fields over nodes of a launch: see iso_cells. */
typedef struct iso_cell_fields {
  const void *vm, *vm_before;
  void *extrapolated, *iion, *fast;
  int64_t fast_ld;
} iso_cell_fields;

/* Advances the boundary nodes' cells, or the inner ones'. */
void iso_tissue_cells_step(const iso_tissue_cells *cells, bool boundary, const iso_cell_fields *fields);

/* States of all cells, by model and state. Not collective, but the same names on all ranks. */
iso_status iso_tissue_cells_save(const iso_tissue_cells *cells, iso_archive *archive, iso_error *err);
iso_status iso_tissue_cells_restore(iso_tissue_cells *cells, const iso_archive *archive, iso_error *err);

#endif
