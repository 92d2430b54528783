/* Tracks as tables of results: a row a sighting, a row a track. */
#ifndef ISO_OBSERVE_TRACK_TABLES_H
#define ISO_OBSERVE_TRACK_TABLES_H

#include "observe/tracks.h"
#include "solve/variable.h"

typedef struct iso_track_names {
  const char *rows, *tracks; /* dimensions */
  const char *time, *position, *track, *length, *ends;
  const char *born, *last, *turns, *alive, *chirality;
} iso_track_names;

/* one: "filament", many: "filaments". */
#define ISO_TRACK_NAMES(one, many)                                                                           \
  {                                                                                                          \
    .rows = "num_" many, .tracks = "num_" one "_tracks", .time = one "_time", .position = one "_position",   \
    .track = one "_track", .length = one "_length", .ends = one "_ends", .born = one "_born",                \
    .last = one "_last_seen", .turns = one "_turns", .alive = one "_alive", .chirality = one "_chirality"    \
  }

/* The tracks that turned often enough, numbered anew; columns are rank 0's. */
typedef struct iso_track_tables {
  int64_t nrows, ntracks; /* on all ranks */
  double *time, *length, *born, *last, *turns;
  double (*position)[3];
  int32_t *track, *ends, *alive, *chirality;
} iso_track_tables;

/* Collective. tracks: rank 0's. Free out whatever the status. */
iso_status iso_track_tables_new(iso_track_tables *out, MPI_Comm comm, const iso_tracks *tracks, double turns,
                                iso_error *err);

/* Adds the variables, which the tables outlive; none where there are no tracks. names outlive the results.
 * Filaments have lengths and ends, singularities a chirality. Not collective. */
iso_status iso_track_tables_publish(const iso_track_tables *tables, const iso_track_names *names,
                                    bool are_filaments, iso_results *results, iso_error *err);

void iso_track_tables_free(iso_track_tables *tables);

#endif
