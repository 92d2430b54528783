/* Places of the heart: the nearest one to a point, between which nodes it lies. */
#ifndef ISO_FIT_PLACES_H
#define ISO_FIT_PLACES_H

#include "grid/ask/around.h"
#include "grid/ask/bins.h"

typedef struct iso_place {
  iso_lid elem;
  int n;            /* nodes below, of the corner, edge, face or whole that it lies in */
  iso_lid node[4];  /* of a simplex: a hexahedron is cut into tetrahedra */
  double weight[4]; /* not negative, sum 1: the place, and linear fields there, are sums with these */
  double at_mm[3];
  double distance_mm; /* from the point; 0 within an element */
  double from[3];     /* unit vector to the point; 0 where it is in the heart */
} iso_place;

typedef struct iso_places {
  const iso_mesh *mesh;        /* whole on this rank */
  int dimension;               /* the highest of the elements: others, like networks, are no place */
  iso_around around;           /* all elements */
  iso_bins nodes;              /* all nodes */
  double (*middle)[3], *reach; /* [mesh->nelem] a ball around each element */
  double most_reach;
} iso_places;

/* mesh outlives it. ISO_EFAIL where memory is short; to be freed whatever the status. */
iso_status iso_places_new(iso_places *out, const iso_mesh *mesh, iso_error *err);
void iso_places_free(iso_places *places);

/* Calls visit with each node that is within a distance of a place, and some others. */
void iso_places_visit(const iso_places *places, const double at_mm[3], double within_mm,
                      void (*visit)(void *self, int64_t node), void *self);

/* The place nearest to a point; of several, that of the element with the lowest number. */
iso_place iso_places_nearest(const iso_places *places, const double at_mm[3]);

/* How the nearest place goes with the point: d place_i / d point_k. Of a point off the heart it moves at
 * right angles to the way between them, which is exact above a face; at an edge or a corner, where it would
 * stay for a bit, it is as if that were rounded. */
void iso_place_freedom(const iso_places *places, const iso_place *place, double freedom[3][3]);

/* d weight_k / d place of the place's n weights, along what it lies in. slope of n to 3 is 0. */
void iso_place_slopes(const iso_places *places, const iso_place *place, double slope[4][3]);

#endif
