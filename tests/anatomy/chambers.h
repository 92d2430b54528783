/* Two chambers in a block, closed below: a left one and a right one with a septum between them, each wall
 * flat. Edges of 1 mm, walls of 6 mm. */
#ifndef ISO_TESTS_ANATOMY_CHAMBERS_H
#define ISO_TESTS_ANATOMY_CHAMBERS_H

#include "anatomy/anatomy.h"

typedef enum { CHAMBERS_LEFT_WALL, CHAMBERS_RIGHT_WALL, CHAMBERS_SEPTUM, CHAMBERS_ELSEWHERE } chambers_wall;

/* Which wall a point is in the middle of, by its place: further from other walls than its thickness. */
chambers_wall chambers_at(const double x[3]);

typedef struct chambers {
  iso_mesh *mesh;
  uint8_t *on; /* [nowned] */
  iso_device *device;
  iso_anatomy anatomy;
} chambers;

/* Collective over comm. */
void chambers_new(chambers *out, MPI_Comm comm);
void chambers_free(chambers *c);

#endif
