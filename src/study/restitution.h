/* Restitution of each region, for waves that come again: measured in strips of its tissue. */
#ifndef ISO_STUDY_RESTITUTION_H
#define ISO_STUDY_RESTITUTION_H

#include "eikonal/recurrent.h"
#include "study/speeds.h"
#include "study/tune.h"

typedef struct iso_restitutions {
  int n;
  iso_restitution *region; /* [n] */
  double *room;            /* that they point into */
  iso_tuning strips;       /* [n] what each was measured in */
} iso_restitutions;

/* Collective. Of each region that passes waves [config->nregions], with its speeds: what S2 does in the
 * middle of a strip along the fibres, after S1 from the state that the region begins with, from the shortest
 * interval that comes through on; its velocity is a part of that after the longest. The others have no rows.
 * The ranks share the regions, and all get the same bits. ISO_EINPUT where no S2 comes through. Free it
 * whatever the status. */
iso_status iso_restitutions_measure(iso_restitutions *out, const iso_setup *setup, const iso_speeds *speeds,
                                    const bool *passes, iso_error *err);
void iso_restitutions_free(iso_restitutions *restitutions);

/* Logs them, and the elements, edges and steps of the strips. */
void iso_restitutions_say(const iso_restitutions *restitutions, const iso_setup *setup,
                          const iso_speeds *speeds);

#endif
