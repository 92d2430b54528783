/* Lengths of trajectories: how far a point is from a surface along a field of directions t,
 *     grad L . t = 1,  L = 0 on the surface
 * (A. Yezzi, J. Prince, IEEE Trans. Med. Imaging 22, 1332 (2003)), upwind: the line from a node against t
 * meets the opposite face of one of its elements at y, and L(x) = |x - y| + L(y), interpolated from the nodes
 * of that face. All nodes are updated from the last values until nothing changes, so the order of nodes and
 * their ranks do not matter. First order in the edge length, exact for linear L, never below 0. */
#ifndef ISO_ANATOMY_TRAJECTORY_H
#define ISO_ANATOMY_TRAJECTORY_H

#include "anatomy/anatomy.h"
#include "anatomy/upwind.h"

/* Collective. The length (mm) that grows along the lines' direction times their sign (upwind.h), from what is
 * given: [nowned], NAN where it is to be found. length [nlocal]. Where lines lead nowhere, or round and never
 * to a given length, it is the diameter of the mesh. what: for a message; ISO_EINPUT where nothing is given.
 */
iso_status iso_trajectory_length(iso_anatomy *anatomy, const iso_lines *lines, const double *given,
                                 const char *what, double *length, iso_error *err);

/* behind / (behind + ahead) at each node [nlocal]; 0 where both are 0. out may be either. */
void iso_trajectory_ratio(const iso_mesh *mesh, const double *behind, const double *ahead, double *out);

/* Collective. Where a point lies between two surfaces, 0 at the nodes of from to 1 at those of to [nowned
 * each], as the ratio of lengths along grad u; u [nlocal] rises from one to the other. depth [nlocal]. */
iso_status iso_trajectory_depth(iso_anatomy *anatomy, const double *u, const uint8_t *from, const uint8_t *to,
                                double *depth, iso_error *err);

#endif
