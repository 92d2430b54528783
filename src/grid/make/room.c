#include "grid/make/room.h"

#include "base/machine.h"
#include "grid/geometry.h"
#include "grid/share/batches.h"

#include <stdio.h>
#include <stdlib.h>

/* An element takes no less, at the peak: tetrahedra with fibres took 71 bytes with two levels of `isochrone
 * mesh refine --levels` (6 million of them, one rank, all of the process), and 97 with `--edge` (49 million).
 */
#define BYTES 70.0

iso_status iso_room_for(MPI_Comm comm, const iso_slice *slice, double elements, int64_t most, const char *by,
                        iso_error *err) {
  const double memory = iso_machines_memory(comm);
  const char *const separator = *slice->file ? ": " : "";
  if (most > 0 ? elements <= (double)most : memory == 0 || elements * BYTES <= memory) return ISO_OK;
  if (most > 0)
    return iso_fail(
        err, ISO_EINPUT,
        "%s%s%s make %.3g elements or more, and %lld are allowed: ask for a coarser mesh, or allow "
        "more (mesh.most_elements, --most-elements)",
        slice->file, separator, by, elements, (long long)most);
  return iso_fail(
      err, ISO_EINPUT,
      "%s%s%s make %.3g elements or more, which take %.3g GB of the %.3g GB that there are: ask for a "
      "coarser mesh, take more machines, or say how many elements may be tried "
      "(mesh.most_elements, --most-elements)",
      slice->file, separator, by, elements, elements * BYTES * 1e-9, memory * 1e-9);
}

/* Of the element of that dimension whose edges all have length 1, which is the largest. */
static const double largest[4] = {0, 1, 0.43301270189221932,
                                  0.11785113019775793}; /* 1, sqrt(3)/4, sqrt(2)/12 */

static double parts_of(int shape, const double x[8][3], double edge_mm) {
  const int dim = iso_shape_dimension(shape);
  const double by_edge = iso_element_diameter(shape, x) / edge_mm;
  const double by_size = fabs(iso_element_measure(shape, x)) / (largest[dim] * pow(edge_mm, dim));
  return fmax(1, ceil(fmax(by_edge, by_size) * (1 - 1e-9))); /* not one more for rounding */
}

static double count_batch(const iso_batches *b, const double (*xyz)[3], double edge_mm) {
  double x[8][3], count = 0;
  for (int64_t e = b->first; e < b->end; e++) {
    const iso_lid *local = b->conn + (e - b->first) * b->slice->width;
    for (int k = 0; k < iso_shape_nodes(b->slice->shape[e]); k++)
      for (int i = 0; i < 3; i++) x[k][i] = xyz[local[k]][i];
    count += parts_of(b->slice->shape[e], (const double(*)[3])x, edge_mm);
  }
  return count;
}

iso_status iso_room_for_edges(MPI_Comm comm, const iso_slice *slice, double edge_mm, int64_t most,
                              iso_error *err) {
  iso_batches b;
  double(*xyz)[3] = NULL, count = 0;
  char by[64];
  ISO_TRY(iso_batches_new(&b, comm, slice, err));
  iso_status status = ISO_OK;
  for (int64_t k = 0; k < b.n && status == ISO_OK; k++) {
    status = iso_batches_open(&b, k, err);
    if (status == ISO_OK) status = iso_batches_fetch(&b, slice->xyz, sizeof *slice->xyz, &xyz, err);
    if (status == ISO_OK) count += count_batch(&b, (const double(*)[3])xyz, edge_mm);
  }
  free(xyz);
  iso_batches_free(&b);
  ISO_TRY(status);
  MPI_Allreduce(MPI_IN_PLACE, &count, 1, MPI_DOUBLE, MPI_SUM, comm);
  snprintf(by, sizeof by, "edges of at most %g mm", edge_mm);
  return iso_room_for(comm, slice, count, most, by, err);
}
