#include "grid/ask/nearest.h"

#include "grid/ask/simplex.h"
#include "grid/geometry.h"
#include "grid/shapes.h"

#include <math.h>
#include <string.h>

/* Parts of an element in their order: the first of the nearest ones. */
static void try_simplex(const double x[8][3], int n, const uint8_t *corner, const double at[3],
                        iso_nearest *best) {
  double own[4][3], weight[4];
  bool spans[4];
  for (int k = 0; k < n; k++) memcpy(own[k], x[corner[k]], sizeof own[k]);
  const double square = iso_simplex_nearest(n, own, at, weight, spans);
  if (!(square < best->square)) return;
  *best = (iso_nearest){.square = square};
  for (int k = 0; k < n; k++) {
    if (!spans[k]) continue;
    best->corner[best->n] = corner[k];
    best->weight[best->n++] = weight[k];
    for (int d = 0; d < 3; d++) best->at_mm[d] += weight[k] * own[k][d];
  }
}

/* Of a hexahedron, tetrahedra from its first corner to both halves of the faces that do not have it. */
iso_nearest iso_nearest_in(int shape, const double x[8][3], const double at[3]) {
  static const uint8_t all[4] = {0, 1, 2, 3};
  iso_nearest best = {.square = INFINITY};
  if (shape != ISO_HEXAHEDRON) {
    try_simplex(x, iso_shape_nodes(shape), all, at, &best);
    return best;
  }
  const iso_cell *cell = &iso_shapes[ISO_HEXAHEDRON];
  for (int f = 0; f < cell->nfaces; f++) {
    const uint8_t *face = cell->face[f];
    if (face[0] == 0 || face[1] == 0 || face[2] == 0 || face[3] == 0) continue;
    try_simplex(x, 4, (const uint8_t[]){0, face[0], face[1], face[2]}, at, &best);
    try_simplex(x, 4, (const uint8_t[]){0, face[0], face[2], face[3]}, at, &best);
  }
  return best;
}
