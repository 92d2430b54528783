/* One number for each cell of a VTK file, as the mean of those around each point. */
#include "base/memory.h"
#include "grid/format/vtk_share.h"
#include "grid/geometry.h"
#include "grid/share/blocks.h"
#include "grid/share/route.h"
#include "grid/sort.h"

#include <stdlib.h>

/* What an element says to one of its nodes. */
typedef struct {
  iso_gid node;
  double value;
  int64_t dimension; /* of the element */
} part;

static iso_status list_parts(const iso_vtk_share *s, const double *of_cell, part **parts, int32_t **owner,
                             int64_t *n) {
  const iso_slice *slice = s->slice;
  int size;
  MPI_Comm_size(s->comm, &size);
  *n = 0;
  for (int64_t e = 0; e < slice->nelem; e++) *n += iso_shape_nodes(slice->shape[e]);
  ISO_TRY(iso_alloc(parts, (size_t)*n, sizeof **parts, "a field of cells", s->err));
  ISO_TRY(iso_alloc(owner, (size_t)*n, sizeof **owner, "a field of cells", s->err));
  *n = 0;
  for (int64_t e = 0; e < slice->nelem; e++)
    for (int i = 0; i < iso_shape_nodes(slice->shape[e]); i++, ++*n) {
      const iso_gid node = slice->conn[e * slice->width + i];
      (*parts)[*n] = (part){node, of_cell[s->cell[e]], iso_shape_dimension(slice->shape[e])};
      (*owner)[*n] = iso_block_owner(slice->nnodes, size, node);
    }
  return ISO_OK;
}

/* Of the parts of one node, order[0 .. n) of all: the mean over the elements of highest dimension, which are
 * the tissue where a volume carries its surface. Summed in the order of elements. */
static double mean(const part *all, const iso_keyed *order, int64_t n) {
  int64_t highest = 0, count = 0;
  double sum = 0;
  for (int64_t i = 0; i < n; i++)
    if (all[order[i].item].dimension > highest) highest = all[order[i].item].dimension;
  for (int64_t i = 0; i < n; i++)
    if (all[order[i].item].dimension == highest) {
      sum += all[order[i].item].value;
      count++;
    }
  return sum / (double)count;
}

/* all [n] in the order of elements -> values of the block that begins at first. */
static iso_status take_means(const part *all, int64_t n, iso_gid first, double *values, iso_error *err) {
  iso_keyed *order = NULL;
  ISO_TRY(iso_alloc(&order, (size_t)n, sizeof *order, "a field of cells", err));
  for (int64_t i = 0; i < n; i++) order[i] = (iso_keyed){(uint64_t)all[i].node, i};
  iso_status status = iso_sort(n, order, err);
  for (int64_t from = 0, to; from < n && status == ISO_OK; from = to) {
    for (to = from + 1; to < n && order[to].key == order[from].key;) to++;
    values[(iso_gid)order[from].key - first] = mean(all, order + from, to - from);
  }
  free(order);
  return status;
}

/* Parts arrive by sending rank, then in its order: which is the order of elements in the file. */
static iso_status gather(const iso_vtk_share *s, const part *parts, const int32_t *owner, int64_t n,
                         double *values) {
  int rank, size;
  part *all = NULL;
  iso_route route;
  MPI_Comm_rank(s->comm, &rank);
  MPI_Comm_size(s->comm, &size);
  ISO_TRY(iso_route_new(&route, s->comm, n, owner, NULL, s->err));
  iso_status status = iso_alloc(&all, (size_t)route.nrecv, sizeof *all, "a field of cells", s->err);
  status = iso_agree(s->comm, status, s->err);
  if (status == ISO_OK) status = iso_route_send(&route, parts, sizeof *parts, all, s->err);
  if (status == ISO_OK)
    status = take_means(all, route.nrecv, iso_block_first(s->slice->nnodes, size, rank), values, s->err);
  iso_route_free(&route);
  free(all);
  return iso_agree(s->comm, status, s->err);
}

static iso_status read_own(iso_vtk_share *s, const char *name, double **of_cell, part **parts,
                           int32_t **owner, int64_t *n) {
  ISO_TRY(iso_alloc(of_cell, (size_t)s->ncells, sizeof **of_cell, "a field of cells", s->err));
  ISO_TRY(iso_vtk_read_ghosts(s));
  ISO_TRY(iso_vtk_read_cells(s));
  ISO_TRY(iso_vtk_read_numbers(s, name, *of_cell));
  return list_parts(s, *of_cell, parts, owner, n);
}

iso_status iso_vtk_mean_of_cells(iso_vtk_share *s, const char *name, double *values) {
  double *of_cell = NULL;
  part *parts = NULL;
  int32_t *owner = NULL;
  int64_t n = 0;
  ISO_TRY(iso_vtk_choose_parts(s, false));
  iso_status status = iso_agree(s->comm, read_own(s, name, &of_cell, &parts, &owner, &n), s->err);
  if (status == ISO_OK) status = gather(s, parts, owner, n, values);
  free(of_cell);
  free(parts);
  free(owner);
  return status;
}
