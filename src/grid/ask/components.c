#include "grid/ask/components.h"

#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>

/* Union-find: the root of a node's tree, halving the path on the way. */
static iso_lid root_of(iso_lid *parent, iso_lid i) {
  while (parent[i] != i) i = parent[i] = parent[parent[i]];
  return i;
}

static void join_neighbours(const iso_mesh *mesh, iso_lid *parent) {
  for (iso_lid i = 0; i < mesh->nlocal; i++) parent[i] = i;
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
    for (int k = 1; k < iso_shape_nodes(mesh->shape[e]); k++)
      parent[root_of(parent, conn[k])] = root_of(parent, conn[0]);
  }
  for (iso_lid k = 0; k < mesh->links.n; k++)
    parent[root_of(parent, mesh->links.node[k][0])] = root_of(parent, mesh->links.node[k][1]);
  for (iso_lid i = 0; i < mesh->nlocal; i++) parent[i] = root_of(parent, i);
}

/* Every local part takes its lowest label; returns whether a label changed. */
static bool lower_labels(const iso_mesh *mesh, const iso_lid *root, iso_gid *label) {
  bool changed = false;
  for (iso_lid i = 0; i < mesh->nlocal; i++)
    if (label[i] < label[root[i]]) label[root[i]] = label[i];
  for (iso_lid i = 0; i < mesh->nlocal; i++) {
    changed |= label[i] != label[root[i]];
    label[i] = label[root[i]];
  }
  return changed;
}

iso_status iso_components(const iso_mesh *mesh, iso_gid *label, iso_error *err) {
  iso_lid *root;
  ISO_TRY(iso_alloc_all(mesh->comm, &root, (size_t)mesh->nlocal, sizeof *root, "connected parts", err));
  iso_status status = ISO_OK;
  join_neighbours(mesh, root);
  for (iso_lid i = 0; i < mesh->nlocal; i++) label[i] = mesh->gid[i];
  /* A label crosses one rank in a round, so rounds are few. */
  for (int changed = 1; changed && status == ISO_OK;) {
    bool lowered = lower_labels(mesh, root, label);
    status = iso_halo_update(mesh->halo, label, sizeof *label, err);
    changed = lowered || lower_labels(mesh, root, label);
    MPI_Allreduce(MPI_IN_PLACE, &changed, 1, MPI_INT, MPI_LOR, mesh->comm);
  }
  free(root);
  return status;
}
