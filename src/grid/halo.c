#include "grid/halo.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { HALO_TAG = 7102 };

void iso_halo_begin(iso_halo *halo, const void *packed, void *received, size_t bytes) {
  int n = halo->nneighbours;
  for (int k = 0; k < n; k++) {
    size_t first = (size_t)halo->recv_offset[k] * bytes;
    size_t end = (size_t)halo->recv_offset[k + 1] * bytes;
    MPI_Irecv((char *)received + first, (int)(end - first), MPI_BYTE, halo->rank[k], HALO_TAG, halo->comm,
              &halo->request[k]);
  }
  for (int k = 0; k < n; k++) {
    size_t first = (size_t)halo->send_offset[k] * bytes;
    size_t end = (size_t)halo->send_offset[k + 1] * bytes;
    MPI_Isend((const char *)packed + first, (int)(end - first), MPI_BYTE, halo->rank[k], HALO_TAG, halo->comm,
              &halo->request[n + k]);
  }
}

void iso_halo_end(iso_halo *halo) { MPI_Waitall(2 * halo->nneighbours, halo->request, MPI_STATUSES_IGNORE); }

iso_status iso_halo_update(iso_halo *halo, void *values, size_t bytes, iso_error *err) {
  char *packed = NULL;
  iso_lid nsend = halo->send_offset[halo->nneighbours];
  iso_status status = iso_realloc(&packed, (size_t)nsend, bytes, "a halo exchange", err);
  ISO_TRY(iso_agree(halo->comm, status, err));
  for (iso_lid i = 0; i < nsend; i++)
    memcpy(packed + (size_t)i * bytes, (char *)values + (size_t)halo->send_node[i] * bytes, bytes);
  iso_halo_begin(halo, packed, (char *)values + (size_t)halo->nowned * bytes, bytes);
  iso_halo_end(halo);
  free(packed);
  return ISO_OK;
}

void iso_halo_free(iso_halo *halo) {
  if (!halo) return;
  free(halo->rank);
  free(halo->send_offset);
  free(halo->send_node);
  free(halo->recv_offset);
  free(halo->request);
  free(halo);
}
