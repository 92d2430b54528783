/* How fast the eikonal wave of a configuration runs. */
#ifndef ISO_STUDY_SPEEDS_H
#define ISO_STUDY_SPEEDS_H

#include "eikonal/eikonal.h"
#include "study/setup.h"

/* Collective. out [config->nregions]: what regions ask for by their section velocity, and of those without it
 * what a plane wave through a strip of their tissue has with their conductivities (study/cable.h), so that
 * the eikonal wave runs as fast as the monodomain one on this mesh; these have the width of their front, too,
 * and those asked for have not: that is the eikonal equation as it is. The ranks share the strips. The set-up
 * has mesh and tissue. ISO_EINPUT where a region asks for some directions alone, where no wave comes through
 * its strip, but with method: recurrent_eikonal,
 * where its velocity is 0, and where a velocity depends on directions that the mesh does not have. */
iso_status iso_study_speeds(const iso_setup *setup, iso_speeds *out, iso_error *err);

#endif
