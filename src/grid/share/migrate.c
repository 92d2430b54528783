#include "grid/share/migrate.h"

#include "base/memory.h"
#include "grid/index.h"
#include "grid/share/batches.h"
#include "grid/share/move_links.h"
#include "grid/share/route.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Which element goes where; an element with nodes of several owners goes to each. */
typedef struct {
  int64_t n, room;
  int32_t *dest;    /* [n] */
  iso_lid *element; /* [n] of the slice */
} itinerary;

static iso_status add_trip(itinerary *trips, int32_t dest, int64_t element, iso_error *err) {
  if (trips->n == trips->room) {
    int64_t room = trips->room + trips->room / 4 + 64;
    ISO_TRY(iso_realloc(&trips->dest, (size_t)room, sizeof *trips->dest, "moving elements", err));
    ISO_TRY(iso_realloc(&trips->element, (size_t)room, sizeof *trips->element, "moving elements", err));
    trips->room = room;
  }
  trips->dest[trips->n] = dest;
  trips->element[trips->n++] = (iso_lid)element;
  return ISO_OK;
}

static iso_status plan_batch(const iso_batches *b, const int32_t *owner, itinerary *trips, iso_error *err) {
  for (int64_t e = b->first; e < b->end; e++) {
    const iso_lid *conn = b->conn + (e - b->first) * b->slice->width;
    for (int k = 0; k < iso_shape_nodes(b->slice->shape[e]); k++) {
      int j = 0;
      while (owner[conn[j]] != owner[conn[k]]) j++;
      if (j == k) ISO_TRY(add_trip(trips, owner[conn[k]], e, err));
    }
  }
  return ISO_OK;
}

static iso_status plan_trips(MPI_Comm comm, const iso_slice *slice, const int32_t *owner, itinerary *trips,
                             iso_error *err) {
  iso_batches b;
  ISO_TRY(iso_batches_new(&b, comm, slice, err));
  int32_t *of_batch = NULL;
  trips->room = slice->nelem + slice->nelem / 16;
  iso_status status =
      iso_realloc(&trips->dest, (size_t)trips->room, sizeof *trips->dest, "moving elements", err);
  if (status == ISO_OK)
    status =
        iso_realloc(&trips->element, (size_t)trips->room, sizeof *trips->element, "moving elements", err);
  status = iso_agree(comm, status, err);
  for (int64_t k = 0; k < b.n && status == ISO_OK; k++) {
    status = iso_batches_open(&b, k, err);
    if (status == ISO_OK) status = iso_batches_fetch(&b, owner, sizeof *owner, &of_batch, err);
    if (status == ISO_OK) status = iso_agree(comm, plan_batch(&b, of_batch, trips, err), err);
  }
  free(of_batch);
  iso_batches_free(&b);
  return status;
}

/* Whether everything stays where it is, as on one rank. The same on all ranks. */
static bool stands_still(const iso_route *route) {
  bool still = route->size == 1 && route->nrecv == route->nsend;
  for (int64_t p = 0; still && p < route->nsend; p++) still = route->item[p] == p;
  return still;
}

/* Moves one array of the slice, if it has it, to *out and frees it there. */
static iso_status move(iso_route *route, void *from, size_t bytes, void *out, const char *what,
                       iso_error *err) {
  void *items, *arrived = NULL;
  memcpy(&items, from, sizeof items);
  if (!items) return ISO_OK;
  if (stands_still(route)) {
    memcpy(out, &items, sizeof items);
    memcpy(from, &arrived, sizeof arrived);
    return ISO_OK;
  }
  iso_status status = iso_realloc(&arrived, (size_t)route->nrecv, bytes, what, err);
  status = iso_agree(route->comm, status, err);
  if (status == ISO_OK) status = iso_route_send(route, items, bytes, arrived, err);
  if (status != ISO_OK) {
    free(arrived);
    return status;
  }
  free(items);
  items = NULL;
  memcpy(from, &items, sizeof items);
  memcpy(out, &arrived, sizeof arrived);
  return ISO_OK;
}

static iso_status move_elements(iso_mesh *mesh, iso_slice *slice, iso_route *route, iso_gid **conn,
                                iso_error *err) {
  iso_gid *number = NULL;
  iso_status status = iso_realloc(&number, (size_t)slice->nelem, sizeof *number, "element numbers", err);
  if (route->nrecv > INT32_MAX / ISO_MAX_NODES && status == ISO_OK)
    status =
        iso_fail(err, ISO_EFAIL, "a rank would hold %lld elements; use more ranks", (long long)route->nrecv);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) {
    for (int64_t e = 0; e < slice->nelem; e++) number[e] = slice->first_elem + e;
    mesh->nelem = (iso_lid)route->nrecv;
    mesh->width = slice->width;
    status = move(route, &number, sizeof *number, &mesh->elem_numbers, "element numbers", err);
  }
  free(number);
  ISO_TRY(status);
  ISO_TRY(move(route, &slice->conn, (size_t)slice->width * sizeof **conn, conn, "elements", err));
  ISO_TRY(move(route, &slice->fibre, sizeof *slice->fibre, &mesh->fibres, "fibres", err));
  ISO_TRY(move(route, &slice->sheet, sizeof *slice->sheet, &mesh->sheets, "sheets", err));
  ISO_TRY(move(route, &slice->tag, sizeof *slice->tag, &mesh->tag, "tags", err));
  return move(route, &slice->shape, sizeof *slice->shape, &mesh->shape, "shapes", err);
}

