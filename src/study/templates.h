/* Action potentials of the regions of an eikonal wave, which travel with it. */
#ifndef ISO_STUDY_TEMPLATES_H
#define ISO_STUDY_TEMPLATES_H

#include "study/cable.h"
#include "study/speeds.h"

typedef struct iso_templates {
  int n;
  iso_action_potential *region; /* [n] */
} iso_templates;

/* Collective. Of each region what a cell does that a plane wave passes (iso_cable_action_potential): its own
 * model, from the state that the region begins with, in a strip of its tissue along the fibres, until
 * time.duration_ms after its activation at most. Fields of parameters are left out. The ranks share the
 * strips, and all get the same bits. speeds [config->nregions] of the wave. ISO_EINPUT where no wave comes
 * through a strip. Free it whatever the status. */
iso_status iso_templates_new(iso_templates *out, const iso_setup *setup, const iso_speeds *speeds,
                             iso_error *err);
void iso_templates_free(iso_templates *templates);

/* Vm, mV, at a time after the activation: rest before the first sample and where that time is NAN, the last
 * sample after the last. lasting_ms: from activation to recovery, to which all is stretched but its
 * beginning; NAN: its own. */
double iso_action_potential_at(const iso_action_potential *a, double after_ms, double lasting_ms);

/* The time after its own activation at which one that lasts own_ms is as one that lasts lasting_ms at
 * after_ms. by, which may be NULL: its derivatives by after_ms and lasting_ms. */
double iso_action_potential_stretch(double own_ms, double after_ms, double lasting_ms, double by[2]);

#endif
