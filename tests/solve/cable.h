/* A paced cable of 66 nodes, two patches, and the beats of the node in its middle: for comparing paces. */
#ifndef ISO_TESTS_SOLVE_CABLE_H
#define ISO_TESTS_SOLVE_CABLE_H

#include "solve/fixture.h"

enum { CABLE_NODES = 66, CABLE_BEATS = 64, CABLE_MS = 8192 };

/* What differs from a cable at rest with its model's parameters and D = 0.1 mm2/ms. */
typedef struct cable_protocol {
  const char *model;
  const char *scaled; /* a parameter, or NULL */
  double scale;
  double period_ms; /* from pulse to pulse; 0: none at all */
  double until_ms;
} cable_protocol;

typedef struct cable_beats {
  iso_lid node;
  int nactivated, nrecovered;
  double activated[CABLE_BEATS], recovered[CABLE_BEATS]; /* ms */
  double vm[CABLE_MS];                                   /* once a millisecond */
  int nvm;
  double share[ISO_LEVELS];
} cable_beats;

/* Beats of a run on one rank. h is made, and left to the caller to free. */
void cable_run(heart *h, const cable_protocol *protocol, iso_pace pace, double step_ms, cable_beats *out);

/* APD90 of beat k, ms; NAN where it has not ended. */
double cable_apd(const cable_beats *b, int k);

/* Early afterdepolarisations: maxima of Vm after a time that rise by more than 1 mV. */
int cable_afterdepolarisations(const cable_beats *b, int from_ms);

#endif
