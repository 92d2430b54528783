/* What a user names on the command line, or a message that lists what there is (ISO_EINPUT). */
#ifndef ISO_APP_FIND_H
#define ISO_APP_FIND_H

#include "base/error.h"
#include "kernels/model.h"

iso_status iso_find_model(const char *name, const iso_model **out, iso_error *err);

/* NULL: the first. */
iso_status iso_find_variant(const iso_model *model, const char *name, int *out, iso_error *err);

iso_status iso_find_parameter(const iso_model *model, const char *name, int *out, iso_error *err);

/* "1,2.5,10:14:2" as 1 2.5 10 12 14: numbers, and ranges FROM:TO:STEP with both ends. option: for messages,
 * "--set g_Kr". *values [*n], to be freed. */
iso_status iso_find_values(const char *option, const char *text, int *n, double **values, iso_error *err);

#endif
