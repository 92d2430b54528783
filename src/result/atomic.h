/* A file that appears under its name only when it is complete: it is written beside that name and renamed at
 * the end. A run that fails or is killed leaves whatever stood there before. */
#ifndef ISO_RESULT_ATOMIC_H
#define ISO_RESULT_ATOMIC_H

#include "base/error.h"

#include <stdint.h>

typedef struct iso_atomic {
  MPI_Comm comm;
  char *path;
  char *temporary; /* "PATH.XXXXXX.part", the same on all ranks; NULL when there is none */
} iso_atomic;

/* Collective. Fails with ISO_EFAIL where this program could not write the file now: the folder is missing or
 * not writable, the disk is full, or something that must not be replaced stands there (a folder, a device, a
 * write-protected file). Leaves nothing behind. Call it before hours of work. */
iso_status iso_output_check(MPI_Comm comm, const char *path, iso_error *err);

/* Collective. Makes the same checks and creates an empty temporary file, to be opened by its name. */
iso_status iso_atomic_begin(iso_atomic *file, MPI_Comm comm, const char *path, iso_error *err);

/* Collective. Extends the temporary file to this many bytes, with room for them on the disk. Nobody may be
 * writing meanwhile. Libraries that write later never meet a full disk: in parallel, HDF5's answer to one is
 * to hang. (Where a file system cannot promise room, that danger stays.) */
iso_status iso_atomic_reserve(const iso_atomic *file, int64_t bytes, iso_error *err);

/* Collective. Flushes the temporary file to the disk and gives it its name. It must be closed. On failure
 * nothing is left behind. */
iso_status iso_atomic_commit(iso_atomic *file, iso_error *err);

/* Collective. Removes the temporary file, if there is one. */
void iso_atomic_abandon(iso_atomic *file);

#endif
