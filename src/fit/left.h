/* How long something that is done so many times still takes, as lines of a log. */
#ifndef ISO_FIT_LEFT_H
#define ISO_FIT_LEFT_H

#include "base/log.h"

typedef struct iso_fit_left {
  const iso_log *log; /* NULL: say nothing */
  const char *what;   /* "members" */
  int n;
  double began, due; /* iso_clock() */
} iso_fit_left;

/* Of n of them, from now on. what outlives it. */
iso_fit_left iso_fit_left_begin(const iso_log *log, const char *what, int n);

/* Once done of them are: says how many and how long the others take, ten seconds after the beginning, and
 * then when a tenth of the time so far has passed again, and ten seconds at least. */
void iso_fit_left_say(iso_fit_left *left, int done);

#endif
