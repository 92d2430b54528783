/* A heart in the space of its coordinates, where every heart looks alike: for each ventricle a disk, whose
 * middle is the apex and whose rim is the base, times the depth in the wall. Where a place of another heart
 * lies among its elements there is where it lies in this heart. */
#ifndef ISO_ANATOMY_CHART_H
#define ISO_ANATOMY_CHART_H

#include "grid/ask/around.h"
#include "grid/ask/bins.h"
#include "grid/mesh.h"

#include <stdbool.h>

/* Ventricular coordinates (coordinates.h) as fields [nlocal]. */
typedef struct iso_chart_fields {
  const double *transventricular, *transmural, *apicobasal, *rotational;
} iso_chart_fields;

/* The place of a node: apicobasal times cosine and sine of rotational, and transmural. right: of which
 * ventricle.
 */
typedef struct iso_chart_point {
  double at[3];
  bool right;
} iso_chart_point;

iso_chart_point iso_chart_of(const iso_chart_fields *fields, iso_lid node);

/* The middle of a volume element: the mean of its nodes' places, as the ventricle sees them that most of them
 * are in (the left one on ties), whose depth goes on below 0 behind the middle of the septum. inside [8], or
 * NULL: how deep each node is so. */
iso_chart_point iso_chart_middle(const iso_chart_fields *fields, const iso_mesh *mesh, iso_lid e,
                                 double *inside);

typedef struct iso_chart {
  const iso_mesh *mesh;
  iso_chart_point *point; /* [nlocal] */
  iso_around around;      /* elements with volume */
} iso_chart;

/* Where a point lies, as a mean of four nodes. */
typedef struct iso_chart_place {
  iso_gid element; /* that has these nodes, or -1 */
  iso_lid local;   /* its number on this rank */
  double extent;   /* square of the longest way between two of them */
  iso_lid node[4];
  double weight[4]; /* at least 0, with the sum 1 */
} iso_chart_place;

/* fields of the local nodes, whose ghosts are their owners'. ISO_EFAIL where memory is short. Not collective.
 */
iso_status iso_chart_new(iso_chart *out, const iso_mesh *mesh, const iso_chart_fields *fields,
                         iso_error *err);
void iso_chart_free(iso_chart *chart);

/* place [n]: of the points [n], whose places at [n] are in bins, where the elements of this rank have them:
 * the element of least extent, of several the one of the lowest number; element -1 where none has. Where
 * septum and free wall meet, elements with all corners near transmural 0 lie across the disk, over others.
 * Elements that reach through the middle of the septum go on there as far as they are deep. */
void iso_chart_locate(const iso_chart *chart, const iso_bins *bins, const iso_chart_point *point,
                      iso_chart_place *place);

/* The nearest place to a point in the elements around a node. */
iso_chart_place iso_chart_nearest(const iso_chart *chart, iso_lid node, const iso_chart_point *point);

#endif
