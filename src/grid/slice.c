#include "grid/slice.h"

#include <math.h>
#include <stdlib.h>

void iso_skin_free(iso_skin *skin) {
  free(skin->node);
  free(skin->tag);
  *skin = (iso_skin){0};
}

void iso_slice_free(iso_slice *slice) {
  free(slice->xyz);
  free(slice->shape);
  free(slice->tag);
  free(slice->conn);
  free(slice->fibre);
  free(slice->sheet);
  free(slice->node_fibre);
  iso_links_free(&slice->links);
  iso_skin_free(&slice->skin);
  iso_surfaces_free(&slice->surfaces);
  iso_tag_names_free(&slice->tag_names);
  *slice = (iso_slice){0};
}

double iso_slice_extent(MPI_Comm comm, const iso_slice *slice, double *farthest) {
  double box[6], most = 0; /* the least of x, y, z, -x, -y, -z */
  for (int k = 0; k < 6; k++) box[k] = INFINITY;
  for (int64_t i = 0; i < slice->nnode; i++)
    for (int k = 0; k < 3; k++) {
      box[k] = fmin(box[k], slice->xyz[i][k]);
      box[k + 3] = fmin(box[k + 3], -slice->xyz[i][k]);
    }
  MPI_Allreduce(MPI_IN_PLACE, box, 6, MPI_DOUBLE, MPI_MIN, comm);
  for (int k = 0; k < 6; k++) most = fmax(most, -box[k]);
  if (farthest) *farthest = most;
  return fmax(-box[0] - box[3], fmax(-box[1] - box[4], -box[2] - box[5]));
}
