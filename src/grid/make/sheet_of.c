#include "grid/make/sheet_of.h"

#include "base/memory.h"
#include "base/text.h"
#include "grid/format/element_kinds.h"
#include "grid/format/read_cells.h"
#include "grid/format/read_runs.h"
#include "grid/make/keep.h"
#include "grid/share/meet.h"

#include <stdlib.h>
#include <string.h>

static const char *const purpose = "a surface";

static iso_status find(const iso_slice *slice, const char *name, int *k, iso_error *err) {
  enum { MOST_NAMES = 40 };
  const char *names[MOST_NAMES];
  char list[700] = "", meant[200];
  const int n = slice->surfaces.n < MOST_NAMES ? slice->surfaces.n : MOST_NAMES;
  *k = iso_surfaces_find(&slice->surfaces, name);
  if (*k >= 0 && slice->surfaces.surface[*k].dimension > 0) return ISO_OK;
  if (*k >= 0)
    return iso_fail(err, ISO_EINPUT, "the surface '%.60s' is a set of nodes, with no faces to write", name);
  for (int i = 0; i < n; i++) names[i] = slice->surfaces.surface[i].name;
  iso_text_list(list, sizeof list, n, names);
  iso_text_meant("", iso_text_nearest(name, n, names), meant, sizeof meant);
  return iso_fail(err, ISO_EINPUT, "the mesh has no surface '%.60s'%s There are: %s", name, meant,
                  n ? list : "none");
}

/* ---- the order ---- */

/* The lowest node first, in the same turn. */
static void rotate(iso_item item) {
  const int n = iso_item_nodes(item);
  iso_item turned;
  int first = 0;
  for (int i = 1; i < n; i++)
    if (item[i] < item[first]) first = i;
  for (int i = 0; i < ISO_FACE_NODES; i++) turned[i] = i < n ? item[(first + i) % n] : -1;
  memcpy(item, turned, sizeof turned);
}

static int by_nodes(const void *a, const void *b) {
  const iso_gid *p = a, *q = b;
  for (int i = 0; i < ISO_FACE_NODES; i++)
    if (p[i] != q[i]) return p[i] < q[i] ? -1 : 1;
  return 0;
}

/* Items of all ranks, each to the rank of its lowest node, sorted. item [*n] is to be freed. */
static iso_status sort_items(MPI_Comm comm, iso_gid nnodes, iso_surface *s, iso_item **item, int64_t *n,
                             iso_error *err) {
  iso_route route = {0};
  for (int64_t i = 0; i < s->n; i++) rotate(s->item[i]);
  const iso_meeting meeting = {nnodes, s->n, s->item, sizeof *s->item, purpose};
  const iso_status status = iso_meet(comm, &meeting, &route, item, err);
  *n = route.nrecv;
  if (status == ISO_OK && *n > 0) qsort(*item, (size_t)*n, sizeof **item, by_nodes);
  iso_route_free(&route);
  return status;
}

/* ---- elements ---- */

static void clear_elements(iso_slice *slice) {
  free(slice->conn), free(slice->shape), free(slice->tag);
  free(slice->fibre), free(slice->sheet), free(slice->node_fibre);
  slice->conn = NULL, slice->shape = NULL, slice->tag = NULL;
  slice->fibre = slice->sheet = slice->node_fibre = NULL;
  slice->nelem = 0, slice->width = 0;
  iso_skin_free(&slice->skin);
  iso_surfaces_free(&slice->surfaces);
  iso_tag_names_free(&slice->tag_names);
}

static iso_status put_items(iso_slice *slice, int64_t n, const iso_item *item, iso_error *err) {
  enum { VTK_LINE = 3, VTK_TRIANGLE = 5, VTK_QUADRILATERAL = 9 };
  static const int type[] = {0, 0, VTK_LINE, VTK_TRIANGLE, VTK_QUADRILATERAL};
  int64_t capacity = 0;
  ISO_TRY(iso_cells_reserve(slice, &capacity, 2 * n, 2, err)); /* a face is two triangles at most */
  for (int64_t i = 0; i < n; i++) {
    iso_gid part[ISO_MOST_PARTS][ISO_MAX_NODES];
    iso_shape shape;
    iso_kind kind;
    const int nodes = iso_item_nodes(item[i]);
    iso_kind_of_vtk(type[nodes], nodes, &kind);
    const int64_t parts = iso_kind_parts(&kind, nodes, item[i], 0, &shape, part);
    ISO_TRY(iso_cells_reserve(slice, &capacity, capacity, iso_shape_nodes(shape), err));
    for (int64_t k = 0; k < parts; k++) {
      const int64_t e = slice->nelem++;
      slice->shape[e] = (uint8_t)shape;
      slice->tag[e] = 0;
      memcpy(slice->conn + e * slice->width, part[k], (size_t)slice->width * sizeof *slice->conn);
    }
  }
  return ISO_OK;
}

static iso_status keep_used(MPI_Comm comm, iso_slice *slice, iso_error *err) {
  uint8_t *used = NULL;
  iso_status status = iso_alloc(&used, (size_t)slice->nnode, 1, purpose, err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = iso_slice_used(comm, slice, used, err);
  if (status == ISO_OK) status = iso_slice_keep(comm, slice, used, err);
  free(used);
  return status;
}

iso_status iso_slice_take_surface(MPI_Comm comm, iso_slice *slice, const char *name, iso_error *err) {
  iso_item *item = NULL;
  int64_t n = 0;
  int k;
  ISO_TRY(find(slice, name, &k, err));
  iso_status status = sort_items(comm, slice->nnodes, &slice->surfaces.surface[k], &item, &n, err);
  if (status == ISO_OK) {
    clear_elements(slice);
    status = iso_agree(comm, put_items(slice, n, (const iso_item *)item, err), err);
  }
  free(item);
  ISO_TRY(status);
  iso_runs_place(comm, slice->nelem, &slice->first_elem, &slice->nelems);
  if (slice->nelems == 0) return iso_fail(err, ISO_EINPUT, "the surface '%.60s' has no faces", name);
  ISO_TRY(iso_cells_settle(comm, slice, err));
  return keep_used(comm, slice, err);
}
