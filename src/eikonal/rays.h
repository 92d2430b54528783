/* Where waves came from: what each time depends on at first order.
 *
 * The time of a node is the least that its elements give, and what an element gives is a minimum over the
 * points of the facet across from the node. So, by the envelope theorem, the time goes with those of the
 * facet's corners as the weights of the point that the wave comes from, and with the logarithm of a velocity
 * of the element as minus the time that it spends there in that direction. Going from node to node against
 * the wave, from the latest to the earliest, makes of the derivatives by times those by sources and by the
 * velocities of all elements at once: the adjoint of the waves, for about the price of a round of looks at
 * every node (Grandits et al., "Geodesic-BP", IEEE Trans Biomed Eng 71:1281-1291, 2024).
 *
 * Where waves collide, and where another element begins to give the least, times have a kink, and these are
 * the derivatives to one side. */
#ifndef ISO_EIKONAL_RAYS_H
#define ISO_EIKONAL_RAYS_H

#include "eikonal/eikonal.h"

/* How the wave came to a node. */
typedef struct iso_ray {
  iso_lid elem;     /* through this element; -1: through a link, or from nowhere */
  iso_lid link;     /* elem -1: of mesh->links, the one that it came through; -1: from nowhere */
  int n;            /* nodes below; 0: it starts here, or no wave comes */
  iso_lid node[3];  /* from between these */
  double weight[3]; /* above 0, sum 1 */
  double ms[3]; /* the time from there to here in the element, by directions: along the fibre, across it in
                   the sheet, normal to the sheet; they add up to it */
} iso_ray;

/* After iso_eikonal_solve, on a mesh that is whole on this rank. ray [mesh->nlocal] of each node. tissue and
 * speeds: those that were set, with front_mm 0. began_ms [mesh->nlocal]: when a wave was started there,
 * INFINITY: none was; a node whose time is that one is a source. Links count with weight 1; what the
 * way of a link (iso_delays) adds goes with the velocities around its node[1]. */
void iso_eikonal_rays(const iso_eikonal *eikonal, const iso_tissue *tissue, const iso_speeds *speeds,
                      const double *began_ms, iso_ray *ray);

/* The nodes by their times, the latest first, and room for a walk. */
typedef struct iso_walk {
  iso_lid n;
  const iso_ray *ray;
  iso_lid *order, *place; /* [n] node at a place, place of a node */
  double *due;            /* [n] all 0 between walks */
} iso_walk;

/* For n nodes. ISO_EFAIL where memory is short, as of iso_walk_set; to be freed whatever the status. */
iso_status iso_walk_new(iso_walk *out, iso_lid n, iso_error *err);

/* time [n] and ray [n] of all nodes; the latter outlives the walk. */
iso_status iso_walk_set(iso_walk *walk, const double *time, const iso_ray *ray, iso_error *err);
void iso_walk_free(iso_walk *walk);

/* A node and what the sum that the walk began with changes by with the node's time as its ray gives it. A
 * node may be visited more than once, where waves go round in obtuse elements; its parts add up. */
typedef void (*iso_walk_visit)(void *self, iso_lid node, double share);

/* Walks from the sum over share [n] times the times of nodes from [n], in an order that times alone decide.
 */
void iso_walk_back(iso_walk *walk, int n, const iso_lid *from, const double *share, iso_walk_visit visit,
                   void *self);

#endif
