/* Phase singularities on surfaces and filaments through volumes, followed over time. */
#ifndef ISO_OBSERVE_SINGULARITIES_H
#define ISO_OBSERVE_SINGULARITIES_H

#include "observe/tracks.h"
#include "solve/guest.h"

typedef struct iso_singularities_options {
  const double *threshold_mV; /* [nowned] V* of the phase; outlives the observer */
  double delay_ms;            /* of the second coordinate of the phase */
  int every;                  /* so many delays between looks */
  double distance_mm;         /* that a core moves at most between looks */
  double turns;               /* tracks of fewer are dropped */
} iso_singularities_options;

typedef struct iso_singularities iso_singularities;

/* Not collective; to be freed where it is ISO_OK. mesh outlives it. */
iso_status iso_singularities_new(iso_singularities **out, const iso_mesh *mesh,
                                 const iso_singularities_options *options, iso_error *err);
void iso_singularities_free(iso_singularities *s);

/* The observer. It keeps one Vm of the owned nodes from a delay before each look. Publishes a row for every
 * sighting (singularity_time, .._position, .._track, .._chirality) and for every track (singularity_born,
 * .._last_seen, .._turns, .._alive), and the same of filaments with their lengths and ends. Does not own. */
iso_guest iso_singularities_guest(iso_singularities *s);

typedef struct iso_singularities_count {
  int64_t tracks; /* that turned often enough */
  int64_t most;   /* of these, at the same time */
  double longest_ms;
} iso_singularities_count;

/* Collective; the same on all ranks. */
void iso_singularities_summarise(const iso_singularities *s, iso_singularities_count *singularities,
                                 iso_singularities_count *filaments);

/* What rank 0 has followed so far. */
const iso_tracks *iso_singularities_surface(const iso_singularities *s);
const iso_tracks *iso_singularities_filaments(const iso_singularities *s);

#endif
