/* Times each kind of launch and the whole step on a device. */
#ifndef ISO_APP_BENCH_BENCH_H
#define ISO_APP_BENCH_BENCH_H

#include "study/setup.h"

typedef struct iso_bench_options {
  int repeats;       /* of each measurement; the median counts */
  double copy_bytes; /* of each of the two fields that the copy bandwidth is measured with */
} iso_bench_options;

/* One kind of launch, or the whole step. */
typedef struct iso_bench_row {
  char name[48];
  double nodes;   /* that one launch is for */
  double bytes;   /* of one launch by the rules of app/bench/traffic.h */
  double seconds; /* of one launch: the median */
} iso_bench_row;

enum { ISO_BENCH_ROWS = 16 };

typedef struct iso_bench {
  int nrows;
  iso_bench_row row[ISO_BENCH_ROWS]; /* row 0: the copy of large fields */
  int stages;                        /* products of a step of explicit diffusion; 0: implicit */
  double front_share;                /* of the elements, in the launch with a front; NAN without one */
} iso_bench;

/* A setup with mesh, tissue and device, on one rank; its configuration's fast current is the default one.
 * Leaves setup->simulation NULL. */
iso_status iso_bench_run(iso_setup *setup, const iso_bench_options *options, iso_bench *out, iso_error *err);

/* Bytes a second of a row, and node-steps a second. */
double iso_bench_bandwidth(const iso_bench_row *row);
double iso_bench_rate(const iso_bench_row *row);

#endif
