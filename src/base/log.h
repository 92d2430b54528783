/* What the program tells its user while it works. One rank speaks, on one stream. */
#ifndef ISO_BASE_LOG_H
#define ISO_BASE_LOG_H

#include <mpi.h>
#include <stdbool.h>
#include <stdio.h>

typedef enum {
  ISO_LOG_SILENT,  /* nothing */
  ISO_LOG_WARNING, /* the result may not be what was meant: a mended element, an inactive stimulus */
  ISO_LOG_INFO,    /* a few lines a run: what is read, chosen and written */
  ISO_LOG_DETAIL,  /* for whoever tunes or debugs: per phase, per rank, never per step */
} iso_log_level;

typedef struct iso_log {
  FILE *stream; /* NULL on every rank but the first */
  iso_log_level level;
  bool shows;  /* the stream is a terminal, where lines may take the place of others */
  bool stages; /* iso_log_now shows there, of whoever ends it with NULL; false at first */
  bool kept; /* the stream is a file among results: of absolute paths it gets the last name; false at first */
} iso_log;

/* Back to the beginning of a terminal's line, which is empty then. */
#define ISO_CLEAR_LINE "\r\033[K"

/* A log to stream that says whatever is of that level or more important. */
iso_log iso_log_new(MPI_Comm comm, FILE *stream, iso_log_level level);

/* One line; the newline is added. log may be NULL. */
void iso_log_say(const iso_log *log, iso_log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Where it shows: what is being done now, "reading the mesh", in a line whose place the next one takes, of
 * whatever kind; NULL: nothing any more. Part of ISO_LOG_INFO. log may be NULL. */
void iso_log_now(const iso_log *log, const char *what);

#endif
