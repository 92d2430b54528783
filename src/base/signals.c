#include "base/signals.h"

#include <signal.h>
#include <string.h>

/* A handler has no argument of ours, so this is the one place where the program keeps a variable of its own.
 */
static volatile sig_atomic_t caught;

static void remember(int number) { caught = number; }

void iso_signals_watch(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = remember;
  action.sa_flags = SA_RESTART | (int)SA_RESETHAND; /* the default action comes back: a second one kills */
  sigemptyset(&action.sa_mask);
  caught = 0;
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
}

int iso_signals_caught(void) { return caught; }
