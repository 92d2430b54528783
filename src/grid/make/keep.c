#include "grid/make/keep.h"

#include "base/memory.h"
#include "grid/make/drop_nodes.h"

#include <stdlib.h>
#include <string.h>

static iso_status mark_used(iso_batches *b, uint8_t *used, iso_error *err) {
  uint8_t *yes = NULL;
  iso_status status = ISO_OK;
  for (int64_t k = 0; k < b->n && status == ISO_OK; k++) {
    status = iso_batches_open(b, k, err);
    if (status != ISO_OK) break;
    status = iso_agree(b->comm, iso_realloc(&yes, (size_t)b->nodes.n, 1, "a batch of nodes", err), err);
    if (status != ISO_OK) break;
    memset(yes, 1, (size_t)b->nodes.n);
    status = iso_block_plan_send(b->plan, yes, 1, used, err);
  }
  free(yes);
  return status;
}

iso_status iso_slice_used(MPI_Comm comm, const iso_slice *slice, uint8_t *used, iso_error *err) {
  iso_batches batches;
  memset(used, 0, (size_t)slice->nnode);
  ISO_TRY(iso_batches_new(&batches, comm, slice, err));
  const iso_status status = mark_used(&batches, used, err);
  iso_batches_free(&batches);
  return status;
}

/* Whether an element has all its nodes. here [nodes of the batch]. */
static bool is_whole(const iso_batches *b, int64_t e, const uint8_t *here) {
  const iso_lid *conn = b->conn + (e - b->first) * b->slice->width;
  for (int k = 0; k < b->slice->width; k++)
    if (conn[k] >= 0 && !here[conn[k]]) return false;
  return true;
}

/* whole [slice nelem]. */
static iso_status find_whole(iso_batches *b, const uint8_t *stays, uint8_t *whole, iso_error *err) {
  uint8_t *here = NULL;
  iso_status status = ISO_OK;
  for (int64_t k = 0; k < b->n && status == ISO_OK; k++) {
    status = iso_batches_open(b, k, err);
    if (status == ISO_OK) status = iso_batches_fetch(b, stays, 1, &here, err);
    for (int64_t e = b->first; status == ISO_OK && e < b->end; e++) whole[e] = is_whole(b, e, here);
  }
  free(here);
  return status;
}

void iso_slice_keep_elements(MPI_Comm comm, iso_slice *s, const uint8_t *stays) {
  const size_t row = (size_t)s->width * sizeof *s->conn;
  int64_t n = 0;
  for (int64_t e = 0; e < s->nelem; e++) {
    if (!stays[e]) continue;
    s->shape[n] = s->shape[e], s->tag[n] = s->tag[e];
    memmove(s->conn + n * s->width, s->conn + e * s->width, row);
    if (s->fibre) memmove(s->fibre[n], s->fibre[e], sizeof *s->fibre);
    if (s->sheet) memmove(s->sheet[n], s->sheet[e], sizeof *s->sheet);
    n++;
  }
  s->nelem = n;
  MPI_Scan(&n, &s->first_elem, 1, MPI_INT64_T, MPI_SUM, comm);
  s->first_elem -= n;
  MPI_Allreduce(&n, &s->nelems, 1, MPI_INT64_T, MPI_SUM, comm);
}

static iso_status drop_elements(MPI_Comm comm, iso_slice *slice, const uint8_t *stays, iso_error *err) {
  iso_batches batches;
  uint8_t *whole = NULL;
  ISO_TRY(iso_batches_new(&batches, comm, slice, err));
  iso_status status = iso_alloc(&whole, (size_t)slice->nelem, 1, "elements that stay", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = find_whole(&batches, stays, whole, err);
  iso_batches_free(&batches);
  if (status == ISO_OK) iso_slice_keep_elements(comm, slice, whole);
  free(whole);
  return status;
}

static bool are_renumbered(MPI_Comm comm, const iso_slice *slice, const iso_gid *number) {
  int differs = 0;
  for (int64_t i = 0; i < slice->nnode && !differs; i++)
    differs = number[i] != ISO_NO_NUMBER && number[i] != slice->first_node + i;
  MPI_Allreduce(MPI_IN_PLACE, &differs, 1, MPI_INT, MPI_LOR, comm);
  return differs;
}

iso_status iso_slice_keep_nodes(MPI_Comm comm, iso_slice *slice, const uint8_t *stays, bool *renumbered,
                                iso_error *err) {
  iso_batches batches;
  iso_gid *number = NULL;
  ISO_TRY(iso_batches_new(&batches, comm, slice, err));
  iso_status status = iso_alloc(&number, (size_t)slice->nnode, sizeof *number, "numbers of nodes", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) {
    for (int64_t i = 0; i < slice->nnode; i++) number[i] = ISO_NO_NUMBER;
    iso_number_nodes(comm, slice, stays, number);
    *renumbered = are_renumbered(comm, slice, number);
    status = iso_slice_drop_nodes(comm, slice, &batches, stays, number, err);
  }
  iso_batches_free(&batches);
  free(number);
  return status;
}

iso_status iso_slice_keep(MPI_Comm comm, iso_slice *slice, const uint8_t *stays, iso_error *err) {
  bool renumbered;
  ISO_TRY(drop_elements(comm, slice, stays, err));
  return iso_slice_keep_nodes(comm, slice, stays, &renumbered, err);
}
