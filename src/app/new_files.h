/* Data in a folder, and those that arrive there. */
#ifndef ISO_APP_NEW_FILES_H
#define ISO_APP_NEW_FILES_H

#include "base/error.h"

#include <stdbool.h>

enum { ISO_PATH_ROOM = 4400 };

typedef struct iso_new_files iso_new_files;

/* Whether a file of this name counts. */
typedef bool (*iso_new_files_take)(const void *self, const char *name);

/* Collective. arriving: a file counts when its size has stayed the same from one look to the next, so that
 * none is read while it is written; and a header of WFDB when those of its signals are there and have, too.
 * ISO_EINPUT where it is no folder. To be closed whatever the status; self outlives it. */
iso_status iso_new_files_open(iso_new_files **out, MPI_Comm comm, const char *folder, bool arriving,
                              iso_new_files_take take, const void *self, iso_error *err);
void iso_new_files_close(iso_new_files *files);

/* Collective. path [ISO_PATH_ROOM] of the next file that counts, by name, that was not given before; "" where
 * there is none now. A file that is written anew is given once only. */
iso_status iso_new_files_next(iso_new_files *files, char *path, iso_error *err);

bool iso_is_folder(const char *path);

#endif
