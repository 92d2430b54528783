#include "grid/ask/bins.h"

#include "base/memory.h"
#include "grid/geometry.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static void measure(iso_bins *bins, int64_t npoints) {
  double longest = 0;
  for (int a = 0; a < 3; a++) {
    bins->low[a] = INFINITY;
    bins->high[a] = -INFINITY;
    for (int64_t i = 0; i < npoints; i++) {
      bins->low[a] = fmin(bins->low[a], bins->xyz[i][a]);
      bins->high[a] = fmax(bins->high[a], bins->xyz[i][a]);
    }
    longest = fmax(longest, bins->high[a] - bins->low[a]);
  }
  bins->edge = longest / ceil(cbrt((double)npoints));
  if (!(bins->edge > 0)) bins->edge = 1; /* points of one place, or so close that the division gives 0 */
  for (int a = 0; a < 3; a++)
    bins->n[a] = npoints ? 1 + (int64_t)((bins->high[a] - bins->low[a]) / bins->edge) : 0;
}

void iso_bins_cube(const iso_bins *bins, const double at[3], int64_t cube[3]) {
  for (int a = 0; a < 3; a++) {
    double place = floor((at[a] - bins->low[a]) / bins->edge);
    cube[a] = (int64_t)fmax(0, fmin(place, (double)(bins->n[a] - 1)));
  }
}

static int64_t number_of(const iso_bins *bins, const int64_t cube[3]) {
  return cube[0] + bins->n[0] * (cube[1] + bins->n[1] * cube[2]);
}

static int64_t cube_number(const iso_bins *bins, const double at[3]) {
  int64_t cube[3];
  iso_bins_cube(bins, at, cube);
  return number_of(bins, cube);
}

iso_status iso_bins_new(iso_bins *bins, int64_t npoints, const double (*xyz)[3], iso_error *err) {
  *bins = (iso_bins){.xyz = xyz};
  measure(bins, npoints);
  int64_t ncubes = bins->n[0] * bins->n[1] * bins->n[2];
  ISO_TRY(iso_alloc(&bins->first, (size_t)ncubes + 2, sizeof *bins->first, "a search grid", err));
  ISO_TRY(iso_alloc(&bins->point, (size_t)npoints, sizeof *bins->point, "a search grid", err));
  /* Counted two places ahead, so that filling leaves first[c] at the start of cube c. */
  for (int64_t i = 0; i < npoints; i++) bins->first[cube_number(bins, xyz[i]) + 2]++;
  for (int64_t c = 0; c < ncubes; c++) bins->first[c + 2] += bins->first[c + 1];
  for (int64_t i = 0; i < npoints; i++) bins->point[bins->first[cube_number(bins, xyz[i]) + 1]++] = i;
  return ISO_OK;
}

void iso_bins_visit(const iso_bins *bins, const double low[3], const double high[3],
                    void (*visit)(void *self, int64_t point), void *self) {
  int64_t from[3], to[3], cube[3];
  for (int a = 0; a < 3; a++)
    if (high[a] < bins->low[a] || low[a] > bins->high[a]) return;
  iso_bins_cube(bins, low, from);
  iso_bins_cube(bins, high, to);
  for (cube[2] = from[2]; cube[2] <= to[2]; cube[2]++)
    for (cube[1] = from[1]; cube[1] <= to[1]; cube[1]++)
      for (cube[0] = from[0]; cube[0] <= to[0]; cube[0]++) {
        const int64_t c = number_of(bins, cube);
        for (int64_t k = bins->first[c]; k < bins->first[c + 1]; k++) visit(self, bins->point[k]);
      }
}

typedef struct {
  const iso_bins *bins;
  const double *at;
  const int64_t *number; /* decides on ties */
  int64_t point;
  double distance;
} nearest;

static void search_cube(nearest *best, const int64_t cube[3]) {
  int64_t c = number_of(best->bins, cube);
  for (int64_t k = best->bins->first[c]; k < best->bins->first[c + 1]; k++) {
    int64_t point = best->bins->point[k];
    double d[3];
    iso_subtract(best->bins->xyz[point], best->at, d);
    double distance = iso_length(d);
    bool tie = best->point >= 0 && distance == best->distance;
    if (distance < best->distance || (tie && best->number[point] < best->number[best->point])) {
      best->distance = distance;
      best->point = point;
    }
  }
}

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }

/* All cubes at a distance of ring cubes from the centre; within a row only the two ends unless the row itself
 * is on the ring. */
static void search_ring(nearest *best, const int64_t centre[3], int64_t ring) {
  const int64_t *n = best->bins->n;
  int64_t cube[3];
  for (cube[2] = most(0, centre[2] - ring); cube[2] <= least(n[2] - 1, centre[2] + ring); cube[2]++)
    for (cube[1] = most(0, centre[1] - ring); cube[1] <= least(n[1] - 1, centre[1] + ring); cube[1]++) {
      int64_t away = most(llabs(cube[2] - centre[2]), llabs(cube[1] - centre[1]));
      int64_t step = away == ring || ring == 0 ? 1 : 2 * ring;
      for (cube[0] = centre[0] - ring; cube[0] <= centre[0] + ring; cube[0] += step)
        if (cube[0] >= 0 && cube[0] < n[0]) search_cube(best, cube);
    }
}

int64_t iso_bins_nearest(const iso_bins *bins, const double at[3], const int64_t *number, double *distance) {
  nearest best = {bins, at, number, -1, INFINITY};
  int64_t centre[3], rings = most(bins->n[0], most(bins->n[1], bins->n[2]));
  if (rings > 0) iso_bins_cube(bins, at, centre);
  /* Points beyond ring r are at least r edges from the place, or from where it enters the box, which is
   * nearer. */
  for (int64_t r = 0; r < rings && !((double)(r - 1) * bins->edge > best.distance); r++)
    search_ring(&best, centre, r);
  *distance = best.distance;
  return best.point;
}

void iso_bins_free(iso_bins *bins) {
  free(bins->first);
  free(bins->point);
  *bins = (iso_bins){0};
}
