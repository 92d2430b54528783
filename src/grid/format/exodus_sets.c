/* Side sets and node sets of Exodus files as named surfaces. */
#include "grid/format/exodus_items.h"

#include "base/memory.h"
#include "grid/share/blocks.h"
#include "grid/share/renumber.h"
#include "grid/share/route.h"

#include <netcdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sides by their number, of corners from 1; 0 ends one. Faces have their normal outward. */
static const uint8_t triangle[][4] = {{1, 2}, {2, 3}, {3, 1}},
                     quadrilateral[][4] = {{1, 2}, {2, 3}, {3, 4}, {4, 1}},
                     shell3[][4] = {{1, 2, 3}, {1, 3, 2}, {1, 2}, {2, 3}, {3, 1}},
                     shell4[][4] = {{1, 2, 3, 4}, {1, 4, 3, 2}, {1, 2}, {2, 3}, {3, 4}, {4, 1}},
                     tetrahedron[][4] = {{1, 2, 4}, {2, 3, 4}, {1, 4, 3}, {1, 3, 2}},
                     pyramid[][4] = {{1, 2, 5}, {2, 3, 5}, {3, 4, 5}, {1, 5, 4}, {1, 4, 3, 2}},
                     wedge[][4] = {{1, 2, 5, 4}, {2, 3, 6, 5}, {1, 4, 6, 3}, {1, 3, 2}, {4, 5, 6}},
                     hexahedron[][4] = {{1, 2, 6, 5}, {2, 3, 7, 6}, {3, 4, 8, 7},
                                        {1, 5, 8, 4}, {1, 4, 3, 2}, {5, 6, 7, 8}};

#define SIDES(table)                                                                                         \
  { sizeof(table) / sizeof *(table), table }

static const struct {
  int n;
  const uint8_t (*side)[4];
} of_form[ISO_NFORMS][2] = {
    /* in the plane and in space */
    [ISO_FORM_TRIANGLE] = {SIDES(triangle), SIDES(shell3)},
    [ISO_FORM_QUADRILATERAL] = {SIDES(quadrilateral), SIDES(shell4)},
    [ISO_FORM_TETRAHEDRON] = {{0, NULL}, SIDES(tetrahedron)},
    [ISO_FORM_PYRAMID] = {{0, NULL}, SIDES(pyramid)},
    [ISO_FORM_WEDGE] = {{0, NULL}, SIDES(wedge)},
    [ISO_FORM_HEXAHEDRON] = {{0, NULL}, SIDES(hexahedron)},
};

/* Of element e of this rank: its side as global numbers, {-1, ..} where it has none of that number. */
static void find_side(const iso_exodus_items *items, int64_t e, int64_t number, iso_item item) {
  const iso_exodus_block *b = &items->index->block[items->block[e]];
  iso_kind kind;
  for (int k = 0; k < ISO_FACE_NODES; k++) item[k] = -1;
  if (!iso_kind_of_exodus(b->type, b->nodes, &kind)) return;
  const int in_space = items->index->dimension == 3;
  if (number < 1 || number > of_form[kind.form][in_space].n) return;
  const uint8_t *corner = of_form[kind.form][in_space].side[number - 1];
  for (int k = 0; k < ISO_FACE_NODES && corner[k]; k++)
    item[k] = items->node[items->begin[e] + corner[k] - 1];
}

typedef struct {
  int64_t element, side; /* through all files, from 0; from 1 */
} request;

static iso_status read_requests(const iso_exodus_items *items, const iso_exodus_set *s, int64_t first,
                                int64_t n, request *out, iso_error *err) {
  const iso_exodus_piece *piece = &items->index->piece[s->piece];
  int64_t *value = NULL;
  char variable[64];
  int file;
  ISO_TRY(iso_exodus_open(piece->path, &file, err));
  iso_status status = iso_alloc(&value, (size_t)n, sizeof *value, "side sets", err);
  for (int k = 0; k < 2 && status == ISO_OK; k++) {
    snprintf(variable, sizeof variable, "%s%d", k ? "side_ss" : "elem_ss", s->number);
    status = iso_exodus_integers(file, piece->path, variable, first, n, 0, value, err);
    for (int64_t i = 0; i < n && status == ISO_OK; i++) {
      if (k)
        out[i].side = value[i];
      else if (value[i] >= 1 && value[i] <= piece->nelem)
        out[i].element = piece->first_elem + value[i] - 1;
      else
        status = iso_fail(err, ISO_EINPUT, "%s: the side set '%s' has element %lld, and there are 1 to %lld",
                          piece->path, s->name, (long long)value[i], (long long)piece->nelem);
    }
  }
  free(value);
  nc_close(file);
  return status;
}

