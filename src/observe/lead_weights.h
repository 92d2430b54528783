/* What an electrode sees of a heart: one weight per node, so that its potential is the sum of w_n V_n.
 *
 * The sources of the field around a heart are div(sigma_i grad V), sigma_i the intracellular conductivity
 * (Plonsey and Barr, Bioelectricity, 2007). With Z(x) the potential at the electrode of a unit current at x,
 * which by reciprocity is the field of a unit current at the electrode (McFee and Johnston, Circulation
 * 8:554, 1953), phi = -int sigma_i grad V . grad Z, and with linear elements phi = -sum_n (K_i Z)_n V_n.
 * Potentials have their physical sign: a front that comes nearer is positive. */
#ifndef ISO_OBSERVE_LEAD_WEIGHTS_H
#define ISO_OBSERVE_LEAD_WEIGHTS_H

#include "linear/system.h"

/* Nearer to a node than this, mm, an electrode sees as from this distance: its metal has some extent, too. */
#define ISO_ELECTRODE_MM 1.0

/* Z in an infinite homogeneous medium: 1 / (4 pi sigma r), in mV / uA = 1 / mS, of all local nodes: z
 * [nlocal]. at_mm: the electrode; conductivity: of the medium, mS/mm. */
void iso_lead_unbounded(const iso_mesh *mesh, const double at_mm[3], double conductivity, double *z);

/* weight [nowned] = -K_i Z. source: K_i, the stiffness with the intracellular conductivity, mS. z [nlocal],
 * in 1/mS. Sums are in the order of global numbers. */
void iso_lead_weights(const iso_system *source, const double *z, double *weight);

#endif
