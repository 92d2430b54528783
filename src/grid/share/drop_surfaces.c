#include "grid/share/drop_surfaces.h"

#include "base/memory.h"
#include "grid/geometry.h"
#include "grid/shapes.h"
#include "grid/share/batches.h"
#include "grid/share/meet.h"
#include "grid/share/repair.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Three nodes of a face, or two of an edge and then -1; those that are there ascend. */
typedef struct {
  iso_gid node[3];
} side;

typedef struct {
  int64_t n, room;
  side *side; /* [n] */
} sides;

/* What is looked for: thin elements, whose shape may lie on elements of a higher dimension. */
typedef struct {
  iso_slice *slice;
  bool lines, triangles; /* whether these are thin */
  uint8_t *marked;       /* [slice nnode] 1 at nodes of thin elements */
  sides thin;            /* this rank's thin elements */
  int64_t *element;      /* [thin.n] their numbers in the slice */
  sides faces;           /* and edges of this rank's other elements, of marked nodes only */
} search;

static side side_of(int n, const iso_gid *node) {
  side s = {{node[0], node[1], n == 3 ? node[2] : -1}};
  for (int i = 1; i < n; i++)
    for (int j = i; j > 0 && s.node[j - 1] > s.node[j]; j--) {
      iso_gid swap = s.node[j];
      s.node[j] = s.node[j - 1];
      s.node[j - 1] = swap;
    }
  return s;
}

static int by_nodes(const void *a, const void *b) {
  const side *p = a, *q = b;
  for (int k = 0; k < 3; k++)
    if (p->node[k] != q->node[k]) return p->node[k] < q->node[k] ? -1 : 1;
  return 0;
}

static iso_status add_side(sides *list, side s, iso_error *err) {
  if (list->n == list->room) {
    int64_t room = 2 * list->room + 256;
    ISO_TRY(iso_realloc(&list->side, (size_t)room, sizeof *list->side, "faces and edges", err));
    list->room = room;
  }
  list->side[list->n++] = s;
  return ISO_OK;
}

static bool is_thin(const search *s, int shape) {
  return (shape == ISO_LINE && s->lines) || (shape == ISO_TRIANGLE && s->triangles);
}

static iso_status list_thin(search *s, iso_error *err) {
  const iso_slice *slice = s->slice;
  ISO_TRY(iso_alloc(&s->element, (size_t)slice->nelem, sizeof *s->element, "faces and edges", err));
  for (int64_t e = 0; e < slice->nelem; e++) {
    if (!is_thin(s, slice->shape[e])) continue;
    s->element[s->thin.n] = e;
    ISO_TRY(
        add_side(&s->thin, side_of(iso_shape_nodes(slice->shape[e]), slice->conn + e * slice->width), err));
  }
  return ISO_OK;
}

