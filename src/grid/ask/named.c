#include "grid/ask/named.h"

#include "base/memory.h"
#include "base/text.h"
#include "grid/share/blocks.h"

#include <stdlib.h>
#include <string.h>

/* Through the blocks of all nodes, as the list is on any rank. */
iso_status iso_mark_nodes(const iso_mesh *mesh, int64_t n, const iso_gid *node, uint8_t *on, iso_error *err) {
  int size, rank;
  MPI_Comm_size(mesh->comm, &size);
  MPI_Comm_rank(mesh->comm, &rank);
  const iso_gid block =
      iso_block_first(mesh->nnodes, size, rank + 1) - iso_block_first(mesh->nnodes, size, rank);
  uint8_t *yes = NULL, *marked = NULL, *mine = NULL;
  iso_block_plan *from = NULL, *to = NULL;
  iso_status status = iso_alloc(&yes, (size_t)n, 1, "a selection", err);
  if (status == ISO_OK) status = iso_alloc(&marked, (size_t)block, 1, "a selection", err);
  if (status == ISO_OK) status = iso_alloc(&mine, (size_t)mesh->nowned, 1, "a selection", err);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) {
    memset(yes, 1, (size_t)n);
    status = iso_block_plan_new(&from, mesh->comm, mesh->nnodes, n, node, err);
  }
  if (status == ISO_OK) status = iso_block_plan_send(from, yes, 1, marked, err);
  if (status == ISO_OK)
    status = iso_block_plan_new(&to, mesh->comm, mesh->nnodes, mesh->nowned, mesh->gid, err);
  if (status == ISO_OK) status = iso_block_plan_fetch(to, marked, 1, mine, err);
  for (iso_lid i = 0; i < mesh->nowned && status == ISO_OK; i++) on[i] |= mine[i];
  iso_block_plan_free(from);
  iso_block_plan_free(to);
  free(yes);
  free(marked);
  free(mine);
  return status;
}

static iso_status fail_name(const iso_mesh *mesh, const char *name, iso_error *err) {
  enum { MOST_NAMES = 40 };
  const char *names[MOST_NAMES];
  char list[700] = "", meant[200];
  const int n = mesh->surfaces.n < MOST_NAMES ? mesh->surfaces.n : MOST_NAMES;
  for (int k = 0; k < n; k++) names[k] = mesh->surfaces.surface[k].name;
  if (n == 0)
    return iso_fail(err, ISO_EINPUT,
                    "the mesh has no surface '%.60s', nor any with a name; give one by mesh.surfaces, or a "
                    "file ending in .surf",
                    name);
  iso_text_list(list, sizeof list, n, names);
  iso_text_meant("", iso_text_nearest(name, n, names), meant, sizeof meant);
  return iso_fail(err, ISO_EINPUT, "the mesh has no surface '%.60s'%s There are: %s", name, meant, list);
}

iso_status iso_named_nodes(const iso_mesh *mesh, const char *name, uint8_t *on, iso_error *err) {
  const int k = iso_surfaces_find(&mesh->surfaces, name);
  if (k < 0) return fail_name(mesh, name, err);
  const iso_surface *s = &mesh->surfaces.surface[k];
  iso_gid *node;
  int64_t n = 0;
  ISO_TRY(iso_alloc_all(mesh->comm, &node, (size_t)s->n * ISO_FACE_NODES, sizeof *node, "nodes of a surface",
                        err));
  for (int64_t i = 0; i < s->n; i++)
    for (int j = 0; j < iso_item_nodes(s->item[i]); j++) node[n++] = s->item[i][j];
  iso_status status = iso_mark_nodes(mesh, n, node, on, err);
  free(node);
  return status;
}
