/* Velocities of a twin's members as conductivities. */
#ifndef ISO_FIT_CONDUCTIVITIES_H
#define ISO_FIT_CONDUCTIVITIES_H

#include "base/log.h"
#include "fit/drawn.h"
#include "study/tune.h"

enum { ISO_CONDUCTIVITY_LEVELS = 3 };

/* A velocity of a region, along one direction, with the conductivities that give it: at the lowest and the
 * highest of what is drawn, fields included, and half way between their logarithms. */
typedef struct iso_conductivity {
  int region;
  iso_tune_direction direction;
  double m_per_s[ISO_CONDUCTIVITY_LEVELS], S_per_m[ISO_CONDUCTIVITY_LEVELS];
} iso_conductivity;

typedef struct iso_conductivities {
  int n;
  iso_conductivity *of; /* [n] by region, then direction */
} iso_conductivities;

/* Collective over comm, whose ranks share the waves through strips (study/tune.h). ISO_EINPUT where a
 * velocity cannot be had on the mesh. To be freed whatever the status. */
iso_status iso_conductivities_new(iso_conductivities *out, MPI_Comm comm, const iso_config *config,
                                  const iso_twin_drawn *drawn, iso_error *err);
void iso_conductivities_free(iso_conductivities *conductivities);

/* The conductivity for speeds of its region: straight between the levels in logarithms, of four digits. */
double iso_conductivity_of(const iso_conductivity *of, const iso_speeds *speeds);

/* The power of a velocity that conductivities of a region go with between the lowest and the highest, the
 * mean over its directions: 2 on fine meshes. */
double iso_conductivity_power(const iso_conductivities *conductivities, int region);

/* What a configuration asks of a region that is to have these speeds, with the keys that it has given or that
 * are needed; NAN: not this key. */
iso_config_velocity iso_velocity_as_asked(const iso_config_region *region, const iso_speeds *speeds);

#endif
