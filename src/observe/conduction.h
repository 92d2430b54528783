/* What a map of activation times says of conduction: its velocity and direction at each node, and where it is
 * blocked. */
#ifndef ISO_OBSERVE_CONDUCTION_H
#define ISO_OBSERVE_CONDUCTION_H

#include "observe/activation.h"
#include "observe/block_size.h"

typedef struct iso_conduction iso_conduction;

/* Of one beat (from 0) of the activation, which outlives it. An edge is blocked where one end activated and
 * the other did not, or where it would take a velocity below slowest_m_per_s to pass it. Not collective; to
 * be freed where it is ISO_OK. mesh outlives it. */
iso_status iso_conduction_new(iso_conduction **out, const iso_mesh *mesh, const iso_activation *activation,
                              int beat, double slowest_m_per_s, iso_error *err);
void iso_conduction_free(iso_conduction *conduction);

/* A guest that looks at nothing and publishes at the end the maps conduction_velocity (m/s), conduction_x, _y
 * and _z (the direction, of length 1) and conduction_block (1 at both ends of a blocked edge), and
 * conduction_blocked, in percent of the nodes, and conduction_block_line (mm) and conduction_block_surface
 * (mm2) where there are sheets and volumes. Does not own. */
iso_guest iso_conduction_guest(iso_conduction *conduction);

/* Collective. From times of all owned nodes [nowned], ms, NAN: never. slowness [nowned] gets the gradient of
 * the times, ms/mm, by least squares over the edges at a node that are not blocked, each as often as elements
 * have it; 0 where there is none. blocked [nowned]. size: of what is blocked. */
iso_status iso_conduction_of_times(const iso_mesh *mesh, const double *owned_ms, double slowest_m_per_s,
                                   double (*slowness)[3], uint8_t *blocked, iso_block_size *size,
                                   iso_error *err);

#endif
