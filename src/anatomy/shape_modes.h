/* How hearts in correspondence differ: their mean, and the principal modes around it. */
#ifndef ISO_ANATOMY_SHAPE_MODES_H
#define ISO_ANATOMY_SHAPE_MODES_H

#include "base/error.h"

#include <stdint.h>

/* Meshes whose nodes correspond by their numbers: each rank has the same nodes of all of them. */
typedef struct iso_shapes {
  MPI_Comm comm;
  int64_t nnodes, n; /* of the whole mesh, and of this rank */
  int nmeshes;
  double (**xyz)[3]; /* [nmeshes][n] mm */
} iso_shapes;

/* Collective. Turns and moves the meshes onto each other, without scaling: generalised Procrustes analysis
 * (J. Gower, Psychometrika 40:33-51, 1975, doi:10.1007/BF02291478), each mesh turned onto the mean of all by
 * the rotation that brings corresponding nodes nearest (a unit quaternion; B. Horn, J Opt Soc Am A 4:629-642,
 * 1987, doi:10.1364/JOSAA.4.000629), until the mean stays. Then all together, so that their mean lies as the
 * first mesh did. The same bits on any number of ranks. *rounds: how many it took. ISO_EINPUT where the mean
 * does not come to rest, ISO_EFAIL where memory is short. */
iso_status iso_shapes_align(iso_shapes *shapes, int *rounds, iso_error *err);

/* A shape with scores s is mean + the sum over modes of s sd mode. */
typedef struct iso_shape_modes {
  int nmeshes, nmodes;
  double (*mean)[3];  /* [n] mm */
  double (**mode)[3]; /* [nmodes][n] without unit: their mean square over all nodes is 1 */
  double *sd;    /* [nmodes] mm: the root mean square over nodes that one standard deviation moves them */
  double *share; /* [nmodes] of the variance of all */
  double *score; /* [nmeshes][nmodes] of the meshes that they were made of, in standard deviations */
} iso_shape_modes;

/* Collective. The principal components of the meshes' coordinates, all nodes alike, the largest first, at
 * most so many of them: by the eigenvectors of the nmeshes x nmeshes matrix of scalar products of their
 * differences from the mean (snapshots: L. Sirovich, Q Appl Math 45:561-571, 1987, doi:10.1090/qam/910462).
 * Modes of less than 1e-10 of the variance are rounding, and left out. The first mesh that is not on the mean
 * has a positive score. Coordinates of the meshes become what they differ from the mean. The same bits on any
 * number of ranks. ISO_EINPUT where the meshes do not differ, ISO_EFAIL where memory is short. To be freed
 * whatever the status. */
iso_status iso_shape_modes_new(iso_shape_modes *out, iso_shapes *shapes, int most, iso_error *err);
void iso_shape_modes_free(iso_shape_modes *modes);

#endif
