#include "observe/tracks.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A track and a core near it. */
typedef struct {
  double distance2;
  int64_t track, core;
} pair;

static int by_distance(const void *a, const void *b) {
  const pair *x = a, *y = b;
  if (x->distance2 != y->distance2) return x->distance2 < y->distance2 ? -1 : 1;
  if (x->track != y->track) return x->track < y->track ? -1 : 1;
  return (x->core > y->core) - (x->core < y->core);
}

static double distance2(const double a[3], const double b[3]) {
  double sum = 0;
  for (int d = 0; d < 3; d++) sum += (a[d] - b[d]) * (a[d] - b[d]);
  return sum;
}

/* pairs NULL: counts alone. */
static int64_t list_pairs(const iso_tracks *t, int64_t n, const iso_core *cores, pair *pairs) {
  int64_t count = 0;
  for (int64_t k = 0; k < t->ntracks; k++)
    for (int64_t i = 0; i < n && t->track[k].alive > 0; i++) {
      const double d2 = distance2(t->track[k].at_mm, cores[i].at_mm);
      if (t->track[k].chirality != cores[i].chirality || d2 > t->distance_mm * t->distance_mm) continue;
      if (pairs) pairs[count] = (pair){d2, k, i};
      count++;
    }
  return count;
}

/* track_of [n]: -1 for a new one. */
static iso_status match(const iso_tracks *t, int64_t n, const iso_core *cores, int64_t *track_of,
                        iso_error *err) {
  const int64_t npairs = list_pairs(t, n, cores, NULL);
  pair *pairs = NULL;
  bool *taken = NULL;
  iso_status status = iso_alloc(&pairs, (size_t)npairs, sizeof *pairs, "tracks of singularities", err);
  if (status == ISO_OK)
    status = iso_alloc(&taken, (size_t)t->ntracks, sizeof *taken, "tracks of singularities", err);
  for (int64_t i = 0; i < n; i++) track_of[i] = -1;
  if (status == ISO_OK && npairs > 0) {
    list_pairs(t, n, cores, pairs);
    qsort(pairs, (size_t)npairs, sizeof *pairs, by_distance);
    for (int64_t k = 0; k < npairs; k++) {
      if (taken[pairs[k].track] || track_of[pairs[k].core] >= 0) continue;
      taken[pairs[k].track] = true, track_of[pairs[k].core] = pairs[k].track;
    }
  }
  free(pairs);
  free(taken);
  return status;
}

static double dot(const double a[3], const double b[3]) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

/* Of a turn, from one direction to another about an axis; 0 where there is none. */
static double turn(const double from[3], const double to[3], const double axis[3]) {
  double a[3], b[3], cross[3];
  const double size = dot(axis, axis);
  if (!(size > 0)) return 0;
  for (int d = 0; d < 3; d++) {
    a[d] = from[d] - dot(from, axis) / size * axis[d];
    b[d] = to[d] - dot(to, axis) / size * axis[d];
  }
  for (int d = 0; d < 3; d++) cross[d] = a[(d + 1) % 3] * b[(d + 2) % 3] - a[(d + 2) % 3] * b[(d + 1) % 3];
  return atan2(dot(cross, axis) / sqrt(size), dot(a, b)) / (2 * acos(-1));
}

static void go_on(iso_track *track, double time_ms, const iso_core *core) {
  double axis[3];
  const double before = sqrt(dot(track->axis, track->axis)), now = sqrt(dot(core->axis, core->axis));
  for (int d = 0; d < 3 && before > 0 && now > 0; d++)
    axis[d] = track->axis[d] / before + core->axis[d] / now;
  if (before > 0 && now > 0) track->turns += turn(track->along, core->along, axis);
  track->last_ms = time_ms;
  track->alive = 1;
  memcpy(track->at_mm, core->at_mm, sizeof track->at_mm);
  memcpy(track->along, core->along, sizeof track->along);
  memcpy(track->axis, core->axis, sizeof track->axis);
}

static iso_status make_room(iso_tracks *t, int64_t ntracks, int64_t nsightings, iso_error *err) {
  if (ntracks > t->track_capacity) {
    const int64_t capacity = ntracks + t->track_capacity;
    ISO_TRY(iso_realloc(&t->track, (size_t)capacity, sizeof *t->track, "tracks of singularities", err));
    t->track_capacity = capacity;
  }
  if (nsightings > t->sighting_capacity) {
    const int64_t capacity = nsightings + t->sighting_capacity;
    ISO_TRY(iso_realloc(&t->sighting, (size_t)capacity, sizeof *t->sighting, "places of singularities", err));
    t->sighting_capacity = capacity;
  }
  return ISO_OK;
}

static int by_track(const void *a, const void *b) {
  const iso_sighting *x = a, *y = b;
  return (x->track > y->track) - (x->track < y->track);
}

static void note(iso_tracks *t, double time_ms, int64_t n, const iso_core *cores, const int64_t *track_of) {
  iso_sighting *first = t->sighting + t->nsightings;
  for (int64_t k = 0; k < t->ntracks; k++) t->track[k].alive = 0;
  for (int64_t i = 0; i < n; i++) {
    const int64_t k = track_of[i] >= 0 ? track_of[i] : t->ntracks++;
    if (track_of[i] < 0) t->track[k] = (iso_track){.born_ms = time_ms, .chirality = cores[i].chirality};
    go_on(&t->track[k], time_ms, &cores[i]);
    first[i] = (iso_sighting){time_ms, (double)k, {0}, cores[i].length_mm, cores[i].ends};
    memcpy(first[i].at_mm, cores[i].at_mm, sizeof first[i].at_mm);
  }
  if (n > 0) qsort(first, (size_t)n, sizeof *first, by_track);
  t->nsightings += n;
}

iso_status iso_tracks_see(iso_tracks *t, double time_ms, int64_t n, const iso_core *cores, iso_error *err) {
  int64_t *track_of;
  ISO_TRY(make_room(t, t->ntracks + n, t->nsightings + n, err));
  ISO_TRY(iso_alloc(&track_of, (size_t)n, sizeof *track_of, "tracks of singularities", err));
  const iso_status status = match(t, n, cores, track_of, err);
  if (status == ISO_OK) note(t, time_ms, n, cores, track_of);
  free(track_of);
  return status;
}

iso_status iso_tracks_resize(iso_tracks *t, int64_t ntracks, int64_t nsightings, iso_error *err) {
  ISO_TRY(make_room(t, ntracks, nsightings, err));
  t->ntracks = ntracks, t->nsightings = nsightings;
  return ISO_OK;
}

void iso_tracks_free(iso_tracks *t) {
  free(t->track);
  free(t->sighting);
  *t = (iso_tracks){0};
}
