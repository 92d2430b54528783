/* --block and --concentration-nM of isochrone cell: drugs as axes of the grid. */
#ifndef ISO_APP_CELL_DRUGS_H
#define ISO_APP_CELL_DRUGS_H

#include "app/command_options.h"
#include "cell/cell_study.h"

/* Adds an axis for each drug to axes [*n], of which there may be most; what they hold is freed with
 * iso_axis_free, whatever the status. */
iso_status iso_cell_drugs_read(const iso_arguments *arguments, const iso_model *model, int most, int *n,
                               iso_axis *axes, iso_error *err);

void iso_axis_free(iso_axis *axis);

#endif
