#include "base/progress.h"

#include "base/log.h"
#include "base/text.h"
#include "base/timer.h"

#include <unistd.h>

static const double every_s = 0.2; /* smooth to the eye, nothing to the run */

iso_progress iso_progress_begin(MPI_Comm comm, FILE *stream, bool wanted, double from_ms, double total_ms) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  bool speaks = wanted && rank == 0 && isatty(fileno(stream));
  double now = iso_clock();
  return (iso_progress){.stream = speaks ? stream : NULL,
                        .total_ms = total_ms,
                        .first_ms = from_ms,
                        .began = now,
                        .due = now + every_s};
}

void iso_progress_line(double first_ms, double now_ms, double total_ms, double seconds, char *buffer,
                       size_t size) {
  enum { WIDTH = 20 };
  char bar[WIDTH + 1], left[32];
  double share = total_ms > 0 ? now_ms / total_ms : 1;
  for (int i = 0; i < WIDTH; i++) bar[i] = (i + 0.5) / WIDTH < share ? '#' : '.';
  bar[WIDTH] = '\0';
  double speed = seconds > 0 ? (now_ms - first_ms) / seconds : 0; /* ms of the heart per s of ours */
  buffer[0] = '\0';
  iso_text_append(buffer, size, "[%s] %3.0f%%  %.5g of %.5g ms", bar, 100 * share, now_ms, total_ms);
  if (speed <= 0) return;
  iso_text_append(buffer, size, "  %.3g ms/s (%.2g x real time)  %s left", speed, speed / 1000,
                  iso_text_duration((total_ms - now_ms) / speed, left, sizeof left));
}

void iso_progress_show(iso_progress *progress, double now_ms) {
  if (!progress->stream) return;
  double now = iso_clock();
  if (now < progress->due) return;
  progress->due = now + every_s;
  char line[160];
  iso_progress_line(progress->first_ms, now_ms, progress->total_ms, now - progress->began, line, sizeof line);
  fprintf(progress->stream, ISO_CLEAR_LINE "%s", line);
  fflush(progress->stream);
}

void iso_progress_end(iso_progress *progress) {
  if (!progress->stream) return;
  fputs(ISO_CLEAR_LINE, progress->stream);
  fflush(progress->stream);
  progress->stream = NULL;
}
