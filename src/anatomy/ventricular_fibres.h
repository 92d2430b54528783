/* Fibres and sheets of ventricles, by a rule. */
#ifndef ISO_ANATOMY_VENTRICULAR_FIBRES_H
#define ISO_ANATOMY_VENTRICULAR_FIBRES_H

#include "anatomy/fibre_rule.h"
#include "anatomy/tracts.h"

/* Collective. The frame of every local element, frames [nelem]: fibre, normal, sheet; what elements without
 * volume have means nothing. on [nowned]: as of iso_ventricles_new; valve [nowned]: as of iso_tracts_new, or
 * NULL. */
iso_status iso_ventricular_fibres(iso_anatomy *anatomy, const uint8_t *on, const uint8_t *valve,
                                  const iso_fibre_rule *rule, iso_frame *frames, iso_error *err);

#endif