/* Asks those who have the elements. side [n]. */
static iso_status fetch_sides(const iso_exodus_items *items, int64_t n, const request *asked, iso_item *side,
                              iso_error *err) {
  int size;
  int32_t *dest = NULL;
  request *here = NULL;
  iso_item *answer = NULL;
  iso_route route = {0};
  MPI_Comm_size(items->comm, &size);
  iso_status status = iso_alloc(&dest, (size_t)n, sizeof *dest, "side sets", err);
  for (int64_t i = 0; i < n && status == ISO_OK; i++)
    dest[i] = iso_block_owner(items->index->nelems, size, asked[i].element);
  status = iso_agree(items->comm, status, err);
  if (status == ISO_OK) status = iso_route_new(&route, items->comm, n, dest, NULL, err);
  if (status == ISO_OK) {
    status = iso_alloc(&here, (size_t)route.nrecv, sizeof *here, "side sets", err);
    if (status == ISO_OK) status = iso_alloc(&answer, (size_t)route.nrecv, sizeof *answer, "side sets", err);
    status = iso_agree(items->comm, status, err);
  }
  if (status == ISO_OK) status = iso_route_send(&route, asked, sizeof *asked, here, err);
  if (status == ISO_OK) {
    for (int64_t i = 0; i < route.nrecv; i++)
      find_side(items, here[i].element - items->first, here[i].side, answer[i]);
    status = iso_route_answer(&route, answer, sizeof *answer, side, err);
  }
  iso_route_free(&route);
  free(dest), free(here), free(answer);
  return status;
}

static iso_status put_side(iso_surfaces *all, int faces, int edges, bool split, const iso_item side,
                           iso_error *err) {
  const int n = iso_item_nodes(side);
  if (n == 2) return iso_surface_put(&all->surface[edges], 2, side, err);
  if (n == 3 || !split) return iso_surface_put(&all->surface[faces], n, side, err);
  enum { VTK_QUADRILATERAL = 9 };
  iso_gid part[ISO_MOST_PARTS][ISO_MAX_NODES];
  iso_shape shape;
  iso_kind kind;
  iso_kind_of_vtk(VTK_QUADRILATERAL, 4, &kind);
  const int64_t parts = iso_kind_parts(&kind, 4, side, 0, &shape, part);
  for (int64_t k = 0; k < parts; k++) ISO_TRY(iso_surface_put(&all->surface[faces], 3, part[k], err));
  return ISO_OK;
}

/* The sides of a set, of this rank: edges and faces may be in one set, and are surfaces of two. */
static iso_status put_sides(const iso_exodus_items *items, const iso_exodus_set *s, int64_t n,
                            const iso_item *side, bool split, iso_slice *slice, iso_error *err) {
  static const int dimension_of[] = {0, 0, 1, 2, 2}; /* by nodes */
  int has[3] = {0}, faces = -1, edges = -1;          /* what is none, edges, faces */
  for (int64_t i = 0; i < n; i++) has[dimension_of[iso_item_nodes(side[i])]] = 1;
  MPI_Allreduce(MPI_IN_PLACE, has, 3, MPI_INT, MPI_LOR, items->comm);
  iso_status status = ISO_OK;
  if (has[0])
    return iso_fail(err, ISO_EINPUT, "%s: the side set '%s' has a side that its element has not",
                    items->index->piece[s->piece].path, s->name);
  if (has[2] || items->index->dimension == 3)
    status = iso_surfaces_add(&slice->surfaces, s->name, (int32_t)s->id, 2, &faces, err);
  if (status == ISO_OK && (has[1] || items->index->dimension < 3))
    status = iso_surfaces_add(&slice->surfaces, s->name, (int32_t)s->id, 1, &edges, err);
  for (int64_t i = 0; i < n && status == ISO_OK; i++)
    status = put_side(&slice->surfaces, faces, edges, split, side[i], err);
  return iso_agree(items->comm, status, err);
}

