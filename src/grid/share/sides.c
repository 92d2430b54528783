#include "grid/share/sides.h"

#include "base/memory.h"
#include "grid/geometry.h"
#include "grid/shapes.h"
#include "grid/share/batches.h"
#include "grid/share/meet.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *const purpose = "sides of elements";

typedef struct {
  iso_item key;  /* the nodes, ascending; -1 behind three */
  bool turned;   /* the turn of its nodes, from the lowest to the higher of its neighbours or not */
  iso_side side; /* of an item: unused */
} face;

typedef struct {
  int64_t n, room;
  face *face;
} faces;

static face face_of(int n, const iso_gid *node) {
  face f = {.key = {-1, -1, -1, -1}};
  int low = 0;
  for (int i = 0; i < n; i++) {
    int at = i;
    for (; at > 0 && f.key[at - 1] > node[i]; at--) f.key[at] = f.key[at - 1];
    f.key[at] = node[i];
    if (node[i] < node[low]) low = i;
  }
  f.turned = n > 2 && node[(low + 1) % n] > node[(low + n - 1) % n];
  return f;
}

static int by_key(const void *a, const void *b) {
  const face *p = a, *q = b;
  for (int k = 0; k < ISO_FACE_NODES; k++)
    if (p->key[k] != q->key[k]) return p->key[k] < q->key[k] ? -1 : 1;
  return 0;
}

static int by_key_and_element(const void *a, const void *b) {
  const face *p = a, *q = b;
  const int order = by_key(a, b);
  return order ? order : (p->side.element > q->side.element) - (p->side.element < q->side.element);
}

static iso_status add_face(faces *to, face f, iso_error *err) {
  if (to->n == to->room) {
    const int64_t room = 2 * to->room + 256;
    ISO_TRY(iso_realloc(&to->face, (size_t)room, sizeof *to->face, purpose, err));
    to->room = room;
  }
  to->face[to->n++] = f;
  return ISO_OK;
}

/* ---- faces of elements whose nodes are all of the surface ---- */

static iso_status mark_nodes(MPI_Comm comm, const iso_surface *surface, const iso_gid *cut, uint8_t *marked,
                             iso_error *err) {
  iso_gid *node = NULL;
  uint8_t *yes = NULL;
  iso_block_plan *plan = NULL;
  int64_t n = 0;
  iso_status status = iso_alloc(&node, (size_t)surface->n * ISO_FACE_NODES, sizeof *node, purpose, err);
  if (status == ISO_OK) status = iso_alloc(&yes, (size_t)surface->n * ISO_FACE_NODES, 1, purpose, err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) {
    for (int64_t i = 0; i < surface->n; i++)
      for (int k = 0; k < iso_item_nodes(surface->item[i]); k++) yes[n] = 1, node[n++] = surface->item[i][k];
    status = iso_block_plan_new_cut(&plan, comm, cut, n, node, err);
  }
  if (status == ISO_OK) status = iso_block_plan_send(plan, yes, 1, marked, err);
  iso_block_plan_free(plan);
  free(node);
  free(yes);
  return status;
}

static iso_status add_faces_of(const iso_slice *slice, int64_t e, const uint8_t *here, int64_t name,
                               faces *to, iso_error *err) {
  const iso_cell *cell = &iso_shapes[slice->shape[e]];
  const iso_gid *conn = slice->conn + e * slice->width;
  const bool flat = cell->nfaces == 0;
  for (int f = 0; f < (flat ? 1 : cell->nfaces); f++) {
    const int n = flat ? iso_shape_nodes(slice->shape[e]) : cell->face_nodes;
    iso_gid node[ISO_FACE_NODES];
    bool all = true;
    for (int k = 0; k < n; k++) {
      const int corner = flat ? k : cell->face[f][k];
      node[k] = conn[corner];
      all = all && here[corner];
    }
    if (!all) continue;
    face one = face_of(n, node);
    one.side = (iso_side){name, f};
    ISO_TRY(add_face(to, one, err));
  }
  return ISO_OK;
}