/* Tells every owner the numbers of its nodes, ascending: *gid [*nowned]. */
static iso_status move_node_numbers(MPI_Comm comm, const iso_slice *slice, const int32_t *owner,
                                    iso_gid **gid, iso_lid *nowned, iso_error *err) {
  iso_route route;
  ISO_TRY(iso_route_new(&route, comm, slice->nnode, owner, NULL, err));
  iso_gid *number = NULL;
  iso_status status = iso_realloc(&number, (size_t)slice->nnode, sizeof *number, "node numbers", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) {
    for (int64_t i = 0; i < slice->nnode; i++) number[i] = slice->first_node + i;
    status = move(&route, &number, sizeof *number, gid, "node numbers", err);
  }
  *nowned = (iso_lid)route.nrecv;
  free(number);
  iso_route_free(&route);
  return status;
}

/* Gives every node its owned or ghost number, in the elements and links, too. Global rows of conn become
 * local ones: the narrower rows are written over the wider ones, which are always ahead. */
static iso_status number_nodes(iso_mesh *mesh, iso_gid *rows, iso_index *index, iso_error *err) {
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    iso_lid same;
    ISO_TRY(iso_index_add(index, mesh->gid[i], &same, err));
  }
  iso_lid *local = (iso_lid *)(void *)rows;
  for (int64_t i = 0; i < (int64_t)mesh->nelem * mesh->width; i++) {
    iso_gid gid;
    iso_lid number = -1;
    memcpy(&gid, rows + i, sizeof gid);
    if (gid >= 0) ISO_TRY(iso_index_add(index, gid, &number, err));
    memcpy(local + i, &number, sizeof number);
  }
  const iso_mesh_links *links = &mesh->links;
  for (iso_lid k = 0; k < links->n; k++)
    for (int end = 0; end < 2; end++)
      ISO_TRY(iso_index_add(index, links->link[k].node[end], &links->node[k][end], err));
  return ISO_OK;
}

static iso_status make_local(iso_mesh *mesh, iso_gid **rows, iso_error *err) {
  iso_index index = {0};
  iso_status status = iso_index_new(&index, mesh->nowned + mesh->nowned / 8, err);
  if (status == ISO_OK) status = number_nodes(mesh, *rows, &index, err);
  if (status == ISO_OK)
    status = iso_realloc(&index.gid, (size_t)index.n, sizeof *index.gid, "node numbers", err);
  if (status == ISO_OK)
    status = iso_realloc(rows, (size_t)mesh->nelem * (size_t)mesh->width, sizeof(iso_lid), "elements", err);
  if (status == ISO_OK) {
    mesh->conn = (iso_lid *)(void *)*rows;
    *rows = NULL;
    mesh->nlocal = index.n;
    free(mesh->gid);
    mesh->gid = index.gid;
    index.gid = NULL;
  }
  iso_index_free(&index);
  return iso_agree(mesh->comm, status, err);
}

/* Fetches coordinates, owners and, if any, runs of all local nodes from the slices. */
static iso_status fetch_nodes(iso_mesh *mesh, const iso_slice *slice, int32_t **owner, const int32_t *run,
                              iso_error *err) {
  iso_gid *cut = NULL;
  iso_block_plan *plan = NULL;
  int32_t *of_local = NULL;
  iso_status status = iso_slice_cut(mesh->comm, slice, &cut, err);
  if (status == ISO_OK) status = iso_block_plan_new_cut(&plan, mesh->comm, cut, mesh->nlocal, mesh->gid, err);
  if (status == ISO_OK) {
    status = iso_realloc(&mesh->xyz, (size_t)mesh->nlocal, sizeof *mesh->xyz, "coordinates", err);
    if (status == ISO_OK)
      status = iso_realloc(&of_local, (size_t)mesh->nlocal, sizeof *of_local, "owners of nodes", err);
    if (status == ISO_OK && run)
      status = iso_alloc(&mesh->run, (size_t)mesh->nlocal, sizeof *mesh->run, "patches", err);
    status = iso_agree(mesh->comm, status, err);
  }
  if (status == ISO_OK) status = iso_block_plan_fetch(plan, slice->xyz, sizeof *slice->xyz, mesh->xyz, err);
  if (status == ISO_OK) status = iso_block_plan_fetch(plan, *owner, sizeof **owner, of_local, err);
  if (status == ISO_OK && run) status = iso_block_plan_fetch(plan, run, sizeof *run, mesh->run, err);
  free(cut);
  iso_block_plan_free(plan);
  free(*owner);
  *owner = of_local;
  return status;
}

iso_status iso_migrate(iso_mesh *mesh, iso_slice *slice, int32_t **owner, const int32_t *run,
                       iso_error *err) {
  itinerary trips = {0};
  iso_route route = {0};
  iso_gid *rows = NULL;
  iso_status status = plan_trips(mesh->comm, slice, *owner, &trips, err);
  if (status == ISO_OK) status = iso_route_new(&route, mesh->comm, trips.n, trips.dest, trips.element, err);
  free(trips.dest);
  free(trips.element);
  if (status == ISO_OK) status = move_elements(mesh, slice, &route, &rows, err);
  iso_route_free(&route);
  if (status == ISO_OK) status = move_node_numbers(mesh->comm, slice, *owner, &mesh->gid, &mesh->nowned, err);
  if (status == ISO_OK && slice->links.total > 0) status = iso_move_links(mesh, slice, *owner, err);
  if (status == ISO_OK) status = make_local(mesh, &rows, err);
  free(rows);
  if (status == ISO_OK) status = fetch_nodes(mesh, slice, owner, run, err);
  iso_slice_free(slice);
  return status;
}
