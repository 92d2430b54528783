/* A file that several ranks write one after the other, complete or not there at all. */
#ifndef ISO_GRID_FORMAT_WRITE_FILE_H
#define ISO_GRID_FORMAT_WRITE_FILE_H

#include "base/error.h"

#include <stdio.h>

/* Writes this rank's part; failures of the stream are found by the caller. */
typedef void (*iso_write_part)(FILE *file, const void *context, int rank, int size);

/* Collective. Every rank's part in the order of ranks, then the file gets its name. */
iso_status iso_write_in_turn(MPI_Comm comm, const char *path, iso_write_part part, const void *context,
                             iso_error *err);

#endif
