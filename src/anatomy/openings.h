/* Openings of a chamber: where the outer surface goes over from the inner side of the wall to its outer side.
 * They are the rims where valves and veins were cut off, found from the surface alone. */
#ifndef ISO_ANATOMY_OPENINGS_H
#define ISO_ANATOMY_OPENINGS_H

#include "grid/mesh.h"

#include <stdbool.h>

/* Of more, the chamber's lists of nodes are torn. */
enum { ISO_MOST_OPENINGS = 64 };

typedef struct iso_opening {
  iso_gid label; /* the lowest number of its nodes */
  int64_t nodes;
  double middle_mm[3]; /* of all its nodes */
  char meant_by[32];   /* the option that means all of it, for messages (landmarks.h); "" to begin with */
} iso_opening;

typedef struct iso_openings {
  int n;
  iso_opening
      opening[ISO_MOST_OPENINGS]; /* [n], by label; the same on every rank and on any number of them */
  iso_gid *label;                 /* [mesh nlocal] of the opening that a node is of, or INT64_MAX */
} iso_openings;

/* Collective. on [nowned]: bits of inner where a node is on the inner side of the wall, one for each
 * endocardium, and of outer on the outer one. An opening is what hangs together of the faces that are on none
 * of these surfaces with all their nodes, has nodes of both sides, and goes round a hole: its nodes and faces
 * are no more than its edges, while a patch that the lists have left out has one more. ISO_EINPUT where there
 * are more than fit. Free out whatever the status. */
iso_status iso_openings_find(iso_openings *out, const iso_mesh *mesh, const uint8_t *on, uint8_t inner,
                             uint8_t outer, iso_error *err);
void iso_openings_free(iso_openings *openings);

/* The one whose middle is nearest to the place (mm), the first on ties; openings->n is not 0. */
iso_opening *iso_openings_nearest(iso_openings *openings, const double place[3]);

/* "at (1, 2, 3) of 40 nodes; ..." into text [size], which is returned. */
const char *iso_openings_list(const iso_openings *openings, char *text, size_t size);

#endif