static iso_status add_batch(const iso_slice *slice, const iso_batches *b, const uint8_t *marked,
                            const int64_t *name, faces *to, iso_error *err) {
  for (int64_t e = b->first; e < b->end; e++) {
    const iso_lid *local = b->conn + (e - b->first) * slice->width;
    uint8_t here[ISO_MAX_NODES];
    for (int k = 0; k < iso_shape_nodes(slice->shape[e]); k++) here[k] = marked[local[k]];
    ISO_TRY(add_faces_of(slice, e, here, name[e], to, err));
  }
  return ISO_OK;
}

static iso_status list_faces(MPI_Comm comm, const iso_slice *slice, const iso_surface *surface,
                             const int64_t *name, faces *to, iso_error *err) {
  iso_batches b;
  uint8_t *of_slice = NULL, *marked = NULL;
  iso_status status = iso_alloc(&of_slice, (size_t)slice->nnode, 1, purpose, err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = iso_batches_new(&b, comm, slice, err);
  if (status == ISO_OK) {
    status = mark_nodes(comm, surface, b.cut, of_slice, err);
    for (int64_t k = 0; k < b.n && status == ISO_OK; k++) {
      status = iso_batches_open(&b, k, err);
      if (status == ISO_OK) status = iso_batches_fetch(&b, of_slice, 1, &marked, err);
      if (status == ISO_OK) status = iso_agree(comm, add_batch(slice, &b, marked, name, to, err), err);
    }
    iso_batches_free(&b);
  }
  free(of_slice);
  free(marked);
  return status;
}

/* ---- where faces and items meet ---- */

static iso_status send(MPI_Comm comm, iso_gid nnodes, const faces *list, iso_route *route, face **received,
                       iso_error *err) {
  const iso_meeting meeting = {nnodes, list->n, list->face, sizeof *list->face, purpose};
  return iso_meet(comm, &meeting, route, received, err);
}

/* all [n] is sorted by key and element. */
static iso_side look_up(const face *item, int64_t n, const face *all) {
  const iso_side none = {-1, 0};
  const face *found = n ? bsearch(item, all, (size_t)n, sizeof *all, by_key) : NULL;
  if (!found) return none;
  while (found > all && by_key(found - 1, item) == 0) found--;
  for (const face *f = found; f < all + n && by_key(f, item) == 0; f++)
    if (f->turned == item->turned) return f->side;
  return found->side;
}

static iso_status match(MPI_Comm comm, iso_gid nnodes, const faces *of_elements, const faces *items,
                        iso_side *side, iso_error *err) {
  iso_route there = {0}, here = {0};
  face *all = NULL, *asked = NULL;
  iso_side *answer = NULL;
  iso_status status = send(comm, nnodes, of_elements, &there, &all, err);
  if (status == ISO_OK) status = send(comm, nnodes, items, &here, &asked, err);
  if (status == ISO_OK)
    status = iso_agree(comm, iso_alloc(&answer, (size_t)here.nrecv, sizeof *answer, purpose, err), err);
  if (status == ISO_OK) {
    if (there.nrecv) qsort(all, (size_t)there.nrecv, sizeof *all, by_key_and_element);
    for (int64_t k = 0; k < here.nrecv; k++) answer[k] = look_up(&asked[k], there.nrecv, all);
    status = iso_route_answer(&here, answer, sizeof *answer, side, err);
  }
  iso_route_free(&there);
  iso_route_free(&here);
  free(all), free(asked), free(answer);
  return status;
}

iso_status iso_find_sides(MPI_Comm comm, const iso_slice *slice, const iso_surface *surface,
                          const int64_t *name, iso_side *side, iso_error *err) {
  faces of_elements = {0}, items = {0};
  iso_status status = ISO_OK;
  for (int64_t i = 0; i < surface->n && status == ISO_OK; i++)
    status = add_face(&items, face_of(iso_item_nodes(surface->item[i]), surface->item[i]), err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = list_faces(comm, slice, surface, name, &of_elements, err);
  if (status == ISO_OK) status = match(comm, slice->nnodes, &of_elements, &items, side, err);
  free(of_elements.face);
  free(items.face);
  return status;
}
