/* Lengths of trajectories: how far a point is from a surface along a field of directions t,
 *     grad L . t = 1,  L = 0 on the surface
 * (A. Yezzi, J. Prince, IEEE Trans. Med. Imaging 22, 1332 (2003)), upwind: the line from a node against t
 * meets the opposite face of one of its elements at y, and L(x) = |x - y| + L(y), interpolated from the nodes
 * of that face. All nodes are updated from the last values until nothing changes, so the order of nodes and
 * their ranks do not matter. First order in the edge length, exact for linear L, never below 0. */
#ifndef ISO_ANATOMY_TRAJECTORY_H
#define ISO_ANATOMY_TRAJECTORY_H

#include "anatomy/anatomy.h"

/* Collective. direction [nlocal]: at nodes, of any length; where it is 0, or leads round and never to the
 * surface, the length is the diagonal of the mesh. start [nowned]: not 0 where the length is 0. length
 * [nlocal], mm: along sign times the direction, sign 1 or -1. what: for a message; ISO_EINPUT where no node
 * is a start. */
iso_status iso_trajectory_length(iso_anatomy *anatomy, const double (*direction)[3], double sign,
                                 const uint8_t *start, const char *what, double *length, iso_error *err);

/* Collective. Where a point lies between two surfaces, 0 at the nodes of from to 1 at those of to [nowned
 * each], as the ratio of lengths along grad u; u [nlocal] rises from one to the other. depth [nlocal]. */
iso_status iso_trajectory_depth(iso_anatomy *anatomy, const double *u, const uint8_t *from, const uint8_t *to,
                                double *depth, iso_error *err);

#endif
