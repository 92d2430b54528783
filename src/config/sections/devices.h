/* The section devices: pacemakers and defibrillators. */
#ifndef ISO_CONFIG_SECTIONS_DEVICES_H
#define ISO_CONFIG_SECTIONS_DEVICES_H

#include "config/sections/member.h"
#include "grid/ask/select.h"
#include "solve/stimulus.h"

#include <stdbool.h>

/* A lead of an implanted device. */
typedef struct iso_config_lead {
  iso_gid node;                 /* whose Vm it senses, a global number, or -1 */
  iso_select sense;             /* or the node in the middle of a site, or nothing given */
  double tip_mm[3], ring_mm[3]; /* or an electrogram; NAN: not given */
  double threshold_mV;          /* NAN: the usual one */
  double high_pass_Hz;          /* of the electrogram; 0: none */
  iso_select where;             /* that it paces; nothing given: none */
  iso_pulses pulse;             /* one, from its beginning on; amplitude NAN: not given */
} iso_config_lead;

typedef enum {
  ISO_CONFIG_MODE_OFF,
  ISO_CONFIG_MODE_VVI,
  ISO_CONFIG_MODE_AAI,
  ISO_CONFIG_MODE_DDD,
  ISO_CONFIG_MODE_CRT
} iso_config_mode;

/* Nominal values where the PACEMAKER System Specification has some (act/pacemaker.h). */
#define ISO_IMPLANT_KEYS(X)                                                                                  \
  X(double, REAL, interval_ms, "between its samples: its clock", .fallback = "1", ABOVE(0, TIME_MS))         \
  X(double, REAL, lower_rate_per_min, "it paces where nothing is sensed for so long", .fallback = "60",      \
    ABOVE(0, 1e5))                                                                                           \
  X(double, REAL, upper_rate_per_min, "atrial beats are followed up to this rate, with DDD and CRT",         \
    .fallback = "120", ABOVE(0, 1e5))                                                                        \
  X(double, REAL, av_delay_ms, "from an atrial pace to the ventricular one", .fallback = "150",              \
    RANGE(0, TIME_MS))                                                                                       \
  X(double, REAL, sensed_av_delay_ms, "from a sensed atrial beat; av_delay_ms where not given",              \
    RANGE(0, TIME_MS))                                                                                       \
  X(double, REAL, vv_delay_ms, "from the right to the left ventricle's pace; negative: the left is first",   \
    .fallback = "0", RANGE(-TIME_MS, TIME_MS))                                                               \
  X(double, REAL, ventricular_refractory_ms, "after a ventricular event, of the ventricle",                  \
    .fallback = "320", RANGE(0, TIME_MS))                                                                    \
  X(double, REAL, atrial_refractory_ms, "after an atrial event, of the atrium, with AAI", .fallback = "250", \
    RANGE(0, TIME_MS))                                                                                       \
  X(double, REAL, pvarp_ms, "after a ventricular event, of the atrium, with DDD and CRT", .fallback = "250", \
    RANGE(0, TIME_MS))                                                                                       \
  X(double, REAL, pvarp_extension_ms, "that much longer after a PVC; 0: it is not", .fallback = "0",         \
    RANGE(0, TIME_MS))                                                                                       \
  X(double, REAL, blanking_ms, "after an event, of its own chamber: nothing is sensed nor marked",           \
    .fallback = "100", RANGE(0, TIME_MS))                                                                    \
  X(double, REAL, ventricular_blanking_ms, "after an atrial pace, of the ventricle", .fallback = "40",       \
    RANGE(0, TIME_MS))                                                                                       \
  X(double, REAL, atrial_blanking_ms, "after a ventricular event, of the atrium", .fallback = "100",         \
    RANGE(0, TIME_MS))                                                                                       \
  X(int, INTEGER, redetect_count, "a fast rhythm goes on when so many", .fallback = "12", RANGE(1, 100))     \
  X(int, INTEGER, redetect_of, "of the last so many intervals are within its zone", .fallback = "16",        \
    RANGE(1, 100))                                                                                           \
  X(double, REAL, ended_after_ms, "it has ended when none was for so long", .fallback = "1000",              \
    ABOVE(0, TIME_MS))

#define ISO_THERAPY_KEYS(X)                                                                                  \
  X(double, REAL, percent, "the first interval, of the measured cycle", .fallback = "88", ABOVE(0, 200))     \
  X(int, INTEGER, pulses, "of an attempt", .fallback = "8", RANGE(1, 1000))                                  \
  X(int, INTEGER, attempts, "while the rhythm goes on", .fallback = "1", RANGE(1, 100))                      \
  X(double, REAL, ramp_ms, "each interval is that much shorter than the one before", .fallback = "0",        \
    RANGE(0, TIME_MS))                                                                                       \
  X(double, REAL, scan_ms, "each attempt begins that much shorter than the one before", .fallback = "0",     \
    RANGE(0, TIME_MS))                                                                                       \
  X(double, REAL, minimum_ms, "no interval is shorter", .fallback = "200", ABOVE(0, TIME_MS))

typedef struct iso_config_therapy {
  ISO_THERAPY_KEYS(ISO_CONFIG_MEMBER)
} iso_config_therapy;

typedef struct iso_config_zone {
  double interval_ms;
  int count, of;
  int ntherapies;
  iso_config_therapy *therapies;
} iso_config_zone;

/* Leads are atrium, ventricle, left ventricle: iso_chamber; zones and therapies of one at most: act/icd.h. */
enum { ISO_CONFIG_LEADS = 3, ISO_CONFIG_ZONES = 3, ISO_CONFIG_THERAPIES = 6 };

/* A pacemaker or defibrillator in the loop. */
typedef struct iso_config_implant {
  char *name;
  iso_config_mode mode;
  ISO_IMPLANT_KEYS(ISO_CONFIG_MEMBER) /* sensed_av_delay_ms is known after loading */
  bool has_lead[ISO_CONFIG_LEADS];
  iso_config_lead lead[ISO_CONFIG_LEADS];
  int nzones;
  iso_config_zone *zones;
} iso_config_implant;

#endif
