#include "anatomy/anatomy.h"

#include <string.h>

static iso_status check_volumes(const iso_mesh *mesh, iso_error *err) {
  int any = 0;
  for (iso_lid e = 0; e < mesh->nelem && !any; e++) any = iso_anatomy_has_volume(mesh, e);
  MPI_Allreduce(MPI_IN_PLACE, &any, 1, MPI_INT, MPI_LOR, mesh->comm);
  if (any) return ISO_OK;
  return iso_fail(err, ISO_EINPUT,
                  "the mesh has neither tetrahedra nor hexahedra; walls need a thickness for this");
}

iso_status iso_anatomy_new(iso_anatomy *out, const iso_mesh *mesh, iso_device *device, iso_error *err) {
  memset(out, 0, sizeof *out);
  out->mesh = mesh, out->device = device;
  ISO_TRY(check_volumes(mesh, err));
  return iso_agree(mesh->comm, iso_exchange_new(&out->exchange, device, mesh, 1, 0, &out->timer, err), err);
}

void iso_anatomy_free(iso_anatomy *a) {
  if (a->exchange.device) iso_exchange_free(&a->exchange);
  memset(a, 0, sizeof *a);
}
