/* Which sets of parameters can be stepped in one launch: those with the same tables of rates. */
#ifndef ISO_CELL_BATCH_GROUPS_H
#define ISO_CELL_BATCH_GROUPS_H

#include "base/error.h"
#include "kernels/model.h"

#include <stdbool.h>

/* group [nsets] numbers them 0, 1, ... in the order of their first sets. exact: without tables, so that all
 * are one. Tables are compared as by iso_tables_vary. */
iso_status iso_batch_groups(const iso_model *model, double step_ms, bool exact, int nsets,
                            const double *const *parameters, int *group, int *ngroups, iso_error *err);

#endif
