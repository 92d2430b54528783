/* The elements around each node. */
#ifndef ISO_GRID_ASK_AROUND_H
#define ISO_GRID_ASK_AROUND_H

#include "grid/mesh.h"

typedef struct iso_around {
  int64_t *first; /* [nlocal + 1] into elem */
  iso_lid *elem;  /* elements of each local node, ascending */
} iso_around;

/* Elements of at least so many dimensions: 1 are all. Not collective; fails for lack of memory alone. To be
 * freed whatever the status. */
iso_status iso_around_new(iso_around *out, const iso_mesh *mesh, int dimension, iso_error *err);
void iso_around_free(iso_around *around);

#endif
