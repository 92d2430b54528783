/* Numbers for what files call by tags of their own, which may have gaps and come in any order. */
#ifndef ISO_GRID_SHARE_DIRECTORY_H
#define ISO_GRID_SHARE_DIRECTORY_H

#include "base/error.h"
#include "kernels/types.h"

#include <stdbool.h>

/* Distributed: a rank keeps the tags of a range. */
typedef struct iso_directory {
  MPI_Comm comm;     /* not owned */
  iso_gid total;     /* distinct tags */
  int64_t low, high; /* the lowest and the highest; any numbers at all */
  int64_t n;         /* that this rank keeps */
  iso_gid first;     /* number of its first */
  int64_t *tag;      /* [n] ascending */
} iso_directory;

/* Collective. Numbers the tags of all ranks, tag [n] of this one, by ascending tag from 0: number [n]. Equal
 * tags get the same number; *repeated (or NULL) is how many were there before. The same on any number of
 * ranks. Fails for lack of memory, on all ranks. */
iso_status iso_directory_new(iso_directory *directory, MPI_Comm comm, int64_t n, const int64_t *tag,
                             iso_gid *number, int64_t *repeated, iso_error *err);

/* Collective. number [n]: of the tags tag [n], in any order and as often as one likes; -1 of what is not
 * there. */
iso_status iso_directory_find(const iso_directory *directory, int64_t n, const int64_t *tag, iso_gid *number,
                              iso_error *err);

void iso_directory_free(iso_directory *directory);

#endif
