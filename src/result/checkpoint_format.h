/* What writer and reader of checkpoints agree on: names of attributes and words. */
#ifndef ISO_RESULT_CHECKPOINT_FORMAT_H
#define ISO_RESULT_CHECKPOINT_FORMAT_H

#include <netcdf.h>

#define ISO_CHECKPOINT_FORMAT "checkpoint_format" /* of the file */
#define ISO_CHECKPOINT_VERSION "1"
#define ISO_CHECKPOINT_PLACE "place" /* of a variable */
#define ISO_CHECKPOINT_EMPTY                                                                                 \
  "empty" /* of a variable whose array has no values: its only one means nothing                             \
           */

/* By iso_archive_type and iso_archive_place. */
static const nc_type iso_checkpoint_types[] = {NC_FLOAT, NC_DOUBLE, NC_INT, NC_INT64};
static const char *const iso_checkpoint_places[] = {"nodes", "root", "all"};
enum { ISO_CHECKPOINT_TYPES = 4, ISO_CHECKPOINT_PLACES = 3 };

#endif
