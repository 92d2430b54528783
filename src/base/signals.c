#include "base/signals.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

static const struct {
  int number;
  const char *name;
  bool kills; /* when it comes again */
} stops[] = {{SIGINT, "SIGINT", true},
             {SIGTERM, "SIGTERM", true},
             {SIGHUP, "SIGHUP", false},
             {SIGXCPU, "SIGXCPU", false}, /* comes every second of processor time */
             {SIGUSR2, "SIGUSR2", false}};
enum { NSTOPS = sizeof stops / sizeof *stops };

/* A handler has no argument of ours, so this is the one place where the program keeps variables of its own.
 */
static volatile sig_atomic_t checkpoint_asked, stopped_by;
static struct timespec stopped_at; /* written before stopped_by, by the first stop alone */

static void note_checkpoint(int number) {
  (void)number;
  checkpoint_asked = 1;
}

static bool is_same_one(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)(now.tv_sec - stopped_at.tv_sec) + 1e-9 * (double)(now.tv_nsec - stopped_at.tv_nsec) < 0.25;
}

static void note_stop(int number) {
  if (!stopped_by) {
    clock_gettime(CLOCK_MONOTONIC, &stopped_at);
    stopped_by = number;
  } else if (!is_same_one()) {
    signal(number, SIG_DFL);
    raise(number); /* delivered when the handler returns */
  }
}

/* For those that may come again and again. */
static void note_first_stop(int number) {
  if (stopped_by) return;
  clock_gettime(CLOCK_MONOTONIC, &stopped_at);
  stopped_by = number;
}

/* Handlers exclude one another. */
static void install(int number, void (*handler)(int)) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaddset(&action.sa_mask, SIGUSR1);
  for (int i = 0; i < NSTOPS; i++) sigaddset(&action.sa_mask, stops[i].number);
  sigaction(number, &action, NULL);
}

void iso_signals_prepare(void) {
  checkpoint_asked = 0;
  install(SIGUSR1, note_checkpoint);
}

void iso_signals_watch(void) {
  stopped_by = 0;
  install(SIGUSR1, note_checkpoint);
  for (int i = 0; i < NSTOPS; i++) install(stops[i].number, stops[i].kills ? note_stop : note_first_stop);
}

iso_ask iso_signals_take(void) {
  if (stopped_by) return ISO_ASK_STOP;
  if (!checkpoint_asked) return ISO_ASK_NOTHING;
  checkpoint_asked = 0;
  return ISO_ASK_CHECKPOINT;
}

int iso_signals_stop(void) { return stopped_by; }

const char *iso_signals_name(int number) {
  for (int i = 0; i < NSTOPS; i++)
    if (stops[i].number == number) return stops[i].name;
  return "a signal";
}
