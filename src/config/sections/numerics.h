/* The sections time, stop, numerics and checkpoint. */
#ifndef ISO_CONFIG_SECTIONS_NUMERICS_H
#define ISO_CONFIG_SECTIONS_NUMERICS_H

#include "config/sections/member.h"
#include "kernels/types.h"
#include "solve/options.h"

#include <stdbool.h>

#define ISO_TIME_KEYS(X)                                                                                     \
  X(double, REAL, duration_ms, "simulated at most", .required = true, ABOVE(0, TIME_MS))                     \
  X(double, REAL, step_ms,                                                                                   \
    "time step, or the finest one of an adaptive pace; where not given by accuracy and the mesh's "          \
    "edges, at most 0.05 and what the models take",                                                          \
    RANGE(LEAST_STEP_MS, 100))

/* The step is known after loading. */
typedef struct iso_config_time {
  ISO_TIME_KEYS(ISO_CONFIG_MEMBER)
} iso_config_time;

#define ISO_STOP_KEYS(X)                                                                                     \
  X(bool, BOOLEAN, all_activated, "end as soon as every node has activated", .fallback = "false")            \
  X(bool, BOOLEAN, sustained,                                                                                \
    "end as soon as activity has lasted outputs.reentry.sustained_ms after the "                             \
    "last stimulus",                                                                                         \
    .fallback = "false")                                                                                     \
  X(double, REAL, quiescent_ms, "end after the tissue was at rest for so long; 0: do not", .fallback = "0",  \
    RANGE(0, TIME_MS))                                                                                       \
  X(double, REAL, quiescent_mV,                                                                              \
    "at rest means below this; midway between rest and threshold where not given", VOLTAGE)

/* NAN: no level is given. */
typedef struct iso_config_stop {
  ISO_STOP_KEYS(ISO_CONFIG_MEMBER)
} iso_config_stop;

/* What is wanted of precision, pace, tolerance and step together, where these are not given. None: the pace
 * is fixed and nothing is asked for. */
typedef enum {
  ISO_ACCURACY_NONE = -1,
  ISO_ACCURACY_DRAFT,
  ISO_ACCURACY_STANDARD,
  ISO_ACCURACY_REFERENCE
} iso_accuracy;

typedef struct iso_config_numerics {
  iso_accuracy accuracy;
  bool step_follows; /* from the mesh, by accuracy: time.step_ms is the longest that it may be until then */
  iso_precision precision; /* of the state on the device */
  iso_numerics scheme;
} iso_config_numerics;

#define ISO_CHECKPOINT_KEYS(X)                                                                               \
  X(double, REAL, interval_ms, "of simulated time between checkpoints; 0: not by it", .fallback = "0",       \
    RANGE(0, TIME_MS))                                                                                       \
  X(double, REAL, every_minutes, "of the clock between checkpoints, say 10; 0: not by it", .fallback = "0",  \
    RANGE(0, 1e6))                                                                                           \
  X(int, INTEGER, keep, "the newest ones, as NAME.ckpt.nc, NAME.ckpt.1.nc and so on", .fallback = "2",       \
    RANGE(1, 1000))

/* Both times 0: none. */
typedef struct iso_config_checkpoint {
  ISO_CHECKPOINT_KEYS(ISO_CONFIG_MEMBER)
} iso_config_checkpoint;

#endif
