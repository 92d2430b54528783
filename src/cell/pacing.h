/* Paced single cells: beats, what is measured on them, and when they are steady.
 *
 * A beat starts with a pulse, at t = 0, from Vm and the states alone: pacing on from a kept state continues
 * with the same bits. Not collective. */
#ifndef ISO_CELL_PACING_H
#define ISO_CELL_PACING_H

#include "base/error.h"
#include "cell/beat.h"
#include "cell/cell_batch.h"

#include <stdbool.h>

/* Where a beat may start. */
typedef struct iso_cell_state {
  double vm;
  double *states; /* [model->nstates] */
} iso_cell_state;

/* NO: changes from beat to beat are larger than asked. ALTERNATES: only every second beat is the same. */
#define ISO_STEADY_LIST(X)                                                                                   \
  X(ISO_STEADY_NO, "no")                                                                                     \
  X(ISO_STEADY_YES, "yes")                                                                                   \
  X(ISO_STEADY_ALTERNATES, "alternates")
typedef enum {
#define X(name, text) name,
  ISO_STEADY_LIST(X)
#undef X
} iso_steady;

/* One cell. */
typedef struct iso_lane {
  int set; /* of parameters */
  double cycle_ms;
  double last_ms;                /* from the last pulse but one to the last one; 0: cycle_ms */
  int beats;                     /* at most; the last lasts cycle_ms */
  double amplitude, duration_ms; /* of each pulse, uA/uF; positive depolarises */
  iso_cell_state start;
} iso_lane;

typedef struct iso_paced {
  int beats;
  iso_steady steady;
  iso_beat last, previous;   /* previous: NANs where there was one beat */
  iso_cell_state start, end; /* of the last beat */
} iso_paced;

/* Smaller changes from one beat to the next are steady: of APD90, and of Vm and every state at the start of a
 * beat relative to its size, or to ISO_STEADY_FLOOR where it is smaller. */
typedef struct iso_tolerance {
  double apd90_ms, relative;
} iso_tolerance;
#define ISO_STEADY_FLOOR 1e-4

/* Sees Vm and states of each lane at a multiple of every steps of the beat, the end included. */
typedef struct iso_cell_watch {
  int64_t every;
  void (*see)(void *context, int lane, int64_t k, double vm, const double *states); /* k-th such time */
  void *context;
} iso_cell_watch;

typedef struct iso_pacing {
  iso_cell_options cells;
  int nlanes;
  const iso_lane *lanes;       /* times are whole numbers of steps, and at least two */
  const double *activation_mV; /* threshold of a beat; NULL: the model's */
  iso_tolerance tolerance;
  bool until_steady;           /* a lane ends when it is steady or alternates */
  const iso_cell_watch *watch; /* of the first beat, or NULL */
  bool progress;               /* a line on standard error */
} iso_pacing;

/* The threshold that beats are told by, mV. */
double iso_pacing_activation(const iso_pacing *pacing);

/* Paces all lanes side by side. out [nlanes], zeroed; release with iso_paced_free whatever the status. */
iso_status iso_pacing_run(const iso_pacing *pacing, iso_paced *out, iso_error *err);
void iso_paced_free(int nlanes, iso_paced *paced);

/* ISO_EFAIL, naming the lane, where one ended with a Vm or state that is no number, or where Vm was 1000 mV
 * or more from 0: membranes break down before. paced: [pacing->nlanes]. */
iso_status iso_paced_check(const iso_pacing *pacing, const iso_paced *paced, iso_error *err);

/* The smallest amplitude, uA/uF, of a pulse of this duration that makes the cell activate: at most 3% too
 * large. ISO_EINPUT where 1000 uA/uF does not. pacing: device, model, exact, step and the parameters of set
 * 0. */
iso_status iso_pacing_threshold(const iso_pacing *pacing, const iso_cell_state *start, double duration_ms,
                                double *out, iso_error *err);

/* A pulse that captures safely: twice the threshold, rounded up to a whole uA/uF. */
iso_status iso_pacing_amplitude(const iso_pacing *pacing, const iso_cell_state *start, double duration_ms,
                                double *out, iso_error *err);

#endif
