/* NAME.ckpt.vm: the snapshots of a run so far, for a restart, beside the result file, which nothing can be
 * appended to once its writer was killed. Rows of single-precision values in file order, one row after
 * another, and nothing else.
 *
 * A row of a run always has the same bits, so writing one again, in a restart from an older checkpoint, does
 * no harm to newer ones; a checksum of all rows so far, kept in each checkpoint, tells whether they are still
 * those of that run. Functions are collective unless they say otherwise. */
#ifndef ISO_RESULT_SPOOL_H
#define ISO_RESULT_SPOOL_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct iso_spool {
  MPI_Comm comm;
  char *path;
  int fd;
  int64_t total, first, count; /* values of a row; this rank's part of them */
  int64_t nrows;
  uint64_t sum; /* of this rank's values of all rows */
} iso_spool;

/* Opens the file for writing, and makes it where there is none, or opens it to be read (ISO_EINPUT where that
 * is not possible). Rows of it that are there stay until they are written. */
iso_status iso_spool_open(iso_spool *out, MPI_Comm comm, const char *path, bool write, int64_t total,
                          int64_t first, int64_t count, iso_error *err);

/* Writes one more row. part [count]. ISO_EFAIL where the disk is full or failing. Not collective. */
iso_status iso_spool_append(iso_spool *spool, const float *part, iso_error *err);

/* Reads the next row. ISO_EINPUT where it is not there. */
iso_status iso_spool_next(iso_spool *spool, float *part, iso_error *err);

/* Brings what was written to the disk. */
iso_status iso_spool_flush(const iso_spool *spool, iso_error *err);

/* Checksum of the rows written or read so far; the same on any number of ranks. */
uint64_t iso_spool_sum(const iso_spool *spool);

/* Harmless on a cleared struct. Not collective. */
void iso_spool_close(iso_spool *spool);

#endif
