/* Where: a set of nodes, told by place, number, tag or surface, and by other sets.
 *
 * A node is selected where it meets every condition that is given; none at all is everywhere. That is "and";
 * lists of further sets are "all of", "any of" (or) and "none of" (not). Further conditions are further
 * members. */
#ifndef ISO_GRID_ASK_SELECT_H
#define ISO_GRID_ASK_SELECT_H

#include "grid/ask/pattern.h"
#include "grid/mesh.h"

#include <stdbool.h>

/* A bound given as a decimal number includes the node meant: 1.5 and 3 * 0.5 may differ in the last bits. */
#define ISO_SELECT_ROOM_MM 1e-9

typedef struct iso_select_box {
  double min_mm[3], max_mm[3]; /* faces included */
} iso_select_box;

typedef struct iso_select_sphere {
  double centre_mm[3], radius_mm;
} iso_select_sphere;

/* Places within radius_mm of the straight line between two. */
typedef struct iso_select_line {
  double from_mm[3], to_mm[3], radius_mm;
} iso_select_line;

/* Intervals of ventricular coordinates (fields on nodes, docs/coordinates.md), bounds included; NAN: any.
 * From more to less is through 1 of the rotational one, which begins anew there. */
typedef struct iso_select_coordinates {
  double transmural[2], apicobasal[2], rotational[2], transventricular[2];
} iso_select_coordinates;

/* Places so far from a set, through the tissue: a band about the surface at distance_mm, and the nodes of all
 * elements that this surface passes through, so that the band parts what is on both sides of it. */
typedef struct iso_select_around {
  char *site; /* the set's name, and the set */
  const struct iso_select *of;
  double distance_mm, width_mm;
} iso_select_around;

/* A set, or the node of the surface that is nearest to a place. */
typedef struct iso_select_stop {
  char *site; /* NULL: at_mm */
  const struct iso_select *of;
  double at_mm[3];
} iso_select_stop;

/* Places no farther than half of width_mm from a strip that goes from the shortest path along the outer
 * surface straight into the tissue. */
typedef struct iso_select_path {
  int nstops;
  iso_select_stop *stops; /* [nstops] 2 or more */
  bool closed;            /* and back to the first */
  double width_mm;
  double depth_mm; /* NAN: through the wall */
} iso_select_path;

/* Nodes whose number in a file, one for each node, is at least so much and below so much; NAN: no bound on
 * that side. Where the number is missing no bound is met. */
typedef struct iso_select_field {
  char *file, *variable;
  double at_least, below;
} iso_select_field;

typedef struct iso_select {
  char *name;                    /* of a set kept elsewhere, or NULL */
  const struct iso_select *same; /* that set, whose nodes these must be in, too; NULL: none */
  bool has_box, has_sphere, has_line, has_pattern, has_around, has_path, has_field;
  iso_select_box box;
  iso_select_sphere sphere;
  iso_select_line line;
  iso_select_pattern pattern;
  iso_select_around around;
  iso_select_path path;
  iso_select_field field;
  char *nodes; /* a .vtx file: nodes with these global numbers; or NULL */
  int ntags;
  int32_t *
      tags; /* [ntags] nodes of elements, or of surfaces that are no tissue, with one of these tags; 0: any */
  char *surface; /* "": nodes on the mesh's outer surface; else a .surf file: nodes of its faces; or NULL */
  char *surface_name; /* nodes of the mesh's surface with this name; or NULL */
  bool has_coordinates;
  iso_select_coordinates coordinates;
  int nsegments;
  int32_t *segments;  /* [nsegments] nodes of one of them, by the field aha_segment; 0: any */
  const char *fields; /* the mesh's own file, for coordinates and segments */
  int nall, nany, nnone;
  struct iso_select *all, *any, *none; /* [nall], [nany], [nnone] */
} iso_select;

/* Owned nodes of a rank, and the one that is nearest to a set without any. */
typedef struct iso_selection {
  int64_t count, total; /* of this rank, of all */
  iso_lid *node;        /* [count] ascending */
  /* Where total is 0: the node, the same on every rank, that lacks least in place and meets all else. */
  iso_gid nearest; /* its number; -1: no node meets all else */
  double distance_mm, at_mm[3];
} iso_selection;

/* Whether it has any condition, so that it is not everywhere. */
static inline bool iso_select_given(const iso_select *s) {
  return s->name || s->has_box || s->has_sphere || s->has_line || s->has_pattern || s->has_around ||
         s->has_path || s->has_field || s->nodes || s->ntags || s->surface || s->surface_name ||
         s->has_coordinates || s->nsegments || s->nall || s->nany || s->nnone;
}

/* Collective. Conditions that take more than a mesh, around, path and field: lack [mesh->nowned] becomes at
 * least what nodes lack of the distance that these ask for, mm; whoever knows them passes it. */
typedef iso_status iso_select_further(const iso_mesh *mesh, const iso_select *select, double *lack,
                                      iso_error *err);

/* Collective. The nodes of a set, which is the same on every rank; free them with iso_selection_free. Files
 * are read anew, and what is wrong with them is ISO_EINPUT; a set without nodes is none of that. Box, sphere
 * and line include rounding: ISO_SELECT_ROOM_MM. further NULL: the set has none of its conditions. */
iso_status iso_select_nodes(const iso_mesh *mesh, const iso_select *select, iso_select_further *further,
                            iso_selection *out, iso_error *err);
void iso_selection_free(iso_selection *selection);

/* Why a set has no nodes, "hits no node; the nearest, number 7 at (1, 2, 3) mm, is 0.4 mm away", into text
 * [size], which is returned. */
const char *iso_selection_miss(const iso_selection *selection, char *text, size_t size);

/* Collective. The node of a selection that is nearest to the middle of all its nodes, on ties that of the
 * lowest number: its number, the same on every rank and on any number of them, or -1 where it has none. */
iso_gid iso_selection_centre(const iso_mesh *mesh, const iso_selection *selection);

#endif
