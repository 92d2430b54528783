/* Reference beats of every model: independent integrations that the single-cell tests compare with. */
#ifndef ISO_TESTS_KERNELS_REFERENCES_H
#define ISO_TESTS_KERNELS_REFERENCES_H

#include "kernels/pace.h"

/* How a model is paced. carried: change of the state carrier in mM per uA/uF and ms, where the stimulus
 * current brings ions. */
typedef struct protocol {
  const char *model;
  double stimulus, duration_ms; /* uA/uF */
  const char *carrier;
  double carried;
} protocol;

/* The 100th beat at a cycle length; units as in struct beat. apd50_ms: of APD50, where it needs more than
 * the tests' own tolerance, and APD90 0.3 %; 0 elsewhere. start: what differs from the variant's initial
 * state, up to a NULL name; NULL: nothing. */
typedef struct reference {
  const char *model, *variant;
  double cycle_ms, rest, peak, max_dvdt, apd50, apd90, apd50_ms;
  const iso_change *start;
} reference;

extern const protocol protocols[];
extern const int nprotocols;
extern const reference references[];
extern const int nreferences;

/* Of a model by name; NULL if it has none. */
const protocol *protocol_of(const char *model);

#endif
