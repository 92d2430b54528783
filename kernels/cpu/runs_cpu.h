/* Loops over lists of runs in one launch, as over a whole range, which is one run. */
#ifndef ISO_KERNELS_CPU_RUNS_CPU_H
#define ISO_KERNELS_CPU_RUNS_CPU_H

#include "kernels/cpu/device_cpu.h"

typedef struct iso_runs {
  int32_t n;
  const iso_lid (*run)[2];
} iso_runs;

/* Places in all runs together. */
static inline int64_t iso_runs_total(const iso_runs *runs) {
  int64_t total = 0;
  for (int32_t r = 0; r < runs->n; r++) total += runs->run[r][1] - runs->run[r][0];
  return total;
}

/* The part of run r, which `before` places are before, that is among the places [first, last). */
static inline void iso_run_part(const iso_lid run[2], int64_t before, int64_t first, int64_t last,
                                int64_t *from, int64_t *to) {
  *from = first > before ? run[0] + first - before : run[0];
  *to = run[0] + last - before < run[1] ? run[0] + last - before : run[1];
}

typedef struct iso_over {
  const iso_runs *runs;
  iso_task *task;
  const void *with;
} iso_over;

/* The task, with the parts of runs that are among the places [first, last) of all. */
static inline void iso_over_places(const void *with, int64_t first, int64_t last) {
  const iso_over *over = with;
  const iso_runs *runs = over->runs;
  for (int64_t r = 0, before = 0, from, to; r < runs->n && before < last;
       before += runs->run[r][1] - runs->run[r][0], r++) {
    iso_run_part(runs->run[r], before, first, last, &from, &to);
    if (from < to) over->task(over->with, from, to);
  }
}

/* A loop over the runs' places in about equal shares of the threads, cut at multiples of grain. */
static inline void iso_over_runs(const iso_device *device, const iso_runs *runs, int64_t grain,
                                 iso_task *task, const void *with) {
  iso_in_threads(device, iso_runs_total(runs), grain, iso_over_places, &(iso_over){runs, task, with});
}

/* Those of a launch, or its whole range [first, last). */
#define ISO_RUNS_OF(launch, first, last)                                                                     \
  (launch)->run ? (iso_runs){(launch)->nruns, (launch)->run} : (iso_runs) {                                  \
    1, (const iso_lid[1][2]) {                                                                               \
      { (iso_lid)(first), (iso_lid)(last) }                                                                  \
    }                                                                                                        \
  }

#endif
