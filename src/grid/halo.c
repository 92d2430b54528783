#include "grid/halo.h"

#include "base/assert.h"
#include "base/memory.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Of iso_halo_update; channels follow. */
enum { HALO_TAG = 7102 };

void iso_halo_free(iso_halo *halo) {
  if (!halo) return;
  free(halo->rank);
  free(halo->send_offset);
  free(halo->send_node);
  free(halo->recv_offset);
  free(halo);
}

iso_status iso_halo_update(const iso_halo *halo, void *values, size_t bytes, iso_error *err) {
  char *packed = NULL;
  iso_transfer transfer = {0};
  iso_lid nsend = halo->send_offset[halo->nneighbours];
  iso_status status = iso_realloc(&packed, (size_t)nsend, bytes, "a halo exchange", err);
  if (status == ISO_OK) status = iso_transfer_new(&transfer, halo, -1, err);
  status = iso_agree(halo->comm, status, err);
  if (status == ISO_OK) {
    for (iso_lid i = 0; i < nsend; i++)
      memcpy(packed + (size_t)i * bytes, (char *)values + (size_t)halo->send_node[i] * bytes, bytes);
    iso_transfer_begin(&transfer, packed, (char *)values + (size_t)halo->nowned * bytes, bytes);
    iso_transfer_end(&transfer);
  }
  iso_transfer_free(&transfer);
  free(packed);
  return status;
}

iso_status iso_transfer_new(iso_transfer *out, const iso_halo *halo, int channel, iso_error *err) {
  *out = (iso_transfer){.halo = halo, .channel = channel};
  const size_t n = 2 * (size_t)halo->nneighbours;
  ISO_TRY(iso_alloc(&out->request, n, sizeof *out->request, "a halo exchange", err));
  for (size_t k = 0; k < n; k++) out->request[k] = MPI_REQUEST_NULL;
  return ISO_OK;
}

void iso_transfer_free(iso_transfer *transfer) {
  ISO_ASSERT(!transfer->open);
  free(transfer->request);
  *transfer = (iso_transfer){0};
}

/* MPI counts in int. */
static int length_of(const iso_lid *offset, int k, size_t bytes) {
  const size_t length = (size_t)(offset[k + 1] - offset[k]) * bytes;
  ISO_ASSERT(length <= INT_MAX);
  return (int)length;
}

void iso_transfer_begin(iso_transfer *t, const void *packed, void *received, size_t bytes) {
  const iso_halo *halo = t->halo;
  const int n = halo->nneighbours, tag = HALO_TAG + 1 + t->channel;
  ISO_ASSERT(!t->open);
  t->open = true;
  for (int k = 0; k < n; k++)
    MPI_Irecv((char *)received + (size_t)halo->recv_offset[k] * bytes, length_of(halo->recv_offset, k, bytes),
              MPI_BYTE, halo->rank[k], tag, halo->comm, &t->request[k]);
  for (int k = 0; k < n; k++)
    MPI_Isend((const char *)packed + (size_t)halo->send_offset[k] * bytes,
              length_of(halo->send_offset, k, bytes), MPI_BYTE, halo->rank[k], tag, halo->comm,
              &t->request[n + k]);
}

void iso_transfer_end(iso_transfer *t) {
  const int n = 2 * t->halo->nneighbours;
  ISO_ASSERT(t->open);
  t->open = false;
  MPI_Waitall(n, t->request, MPI_STATUSES_IGNORE);
  /* A send that nobody waited for would go unnoticed: short messages arrive anyway. */
  for (int k = 0; k < n; k++) ISO_ASSERT(t->request[k] == MPI_REQUEST_NULL);
}
