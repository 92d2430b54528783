/* Shape modes in a NetCDF file: written by isochrone mesh modes, or by any program that keeps to
 * docs/file-formats.md. */
#ifndef ISO_STUDY_SHAPE_FILE_H
#define ISO_STUDY_SHAPE_FILE_H

#include "anatomy/shape_modes.h"
#include "grid/slice.h"

/* What a file says besides the modes. */
typedef struct iso_shape_origin {
  iso_gid nnodes;
  uint64_t topology;        /* iso_topology_hash of the meshes */
  const uint64_t *checksum; /* [nmeshes] of the meshes, as isochrone mesh info --json prints them */
  const char *alignment;    /* for people: what was taken out beforehand */
} iso_shape_origin;

/* Collective. Writes modes, of which each rank has its block of nodes (grid/share/blocks.h). The file appears
 * when it is complete; the same bytes on any number of ranks. ISO_EFAIL where it cannot be written. */
iso_status iso_shape_file_write(MPI_Comm comm, const iso_shape_modes *modes, const iso_shape_origin *origin,
                                const char *path, iso_error *err);

/* Collective. Places of the nodes of a slice, *out [slice nnode] mm, to be freed, in the shape with the first
 * n scores, in standard deviations, and others of 0: each rank reads its share of the mean and of n modes.
 * ISO_EINPUT where the file cannot be read or holds no modes, is of another number of nodes or of other
 * elements than the slice, has fewer than n modes, or a number in it is not finite. */
iso_status iso_shape_file_places(MPI_Comm comm, const char *path, int n, const double *score,
                                 const iso_slice *slice, double (**out)[3], iso_error *err);

#endif
