/* Foreign elements on their way into a slice. */
#ifndef ISO_GRID_FORMAT_READ_FOREIGN_H
#define ISO_GRID_FORMAT_READ_FOREIGN_H

#include "grid/format/element_kinds.h"

typedef struct iso_foreign {
  bool split, whole; /* seen: pyramids or wedges; of second order, and none that is known to be cut */
  iso_slice *slice;  /* whose elements are put in one by one */
  int64_t capacity;  /* of its arrays */
  unsigned how;      /* iso_parts_how */
  iso_kind_tally tally;
} iso_foreign;

/* Before anything is put in, of a cleared struct: that elements of a kind are there. */
void iso_foreign_see(iso_foreign *foreign, const iso_kind *kind);

/* Collective. Begins with an empty slice. Where any rank has seen pyramids or wedges, hexahedra are split,
 * too; where any has seen elements of second order that cannot be cut, none is, so that neighbours fit. */
void iso_foreign_begin(iso_foreign *foreign, MPI_Comm comm, iso_slice *slice, bool cut_second_order);

/* The elements of ours that one of the file's becomes, with its tag. node: global numbers, as many as nodes
 * says. Points become none. Fails for lack of memory. */
iso_status iso_foreign_put(iso_foreign *foreign, const iso_kind *kind, int64_t nodes, const iso_gid *node,
                           int32_t tag, iso_error *err);

/* Collective. Places the elements among those of all ranks and notes what was done to them. ISO_EINPUT where
 * there are none: path is named. */
iso_status iso_foreign_end(iso_foreign *foreign, MPI_Comm comm, const char *path, iso_notes *notes,
                           iso_error *err);

#endif
