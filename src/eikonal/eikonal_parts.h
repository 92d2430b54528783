/* What the files of this folder share. */
#ifndef ISO_EIKONAL_EIKONAL_PARTS_H
#define ISO_EIKONAL_EIKONAL_PARTS_H

#include "eikonal/eikonal.h"
#include "eikonal/simplex.h"
#include "grid/ask/around.h"
#include "grid/halo.h"

#include <stdbool.h>

/* A list of nodes, each once. */
typedef struct iso_marked {
  iso_lid n;
  iso_lid *node; /* room for all local nodes */
  uint8_t *is;   /* [nlocal] in it */
} iso_marked;

/* A link as one of its nodes sees it. */
typedef struct iso_passage {
  iso_lid far;          /* the other node */
  iso_lid link;         /* of mesh->links */
  double to_ms, fro_ms; /* delays from here to there, and from there to here; INFINITY: none passes */
} iso_passage;

struct iso_eikonal {
  const iso_mesh *mesh;
  const iso_turn *turn; /* [nelem]; NULL: none */
  int threads;
  iso_around around;  /* whose elem, and the following, are entries by node */
  iso_lid *others;    /* [width - 1] their other nodes, the node itself in unused columns */
  float *height;      /* of a tetrahedron's node over the face across; 0 in other elements */
  iso_metric *metric; /* [nelem] D^-1; of a tetrahedron |edge|^2 of its edges instead */
  iso_lid *passages;  /* [nlocal + 1] into passage, of each local node; NULL: none has any */
  iso_passage *passage;
  double *way_ms;     /* [mesh->links.n] what the wave needs from node to node of a link, through tissue */
  double band_ms;     /* what is taken in one round */
  double *time;       /* [nlocal] */
  double *found;      /* [nlocal] of this round */
  iso_marked changed; /* nodes whose elements have not seen their time */
  iso_marked ahead;   /* those of them whose elements see it in this round */
  iso_marked due;     /* nodes that are looked at in this round */
};

/* Collective. Sets metric of all elements, with directions averaged over the fronts. ISO_EINPUT as
 * iso_eikonal_set_speeds says. */
iso_status iso_eikonal_set_metrics(iso_eikonal *eikonal, const iso_tissue *tissue, const iso_speeds *speeds,
                                   iso_error *err);

/* Collective. Finds way_ms. */
iso_status iso_eikonal_find_ways(iso_eikonal *eikonal, const iso_tissue *tissue, const iso_speeds *speeds,
                                 iso_error *err);

/* Which of element e's nodes a node is. */
static inline int iso_eikonal_corner(const iso_eikonal *eikonal, iso_lid e, iso_lid node) {
  const iso_lid *conn = eikonal->mesh->conn + (int64_t)e * eikonal->mesh->width;
  int i = 0;
  while (conn[i] != node) i++;
  return i;
}

/* The least time at which a wave reaches node number k of local element e from its other nodes: from their
 * times, or from times [ISO_MAX_NODES] of the element's nodes that are given; INFINITY: no wave is there. */
double iso_eikonal_through(const iso_eikonal *eikonal, iso_lid e, int k);
double iso_eikonal_through_at(const iso_eikonal *eikonal, iso_lid e, int k, const double *times);

static inline void iso_mark(iso_marked *list, iso_lid node) {
  if (list->is[node]) return;
  list->is[node] = 1;
  list->node[list->n++] = node;
}

/* ---- rounds ---- */

/* Collective. The earliest time of changed nodes on all ranks; INFINITY: there are none. */
double iso_eikonal_earliest(const iso_eikonal *eikonal);

/* Begins a round: changed nodes up to a time are ahead, and owned nodes beside them due; the others wait. */
void iso_eikonal_spread(iso_eikonal *eikonal, double until_ms);

/* Ends it. Nothing is ahead or due. */
void iso_eikonal_rest(iso_eikonal *eikonal);

/* What brings ghosts their owners' times. */
typedef struct iso_eikonal_channel {
  iso_transfer transfer;
  double *packed, *received; /* received [nlocal - nowned] */
} iso_eikonal_channel;

/* Collective. To be closed whatever the status. */
iso_status iso_eikonal_open(iso_eikonal_channel *channel, const iso_mesh *mesh, iso_error *err);
void iso_eikonal_close(iso_eikonal_channel *channel);

/* Collective. */
void iso_eikonal_fetch(const iso_eikonal *eikonal, iso_eikonal_channel *channel);

#endif
