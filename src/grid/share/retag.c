#include "grid/share/retag.h"

#include "base/memory.h"
#include "grid/share/arrange.h"

#include <stdlib.h>
#include <string.h>

/* owner [nlocal] of every node, as the halo tells it. */
static void find_owners(const iso_mesh *mesh, int32_t *owner) {
  const iso_halo *halo = mesh->halo;
  int rank;
  MPI_Comm_rank(mesh->comm, &rank);
  for (iso_lid i = 0; i < mesh->nowned; i++) owner[i] = rank;
  for (int k = 0; k < halo->nneighbours; k++)
    for (iso_lid g = halo->recv_offset[k]; g < halo->recv_offset[k + 1]; g++)
      owner[mesh->nowned + g] = halo->rank[k];
}

static iso_status arrange_again(iso_mesh *mesh, int32_t *owner, iso_error *err) {
  free(mesh->node_tag);
  mesh->node_tag = NULL;
  iso_halo_free(mesh->halo);
  mesh->halo = NULL;
  iso_patches_free(mesh->patches);
  mesh->patches = NULL;
  return iso_arrange(mesh, owner, err);
}

/* The first tags stay, those of another time go. */
static iso_status replace_tags(iso_mesh *mesh, const int32_t *tag, iso_error *err) {
  const size_t n = (size_t)mesh->nelem;
  int32_t *anew;
  ISO_TRY(iso_alloc(&anew, n, sizeof *anew, "tags of elements", err));
  memcpy(anew, tag, n * sizeof *anew);
  if (mesh->file_tag) {
    free(mesh->tag);
    iso_steps_free(&mesh->kinds);
  } else {
    mesh->file_tag = mesh->tag, mesh->file_kinds = mesh->kinds;
  }
  mesh->tag = anew, mesh->kinds = (iso_steps){0};
  return ISO_OK;
}

iso_status iso_mesh_retag(iso_mesh *mesh, const int32_t *tag, iso_error *err) {
  int32_t *owner;
  iso_status status = iso_alloc(&owner, (size_t)mesh->nlocal, sizeof *owner, "owners of nodes", err);
  if (status == ISO_OK) status = replace_tags(mesh, tag, err);
  status = iso_agree(mesh->comm, status, err);
  if (status != ISO_OK) {
    free(owner);
    return status;
  }
  find_owners(mesh, owner);
  status = arrange_again(mesh, owner, err);
  free(owner);
  return status;
}
