/* Notices that the tissue has come to rest, so that a run may end by itself. */
#ifndef ISO_OBSERVE_QUIESCENCE_H
#define ISO_OBSERVE_QUIESCENCE_H

#include "solve/guest.h"

#include <stdbool.h>

typedef struct iso_quiescence iso_quiescence;

/* The tissue is quiet while no node's Vm is above its threshold. threshold_mV [nowned] must outlive the
 * observer. Time before not_before_ms, the end of the last stimulus, does not count as quiet. */
iso_status iso_quiescence_new(iso_quiescence **out, const iso_mesh *mesh, const double *threshold_mV,
                              double quiet_ms, double not_before_ms, iso_error *err);

/* Looks every so often (one reduction over all ranks each time), and ends the run when it was quiet for long
 * enough. Does not own. */
iso_guest iso_quiescence_guest(iso_quiescence *quiescence, double every_ms);

/* Whether the tissue had been quiet for long enough when last looked at; the same on all ranks. */
bool iso_quiescence_reached(const iso_quiescence *quiescence);

void iso_quiescence_free(iso_quiescence *quiescence);

#endif
