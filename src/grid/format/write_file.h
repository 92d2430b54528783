/* A file that several ranks write one after the other. */
#ifndef ISO_GRID_FORMAT_WRITE_FILE_H
#define ISO_GRID_FORMAT_WRITE_FILE_H

#include "base/atomic.h"

/* Writes this rank's part; failures of the stream are found by the caller. */
typedef void (*iso_write_part)(FILE *file, const void *context, int rank, int size);

/* Collective over file's communicator. Writes every rank's part into the temporary file, in the order of
 * ranks. The caller commits the file, or abandons it on failure. */
iso_status iso_write_in_turn(const iso_atomic *file, iso_write_part part, const void *context,
                             iso_error *err);

#endif
