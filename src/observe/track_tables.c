#include "observe/track_tables.h"

#include "base/memory.h"
#include "base/share.h"

#include <stdlib.h>
#include <string.h>

static iso_status allocate(iso_track_tables *t, iso_error *err) {
  const size_t rows = (size_t)t->nrows, tracks = (size_t)t->ntracks;
  const char *what = "tables of singularities";
  ISO_TRY(iso_alloc(&t->time, rows, sizeof *t->time, what, err));
  ISO_TRY(iso_alloc(&t->length, rows, sizeof *t->length, what, err));
  ISO_TRY(iso_alloc(&t->position, rows, sizeof *t->position, what, err));
  ISO_TRY(iso_alloc(&t->track, rows, sizeof *t->track, what, err));
  ISO_TRY(iso_alloc(&t->ends, rows, sizeof *t->ends, what, err));
  ISO_TRY(iso_alloc(&t->born, tracks, sizeof *t->born, what, err));
  ISO_TRY(iso_alloc(&t->last, tracks, sizeof *t->last, what, err));
  ISO_TRY(iso_alloc(&t->turns, tracks, sizeof *t->turns, what, err));
  ISO_TRY(iso_alloc(&t->alive, tracks, sizeof *t->alive, what, err));
  return iso_alloc(&t->chirality, tracks, sizeof *t->chirality, what, err);
}

static void fill_track(iso_track_tables *t, int64_t k, const iso_track *track) {
  t->born[k] = track->born_ms;
  t->last[k] = track->last_ms;
  t->turns[k] = track->turns;
  t->alive[k] = track->alive > 0;
  t->chirality[k] = (int32_t)track->chirality;
}

static void fill_row(iso_track_tables *t, int64_t row, const iso_sighting *s, int64_t number) {
  t->time[row] = s->time_ms;
  t->length[row] = s->length_mm;
  t->ends[row] = (int32_t)s->ends;
  t->track[row] = (int32_t)number;
  memcpy(t->position[row], s->at_mm, sizeof t->position[row]);
}

/* number [ntracks]: of each that is kept, -1 of others. */
static void choose(iso_track_tables *t, const iso_tracks *tracks, double turns, int64_t *number) {
  for (int64_t k = 0; k < tracks->ntracks; k++)
    number[k] = tracks->track[k].turns >= turns ? t->ntracks++ : -1;
  for (int64_t i = 0; i < tracks->nsightings; i++)
    t->nrows += number[(int64_t)tracks->sighting[i].track] >= 0;
}

static iso_status fill(iso_track_tables *t, const iso_tracks *tracks, double turns, iso_error *err) {
  int64_t *number, row = 0;
  ISO_TRY(iso_alloc(&number, (size_t)tracks->ntracks, sizeof *number, "tables of singularities", err));
  choose(t, tracks, turns, number);
  const iso_status status = allocate(t, err);
  for (int64_t k = 0; k < tracks->ntracks && status == ISO_OK; k++)
    if (number[k] >= 0) fill_track(t, number[k], &tracks->track[k]);
  for (int64_t i = 0; i < tracks->nsightings && status == ISO_OK; i++) {
    const iso_sighting *s = &tracks->sighting[i];
    if (number[(int64_t)s->track] >= 0) fill_row(t, row++, s, number[(int64_t)s->track]);
  }
  free(number);
  return status;
}

iso_status iso_track_tables_new(iso_track_tables *t, MPI_Comm comm, const iso_tracks *tracks, double turns,
                                iso_error *err) {
  *t = (iso_track_tables){0};
  ISO_TRY(iso_agree(comm, iso_rank(comm) == 0 ? fill(t, tracks, turns, err) : ISO_OK, err));
  MPI_Bcast(&t->nrows, 1, MPI_INT64_T, 0, comm);
  MPI_Bcast(&t->ntracks, 1, MPI_INT64_T, 0, comm);
  return ISO_OK;
}

iso_status iso_track_tables_publish(const iso_track_tables *t, const iso_track_names *names,
                                    bool are_filaments, iso_results *results, iso_error *err) {
  const iso_dimension row = {names->rows, t->nrows}, track = {names->tracks, t->ntracks},
                      space = {"num_dim", 3};
  const iso_variable_type whole = ISO_VARIABLE_WHOLE;
  const iso_variable all[] = {
      {names->time, "ms", "when it was seen", .ndims = 1, .dims = {row}, .data = t->time},
      {names->position, "mm", "where, of a filament its middle", .ndims = 2, .dims = {row, space},
       .data = t->position},
      {names->track, "1", "which one", whole, .ndims = 1, .dims = {row}, .data = t->track},
      {names->born, "ms", "first seen", .ndims = 1, .dims = {track}, .data = t->born},
      {names->last, "ms", "last seen", .ndims = 1, .dims = {track}, .data = t->last},
      {names->turns, "1", "turns of the wave about it", .ndims = 1, .dims = {track}, .data = t->turns},
      {names->alive, "1", "1: seen in the last look", whole, .ndims = 1, .dims = {track}, .data = t->alive},
      {names->chirality, "1", "1: counterclockwise, seen against the normal; -1: clockwise", whole,
       .ndims = 1, .dims = {track}, .data = t->chirality},
      {names->length, "mm", "how long it is", .ndims = 1, .dims = {row}, .data = t->length},
      {names->ends, "1", "on the outer surface; 0: a ring", whole, .ndims = 1, .dims = {row},
       .data = t->ends}};
  enum { CHIRALITY = 7, OF_ONE = 8 };
  const size_t n = are_filaments ? sizeof all / sizeof *all : OF_ONE;
  for (size_t k = 0; k < n && t->ntracks > 0; k++)
    if (!are_filaments || k != CHIRALITY) ISO_TRY(iso_results_add(results, &all[k], err));
  return ISO_OK;
}

void iso_track_tables_free(iso_track_tables *t) {
  free(t->time);
  free(t->length);
  free(t->position);
  free(t->track);
  free(t->ends);
  free(t->born);
  free(t->last);
  free(t->turns);
  free(t->alive);
  free(t->chirality);
  *t = (iso_track_tables){0};
}
