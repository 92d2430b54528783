#include "anatomy/spread.h"

#include "base/memory.h"
#include "grid/ask/surface.h"
#include "grid/shapes.h"

#include <stdlib.h>
#include <string.h>

/* What is known of nodes [nlocal]: their bits, and those that neighbours have in common. */
typedef struct bits {
  uint8_t *before, *common;
} bits;

static void meet_edge(const bits *b, iso_lid i, iso_lid j) {
  if (b->before[j]) b->common[i] &= b->before[j];
  if (b->before[i]) b->common[j] &= b->before[i];
}

static void meet_faces(const iso_mesh *mesh, const uint8_t *faces, const bits *b) {
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    const iso_cell *cell = &iso_shapes[mesh->shape[e]];
    const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
    for (int f = 0; f < cell->nfaces; f++)
      for (int k = 0; faces[e] >> f & 1 && k < cell->face_nodes; k++)
        meet_edge(b, conn[cell->face[f][k]], conn[cell->face[f][(k + 1) % cell->face_nodes]]);
  }
}

static iso_status spread(const iso_mesh *mesh, uint8_t *faces, const bits *b, uint8_t *on, iso_error *err) {
  memcpy(b->before, on, (size_t)mesh->nowned);
  ISO_TRY(iso_halo_update(mesh->halo, b->before, 1, err));
  ISO_TRY(iso_agree(mesh->comm, iso_surface_faces(mesh, faces, NULL, err), err));
  memset(b->common, UINT8_MAX, (size_t)mesh->nlocal);
  meet_faces(mesh, faces, b);
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (!on[i] && b->common[i] != UINT8_MAX) on[i] = b->common[i]; /* all bits: no neighbour has any */
  return ISO_OK;
}

iso_status iso_landmark_spread(const iso_mesh *mesh, uint8_t *on, iso_error *err) {
  bits b = {0};
  uint8_t *faces = NULL;
  iso_status status = iso_alloc(&b.before, (size_t)mesh->nlocal, 1, "surfaces", err);
  if (status == ISO_OK) status = iso_alloc(&b.common, (size_t)mesh->nlocal, 1, "surfaces", err);
  if (status == ISO_OK) status = iso_alloc(&faces, (size_t)mesh->nelem, 1, "surfaces", err);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) status = spread(mesh, faces, &b, on, err);
  free(b.before);
  free(b.common);
  free(faces);
  return status;
}
