#include "grid/share/slice_of.h"

#include "base/memory.h"
#include "grid/share/blocks.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Elements are on several ranks; the owner of an element's first node sends it. */
static bool sends(const iso_mesh *mesh, iso_lid e) {
  return mesh->conn[(int64_t)e * mesh->width] < mesh->nowned;
}

/* The elements that this rank sends, packed. */
typedef struct {
  int64_t n;
  iso_gid *gid;  /* [n] */
  char *item;    /* [n] rows of one field, the widest of them */
  size_t widest; /* bytes of a row of nodes */
} parcel;

static iso_status new_parcel(const iso_mesh *mesh, parcel *p, iso_error *err) {
  const char *what = "a mesh on its way to a file";
  size_t frame = 3 * sizeof(float), row = (size_t)mesh->width * sizeof(iso_gid);
  *p = (parcel){.widest = row > frame ? row : frame};
  iso_status status = iso_alloc(&p->gid, (size_t)mesh->nelem, sizeof *p->gid, what, err);
  if (status == ISO_OK) status = iso_alloc(&p->item, (size_t)mesh->nelem, p->widest, what, err);
  for (iso_lid e = 0; e < mesh->nelem && status == ISO_OK; e++)
    if (sends(mesh, e)) p->gid[p->n++] = iso_mesh_elem(mesh, e);
  return iso_agree(mesh->comm, status, err);
}

/* field [nelem, or its runs] of bytes each -> out [block of elements], which is made. */
static iso_status send_field(const iso_mesh *mesh, iso_block_plan *plan, parcel *p, int64_t nblock,
                             const void *field, const iso_steps *runs, size_t bytes, void *out,
                             iso_error *err) {
  int64_t n = 0;
  iso_status status = iso_alloc(out, (size_t)nblock, bytes, "a mesh on its way to a file", err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  for (iso_lid e = 0; e < mesh->nelem; e++)
    if (sends(mesh, e))
      memcpy(p->item + (size_t)n++ * bytes, (const char *)field + (size_t)iso_steps_run(runs, e) * bytes,
             bytes);
  return iso_block_plan_send(plan, p->item, bytes, *(void **)out, err);
}

static iso_status send_nodes_of_elements(const iso_mesh *mesh, iso_block_plan *plan, parcel *p,
                                         iso_slice *slice, iso_error *err) {
  size_t bytes = (size_t)mesh->width * sizeof *slice->conn;
  iso_gid *row = (iso_gid *)(void *)p->item;
  iso_status status =
      iso_alloc(&slice->conn, (size_t)slice->nelem, bytes, "a mesh on its way to a file", err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    if (!sends(mesh, e)) continue;
    const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
    for (int k = 0; k < mesh->width; k++) *row++ = conn[k] < 0 ? -1 : mesh->gid[conn[k]];
  }
  return iso_block_plan_send(plan, p->item, bytes, slice->conn, err);
}

static iso_status send_elements(const iso_mesh *mesh, iso_slice *slice, iso_error *err) {
  static const iso_steps each;
  parcel p;
  iso_block_plan *plan = NULL;
  iso_status status = new_parcel(mesh, &p, err);
  if (status == ISO_OK) status = iso_block_plan_new(&plan, mesh->comm, mesh->nelems, p.n, p.gid, err);
  if (status == ISO_OK) status = send_nodes_of_elements(mesh, plan, &p, slice, err);
  if (status == ISO_OK)
    status = send_field(mesh, plan, &p, slice->nelem, mesh->shape, &each, 1, &slice->shape, err);
  if (status == ISO_OK)
    status = send_field(mesh, plan, &p, slice->nelem, mesh->tag, &mesh->kinds, sizeof *mesh->tag, &slice->tag,
                        err);
  if (status == ISO_OK && mesh->fibres)
    status = send_field(mesh, plan, &p, slice->nelem, mesh->fibres, &mesh->turns, sizeof *mesh->fibres,
                        &slice->fibre, err);
  if (status == ISO_OK && mesh->sheets)
    status = send_field(mesh, plan, &p, slice->nelem, mesh->sheets, &mesh->turns, sizeof *mesh->sheets,
                        &slice->sheet, err);
  iso_block_plan_free(plan);
  free(p.gid);
  free(p.item);
  return status;
}

static iso_status send_nodes(const iso_mesh *mesh, iso_slice *slice, iso_error *err) {
  iso_block_plan *plan = NULL;
  iso_status status = iso_alloc(&slice->xyz, (size_t)slice->nnode, sizeof *slice->xyz, "nodes", err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  status = iso_block_plan_new(&plan, mesh->comm, mesh->nnodes, mesh->nowned, mesh->gid, err);
  if (status == ISO_OK) status = iso_block_plan_send(plan, mesh->xyz, sizeof *slice->xyz, slice->xyz, err);
  iso_block_plan_free(plan);
  return status;
}

iso_status iso_slice_of_mesh(const iso_mesh *mesh, iso_slice *slice, iso_error *err) {
  int size, rank;
  MPI_Comm_size(mesh->comm, &size);
  MPI_Comm_rank(mesh->comm, &rank);
  *slice = (iso_slice){.nnodes = mesh->nnodes, .nelems = mesh->nelems, .width = mesh->width};
  slice->first_node = iso_block_first(mesh->nnodes, size, rank);
  slice->nnode = iso_block_first(mesh->nnodes, size, rank + 1) - slice->first_node;
  slice->first_elem = iso_block_first(mesh->nelems, size, rank);
  slice->nelem = iso_block_first(mesh->nelems, size, rank + 1) - slice->first_elem;
  iso_status status = iso_surfaces_copy(&mesh->surfaces, &slice->surfaces, err);
  if (status == ISO_OK) status = iso_tag_names_copy(&mesh->tag_names, &slice->tag_names, err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  ISO_TRY(send_nodes(mesh, slice, err));
  return send_elements(mesh, slice, err);
}
