/* A twin that goes on with more data. */
#ifndef ISO_FIT_UPDATE_H
#define ISO_FIT_UPDATE_H

#include "fit/twin_read.h"
#include "fit/work.h"

/* Where a fit begins that goes on from a twin. */
typedef struct iso_fit_start {
  double *member; /* [members][model->at.n]; NULL: all from the best heart */
} iso_fit_start;

/* Not collective. z [model->at.n] becomes the best heart of the twin at path, and out its members, as many as
 * the configuration has: further ones begin with the best heart. ISO_EINPUT where it is no twin, or of
 * another heart. To be freed whatever the status. */
iso_status iso_fit_start_new(iso_fit_start *out, const iso_fit_work *work, const char *path, double *z,
                             iso_error *err);
void iso_fit_start_free(iso_fit_start *start);

#endif
