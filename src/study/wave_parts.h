/* What eikonal waves through one tissue have in common: velocities, metrics of elements, action potentials.
 * A set-up keeps them, so that waves from other stimuli need not make them again. */
#ifndef ISO_STUDY_WAVE_PARTS_H
#define ISO_STUDY_WAVE_PARTS_H

#include "study/speeds.h"
#include "study/templates.h"

typedef struct iso_wave_parts {
  iso_speeds *speeds;      /* [config->nregions] */
  iso_eikonal *eikonal;    /* of these speeds */
  iso_templates templates; /* none until they are asked for */
} iso_wave_parts;

/* Collective. setup->parts, if they are not there: of its mesh and tissue. Whoever gives the eikonal other
 * speeds keeps the set-up to himself. ISO_EINPUT as iso_study_speeds says. */
iso_status iso_wave_parts_make(iso_setup *setup, iso_error *err);

/* Collective. Their templates, if these are not there. ISO_EINPUT as iso_templates_new says. */
iso_status iso_wave_parts_record(iso_setup *setup, iso_error *err);

void iso_wave_parts_free(iso_wave_parts *parts);

#endif
