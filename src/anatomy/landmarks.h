/* Which nodes are on a surface that a user names. */
#ifndef ISO_ANATOMY_LANDMARKS_H
#define ISO_ANATOMY_LANDMARKS_H

#include "grid/mesh.h"

/* How a surface may be named, for help. */
#define ISO_LANDMARK_FORMS                                                                                   \
  "FILE.vtx (nodes), FILE.surf (faces), tag:N,N (of elements or surfaces), at:X,Y,Z (the part of the outer " \
  "surface nearest to that place in mm) or NAME (of a surface)"

/* Collective. Sets the bits in on [nowned] for the nodes that text names, in the form above; parts of the
 * outer surface end at sharp edges and at nodes that have bits already (surface_patch.h). what: "--base",
 * for messages. ISO_EINPUT where nothing can be read, and where no node is meant. */
iso_status iso_landmark_mark(const iso_mesh *mesh, const char *what, const char *text, uint8_t bits,
                             uint8_t *on, iso_error *err);

/* "at:1,-2.5,3" as a place (mm). ISO_EINPUT names what, as above. */
iso_status iso_landmark_place(const char *what, const char *text, double place[3], iso_error *err);

#endif
