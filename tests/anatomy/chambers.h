/* Two chambers in a block, closed below: a left one and a right one with a septum between them, each wall
 * flat. Edges of 1 mm, free walls of 6 mm, a septum of 7 mm. The long axis is z, the right ventricle in x of
 * the left one, so y is anterior; the two halves in y are mirror images. */
#ifndef ISO_TESTS_ANATOMY_CHAMBERS_H
#define ISO_TESTS_ANATOMY_CHAMBERS_H

#include "anatomy/anatomy.h"

typedef enum { CHAMBERS_LEFT_WALL, CHAMBERS_RIGHT_WALL, CHAMBERS_SEPTUM, CHAMBERS_ELSEWHERE } chambers_wall;

/* Which wall a point is in the middle of, by its place: further from other walls than its thickness. */
chambers_wall chambers_at(const double x[3]);

/* What is done to the block: nothing; every node moved a little, so that none is on a plane of symmetry; and
 * then made twice as large, turned, or its nodes given other numbers. */
typedef enum {
  CHAMBERS_PLAIN,
  CHAMBERS_ROUGH,
  CHAMBERS_DOUBLED,
  CHAMBERS_TURNED,
  CHAMBERS_RENUMBERED
} chambers_change;

typedef struct chambers {
  iso_mesh *mesh;
  uint8_t *on; /* [nowned] */
  iso_device *device;
  iso_anatomy anatomy;
  chambers_change change;
} chambers;

/* Collective over comm; renumbered ones on one rank. */
void chambers_new(chambers *out, MPI_Comm comm, chambers_change change);

/* The number that a plain block's node has. */
iso_gid chambers_number(const chambers *c, iso_gid plain);
void chambers_free(chambers *c);

#endif
