#include "grid/make/drop_nodes.h"

#include "base/memory.h"
#include "grid/share/renumber.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int64_t iso_number_nodes(MPI_Comm comm, const iso_slice *slice, const uint8_t *stays, iso_gid *number) {
  int64_t here = 0, before, went = 0;
  for (int64_t i = 0; i < slice->nnode; i++) here += stays[i];
  MPI_Scan(&here, &before, 1, MPI_INT64_T, MPI_SUM, comm);
  before -= here;
  for (int64_t i = 0; i < slice->nnode; i++)
    if (stays[i]) number[i] = before++;
  here = slice->nnode - here;
  MPI_Allreduce(&here, &went, 1, MPI_INT64_T, MPI_SUM, comm);
  return went;
}

static iso_status renumber_elements(iso_slice *slice, const iso_gid *of_node, iso_batches *b,
                                    iso_error *err) {
  iso_gid *number = NULL;
  iso_status status = ISO_OK;
  for (int64_t k = 0; k < b->n && status == ISO_OK; k++) {
    status = iso_batches_open(b, k, err);
    if (status == ISO_OK) status = iso_batches_fetch(b, of_node, sizeof *number, &number, err);
    const int64_t n = (b->end - b->first) * slice->width;
    for (int64_t i = 0; i < n && status == ISO_OK; i++)
      if (b->conn[i] >= 0) slice->conn[b->first * slice->width + i] = number[b->conn[i]];
  }
  free(number);
  return status;
}

static bool lacks_node(const iso_item item) {
  for (int k = 0; k < ISO_FACE_NODES; k++)
    if (item[k] == ISO_NO_NUMBER) return true;
  return false;
}

static void drop_items(iso_surface *surface) {
  int64_t n = 0;
  for (int64_t i = 0; i < surface->n; i++)
    if (!lacks_node(surface->item[i])) memmove(surface->item[n++], surface->item[i], sizeof(iso_item));
  surface->n = n;
}

/* The skin's nodes take their numbers as those of a surface of nodes would. */
static iso_status renumber_skin(MPI_Comm comm, iso_skin *skin, const iso_gid *cut, const iso_gid *number,
                                iso_error *err) {
  iso_surface nodes = {.n = skin->n};
  iso_status status = iso_alloc(&nodes.item, (size_t)skin->n, sizeof *nodes.item, "tags of surfaces", err);
  status = iso_agree(comm, status, err);
  for (int64_t i = 0; i < skin->n && status == ISO_OK; i++) {
    nodes.item[i][0] = skin->node[i];
    for (int k = 1; k < ISO_FACE_NODES; k++) nodes.item[i][k] = -1;
  }
  if (status == ISO_OK) status = iso_surface_renumber(comm, &nodes, cut, number, err);
  int64_t n = 0;
  for (int64_t i = 0; i < skin->n && status == ISO_OK; i++) {
    if (nodes.item[i][0] == ISO_NO_NUMBER) continue;
    skin->node[n] = nodes.item[i][0], skin->tag[n++] = skin->tag[i];
  }
  if (status == ISO_OK) skin->n = n;
  free(nodes.item);
  return status;
}

static void move_nodes_up(MPI_Comm comm, iso_slice *slice, const uint8_t *stays) {
  int64_t n = 0;
  for (int64_t i = 0; i < slice->nnode; i++) {
    if (!stays[i]) continue;
    memmove(slice->xyz[n], slice->xyz[i], sizeof *slice->xyz);
    if (slice->node_fibre) memmove(slice->node_fibre[n], slice->node_fibre[i], sizeof *slice->node_fibre);
    n++;
  }
  slice->nnode = n;
  MPI_Scan(&n, &slice->first_node, 1, MPI_INT64_T, MPI_SUM, comm);
  slice->first_node -= n;
  MPI_Allreduce(&n, &slice->nnodes, 1, MPI_INT64_T, MPI_SUM, comm);
}

iso_status iso_slice_drop_nodes(MPI_Comm comm, iso_slice *slice, iso_batches *batches, const uint8_t *stays,
                                const iso_gid *number, iso_error *err) {
  ISO_TRY(renumber_elements(slice, number, batches, err));
  for (int k = 0; k < slice->surfaces.n; k++) {
    ISO_TRY(iso_surface_renumber(comm, &slice->surfaces.surface[k], batches->cut, number, err));
    drop_items(&slice->surfaces.surface[k]);
  }
  ISO_TRY(renumber_skin(comm, &slice->skin, batches->cut, number, err));
  move_nodes_up(comm, slice, stays);
  return ISO_OK;
}
