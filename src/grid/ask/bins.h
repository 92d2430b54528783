/* Points sorted into the cubes of a uniform grid, to find those near a place. */
#ifndef ISO_GRID_ASK_BINS_H
#define ISO_GRID_ASK_BINS_H

#include "base/error.h"

#include <stdint.h>

typedef struct iso_bins {
  const double (*xyz)[3]; /* [npoints] the caller's */
  double low[3], high[3]; /* bounding box of the points */
  double edge;            /* of a cube */
  int64_t n[3];           /* cubes along each axis */
  int64_t *first;         /* [n[0] n[1] n[2] + 1] into point */
  int64_t *point;         /* [npoints] */
} iso_bins;

/* About one point per cube. xyz must stay. */
iso_status iso_bins_new(iso_bins *bins, int64_t npoints, const double (*xyz)[3], iso_error *err);

/* Cube of a place, moved into the grid if it lies outside. */
void iso_bins_cube(const iso_bins *bins, const double at[3], int64_t cube[3]);

/* Calls visit with each point of the cubes that a box meets: all in the box, and some others. */
void iso_bins_visit(const iso_bins *bins, const double low[3], const double high[3],
                    void (*visit)(void *self, int64_t point), void *self);

/* The nearest point, that of the lowest number [npoints] on ties, or -1 if there is none; *distance. */
int64_t iso_bins_nearest(const iso_bins *bins, const double at[3], const int64_t *number, double *distance);

void iso_bins_free(iso_bins *bins);

#endif
