#include "grid/make/take_out.h"

#include "base/memory.h"
#include "grid/make/drop_nodes.h"
#include "grid/make/keep.h"
#include "grid/share/renumber.h"

#include <stdlib.h>
#include <string.h>

/* stays [slice nelem]. */
static void mark_elements(MPI_Comm comm, const iso_slice *slice, int n, const int32_t *tag, uint8_t *stays,
                          int64_t *taken) {
  memset(taken, 0, (size_t)n * sizeof *taken);
  for (int64_t e = 0; e < slice->nelem; e++) {
    stays[e] = 1;
    for (int k = 0; k < n && stays[e]; k++)
      if (slice->tag[e] == tag[k]) stays[e] = 0, taken[k]++;
  }
  MPI_Allreduce(MPI_IN_PLACE, taken, n, MPI_INT64_T, MPI_SUM, comm);
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

static bool are_renumbered(MPI_Comm comm, const iso_slice *slice, const iso_gid *number) {
  int differs = 0;
  for (int64_t i = 0; i < slice->nnode && !differs; i++)
    differs = number[i] != ISO_NO_NUMBER && number[i] != slice->first_node + i;
  MPI_Allreduce(MPI_IN_PLACE, &differs, 1, MPI_INT, MPI_LOR, comm);
  return differs;
}

/* used [slice nnode]: of elements that stay. */
static iso_status drop_nodes(MPI_Comm comm, iso_slice *slice, const uint8_t *used, bool *renumbered,
                             iso_error *err) {
  iso_batches batches;
  iso_gid *number = NULL;
  ISO_TRY(iso_batches_new(&batches, comm, slice, err));
  iso_status status = iso_alloc(&number, (size_t)slice->nnode, sizeof *number, "numbers of nodes", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) {
    for (int64_t i = 0; i < slice->nnode; i++) number[i] = ISO_NO_NUMBER;
    iso_number_nodes(comm, slice, used, number);
    *renumbered = are_renumbered(comm, slice, number);
    status = renumber_skin(comm, &slice->skin, batches.cut, number, err);
  }
  if (status == ISO_OK) status = iso_slice_drop_nodes(comm, slice, &batches, used, number, err);
  iso_batches_free(&batches);
  free(number);
  return status;
}

iso_status iso_slice_take_out(MPI_Comm comm, iso_slice *slice, int n, const int32_t *tag, int64_t *taken,
                              bool *renumbered, iso_error *err) {
  uint8_t *stays = NULL, *used = NULL;
  iso_status status = iso_alloc(&stays, (size_t)slice->nelem, 1, "elements that stay", err);
  if (status == ISO_OK) status = iso_alloc(&used, (size_t)slice->nnode, 1, "nodes that stay", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) {
    mark_elements(comm, slice, n, tag, stays, taken);
    iso_slice_keep_elements(comm, slice, stays);
    status = iso_slice_used(comm, slice, used, err);
  }
  if (status == ISO_OK) status = drop_nodes(comm, slice, used, renumbered, err);
  free(stays);
  free(used);
  return status;
}
