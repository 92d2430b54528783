/* What grows on surfaces: points, each with a line to the one that it comes from. */
#ifndef ISO_ANATOMY_GROWN_H
#define ISO_ANATOMY_GROWN_H

#include "anatomy/sheet.h"

typedef struct iso_grown {
  int64_t n, room;
  double (*xyz)[3]; /* [n] mm; the root is the first */
  int64_t *from;    /* [n] the point before; -1 of the root */
  int32_t *branch;  /* [n] who grew it, as its maker counts */
  int32_t *tag;     /* [n] of the line from the point before */
} iso_grown;

/* Not collective, as all here but iso_grown_slice. A point behind the others. ISO_EFAIL: memory is short. */
iso_status iso_grown_put(iso_grown *grown, const double x[3], int64_t from, int32_t branch, int32_t tag,
                         iso_error *err);

/* Points on the straight way from point number from to a place, at equal distances of segment_mm or less. The
 * last one is the place; none where the point is there already. As iso_grown_put. */
iso_status iso_grown_line(iso_grown *grown, int64_t from, const double to[3], double segment_mm,
                          int32_t branch, int32_t tag, iso_error *err);

/* Points along a sheet from point number from to a place, both of which are on it, in segments that set off
 * to the place as straight as the surface lets them; the last is the place. ISO_EINPUT where the way comes no
 * nearer, as at the rim of a hole. */
iso_status iso_grown_walk(iso_grown *grown, const iso_sheet *sheet, int64_t from, const double to[3],
                          double segment_mm, int32_t branch, int32_t tag, iso_error *err);

/* What has grown elsewhere, behind point number at, which is where that one's root is. */
iso_status iso_grown_join(iso_grown *grown, int64_t at, const iso_grown *other, iso_error *err);

/* Collective. The lines as a slice, all on the first rank. */
iso_status iso_grown_slice(const iso_grown *grown, MPI_Comm comm, iso_slice *out, iso_error *err);

void iso_grown_free(iso_grown *grown);

#endif
