#include "grid/share/move_links.h"

#include "base/memory.h"
#include "grid/share/batches.h"
#include "grid/share/route.h"

#include <stdlib.h>
#include <string.h>

static iso_status fetch(MPI_Comm comm, const iso_slice *slice, const iso_gid *cut, const iso_gid *node,
                        const void *value, size_t bytes, void *ends, iso_error *err) {
  iso_block_plan *plan = NULL;
  iso_status status = iso_block_plan_new_cut(&plan, comm, cut, 2 * slice->links.n, node, err);
  if (status == ISO_OK) status = iso_block_plan_fetch(plan, value, bytes, ends, err);
  iso_block_plan_free(plan);
  return status;
}

iso_status iso_fetch_link_ends(MPI_Comm comm, const iso_slice *slice, const void *value, size_t bytes,
                               void *ends, iso_error *err) {
  const size_t n = 2 * (size_t)slice->links.n;
  iso_gid *cut = NULL, *node = NULL;
  void *found = NULL;
  iso_status status = iso_slice_cut(comm, slice, &cut, err);
  if (status == ISO_OK) {
    status = iso_alloc(&node, n, sizeof *node, "links", err);
    if (status == ISO_OK) status = iso_realloc(&found, n, bytes, "links", err);
    status = iso_agree(comm, status, err);
  }
  if (status == ISO_OK) {
    for (size_t k = 0; k < n; k++) node[k] = slice->links.link[k / 2].node[k % 2];
    status = fetch(comm, slice, cut, node, value, bytes, found, err);
  }
  free(cut);
  free(node);
  if (status != ISO_OK) free(found);
  if (status == ISO_OK) memcpy(ends, &found, sizeof found);
  return status;
}

/* Where links go: dest [2 n] and the link of each, those of one owner once. */
static int64_t plan_trips(int64_t n, const int32_t (*owner)[2], int32_t *dest, iso_lid *link) {
  int64_t trips = 0;
  for (int64_t k = 0; k < n; k++)
    for (int end = 0; end < (owner[k][0] == owner[k][1] ? 1 : 2); end++)
      dest[trips] = owner[k][end], link[trips++] = (iso_lid)k;
  return trips;
}

/* Links arrive by ranks and there in order, which is that of their numbers. */
static iso_status send(iso_mesh *mesh, const iso_links *links, iso_route *route, iso_error *err) {
  iso_mesh_links *out = &mesh->links;
  iso_gid *number = NULL;
  iso_status status = iso_alloc(&number, (size_t)links->n, sizeof *number, "links", err);
  const size_t n = (size_t)route->nrecv;
  if (status == ISO_OK) status = iso_alloc(&out->number, n, sizeof *out->number, "links", err);
  if (status == ISO_OK) status = iso_alloc(&out->link, n, sizeof *out->link, "links", err);
  if (status == ISO_OK) status = iso_alloc(&out->node, n, sizeof *out->node, "links", err);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) {
    out->n = (iso_lid)n;
    for (int64_t k = 0; k < links->n; k++) number[k] = links->first + k;
    status = iso_route_send(route, number, sizeof *number, out->number, err);
  }
  free(number);
  if (status == ISO_OK) status = iso_route_send(route, links->link, sizeof *links->link, out->link, err);
  return status;
}

iso_status iso_move_links(iso_mesh *mesh, const iso_slice *slice, const int32_t *owner, iso_error *err) {
  int32_t(*of_ends)[2] = NULL, *dest = NULL;
  iso_lid *link = NULL;
  iso_route route = {0};
  const size_t most = 2 * (size_t)slice->links.n;
  iso_status status = iso_fetch_link_ends(mesh->comm, slice, owner, sizeof *owner, &of_ends, err);
  if (status == ISO_OK) {
    status = iso_alloc(&dest, most, sizeof *dest, "links", err);
    if (status == ISO_OK) status = iso_alloc(&link, most, sizeof *link, "links", err);
    status = iso_agree(mesh->comm, status, err);
  }
  if (status == ISO_OK) {
    const int64_t n = plan_trips(slice->links.n, (const int32_t(*)[2])of_ends, dest, link);
    status = iso_route_new(&route, mesh->comm, n, dest, link, err);
  }
  if (status == ISO_OK) status = send(mesh, &slice->links, &route, err);
  iso_route_free(&route);
  free(of_ends);
  free(dest);
  free(link);
  return status;
}
