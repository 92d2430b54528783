/* Cells of a launch in runs, where a device made the list of them itself. */
#ifndef ISO_KERNELS_CELL_LIST_H
#define ISO_KERNELS_CELL_LIST_H

#include "kernels/model.h"

/* What cells read that make one step: see iso_cells. */
typedef struct iso_cell_kind {
  const void *vm, *parameters, *varying;
  const int32_t *varying_row;
} iso_cell_kind;

/* Beside an iso_cells with runs; all of it on the device. */
struct iso_cell_list {
  const int32_t *count;       /* how many of the runs there are; NULL: all */
  const uint8_t *kind;        /* [nruns] which of the kinds each run is of; NULL: what the iso_cells say */
  const iso_cell_kind *kinds; /* without rows that vary either all or none */
};
typedef struct iso_cell_list iso_cell_list;

#endif
