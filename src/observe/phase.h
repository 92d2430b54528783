/* Phase on triangles, and where it is singular.
 *
 * A node's phase is the direction of (u, w) = (V - V*, V a little earlier - V*), Gray et al. 1998
 * (doi 10.1038/32164). The charge of a triangle is how often the phase turns along its edges, each taken the
 * shorter way round. Directions are compared as numbers in [0, 4) that grow with the angle and differ by 2
 * where they are opposite, which is all that a charge needs, so there is no function to round: each edge has
 * the opposite turn the other way along, and charges of a closed surface sum to 0 exactly. */
#ifndef ISO_OBSERVE_PHASE_H
#define ISO_OBSERVE_PHASE_H

/* The direction of (u, w); 0 where both are 0. */
double iso_phase_direction(double u, double w);

/* -1, 0 or 1: turns of the phase along a, b, c and back to a, from directions. */
int iso_phase_charge(double a, double b, double c);

typedef struct iso_phase_point {
  double at[3];    /* where u = w = 0 */
  double along[3]; /* from there, in the plane of the triangle, where w = 0 and u grows; of no particular
                      length: it turns once as the wave does */
} iso_phase_point;

/* Of a triangle with a charge, u and w linear between its corners x. */
iso_phase_point iso_phase_locate(const double x[3][3], const double u[3], const double w[3]);

#endif
