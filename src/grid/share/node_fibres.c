#include "grid/share/node_fibres.h"

#include "base/memory.h"
#include "grid/share/batches.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double dot(const float a[3], const float b[3]) {
  return (double)a[0] * b[0] + (double)a[1] * b[1] + (double)a[2] * b[2];
}

void iso_mean_direction(int n, const float (*direction)[3], float mean[3]) {
  double sum[3] = {0};
  const float *first = NULL;
  for (int k = 0; k < n; k++) {
    if (!first && dot(direction[k], direction[k]) > 0) first = direction[k];
    double sign = first && dot(first, direction[k]) < 0 ? -1 : 1;
    for (int a = 0; a < 3; a++) sum[a] += sign * direction[k][a];
  }
  double length = sqrt(sum[0] * sum[0] + sum[1] * sum[1] + sum[2] * sum[2]);
  for (int a = 0; a < 3; a++) mean[a] = length > 0 ? (float)(sum[a] / length) : 0;
}

static void average(const iso_batches *b, const float (*node_fibre)[3], float (*fibre)[3]) {
  for (int64_t e = b->first; e < b->end; e++) {
    const iso_lid *conn = b->conn + (e - b->first) * b->slice->width;
    int n = iso_shape_nodes(b->slice->shape[e]);
    float direction[ISO_MAX_NODES][3];
    for (int k = 0; k < n; k++) memcpy(direction[k], node_fibre[conn[k]], sizeof direction[k]);
    iso_mean_direction(n, (const float(*)[3])direction, fibre[e]);
  }
}

static iso_status average_all(iso_batches *b, iso_slice *slice, iso_error *err) {
  float(*of_batch)[3] = NULL;
  iso_status status =
      iso_realloc(&slice->fibre, (size_t)slice->nelem, sizeof *slice->fibre, "the fibres", err);
  status = iso_agree(b->comm, status, err);
  for (int64_t k = 0; k < b->n && status == ISO_OK; k++) {
    status = iso_batches_open(b, k, err);
    if (status == ISO_OK)
      status = iso_batches_fetch(b, slice->node_fibre, sizeof *slice->node_fibre, &of_batch, err);
    if (status == ISO_OK) average(b, (const float(*)[3])of_batch, slice->fibre);
  }
  free(of_batch);
  return status;
}

iso_status iso_slice_element_fibres(MPI_Comm comm, iso_slice *slice, iso_error *err) {
  if (!slice->node_fibre) return ISO_OK;
  iso_batches b;
  ISO_TRY(iso_batches_new(&b, comm, slice, err));
  iso_status status = average_all(&b, slice, err);
  iso_batches_free(&b);
  free(slice->node_fibre);
  slice->node_fibre = NULL;
  return status;
}
