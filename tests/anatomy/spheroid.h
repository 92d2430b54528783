/* An idealised left ventricle with closed forms: the wall between two confocal prolate spheroids, cut off at
 * a base by a hyperboloid of the same family.
 *
 * With the focal length f, a point is at
 *     (f sinh l sin m cos a, f sinh l sin m sin a, -f cosh l cos m)
 * for l from endocardium to epicardium, m from 0 on the axis at the apex to the base, a around the axis. The
 * potential between the two walls is a function of l alone, the trajectories of its gradient have constant m
 * and a, and the circle of constant l and m is the circumferential direction. */
#ifndef ISO_TESTS_ANATOMY_SPHEROID_H
#define ISO_TESTS_ANATOMY_SPHEROID_H

#include "anatomy/anatomy.h"

#define SPHEROID_FOCUS 37.5 /* mm */
#define SPHEROID_ENDO 0.35
#define SPHEROID_EPI 0.68
#define SPHEROID_BASE 2.0 /* radian */

/* Where a point is, and its orthonormal directions of rising l, m and a. */
typedef struct spheroid_place {
  double l, m, a;
  double along_l[3], along_m[3], along_a[3];
} spheroid_place;

spheroid_place spheroid_at(const double x[3]);

/* The fraction of the trajectory through the point that lies behind it, seen from the endocardium. */
double spheroid_depth(const spheroid_place *place);

/* A mesh with so many elements across the wall, and the other edges in proportion, and what its owned nodes
 * are on (ventricles.h), to be freed. */
typedef struct spheroid {
  iso_mesh *mesh;
  uint8_t *on;
  iso_device *device;
  iso_anatomy anatomy;
} spheroid;

/* Collective over comm. turn: around (1, 1, 1), radian. */
void spheroid_new(spheroid *out, MPI_Comm comm, int layers, double turn);
void spheroid_free(spheroid *s);

/* Turned around (1, 1, 1). */
void spheroid_turn(const double x[3], double angle, double out[3]);

#endif
