/* CARP's binary meshes: NAME.bpts, NAME.belem, NAME.blon.
 *
 * Each file begins with 1024 bytes that hold a line of text: counts, the order of bytes (0 for the lowest
 * first, 1 for the highest) and the number 666. Behind it, .bpts has three 32-bit reals for each node in um,
 * .belem a 32-bit number for the type (Tt 0, Hx 1, Py 3, Pr 4, Qd 5, Tr 6, Ln 7), its nodes and the tag, and
 * .blon, whose first count is that of the axes, three or six 32-bit reals for each element. */
#ifndef ISO_GRID_FORMAT_CARP_BINARY_H
#define ISO_GRID_FORMAT_CARP_BINARY_H

#include "base/error.h"
#include "grid/slice.h"

enum { ISO_CARP_HEADER = 1024, ISO_CARP_CHECK = 666 };

/* Each is collective: every rank reads its share of base + ending. Elements are as iso_carp_split wants them.
 */
iso_status iso_carp_binary_points(MPI_Comm comm, const char *base, iso_slice *slice, iso_error *err);
iso_status iso_carp_binary_elements(MPI_Comm comm, const char *base, iso_slice *slice, iso_error *err);
iso_status iso_carp_binary_fibres(MPI_Comm comm, const char *base, iso_slice *slice, iso_error *err);

#endif
