/* What the files of this folder share. */
#ifndef ISO_EIKONAL_EIKONAL_PARTS_H
#define ISO_EIKONAL_EIKONAL_PARTS_H

#include "eikonal/eikonal.h"
#include "eikonal/simplex.h"

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
  double to_ms, fro_ms; /* delays from here to there, and from there to here; INFINITY: none passes */
} iso_passage;

struct iso_eikonal {
  const iso_mesh *mesh;
  int threads;
  int64_t *start;     /* [nlocal + 1] into elem */
  iso_lid *elem;      /* elements of each local node, ascending */
  iso_metric *metric; /* [nelem] D^-1; of a tetrahedron |edge|^2 of its edges instead */
  iso_lid *passages;  /* [nlocal + 1] into passage, of each local node; NULL: none has any */
  iso_passage *passage;
  double *way_ms; /* [mesh->links.n] what the wave needs from node to node of a link, through tissue */
  double band_ms; /* what is taken in one round */
  double *time;   /* [nlocal] */
  double *found;  /* [nlocal] of this round */
  int64_t *stamp; /* [nelem] last round in which a node of the element was ahead */
  int64_t round;
  iso_marked changed; /* nodes whose elements have not seen their time */
  iso_marked due;     /* nodes that are looked at in this round */
};

/* D^-1 of a local element with the speeds [tissue->nregions] of its region. */
iso_metric iso_eikonal_metric(const iso_mesh *mesh, iso_lid e, const iso_tissue *tissue,
                              const iso_speeds *speeds);

/* Collective. Finds way_ms. */
iso_status iso_eikonal_find_ways(iso_eikonal *eikonal, const iso_tissue *tissue, const iso_speeds *speeds,
                                 iso_error *err);

/* The least time at which a wave reaches node number k of local element e from its other nodes. */
double iso_eikonal_through(const iso_eikonal *eikonal, iso_lid e, int k);

#endif
