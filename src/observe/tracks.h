/* Cores of waves over time: which of now is which of before, born when, gone when, turned how often. Rank
 * 0's. */
#ifndef ISO_OBSERVE_TRACKS_H
#define ISO_OBSERVE_TRACKS_H

#include "observe/pierced.h"

/* All members are doubles, so that an archive keeps them as numbers. */
typedef struct iso_track {
  double born_ms, last_ms; /* first and last seen */
  double alive;            /* 1: seen in the last look */
  double chirality;
  double turns; /* of the wave about it, in its own sense */
  double at_mm[3], along[3], axis[3];
} iso_track;

typedef struct iso_sighting {
  double time_ms, track; /* its place among the tracks */
  double at_mm[3], length_mm, ends;
} iso_sighting;

typedef struct iso_tracks {
  double distance_mm; /* that a core moves at most from look to look */
  int64_t ntracks, track_capacity;
  iso_track *track; /* [ntracks] by birth */
  int64_t nsightings, sighting_capacity;
  iso_sighting *sighting; /* [nsightings] by time, then by track */
} iso_tracks;

/* What is there at a time, later than the last one. A core goes on with the track of its chirality that is
 * nearest, the nearest pairs first, and is a new one where none is near enough; tracks without a core have
 * ended. ISO_EFAIL where memory is short. */
iso_status iso_tracks_see(iso_tracks *tracks, double time_ms, int64_t n, const iso_core *cores,
                          iso_error *err);

/* Room for as many as were saved; what is there is lost. */
iso_status iso_tracks_resize(iso_tracks *tracks, int64_t ntracks, int64_t nsightings, iso_error *err);

void iso_tracks_free(iso_tracks *tracks);

#endif
