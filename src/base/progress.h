/* A line on a terminal that says how far a run is: simulated time, speed, time left. */
#ifndef ISO_BASE_PROGRESS_H
#define ISO_BASE_PROGRESS_H

#include <mpi.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef struct iso_progress {
  FILE *stream;      /* NULL: say nothing */
  double total_ms;   /* simulated time of the whole run */
  double first_ms;   /* simulated time and clock when it began */
  double began, due; /* iso_clock() */
} iso_progress;

/* Speaks on rank 0 only, and only if wanted and stream is a terminal. from_ms: where a restarted run begins.
 */
iso_progress iso_progress_begin(MPI_Comm comm, FILE *stream, bool wanted, double from_ms, double total_ms);

/* Call it after every step: it draws a few times a second at most and costs one reading of the clock. */
void iso_progress_show(iso_progress *progress, double now_ms);

/* Clears the line. */
void iso_progress_end(iso_progress *progress);

/* The line itself, without colours or control characters: of a run from first_ms to total_ms that is at
 * now_ms after that many seconds. buffer [size]. */
void iso_progress_line(double first_ms, double now_ms, double total_ms, double seconds, char *buffer,
                       size_t size);

#endif
