/* Which nodes are on a surface that a user names. */
#ifndef ISO_ANATOMY_LANDMARKS_H
#define ISO_ANATOMY_LANDMARKS_H

#include "grid/mesh.h"

/* How a surface may be named, for help. */
#define ISO_LANDMARK_FORMS                                                                                   \
  "FILE.vtx (nodes), FILE.surf (faces), tag:N,N (of elements or surfaces) or NAME (of a surface)"

/* Collective. Sets the bits in on [nowned] for the nodes that text names, in the form above. what: "--base",
 * for messages. ISO_EINPUT where nothing can be read, and where no node is meant. */
iso_status iso_landmark_mark(const iso_mesh *mesh, const char *what, const char *text, uint8_t bits,
                             uint8_t *on, iso_error *err);

#endif
