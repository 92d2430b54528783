/* Surfaces of a block of cubes that is made for a test: what of it is at z = 0. */
#ifndef ISO_TESTS_GRID_LOW_FACES_H
#define ISO_TESTS_GRID_LOW_FACES_H

#include "mpi_main.h"

#include "grid/shapes.h"
#include "grid/slice.h"

/* Adds the faces whose nodes are all below number low, or the first nodes of each, to a surface: item_nodes 1
 * to 4, the face's at most. */
static inline void put_low_faces(iso_slice *slice, iso_gid low, int surface, int item_nodes) {
  iso_error err;
  for (int64_t e = 0; e < slice->nelem; e++) {
    const iso_cell *cell = &iso_shapes[slice->shape[e]];
    const iso_gid *conn = slice->conn + e * slice->width;
    const int n = item_nodes < cell->face_nodes ? item_nodes : cell->face_nodes;
    for (int f = 0; f < cell->nfaces; f++) {
      iso_gid face[4];
      bool is_low = true;
      for (int k = 0; k < cell->face_nodes; k++) {
        face[k] = conn[cell->face[f][k]];
        is_low = is_low && face[k] < low;
      }
      if (is_low) ASSERT_OK(iso_surface_put(&slice->surfaces.surface[surface], n, face, &err));
    }
  }
}

#endif
