#include "base/timer.h"

#include <sys/resource.h>
#include <time.h>

const char *iso_phase_name(iso_phase phase) {
  static const char *const names[] = {
#define X(name, text) text,
      ISO_PHASE_LIST(X)
#undef X
  };
  return names[phase];
}

double iso_clock(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double iso_processor_clock(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return (double)used.ru_utime.tv_sec + 1e-6 * (double)used.ru_utime.tv_usec;
}

void iso_timer_start(iso_timer *timer) { *timer = (iso_timer){.since = iso_clock()}; }

iso_phase iso_timer_enter(iso_timer *timer, iso_phase phase) {
  double now = iso_clock();
  iso_phase before = timer->phase;
  timer->seconds[before] += now - timer->since;
  timer->since = now;
  timer->phase = phase;
  return before;
}

void iso_timer_most(iso_timer *timer, MPI_Comm comm, double seconds[ISO_NPHASES]) {
  iso_timer_enter(timer, timer->phase);
  MPI_Allreduce(timer->seconds, seconds, ISO_NPHASES, MPI_DOUBLE, MPI_MAX, comm);
}
