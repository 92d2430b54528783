/* Lesions that are burned while a simulation goes on (lesions.from_ms). */
#ifndef ISO_STUDY_LATE_LESIONS_H
#define ISO_STUDY_LATE_LESIONS_H

#include "study/watchers.h"

/* Collective. Burns the lesions that are due after after_ms, if any, until now: the set-up's simulation is
 * another one afterwards, with the state and the guests of the one before, on tissue that conducts nothing in
 * them. ISO_EFAIL where memory is short. */
iso_status iso_late_lesions_burn(iso_setup *setup, iso_watchers *watchers, double after_ms, iso_error *err);

#endif
