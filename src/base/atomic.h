/* Files that appear under their names only when they are complete: written beside that name and renamed at
 * the end. A run that fails or is killed leaves whatever stood there before. Every file that the program
 * writes for its users goes this way.
 *
 * The name of the temporary file cannot be guessed, it is made new, and no link of that name is ever
 * followed, so that two writers never mix and a folder that others may write to is no way to other files. */
#ifndef ISO_BASE_ATOMIC_H
#define ISO_BASE_ATOMIC_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

typedef struct iso_atomic {
  MPI_Comm comm;
  char *path;
  char *temporary;         /* "PATH.XXXXXX.part", the same on all ranks; NULL when there is none */
  uint64_t device, number; /* of the temporary file, on rank 0 */
} iso_atomic;

/* Collective over comm. ISO_EINPUT where the folder of path is missing, before anything has been done: later
 * it is one that has gone, and no fault of the user's. */
iso_status iso_output_folder(MPI_Comm comm, const char *path, iso_error *err);

/* Collective over comm. iso_output_folder; fails with ISO_EFAIL where this program could not write the file
 * path now: the folder is not writable, the disk is full, or something that must not be replaced stands there
 * (a folder, a device, a link, a write-protected file). Leaves nothing behind. Call it before hours of work.
 */
iso_status iso_output_check(MPI_Comm comm, const char *path, iso_error *err);

/* Collective over comm. Makes the same checks and creates an empty temporary file, to be opened by its name
 * or with iso_atomic_open. On failure there is nothing to abandon. */
iso_status iso_atomic_begin(iso_atomic *file, MPI_Comm comm, const char *path, iso_error *err);

/* One rank's own: a descriptor of the temporary file, to be closed, or -1 with errno. flags: of open(2). */
int iso_atomic_open(const iso_atomic *file, int flags);

/* Collective. Extends the temporary file to this many bytes, with room for them on the disk. Meanwhile
 * others may write within what was reserved before, not behind it. Libraries that write later never meet a
 * full disk: in parallel, HDF5's answer to one is to hang. (Where a file system cannot promise room, that
 * danger stays.) Where there is no room, the file is as large as before: what was got is given back, for the
 * little that is still to be written. */
iso_status iso_atomic_reserve(const iso_atomic *file, int64_t bytes, iso_error *err);

/* Collective. Flushes the temporary file to the disk and gives it its name. It must be closed. On failure
 * nothing is left behind. */
iso_status iso_atomic_commit(iso_atomic *file, iso_error *err);

/* Collective. The same for n files of one folder that belong together: none gets its name before all are on
 * the disk and all may be replaced, and another program's group in this folder comes before or after, never
 * between. */
iso_status iso_atomic_commit_all(int n, iso_atomic *files, iso_error *err);

/* Collective. Removes the temporary file, if there is one. Harmless after commit and on a cleared struct. */
void iso_atomic_abandon(iso_atomic *file);

/* Room on the disk of path's folder, held until there is something to write. It has no name, and a run that
 * is killed gives it back. */
typedef struct iso_room {
  MPI_Comm comm;
  int held; /* 1 + the descriptor, on rank 0; 0: none */
} iso_room;

/* Collective over comm. Fails with ISO_EFAIL where there is no room for this many bytes. A file system that
 * cannot promise room holds none. */
iso_status iso_room_hold(iso_room *room, MPI_Comm comm, const char *path, int64_t bytes, iso_error *err);

/* Right before that much is written. Harmless on a cleared struct. */
void iso_room_release(iso_room *room);

/* One rank's. Writes the whole file path with what print prints of self; failures of the stream are found
 * here. mine: nobody else may read it. */
iso_status iso_atomic_write(const char *path, bool mine, void (*print)(const void *self, FILE *stream),
                            const void *self, iso_error *err);

/* The same of a text. */
iso_status iso_atomic_write_text(const char *path, bool mine, const char *text, iso_error *err);

/* The failure to write path for the reason code, an errno, with what to do about it. */
iso_status iso_fail_write(const char *path, int code, iso_error *err);

#endif
