/* Strips that stand for the elements of a mesh: what tuning and measuring share. */
#ifndef ISO_STUDY_TUNE_STRIPS_H
#define ISO_STUDY_TUNE_STRIPS_H

#include "study/cable.h"
#include "study/speeds.h"
#include "study/tune.h"

/* An empty list with room for every velocity of so many regions; to be freed with iso_tuning_free whatever
 * the status. */
iso_status iso_tune_room(iso_tuning *out, int nregions, iso_error *err);

/* Collective. Fills what the items of a tuning say of elements, edges and step, for a set-up with mesh and
 * tissue. The edges of a region are those of its elements of the commonest kind: of a built-in slab its own,
 * of a file irregular ones with the same mean. edge_mm: the mean instead, or NAN. */
iso_status iso_tune_strips(const iso_setup *setup, double edge_mm, iso_tuning *tuning, iso_error *err);

/* Collective. Into an empty list with room one strip a region of the configuration, along its fibres: with
 * its conductivity, for speeds [regions]; filled as above. */
iso_status iso_tune_strips_along(const iso_setup *setup, const iso_speeds *speeds, iso_tuning *tuning,
                                 iso_error *err);

/* One rank's. The strip of an item whose asked_m_per_s is the velocity to come, or about it. */
iso_status iso_tune_cable(iso_cable **out, const iso_config *config, const iso_tuned *item, bool no_cache,
                          iso_error *err);

/* Collective. What one rank found of each item, on all: the others have zeros there. */
void iso_tune_share(MPI_Comm comm, iso_tuning *tuning);

#endif
