#define _GNU_SOURCE /* vasprintf */
#include "base/log.h"

#include "base/path.h"
#include "base/print.h"

#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

iso_log iso_log_new(MPI_Comm comm, FILE *stream, iso_log_level level) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  return (iso_log){
      .stream = rank == 0 ? stream : NULL, .level = level, .shows = rank == 0 && isatty(fileno(stream))};
}

__attribute__((format(printf, 2, 0))) static void keep(FILE *stream, const char *format, va_list args) {
  char *text = NULL;
  if (vasprintf(&text, format, args) < 0) return;
  iso_path_shorten(text);
  iso_print(stream, "%s", text);
  free(text);
}

void iso_log_say(const iso_log *log, iso_log_level level, const char *format, ...) {
  if (!log || !log->stream || level > log->level) return;
  if (log->shows) fputs(ISO_CLEAR_LINE, log->stream);
  if (level == ISO_LOG_WARNING) fputs("isochrone: warning: ", log->stream);
  va_list args;
  va_start(args, format);
  if (log->kept)
    keep(log->stream, format, args);
  else
    iso_vprint(log->stream, format, args);
  va_end(args);
  fputc('\n', log->stream);
  fflush(log->stream);
}

void iso_log_now(const iso_log *log, const char *what) {
  if (!log || !log->shows || !log->stages || log->level < ISO_LOG_INFO) return;
  fputs(ISO_CLEAR_LINE, log->stream);
  if (what) iso_print(log->stream, "%s ...", what);
  fflush(log->stream);
}
