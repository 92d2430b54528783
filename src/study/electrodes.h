/* Electrodes of a file: a line for each, by columns that its first line names, in any order and among others:
 *     name,x_mm,y_mm,z_mm
 *     V1,-51.7,-104.7,6.6
 * Lines that are empty or begin with '#' are passed over. */
#ifndef ISO_STUDY_ELECTRODES_H
#define ISO_STUDY_ELECTRODES_H

#include "base/arena.h"
#include "base/error.h"

typedef struct iso_electrodes {
  int n;
  const char **name; /* [n] distinct */
  double (*at_mm)[3];
  iso_arena *memory; /* of all */
} iso_electrodes;

/* Collective over comm. Rank 0 reads. ISO_EINPUT, with the line, for a file that cannot be read or has
 * columns missing, a number that is none, or an electrode twice. Free it whatever the status. */
iso_status iso_electrodes_read(iso_electrodes *out, MPI_Comm comm, const char *path, iso_error *err);

/* The same from text, which is written to. path: for messages. Not collective. */
iso_status iso_electrodes_parse(iso_electrodes *out, const char *path, char *text, iso_error *err);

void iso_electrodes_free(iso_electrodes *electrodes);

#endif
