/* What a mesh is made of, as far as operators on it care: a function of the element. Tissue is one conductor;
 * a torso, the unit conductor of a Laplace problem and whatever else has a conductivity are others. */
#ifndef ISO_LINEAR_CONDUCTOR_H
#define ISO_LINEAR_CONDUCTOR_H

#include "grid/mesh.h"

typedef struct iso_conduction {
  double conductivity[3][3]; /* mS/mm, symmetric */
  double capacity;           /* uF/mm3, of the consistent and lumped M */
  double extent;             /* mm thickness of a triangle, mm2 cross-section of a line, else ignored */
} iso_conduction;

/* self: the conductor's own, which it may use to remember what it found last. at fills out for local element
 * number element of mesh; ISO_EINPUT for an element that it has no answer for. Elements are asked for in
 * ascending order, each at least once. */
typedef struct iso_conductor {
  void *self;
  iso_status (*at)(void *self, const iso_mesh *mesh, iso_lid element, iso_conduction *out, iso_error *err);
} iso_conductor;

#endif
