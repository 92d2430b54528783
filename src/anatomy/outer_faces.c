#include "anatomy/outer_faces.h"

#include "anatomy/anatomy.h"
#include "base/memory.h"
#include "grid/ask/surface.h"
#include "grid/shapes.h"

#include <stdlib.h>

enum { MOST_FACES = 8 }; /* bits of an element */

static iso_outer_face face_of(const iso_mesh *mesh, iso_lid e, int f) {
  const iso_cell *cell = &iso_shapes[mesh->shape[e]];
  iso_outer_face out;
  for (int k = 0; k < 4; k++)
    out.node[k] = mesh->conn[(int64_t)e * mesh->width + cell->face[f][k < cell->face_nodes ? k : 2]];
  return out;
}

iso_status iso_outer_faces_list(const iso_mesh *mesh, iso_outer_face **face, int64_t *n, iso_error *err) {
  uint8_t *bits;
  *n = 0;
  ISO_TRY(iso_alloc(&bits, (size_t)mesh->nelem, 1, "surface faces", err));
  iso_status status = iso_surface_faces(mesh, bits, NULL, err);
  for (iso_lid e = 0; e < mesh->nelem && status == ISO_OK; e++)
    for (int f = 0; iso_anatomy_has_volume(mesh, e) && f < MOST_FACES; f++) *n += bits[e] >> f & 1;
  if (status == ISO_OK) status = iso_alloc(face, (size_t)*n, sizeof **face, "surface faces", err);
  *n = 0;
  for (iso_lid e = 0; e < mesh->nelem && status == ISO_OK; e++)
    for (int f = 0; iso_anatomy_has_volume(mesh, e) && f < MOST_FACES; f++)
      if (bits[e] >> f & 1) (*face)[(*n)++] = face_of(mesh, e, f);
  free(bits);
  return status;
}
