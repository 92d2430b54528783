/* The sections stimuli and actors. */
#ifndef ISO_CONFIG_SECTIONS_STIMULI_H
#define ISO_CONFIG_SECTIONS_STIMULI_H

#include "grid/ask/select.h"
#include "solve/stimulus.h"

/* Where, and when with what waveform. */
typedef struct iso_config_stimulus {
  char *name;
  iso_select where; /* not everywhere */
  iso_pulses pulses;
} iso_config_stimulus;

typedef enum { ISO_CROSSING_UP, ISO_CROSSING_DOWN } iso_crossing;

/* Current at a set of nodes when Vm at a node has crossed a threshold: a guest that acts. */
typedef struct iso_config_actor {
  char *name;
  iso_gid node;        /* that it senses, a global number, or -1 */
  iso_select sense;    /* or the node in the middle of a site, or nothing given */
  double threshold_mV; /* NAN: the usual one where it senses */
  iso_crossing crossing;
  double latency_ms, blank_ms;
  iso_select where;  /* not everywhere */
  iso_pulses pulses; /* one, from the end of the latency on */
} iso_config_actor;

#endif
