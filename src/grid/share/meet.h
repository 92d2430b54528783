/* Where items of all ranks that have something in common meet: each on the rank whose block holds the number
 * that it begins with. */
#ifndef ISO_GRID_SHARE_MEET_H
#define ISO_GRID_SHARE_MEET_H

#include "grid/share/route.h"

/* What a rank brings. */
typedef struct iso_meeting {
  iso_gid total; /* numbers are in [0, total) */
  int64_t n;
  const void *items; /* [n] of bytes each, of which an iso_gid is the first */
  size_t bytes;
  const char *purpose; /* for the message where memory is short */
} iso_meeting;

/* Collective. *route is that of the items, for answers, and *received [route nrecv] are those that this rank
 * is brought, to be freed; both are to be released on failure, too, and are empty before. Fails for lack of
 * memory, on all ranks. */
iso_status iso_meet(MPI_Comm comm, const iso_meeting *meeting, iso_route *route, void *received,
                    iso_error *err);

#endif