static iso_status read_sides(const iso_exodus_items *items, const iso_exodus_set *s, int64_t first, int64_t n,
                             bool split, iso_slice *slice, iso_error *err) {
  request *asked = NULL;
  iso_item *side = NULL;
  iso_status status = iso_alloc(&asked, (size_t)n, sizeof *asked, "side sets", err);
  if (status == ISO_OK) status = iso_alloc(&side, (size_t)n, sizeof *side, "side sets", err);
  if (status == ISO_OK) status = read_requests(items, s, first, n, asked, err);
  status = iso_agree(items->comm, status, err);
  if (status == ISO_OK) status = fetch_sides(items, n, asked, side, err);
  if (status == ISO_OK) status = put_sides(items, s, n, (const iso_item *)side, split, slice, err);
  free(asked), free(side);
  return status;
}

static iso_status take_nodes(const iso_exodus_items *items, const iso_exodus_set *s, int64_t first, int64_t n,
                             iso_gid *node, int32_t *piece, iso_error *err) {
  const char *path = items->index->piece[s->piece].path;
  char variable[64];
  int file;
  for (int64_t i = 0; i < n; i++) piece[i] = s->piece;
  if (n == 0) return ISO_OK;
  snprintf(variable, sizeof variable, "node_ns%d", s->number);
  ISO_TRY(iso_exodus_open(path, &file, err));
  const iso_status status = iso_exodus_integers(file, path, variable, first, n, 0, node, err);
  nc_close(file);
  return status;
}

static iso_status read_nodes(const iso_exodus_items *items, const iso_exodus_set *s, int64_t first, int64_t n,
                             iso_slice *slice, iso_error *err) {
  iso_gid *node = NULL;
  int32_t *piece = NULL;
  int k;
  iso_status status = iso_alloc(&node, (size_t)n, sizeof *node, "node sets", err);
  if (status == ISO_OK) status = iso_alloc(&piece, (size_t)n, sizeof *piece, "node sets", err);
  if (status == ISO_OK) status = take_nodes(items, s, first, n, node, piece, err);
  status = iso_agree(items->comm, status, err);
  if (status == ISO_OK) status = iso_exodus_number_nodes(items, piece, n, node, err);
  if (status == ISO_OK) {
    status = iso_surfaces_add(&slice->surfaces, s->name, (int32_t)s->id, 0, &k, err);
    for (int64_t i = 0; i < n && status == ISO_OK; i++)
      status = iso_surface_put(&slice->surfaces.surface[k], 1, &node[i], err);
    status = iso_agree(items->comm, status, err);
  }
  free(node), free(piece);
  return status;
}

/* Files of a decomposed set share nodes. */
static iso_status join_nodes(const iso_exodus_items *items, iso_slice *slice, iso_error *err) {
  for (int k = 0; k < slice->surfaces.n && items->index->npieces > 1; k++)
    if (slice->surfaces.surface[k].dimension == 0)
      ISO_TRY(iso_surface_unique(items->comm, &slice->surfaces.surface[k], slice->nnodes, err));
  return ISO_OK;
}

iso_status iso_exodus_read_sets(const iso_exodus_items *items, bool split, iso_slice *slice, iso_error *err) {
  int rank, size;
  MPI_Comm_rank(items->comm, &rank);
  MPI_Comm_size(items->comm, &size);
  for (int k = 0; k < items->index->nsets; k++) {
    const iso_exodus_set *s = &items->index->set[k];
    const int64_t first = iso_block_first(s->n, size, rank),
                  n = iso_block_first(s->n, size, rank + 1) - first;
    ISO_TRY(s->sides ? read_sides(items, s, first, n, split, slice, err)
                     : read_nodes(items, s, first, n, slice, err));
  }
  return join_nodes(items, slice, err);
}
