/* Chunks that already stand in a NetCDF file, put there by plain writes, become those of one of its
 * variables.
 *
 * HDF5's own ways would have every rank wait for every chunk: a compressed one is written by all ranks
 * together, or by one rank for all. Here ranks write their chunks wherever there is room behind what HDF5 has
 * written, each for itself, and in the end one rank tells HDF5 where they are: H5Dwrite_chunk asks for room
 * and enters the chunk in the index, and the driver below gives it the room where the chunk is and writes
 * nothing there. */
#ifndef ISO_RESULT_ADOPT_H
#define ISO_RESULT_ADOPT_H

#include "base/error.h"

#include <stdint.h>

/* A variable over an unlimited dimension and one of fixed length, in chunks of rows x width values. They
 * stand one after the other from first_byte on, the fixed dimension running fastest. */
typedef struct iso_adoption {
  const char *variable;
  int64_t nsteps, length; /* that the variable has */
  int64_t rows, width;    /* of a chunk */
  int64_t first_byte;
  const int32_t *bytes; /* [chunks of all] */
  /* The unlimited dimension, and a variable of doubles over it alone, which gets its values. */
  const char *dimension, *along;
  const double *value; /* [nsteps] */
} iso_adoption;

/* Bytes that HDF5 takes for its index of a chunk, at most. */
enum { ISO_ADOPT_INDEX = 256 };

/* Whether the HDF5 that is loaded is the one whose headers this was built with: HDF5 aborts in iso_adopt
 * where it is not, so a run asks at its beginning. Not collective. ISO_EFAIL: another one. */
iso_status iso_adopt_check(iso_error *err);

/* The file is closed, and nobody writes to it. shown: its name in a message. Not collective: one rank does
 * it. ISO_EFAIL where the file cannot be read or written. */
iso_status iso_adopt(const char *path, const char *shown, const iso_adoption *chunks, iso_error *err);

#endif
