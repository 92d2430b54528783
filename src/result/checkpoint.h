/* NAME.ckpt.nc: an archive in a file, from which a run goes on, on any number of ranks. docs/file-formats.md
 * describes the contents.
 *
 * The file appears under its name when it is complete and was read back; the one before it stays, as
 * NAME.ckpt.1.nc, and so on. All functions are collective over the communicator of the mesh, or the one
 * given. */
#ifndef ISO_RESULT_CHECKPOINT_H
#define ISO_RESULT_CHECKPOINT_H

#include "result/netcdf_file.h"
#include "solve/archive.h"

#define ISO_CHECKPOINT_SUFFIX ".ckpt.nc"

typedef struct iso_checkpoint_spec {
  const char *path; /* ends with ISO_CHECKPOINT_SUFFIX */
  int keep;         /* files at most: the new one and keep - 1 before it */
  int nattributes;
  const iso_attribute *attributes; /* provenance: texts that iso_checkpoint_text gives back */
} iso_checkpoint_spec;

/* Writes all arrays of an archive. ISO_EFAIL where that is not possible; the older files are then untouched
 * and nothing else is left behind. */
iso_status iso_checkpoint_write(const iso_checkpoint_spec *spec, const iso_archive *archive, iso_error *err);

typedef struct iso_checkpoint iso_checkpoint;

/* Opens a file whose bytes are those that were written. ISO_EINPUT where it is missing, cut, damaged or not a
 * checkpoint; the message names the one before it, if there is one. */
iso_status iso_checkpoint_open(iso_checkpoint **out, MPI_Comm comm, const char *path, iso_error *err);

/* One rank's. ISO_EINPUT where a file is a checkpoint, by its name or by what it holds, and not all of what
 * was written: cut or damaged. The message says what to do. */
iso_status iso_checkpoint_check(const char *path, iso_error *err);

/* An attribute of the file, or NULL where it has none of that name. Not collective. */
const char *iso_checkpoint_text(const iso_checkpoint *checkpoint, const char *name);

/* A single number that the file holds: a time, a count. ISO_EINPUT where it has none. Not collective. */
iso_status iso_checkpoint_number(const iso_checkpoint *checkpoint, const char *name, double *value,
                                 iso_error *err);

/* Puts all arrays into an archive of the same mesh, distributed in any way. ISO_EINPUT where the number of
 * nodes is another. */
iso_status iso_checkpoint_read(const iso_checkpoint *checkpoint, iso_archive *archive, iso_error *err);

void iso_checkpoint_close(iso_checkpoint *checkpoint);

/* "NAME.ckpt.2.nc" of "NAME.ckpt.nc" and 2; 0 gives the path itself. To be freed. Not collective. */
iso_status iso_checkpoint_older(const char *path, int k, char **out, iso_error *err);

#endif
