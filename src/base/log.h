/* What the program tells its user while it works. One rank speaks, on one stream. */
#ifndef ISO_BASE_LOG_H
#define ISO_BASE_LOG_H

#include <mpi.h>
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
} iso_log;

/* A log to stream that says whatever is of that level or more important. */
iso_log iso_log_new(MPI_Comm comm, FILE *stream, iso_log_level level);

/* One line; the newline is added. log may be NULL. */
void iso_log_say(const iso_log *log, iso_log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
