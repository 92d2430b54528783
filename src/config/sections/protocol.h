/* The sections protocol and phase_map. */
#ifndef ISO_CONFIG_SECTIONS_PROTOCOL_H
#define ISO_CONFIG_SECTIONS_PROTOCOL_H

#include "grid/ask/select.h"
#include "solve/stimulus.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum { ISO_SEARCH_BISECT, ISO_SEARCH_DECREMENT } iso_search;

/* A premature pulse after the train, S2, S3 or S4: its coupling interval, from the beginning of the pulse
 * before, is given, or found between the longest that is blocked and the shortest that is not. NAN: not
 * given. */
typedef struct iso_config_extra {
  double at_ms;
  double longest_ms, shortest_ms, resolution_ms;
  iso_search search;
} iso_config_extra;

enum { ISO_EXTRAS = 3, ISO_MOST_PREMATURE_SITES = 30 };

/* Fast pulses after the train, each interval shorter by decrement_ms than the one before, down to
 * shortest_ms. */
typedef struct iso_config_burst {
  double cycle_ms, decrement_ms;
  double shortest_ms; /* NAN before loading is over: not given */
  int64_t count;
  bool test_each; /* whether re-entry is looked for after each pulse, not the last one alone */
} iso_config_burst;

/* Pacing at the end of the effective refractory period. */
typedef struct iso_config_peerp {
  int beats;                 /* at most */
  double below_ms, above_ms; /* the window around the first premature pulse's middle */
  double earliest_ms;        /* of later windows, from the pulse before */
  double resolution_ms;
} iso_config_peerp;

/* One premature pulse after another interval each, and what its beat is like. */
typedef struct iso_config_restitution {
  iso_select from, to; /* sites that the wave passes one after the other, their nodes in the middle */
  double longest_ms, shortest_ms, resolution_ms;
} iso_config_restitution;

/* A train of pulses, and then one of these: extra stimuli, a burst, PEERP, restitution. */
typedef struct iso_config_protocol {
  iso_select where;           /* not everywhere */
  iso_gid node;               /* that is sensed, a global number, or -1 */
  iso_select sense;           /* or the node in the middle of a site, or nothing given */
  double sense_distance_mm;   /* or all nodes so far from the electrode; NAN: not given */
  iso_pulses s1;              /* the train; all pulses have its amplitude and duration */
  double window_ms;           /* after the beginning of a premature pulse */
  bool look_for_reentry;      /* after premature pulses: outputs.reentry says what it is */
  int nsites;                 /* 0: premature pulses are given where the train is */
  char **sites;               /* [nsites] names of sites, each with trials of its own */
  iso_select *premature_at;   /* [nsites] the same as sets */
  bool has_extra[ISO_EXTRAS]; /* S2, S3, S4 */
  iso_config_extra extra[ISO_EXTRAS];
  bool has_burst;
  iso_config_burst burst;
  bool has_peerp;
  iso_config_peerp peerp;
  bool has_restitution;
  iso_config_restitution restitution;
} iso_config_protocol;

/* When the last pulse of the train begins, ms. */
double iso_protocol_last_s1(const iso_config_protocol *protocol);

/* From the pulse before to pulse k of a burst, from 0, ms. */
double iso_burst_interval(const iso_config_burst *burst, int64_t k);

/* A line that a wave turns about, seen from to_mm. */
typedef struct iso_config_rotor {
  double from_mm[3], to_mm[3];
  int clockwise; /* 1, or 0: counterclockwise */
} iso_config_rotor;

/* A run that begins in the middle of a re-entry: cells are where the last of some beats is at their phase. */
typedef struct iso_config_phase_map {
  double cycle_ms, amplitude_uA_per_uF, duration_ms;
  int beats;
  int nrotors;
  iso_config_rotor *rotors;
} iso_config_phase_map;

#endif
