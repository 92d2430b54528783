#include "base/log.h"

#include "base/print.h"

#include <stdarg.h>

iso_log iso_log_new(MPI_Comm comm, FILE *stream, iso_log_level level) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  return (iso_log){.stream = rank == 0 ? stream : NULL, .level = level};
}

void iso_log_say(const iso_log *log, iso_log_level level, const char *format, ...) {
  if (!log || !log->stream || level > log->level) return;
  if (level == ISO_LOG_WARNING) fputs("isochrone: warning: ", log->stream);
  va_list args;
  va_start(args, format);
  iso_vprint(log->stream, format, args);
  va_end(args);
  fputc('\n', log->stream);
  fflush(log->stream);
}
