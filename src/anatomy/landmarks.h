/* Which nodes are on a surface that a user names. */
#ifndef ISO_ANATOMY_LANDMARKS_H
#define ISO_ANATOMY_LANDMARKS_H

#include "anatomy/openings.h"

/* How a surface may be named, for help. */
#define ISO_LANDMARK_FORMS                                                                                   \
  "FILE.vtx (nodes), FILE.surf (faces), tag:N,N (of elements or surfaces), at:X,Y,Z (the part of the outer " \
  "surface nearest to that place in mm), near:X,Y,Z (the node nearest to it), ring:X,Y,Z (the opening "      \
  "between "                                                                                                 \
  "endocardium and epicardium nearest to it; more with / between), half:X,Y,Z (the half of that ring "       \
  "towards "                                                                                                 \
  "the place), rings (all openings) or NAME (of a surface)"

/* Collective. Sets the bits in on [nowned] for the nodes that text names, in the form above; parts of the
 * outer surface end at sharp edges and at nodes that have bits already (surface_patch.h). what: "--base",
 * for messages. ISO_EINPUT where nothing can be read, and where no node is meant. Not for openings. */
iso_status iso_landmark_mark(const iso_mesh *mesh, const char *what, const char *text, uint8_t bits,
                             uint8_t *on, iso_error *err);

/* Whether text means openings, which are known when both sides of the wall are. */
bool iso_landmark_is_opening(const char *text);

/* Collective. The same for these. ISO_EINPUT where there is none, and where a place means an opening that
 * another option (what) has meant already; where text names no place, it lists them. */
iso_status iso_landmark_mark_opening(const iso_mesh *mesh, iso_openings *openings, const char *what,
                                     const char *text, uint8_t bits, uint8_t *on, iso_error *err);

/* "at:1,-2.5,3" as a place (mm). ISO_EINPUT names what, as above. */
iso_status iso_landmark_place(const char *what, const char *text, double place[3], iso_error *err);

#endif
