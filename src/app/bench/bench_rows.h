/* How one measurement is made, and where it goes. */
#ifndef ISO_APP_BENCH_BENCH_ROWS_H
#define ISO_APP_BENCH_BENCH_ROWS_H

#include "app/bench/bench.h"

/* Median seconds of launch(self), which may return before it is done. Warms up, and times so many launches at
 * once that the clock and the wait at the end do not matter, but at most most of them. */
double iso_bench_time(iso_device *device, int repeats, int most, void (*launch)(void *self), void *self);

/* Fails once the device has. */
iso_status iso_bench_add(iso_bench *bench, const iso_device *device, const char *name, double nodes,
                         double bytes, double seconds, iso_error *err);

/* Bytes of all cells of a step. middle, fast: V at the middle of the step and the factors of the fast current
 * are kept. */
double iso_bench_cells_bytes(const iso_setup *setup, bool middle, bool fast);

/* Rows that a whole step is made of. */
#define ISO_BENCH_CELLS "cells"
#define ISO_BENCH_COMBINATION "combination of 2 terms"
#define ISO_BENCH_PRODUCT "sparse product with 2 terms, watched"
#define ISO_BENCH_FAST "fast current, at rest"

/* Bytes of the row of that name, 0 without one. */
double iso_bench_bytes(const iso_bench *bench, const char *name);

/* Rows of the launches one by one, and of whole steps. */
iso_status iso_bench_kernels(iso_bench *bench, iso_setup *setup, const iso_bench_options *options,
                             iso_error *err);
iso_status iso_bench_steps(iso_bench *bench, iso_setup *setup, const iso_bench_options *options,
                           iso_error *err);

#endif
