/* What a group of cells of one model has on the device: prepared parameters and rows of state. */
#ifndef ISO_TISSUE_CELL_ROWS_H
#define ISO_TISSUE_CELL_ROWS_H

#include "base/error.h"
#include "kernels/device.h"

#include <stdbool.h>

/* Reals from one row of state to the next for so many cells. */
int64_t iso_cell_row_distance(const iso_device *device, iso_lid count);

/* Room for the states of cells whose rows are ld apart, or ISO_EFAIL. */
iso_status iso_cell_rows_new(void **out, iso_device *device, const iso_model *model, int64_t ld,
                             iso_error *err);

/* Parameters as the kernels read them, for steps of step_ms; exact: without tables of rates. */
iso_status iso_cell_parameters_new(void **out, iso_device *device, const iso_model *model,
                                   const double *parameters, double step_ms, bool exact, iso_error *err);

#endif
