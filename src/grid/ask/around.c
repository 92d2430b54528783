#include "grid/ask/around.h"

#include "base/memory.h"
#include "grid/geometry.h"

#include <stdlib.h>

/* How many corners an element counts with. */
static int corners(const iso_mesh *mesh, iso_lid e, int dimension) {
  return iso_shape_dimension(mesh->shape[e]) < dimension ? 0 : iso_shape_nodes(mesh->shape[e]);
}

iso_status iso_around_new(iso_around *out, const iso_mesh *mesh, int dimension, iso_error *err) {
  *out = (iso_around){0};
  ISO_TRY(iso_alloc(&out->first, (size_t)mesh->nlocal + 2, sizeof *out->first, "elements of nodes", err));
  /* Counted two places ahead, so that filling leaves first[i] at the start of node i. */
  int64_t *first = out->first;
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int k = 0, n = corners(mesh, e, dimension); k < n; k++)
      first[mesh->conn[(int64_t)e * mesh->width + k] + 2]++;
  for (iso_lid i = 0; i < mesh->nlocal; i++) first[i + 2] += first[i + 1];
  ISO_TRY(
      iso_alloc(&out->elem, (size_t)first[mesh->nlocal + 1], sizeof *out->elem, "elements of nodes", err));
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int k = 0, n = corners(mesh, e, dimension); k < n; k++)
      out->elem[first[mesh->conn[(int64_t)e * mesh->width + k] + 1]++] = e;
  return ISO_OK;
}

void iso_around_free(iso_around *around) {
  free(around->first);
  free(around->elem);
  *around = (iso_around){0};
}
