/* Surfaces that come in files of their own, found again on the mesh. */
#ifndef ISO_GRID_MAKE_ATTACH_H
#define ISO_GRID_MAKE_ATTACH_H

#include "grid/format/read.h"

typedef struct iso_attachment {
  const char *name, *path;
  const char *unit;    /* of the file's coordinates, as in iso_read_options */
  double tolerance_mm; /* between a point and its node; NAN: 1e-5 of the longest side of the mesh's box */
} iso_attachment;

/* Collective. Adds the surface of a file to those of the slice. The file is a list of global numbers of nodes
 * (.vtx, .surf), which becomes a set of nodes, or one in a format of iso_slice_read that holds triangles and
 * lines, each point of which must be at a node of the slice. ISO_EINPUT tells how many points are not, and
 * how far one of them is from its nearest node; and where the name is taken, the file holds volumes, or it
 * cannot be read. On failure the slice is to be freed. */
iso_status iso_slice_attach(MPI_Comm comm, iso_slice *slice, const iso_attachment *attachment,
                            iso_notes *notes, iso_error *err);

#endif
