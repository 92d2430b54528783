/* method: recurrent_eikonal of a configuration: eikonal waves that come again (eikonal/recurrent.h), as a
 * front of a simulation (solve/mover.h). */
#ifndef ISO_STUDY_FRONT_H
#define ISO_STUDY_FRONT_H

#include "study/setup.h"

/* Collective. Makes setup->front, of the mesh and tissue that are set up, unless it is there, and brings all
 * nodes of it to rest. Velocities are those of iso_study_speeds; restitution, of action potential duration
 * and velocity, that of strips of each region's tissue along the fibres (study/cable.h), in which a premature
 * beat follows one from the region's initial state; a region whose strip no wave comes through is never
 * excited. The ranks share the strips, and all get the same bits. ISO_EINPUT where a wave comes through in
 * some directions alone, or no premature beat does. */
iso_status iso_setup_front(iso_setup *setup, iso_error *err);
void iso_setup_drop_front(iso_setup *setup);

#endif