/* Marks the nodes of thin elements where their slices are. */
static iso_status mark_nodes(MPI_Comm comm, search *s, const iso_gid *cut, iso_error *err) {
  iso_index nodes = {0};
  iso_block_plan *plan = NULL;
  uint8_t *yes = NULL;
  iso_lid number;
  iso_status status = iso_index_new(&nodes, s->thin.n, err);
  for (int64_t k = 0; k < s->thin.n && status == ISO_OK; k++)
    for (int i = 0; i < 3 && status == ISO_OK; i++)
      if (s->thin.side[k].node[i] >= 0) status = iso_index_add(&nodes, s->thin.side[k].node[i], &number, err);
  if (status == ISO_OK) status = iso_alloc(&yes, (size_t)nodes.n, 1, "marks on nodes", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = iso_block_plan_new_cut(&plan, comm, cut, nodes.n, nodes.gid, err);
  if (status == ISO_OK) {
    memset(yes, 1, (size_t)nodes.n);
    status = iso_block_plan_send(plan, yes, 1, s->marked, err);
  }
  iso_block_plan_free(plan);
  iso_index_free(&nodes);
  free(yes);
  return status;
}

static iso_status add_edges(search *s, const iso_cell *cell, const iso_gid *conn, const uint8_t *marked,
                            iso_error *err) {
  for (int k = 0; k < cell->nedges; k++) {
    const uint8_t *corner = cell->edge[k];
    iso_gid node[2] = {conn[corner[0]], conn[corner[1]]};
    if (marked[corner[0]] && marked[corner[1]]) ISO_TRY(add_side(&s->faces, side_of(2, node), err));
  }
  return ISO_OK;
}

/* A quadrilateral has four triples of nodes, each without one of its corners; a triangle one. */
static iso_status add_faces(search *s, const iso_cell *cell, const iso_gid *conn, const uint8_t *marked,
                            iso_error *err) {
  for (int f = 0; f < cell->nfaces; f++)
    for (int without = cell->face_nodes == 4 ? 0 : 3; without < 4; without++) {
      iso_gid node[3];
      int n = 0;
      bool all = true;
      for (int k = 0; k < cell->face_nodes; k++) {
        if (k == without) continue;
        all = all && marked[cell->face[f][k]];
        node[n++] = conn[cell->face[f][k]];
      }
      if (all) ISO_TRY(add_side(&s->faces, side_of(3, node), err));
    }
  return ISO_OK;
}

/* marked: by the batch's numbers of nodes. */
static iso_status add_batch(search *s, const iso_batches *b, const uint8_t *marked, iso_error *err) {
  const iso_slice *slice = s->slice;
  for (int64_t e = b->first; e < b->end; e++) {
    int shape = slice->shape[e], dimension = iso_shape_dimension(shape);
    const iso_lid *local = b->conn + (e - b->first) * slice->width;
    const iso_gid *conn = slice->conn + e * slice->width;
    uint8_t here[ISO_MAX_NODES];
    for (int k = 0; k < iso_shape_nodes(shape); k++) here[k] = marked[local[k]];
    if (s->lines && dimension > 1) ISO_TRY(add_edges(s, &iso_shapes[shape], conn, here, err));
    if (s->triangles && dimension > 2) ISO_TRY(add_faces(s, &iso_shapes[shape], conn, here, err));
  }
  return ISO_OK;
}

static iso_status list_faces(MPI_Comm comm, search *s, iso_batches *b, iso_error *err) {
  uint8_t *marked = NULL;
  iso_status status = ISO_OK;
  for (int64_t k = 0; k < b->n && status == ISO_OK; k++) {
    status = iso_batches_open(b, k, err);
    if (status == ISO_OK) status = iso_batches_fetch(b, s->marked, 1, &marked, err);
    if (status == ISO_OK) status = iso_agree(comm, add_batch(s, b, marked, err), err);
  }
  free(marked);
  return status;
}

/* Sends sides to the rank of their lowest node, where equal ones meet. */
static iso_status send_sides(MPI_Comm comm, iso_gid nnodes, const sides *list, iso_route *route,
                             side **received, iso_error *err) {
  const iso_meeting meeting = {nnodes, list->n, list->side, sizeof *list->side, "faces and edges"};
  return iso_meet(comm, &meeting, route, received, err);
}

/* on [thin.n]: 1 for elements that are among the faces. */
static iso_status match(MPI_Comm comm, const search *s, uint8_t *on, iso_error *err) {
  iso_route faces = {0}, thin = {0};
  side *face = NULL, *asked = NULL;
  uint8_t *answer = NULL;
  iso_status status = send_sides(comm, s->slice->nnodes, &s->faces, &faces, &face, err);
  if (status == ISO_OK) status = send_sides(comm, s->slice->nnodes, &s->thin, &thin, &asked, err);
  if (status == ISO_OK)
    status = iso_agree(comm, iso_alloc(&answer, (size_t)thin.nrecv, 1, "faces and edges", err), err);
  if (status == ISO_OK) {
    if (faces.nrecv) qsort(face, (size_t)faces.nrecv, sizeof *face, by_nodes);
    for (int64_t k = 0; k < thin.nrecv && faces.nrecv; k++)
      answer[k] = bsearch(&asked[k], face, (size_t)faces.nrecv, sizeof *face, by_nodes) != NULL;
    status = iso_route_answer(&thin, answer, 1, on, err);
  }
  iso_route_free(&faces);
  iso_route_free(&thin);
  free(face);
  free(asked);
  free(answer);
  return status;
}

static void move_up(iso_slice *slice, int64_t to, int64_t from) {
  size_t width = (size_t)slice->width * sizeof *slice->conn;
  memmove(slice->conn + to * slice->width, slice->conn + from * slice->width, width);
  slice->shape[to] = slice->shape[from];
  slice->tag[to] = slice->tag[from];
  if (slice->fibre) memmove(slice->fibre[to], slice->fibre[from], sizeof *slice->fibre);
  if (slice->sheet) memmove(slice->sheet[to], slice->sheet[from], sizeof *slice->sheet);
}

static iso_status add_to_skin(iso_skin *skin, iso_gid node, int32_t tag, iso_error *err) {
  if (skin->n == skin->room) {
    int64_t room = 2 * skin->room + 256;
    ISO_TRY(iso_realloc(&skin->node, (size_t)room, sizeof *skin->node, "nodes of surfaces", err));
    ISO_TRY(iso_realloc(&skin->tag, (size_t)room, sizeof *skin->tag, "nodes of surfaces", err));
    skin->room = room;
  }
  skin->node[skin->n] = node;
  skin->tag[skin->n++] = tag;
  return ISO_OK;
}

static iso_status keep_skin(iso_slice *slice, const uint8_t *drop, iso_error *err) {
  for (int64_t e = 0; e < slice->nelem; e++)
    for (int k = 0; drop[e] && k < iso_shape_nodes(slice->shape[e]); k++)
      ISO_TRY(add_to_skin(&slice->skin, slice->conn[e * slice->width + k], slice->tag[e], err));
  return ISO_OK;
}

static void take_out(MPI_Comm comm, iso_slice *slice, const uint8_t *drop) {
  int64_t n = 0;
  for (int64_t e = 0; e < slice->nelem; e++)
    if (!drop[e]) move_up(slice, n++, e);
  slice->nelem = n;
  MPI_Scan(&n, &slice->first_elem, 1, MPI_INT64_T, MPI_SUM, comm);
  slice->first_elem -= n;
  MPI_Allreduce(&n, &slice->nelems, 1, MPI_INT64_T, MPI_SUM, comm);
}

static iso_status find(MPI_Comm comm, search *s, uint8_t *on, iso_error *err) {
  iso_batches batches;
  ISO_TRY(iso_batches_new(&batches, comm, s->slice, err));
  iso_status status = mark_nodes(comm, s, batches.cut, err);
  if (status == ISO_OK) status = list_faces(comm, s, &batches, err);
  iso_batches_free(&batches);
  ISO_TRY(status);
  return match(comm, s, on, err);
}

static iso_status drop(MPI_Comm comm, search *s, int64_t dropped[ISO_NSHAPES], iso_error *err) {
  iso_slice *slice = s->slice;
  uint8_t *on = NULL, *out = NULL;
  iso_status status = iso_alloc(&s->marked, (size_t)slice->nnode, 1, "marks on nodes", err);
  if (status == ISO_OK) status = list_thin(s, err);
  if (status == ISO_OK) status = iso_alloc(&on, (size_t)s->thin.n, 1, "faces and edges", err);
  if (status == ISO_OK) status = iso_alloc(&out, (size_t)slice->nelem, 1, "faces and edges", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = find(comm, s, on, err);
  if (status == ISO_OK) {
    for (int64_t k = 0; k < s->thin.n; k++) {
      out[s->element[k]] = on[k];
      dropped[slice->shape[s->element[k]]] += on[k];
    }
    MPI_Allreduce(MPI_IN_PLACE, dropped, ISO_NSHAPES, MPI_INT64_T, MPI_SUM, comm);
    status = iso_agree(comm, keep_skin(slice, out, err), err);
  }
  if (status == ISO_OK) take_out(comm, slice, out);
  free(on);
  free(out);
  return status;
}

iso_status iso_slice_drop_surfaces(MPI_Comm comm, iso_slice *slice, int64_t dropped[ISO_NSHAPES],
                                   iso_notes *notes, iso_error *err) {
  int has[4] = {0};
  memset(dropped, 0, ISO_NSHAPES * sizeof *dropped);
  for (int64_t e = 0; e < slice->nelem; e++) has[iso_shape_dimension(slice->shape[e])] = 1;
  MPI_Allreduce(MPI_IN_PLACE, has, 4, MPI_INT, MPI_MAX, comm);
  search s = {.slice = slice, .lines = has[1] && (has[2] || has[3]), .triangles = has[2] && has[3]};
  if (!s.lines && !s.triangles) return ISO_OK;
  ISO_TRY(iso_slice_repair(comm, slice, notes, err));
  iso_status status = drop(comm, &s, dropped, err);
  free(s.marked);
  free(s.thin.side);
  free(s.faces.side);
  free(s.element);
  return status;
}
