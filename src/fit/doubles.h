/* Data that are there more than once. */
#ifndef ISO_FIT_DOUBLES_H
#define ISO_FIT_DOUBLES_H

#include "fit/data.h"

/* Not collective. Whether data count more than once: errors are independent, so that what is there twice
 * would be surer than it is. log, which may be NULL, is warned of points that a map has more than once.
 * ISO_EINPUT for two maps of which one has most of its points, at the same places and times, from the other,
 * and for two ECGs with the same samples. */
iso_status iso_fit_data_refuse_doubles(const iso_fit_data *data, const iso_config *config, const iso_log *log,
                                       iso_error *err);

/* Not collective. How many points of a map are among those of another, at the same place and time. */
int iso_fit_data_shared(const iso_data_set *map, const iso_lat_map *other);

#endif
