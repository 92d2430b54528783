/* Where fields of anatomy are solved for: a mesh, a device and an exchange between its ranks.
 *
 * Fields of this room are host arrays [mesh->nlocal] whose ghosts are their owners' values. They have the
 * same bits on any number of ranks: sums over elements are in the order of their global numbers, and the
 * solver's scalar products are exact. */
#ifndef ISO_ANATOMY_ANATOMY_H
#define ISO_ANATOMY_ANATOMY_H

#include "linear/exchange.h"

typedef struct iso_anatomy {
  const iso_mesh *mesh;
  iso_device *device; /* of double precision */
  iso_timer timer;
  iso_exchange exchange;
} iso_anatomy;

/* Collective. mesh and device outlive out, which stays where it is. ISO_EINPUT where the mesh has no volume
 * elements, ISO_EFAIL where memory is short; free out whatever the status. */
iso_status iso_anatomy_new(iso_anatomy *out, const iso_mesh *mesh, iso_device *device, iso_error *err);
void iso_anatomy_free(iso_anatomy *anatomy);

/* Whether local element e has a volume: fields are those of volumes, and lines and sheets take no part. */
static inline bool iso_anatomy_has_volume(const iso_mesh *mesh, iso_lid e) {
  return mesh->shape[e] == ISO_TETRAHEDRON || mesh->shape[e] == ISO_HEXAHEDRON;
}

#endif
