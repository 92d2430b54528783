#include "grid/mesh.h"

#include "base/memory.h"
#include "grid/share/arrange.h"
#include "grid/share/mesh_hash.h"
#include "grid/share/migrate.h"
#include "grid/share/node_fibres.h"
#include "grid/share/repair.h"

#include <stdlib.h>
#include <string.h>

static iso_status distribute(iso_mesh *mesh, iso_slice *slice, const iso_partition_options *options,
                             int32_t **owner, int32_t **run, iso_error *err) {
  const bool patches = options && options->patches;
  iso_status status = iso_alloc(owner, (size_t)slice->nnode, sizeof **owner, "owners of nodes", err);
  if (status == ISO_OK && patches)
    status = iso_alloc(run, (size_t)slice->nnode, sizeof **run, "patches", err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  ISO_TRY(iso_partition(mesh->comm, slice, options, *owner, *run, err));
  ISO_TRY(iso_migrate(mesh, slice, owner, *run, err));
  return iso_arrange(mesh, *owner, err);
}

static iso_status build(iso_mesh *mesh, iso_slice *slice, const iso_partition_options *options,
                        iso_notes *notes, iso_error *err) {
  ISO_TRY(iso_slice_repair(mesh->comm, slice, notes, err));
  ISO_TRY(iso_slice_element_fibres(mesh->comm, slice, err));
  int32_t *owner = NULL, *run = NULL;
  iso_status status = distribute(mesh, slice, options, &owner, &run, err);
  free(owner);
  free(run);
  if (status == ISO_OK) mesh->checksum = iso_mesh_hash(mesh);
  return status;
}

static void take_skin(iso_mesh *mesh, iso_slice *slice) {
  mesh->skin = slice->skin;
  slice->skin = (iso_skin){0};
  int any = mesh->skin.n > 0;
  MPI_Allreduce(MPI_IN_PLACE, &any, 1, MPI_INT, MPI_LOR, mesh->comm);
  mesh->has_skin = any;
}

static void take_names(iso_mesh *mesh, iso_slice *slice) {
  mesh->surfaces = slice->surfaces;
  mesh->tag_names = slice->tag_names;
  slice->surfaces = (iso_surfaces){0};
  slice->tag_names = (iso_tag_names){0};
}

iso_status iso_mesh_build(MPI_Comm comm, iso_slice *slice, const iso_partition_options *options,
                          iso_mesh **out, iso_notes *notes, iso_error *err) {
  *out = NULL;
  iso_mesh *mesh = NULL;
  iso_status status = iso_agree(comm, iso_alloc(&mesh, 1, sizeof *mesh, "the mesh", err), err);
  if (status == ISO_OK) {
    MPI_Comm_dup(comm, &mesh->comm);
    mesh->nnodes = slice->nnodes;
    mesh->nelems = slice->nelems;
    take_skin(mesh, slice);
    take_names(mesh, slice);
    status = build(mesh, slice, options, notes, err);
    if (status == ISO_OK)
      *out = mesh;
    else
      iso_mesh_free(mesh);
  } else {
    free(mesh);
  }
  iso_slice_free(slice);
  return status;
}

void iso_mesh_corners(const iso_mesh *mesh, iso_lid e, double x[ISO_MAX_NODES][3]) {
  const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
  for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++) memcpy(x[k], mesh->xyz[conn[k]], sizeof x[k]);
}

void iso_mesh_free(iso_mesh *mesh) {
  if (!mesh) return;
  iso_halo_free(mesh->halo);
  iso_patches_free(mesh->patches);
  iso_mesh_links_free(&mesh->links);
  MPI_Comm_free(&mesh->comm);
  free(mesh->gid);
  free(mesh->xyz);
  free(mesh->node_tag);
  free(mesh->run);
  free(mesh->elem_numbers);
  iso_steps_free(&mesh->skips);
  iso_steps_free(&mesh->turns);
  free(mesh->shape);
  free(mesh->tag);
  free(mesh->file_tag);
  iso_steps_free(&mesh->kinds);
  iso_steps_free(&mesh->file_kinds);
  free(mesh->conn);
  free(mesh->fibres);
  free(mesh->sheets);
  iso_skin_free(&mesh->skin);
  iso_surfaces_free(&mesh->surfaces);
  iso_tag_names_free(&mesh->tag_names);
  free(mesh);
}
