/* What detectors of the section outputs are told: see docs/detectors.md. */
#ifndef ISO_CONFIG_SECTIONS_DETECTORS_H
#define ISO_CONFIG_SECTIONS_DETECTORS_H

#include "config/sections/member.h"

#define ISO_REENTRY_KEYS(X)                                                                                  \
  X(double, REAL, sustained_ms, "activity that lasts so long after the last stimulus is sustained: induced", \
    .fallback = "1000", RANGE(0, TIME_MS))                                                                   \
  X(double, REAL, window_ms,                                                                                 \
    "before the last activation of all: nodes that activate in it tell the cycle length",                    \
    .fallback = "1000", ABOVE(0, TIME_MS))

typedef struct iso_config_reentry {
  ISO_REENTRY_KEYS(ISO_CONFIG_MEMBER)
} iso_config_reentry;

#define ISO_CONDUCTION_KEYS(X)                                                                               \
  X(int, INTEGER, beat, "whose velocities, directions and blocks are published, from 1; 0: none",            \
    .fallback = "0", RANGE(0, 1e6))                                                                          \
  X(double, REAL, slowest_m_per_s, "slower than that between two nodes is a block", .fallback = "0.05",      \
    ABOVE(0, 1e3))

typedef struct iso_config_conduction {
  ISO_CONDUCTION_KEYS(ISO_CONFIG_MEMBER)
} iso_config_conduction;

#define ISO_SINGULARITY_KEYS(X)                                                                              \
  X(double, REAL, interval_ms, "between looks at the phase; 0: none", .fallback = "0", RANGE(0, TIME_MS))    \
  X(double, REAL, delay_ms,                                                                                  \
    "the phase is that of Vm and Vm so much earlier; interval_ms is a multiple of it", .fallback = "5",      \
    ABOVE(0, TIME_MS))                                                                                       \
  X(double, REAL, threshold_mV,                                                                              \
    "that the phase turns about; midway between rest and threshold where not given", VOLTAGE)                \
  X(double, REAL, distance_mm, "that one moves at most from look to look", .fallback = "5", ABOVE(0, 1e6))   \
  X(double, REAL, turns, "of the wave about one; those with fewer are dropped", .fallback = "1",             \
    RANGE(0, 1e6))

/* NAN: no threshold is given. */
typedef struct iso_config_singularities {
  ISO_SINGULARITY_KEYS(ISO_CONFIG_MEMBER)
} iso_config_singularities;

#define ISO_SPECTRA_KEYS(X)                                                                                  \
  X(double, REAL, interval_ms, "between samples of Vm; 0: none", .fallback = "0", RANGE(0, TIME_MS))         \
  X(double, REAL, start_ms, "of the samples; where not given they end with the run", RANGE(0, TIME_MS))      \
  X(double, REAL, window_ms, "how long they go on; 1000 over it is the resolution in Hz",                    \
    .fallback = "4000", ABOVE(0, TIME_MS))                                                                   \
  X(double, REAL, lowest_Hz, "of the band in which frequencies are looked for", .fallback = "3",             \
    ABOVE(0, 1e3))                                                                                           \
  X(double, REAL, highest_Hz, "of that band", .fallback = "15", ABOVE(0, 1e3))                               \
  X(double, REAL, width_Hz, "to either side of the peak, whose share of the power is the regularity index",  \
    .fallback = "0.75", ABOVE(0, 1e3))

/* NAN: no start is given. */
typedef struct iso_config_spectra {
  ISO_SPECTRA_KEYS(ISO_CONFIG_MEMBER)
} iso_config_spectra;

#define ISO_WAVEFRONT_KEYS(X)                                                                                \
  X(double, REAL, interval_ms, "between counts; 0: none", .fallback = "0", RANGE(0, TIME_MS))                \
  X(double, REAL, width_ms, "a node is in a front for so long after it activated", .fallback = "10",         \
    ABOVE(0, TIME_MS))

typedef struct iso_config_wavefronts {
  ISO_WAVEFRONT_KEYS(ISO_CONFIG_MEMBER)
} iso_config_wavefronts;

#endif
