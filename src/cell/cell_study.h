/* Many paced cells of one model: a grid of parameters, at several cycle lengths or premature beats. */
#ifndef ISO_CELL_CELL_STUDY_H
#define ISO_CELL_CELL_STUDY_H

#include "base/log.h"
#include "cell/axes.h"
#include "cell/pacing.h"
#include "result/table.h"

/* PACED: each cycle length from the initial state. DYNAMIC: each from the end of the one before. S1S2: a
 * premature beat after the last of the others, for each coupling interval. */
typedef enum { ISO_PROTOCOL_PACED, ISO_PROTOCOL_DYNAMIC, ISO_PROTOCOL_S1S2 } iso_protocol;

typedef struct iso_cell_study {
  int ndevices; /* each takes its share of the cells, in a thread of its own */
  iso_device **devices;
  const iso_model *model;
  int variant;
  double step_ms;
  iso_protocol protocol;
  int naxes;
  const iso_axis *axes;
  int ncycles;
  const double *cycles_ms; /* one for S1S2 */
  int ncouplings;
  const double *couplings_ms; /* of S1S2 */
  int beats;                  /* before a premature one; at most where until_steady */
  bool until_steady;
  iso_tolerance tolerance;
  double amplitude; /* uA/uF; NAN: iso_pacing_amplitude of the variant, filled in */
  double duration_ms;
  double activation_mV; /* threshold that a beat passes; NAN: the model's */
  double interval_ms;   /* between values of a trace; 0: no traces */
  bool progress;
  const iso_log *log;
} iso_cell_study;

/* What came out. table: a row for each cell; traces: of its last beat. */
typedef struct iso_cell_results {
  iso_table table;
  int64_t ntimes;
  double *traces; /* [1 + nstates][rows][ntimes] Vm and states, NAN after the end */
} iso_cell_results;

/* Rank 0 alone. ISO_EINPUT where times are no whole numbers of steps or do not fit into each other. Free the
 * results whatever the status. */
iso_status iso_cell_study_run(iso_cell_study *study, iso_cell_results *out, iso_error *err);
void iso_cell_results_free(iso_cell_results *results);

#endif
