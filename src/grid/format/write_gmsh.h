/* Gmsh's mesh files, written. */
#ifndef ISO_GRID_FORMAT_WRITE_GMSH_H
#define ISO_GRID_FORMAT_WRITE_GMSH_H

#include "grid/slice.h"

/* Collective; version 4.1 and 2.2, in binary of the machine's byte order and in text, which reads back as the
 * same numbers. In mm. Tags are those of physical groups and entities, 0 of none; those below 0, which Gmsh
 * has none of, are ISO_EINPUT. Named surfaces that are not elements of the slice become elements behind
 * these, in groups of their own. Else as write.h says. The same bytes on any number of ranks. */
iso_status iso_gmsh_write(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err);
iso_status iso_gmsh_write_text(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err);
iso_status iso_gmsh_write_2(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err);
iso_status iso_gmsh_write_2_text(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err);

#endif
