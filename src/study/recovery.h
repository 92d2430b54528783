/* How long action potentials of an eikonal wave last where regions meet. */
#ifndef ISO_STUDY_RECOVERY_H
#define ISO_STUDY_RECOVERY_H

#include "study/setup.h"
#include "study/templates.h"

/* Collective. lasting_ms [nowned]: from activation to recovery. In its region's strip a node's action
 * potential lasts as long as the template's; here that spreads as heat does, d(apd)/dt = div(D grad apd) with
 * D = sigma / (chi Cm) of the tissue and without a flux through its surface, for 30 ms: coupling evens
 * recovery out over about sqrt(4 D 30 ms). Regions alike give the template's own to the last bit. NAN on all
 * nodes where some region does not recover within its strip's time. The same bits on any number of ranks.
 * Fails for lack of memory, on all ranks. */
iso_status iso_spread_recovery(const iso_setup *setup, const iso_templates *templates, double *lasting_ms,
                               iso_error *err);

#endif
