/* Where the phase is singular on a mesh: triangles of sheets and of the faces of volumes that have a charge,
 * and what they are part of. Quadrilaterals are cut from their corner with the lowest number, the same from
 * both sides. */
#ifndef ISO_OBSERVE_PIERCED_H
#define ISO_OBSERVE_PIERCED_H

#include "grid/mesh.h"

#include <stdbool.h>

typedef struct iso_pierced {
  iso_gid element, node[3]; /* its element, and its nodes in ascending order */
  int32_t charge;           /* seen from where the normal points to */
  int32_t sheet;            /* 1: an element of its own; 0: of a face of a volume, with its normal outward */
  double at_mm[3], along[3], normal[3]; /* see phase.h; normal is of no particular length */
} iso_pierced;

/* Collective. u, w [nlocal] with ghosts. Rank 0 gets *found [*n], to be released with free, by nodes and then
 * by element: the same on any number of ranks. *n is 0 on the others. */
iso_status iso_pierced_find(const iso_mesh *mesh, const double *u, const double *w, int64_t *n,
                            iso_pierced **found, iso_error *err);

/* A singularity of a surface, or the middle of a filament. */
typedef struct iso_core {
  double at_mm[3], along[3];
  double axis[3];    /* that the wave turns about: the right hand's thumb */
  double length_mm;  /* of a filament; NAN: a singularity */
  int32_t chirality; /* 1: counterclockwise for who looks at the surface from outside, or against a sheet's
                        normal; -1; 0 of a filament */
  int32_t ends;      /* of a filament on the outer surface; 0: a ring */
} iso_core;

/* Singularities of surfaces: on triangles that are elements, and on faces that one volume alone has. out [n]
 * has room for as many as there are. Returns how many. */
int64_t iso_pierced_surface(int64_t n, const iso_pierced *found, iso_core *out);

/* Filaments: pierced faces that elements join. out [n] has room for as many. Not collective; ISO_EFAIL where
 * memory is short. */
iso_status iso_pierced_filaments(int64_t n, const iso_pierced *found, int64_t *count, iso_core *out,
                                 iso_error *err);

#endif
