#include "grid/format/read_names.h"

#include "grid/geometry.h"

static int highest_dimension(MPI_Comm comm, const iso_slice *slice) {
  int most = 0;
  for (int64_t e = 0; e < slice->nelem; e++)
    if (iso_shape_dimension(slice->shape[e]) > most) most = iso_shape_dimension(slice->shape[e]);
  MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_INT, MPI_MAX, comm);
  return most;
}

static iso_status put_elements(iso_slice *slice, const iso_tag_name *name, iso_surface *surface,
                               iso_error *err) {
  for (int64_t e = 0; e < slice->nelem; e++) {
    if (slice->tag[e] != name->tag || iso_shape_dimension(slice->shape[e]) != name->dimension) continue;
    ISO_TRY(iso_surface_put(surface, iso_shape_nodes(slice->shape[e]), slice->conn + e * slice->width, err));
  }
  return ISO_OK;
}

iso_status iso_name_surfaces(MPI_Comm comm, iso_slice *slice, iso_error *err) {
  const int dimension = slice->tag_names.n > 0 ? highest_dimension(comm, slice) : 0;
  iso_status status = ISO_OK;
  for (int i = 0; i < slice->tag_names.n && status == ISO_OK; i++) {
    const iso_tag_name *name = &slice->tag_names.name[i];
    int k;
    if (name->dimension < 1 || name->dimension >= dimension) continue;
    status = iso_surfaces_add(&slice->surfaces, name->name, name->tag, name->dimension, &k, err);
    if (status == ISO_OK) {
      slice->surfaces.surface[k].of_elements = true;
      status = put_elements(slice, name, &slice->surfaces.surface[k], err);
    }
  }
  ISO_TRY(iso_agree(comm, status, err));
  return iso_surfaces_even_out(comm, &slice->surfaces, err);
}
