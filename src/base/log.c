#include "base/log.h"

#include "base/print.h"

#include <stdarg.h>
#include <unistd.h>

iso_log iso_log_new(MPI_Comm comm, FILE *stream, iso_log_level level) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  return (iso_log){
      .stream = rank == 0 ? stream : NULL, .level = level, .shows = rank == 0 && isatty(fileno(stream))};
}

void iso_log_say(const iso_log *log, iso_log_level level, const char *format, ...) {
  if (!log || !log->stream || level > log->level) return;
  if (log->shows) fputs(ISO_CLEAR_LINE, log->stream);
  if (level == ISO_LOG_WARNING) fputs("isochrone: warning: ", log->stream);
  va_list args;
  va_start(args, format);
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
