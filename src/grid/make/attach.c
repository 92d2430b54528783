#include "grid/make/attach.h"

#include "base/memory.h"
#include "grid/geometry.h"
#include "grid/make/match.h"
#include "grid/share/batches.h"
#include "grid/share/renumber.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- lists of nodes ---- */

static bool ends_in(const char *path, const char *ending) {
  size_t n = strlen(path), m = strlen(ending);
  if (n > 3 && !strcmp(path + n - 3, ".gz")) n -= 3;
  return n > m && !strncmp(path + n - m, ending, m);
}

static iso_status attach_list(MPI_Comm comm, iso_slice *slice, const iso_attachment *a, iso_error *err) {
  iso_gid *node = NULL;
  int64_t n;
  int k, rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  ISO_TRY((ends_in(a->path, ".vtx") ? iso_vtx_read : iso_surf_read)(comm, a->path, slice->nnodes, &n, &node,
                                                                    err));
  iso_status status = iso_surfaces_add(&slice->surfaces, a->name, 0, 0, &k, err);
  for (int64_t i = n * rank / size; i < n * (rank + 1) / size && status == ISO_OK; i++)
    status = iso_surface_put(&slice->surfaces.surface[k], 1, &node[i], err);
  free(node);
  return iso_agree(comm, status, err);
}

/* ---- triangles and lines ---- */

/* The dimension of the file's elements: 1 or 2. */
static iso_status find_dimension(MPI_Comm comm, const iso_attachment *a, const iso_slice *file,
                                 int *dimension, iso_error *err) {
  *dimension = 1;
  for (int64_t e = 0; e < file->nelem; e++)
    if (iso_shape_dimension(file->shape[e]) > *dimension) *dimension = iso_shape_dimension(file->shape[e]);
  MPI_Allreduce(MPI_IN_PLACE, dimension, 1, MPI_INT, MPI_MAX, comm);
  if (*dimension < 3) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "%s holds volume elements; a surface is made of triangles or lines",
                  a->path);
}

static iso_status refuse_points(MPI_Comm comm, const iso_slice *slice, const iso_attachment *a,
                                double tolerance, const iso_slice *file, const iso_gid *node,
                                iso_error *err) {
  int64_t missed = 0, first = INT64_MAX;
  double x[3] = {-INFINITY, -INFINITY, -INFINITY};
  for (int64_t i = file->nnode - 1; i >= 0; i--)
    if (node[i] < 0) missed++, first = file->first_node + i;
  const int64_t mine = first;
  MPI_Allreduce(MPI_IN_PLACE, &missed, 1, MPI_INT64_T, MPI_SUM, comm);
  if (missed == 0) return ISO_OK;
  MPI_Allreduce(MPI_IN_PLACE, &first, 1, MPI_INT64_T, MPI_MIN, comm);
  if (mine == first) memcpy(x, file->xyz[first - file->first_node], sizeof x);
  MPI_Allreduce(MPI_IN_PLACE, x, 3, MPI_DOUBLE, MPI_MAX, comm);
  return iso_fail(
      err, ISO_EINPUT,
      "%s: %lld of its %lld points are at no node of the mesh, within %.3g mm; point %lld (counted "
      "from 0) at (%.6g, %.6g, %.6g) mm is %.3g mm from the nearest: give the unit of the file, or "
      "a larger tolerance",
      a->path, (long long)missed, (long long)file->nnodes, tolerance, (long long)first, x[0], x[1], x[2],
      iso_nearest_node(comm, slice, x));
}

static bool has_repeats(const iso_item item) {
  const int n = iso_item_nodes(item);
  for (int i = 0; i < n; i++)
    for (int j = 0; j < i; j++)
      if (item[i] == item[j]) return true;
  return false;
}

/* Of points closer to each other than the tolerance, several may be at one node. */
static void drop_flat(MPI_Comm comm, const iso_attachment *a, iso_surface *s, iso_notes *notes) {
  int64_t n = 0, dropped;
  for (int64_t i = 0; i < s->n; i++)
    if (!has_repeats(s->item[i])) memmove(s->item[n++], s->item[i], sizeof s->item[i]);
  dropped = s->n - n;
  s->n = n;
  MPI_Allreduce(MPI_IN_PLACE, &dropped, 1, MPI_INT64_T, MPI_SUM, comm);
  if (dropped > 0)
    iso_notes_add(notes, "%lld elements of %s have two points at one node, and were left out",
                  (long long)dropped, a->path);
}

/* The surface in the numbers of the file's points, of elements of the highest dimension. */
static iso_status take_items(iso_slice *slice, const iso_attachment *a, const iso_slice *file, int dimension,
                             int *k, iso_error *err) {
  ISO_TRY(iso_surfaces_add(&slice->surfaces, a->name, 0, dimension, k, err));
  for (int64_t e = 0; e < file->nelem; e++)
    if (iso_shape_dimension(file->shape[e]) == dimension)
      ISO_TRY(iso_surface_put(&slice->surfaces.surface[*k], iso_shape_nodes(file->shape[e]),
                              file->conn + e * file->width, err));
  return ISO_OK;
}

static iso_status attach_slice(MPI_Comm comm, iso_slice *slice, const iso_attachment *a,
                               const iso_slice *file, iso_notes *notes, iso_error *err) {
  iso_gid *node = NULL, *cut = NULL;
  int dimension, k = 0;
  const double tolerance =
      isnan(a->tolerance_mm) ? 1e-5 * iso_slice_extent(comm, slice, NULL) : a->tolerance_mm;
  ISO_TRY(find_dimension(comm, a, file, &dimension, err));
  iso_status status = iso_alloc(&node, (size_t)file->nnode, sizeof *node, "the points of a surface", err);
  if (status == ISO_OK) status = take_items(slice, a, file, dimension, &k, err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK)
    status = iso_match_points(comm, slice, tolerance, file->nnode, (const double(*)[3])file->xyz, node, err);
  if (status == ISO_OK) status = refuse_points(comm, slice, a, tolerance, file, node, err);
  if (status == ISO_OK) status = iso_slice_cut(comm, file, &cut, err);
  if (status == ISO_OK) status = iso_surface_renumber(comm, &slice->surfaces.surface[k], cut, node, err);
  if (status == ISO_OK) drop_flat(comm, a, &slice->surfaces.surface[k], notes);
  free(node);
  free(cut);
  return status;
}

iso_status iso_slice_attach(MPI_Comm comm, iso_slice *slice, const iso_attachment *a, iso_notes *notes,
                            iso_error *err) {
  iso_slice file;
  if (iso_surfaces_find(&slice->surfaces, a->name) >= 0)
    return iso_fail(err, ISO_EINPUT, "the mesh has a surface '%.60s' already; give that of %s another name",
                    a->name, a->path);
  if (ends_in(a->path, ".vtx") || ends_in(a->path, ".surf")) return attach_list(comm, slice, a, err);
  ISO_TRY(iso_slice_read(comm, &(iso_read_options){.path = a->path, .unit = a->unit}, &file, err));
  const iso_status status = attach_slice(comm, slice, a, &file, notes, err);
  iso_slice_free(&file);
  return status;
}
