#include "fit/left.h"

#include "base/text.h"
#include "base/timer.h"

#include <math.h>

#define EVERY_S 10

iso_fit_left iso_fit_left_begin(const iso_log *log, const char *what, int n) {
  const double now = iso_clock();
  return (iso_fit_left){.log = log, .what = what, .n = n, .began = now, .due = now + EVERY_S};
}

void iso_fit_left_say(iso_fit_left *left, int done) {
  const double now = iso_clock(), took = now - left->began;
  char text[32];
  if (!left->log || now < left->due || done >= left->n) return;
  left->due = now + fmax(EVERY_S, took / 10);
  iso_log_say(left->log, ISO_LOG_INFO, "%d of %d %s, %s left", done, left->n, left->what,
              iso_text_duration(took * (left->n - done) / done, text, sizeof text));
}
