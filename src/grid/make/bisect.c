#include "grid/make/bisect.h"

#include "base/memory.h"
#include "grid/geometry.h"
#include "grid/hash.h"
#include "grid/make/midpoints.h"
#include "grid/make/refine.h"
#include "grid/make/refine_surfaces.h"
#include "grid/make/room.h"
#include "grid/shapes.h"
#include "grid/share/batches.h"
#include "grid/share/pairs.h"
#include "grid/share/repair.h"
#include "grid/share/route.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const purpose = "elements that are halved";

/* A round under way. */
typedef struct bisection {
  MPI_Comm comm;
  iso_slice *slice;
  double longest;   /* square of the one that stays */
  int64_t most;     /* elements; 0: what fits into memory */
  uint8_t *is_fine; /* [slice nelem] 1: all of its edges are short, now and later */
  iso_midpoints mid;
  double (*xyz)[3]; /* [mid.node.n] */
  int8_t *edge; /* [slice nelem] number of its longest edge; after the choice, -1 where that stays whole */
} bisection;

/* ---- which edges ---- */

typedef struct length {
  double square;
  uint64_t tie;
  iso_pair ends;
} length;

static iso_pair ends_of(const iso_midpoints *mid, iso_gid key) {
  return (iso_pair){mid->node.gid[key >> 32], mid->node.gid[key & INT32_MAX]};
}

/* From the end of lower number to the other, so that all ranks get the same bits. */
static length measure(const bisection *b, iso_gid key) {
  const iso_pair ends = ends_of(&b->mid, key);
  double d[3];
  iso_subtract(b->xyz[key & INT32_MAX], b->xyz[key >> 32], d);
  return (length){iso_dot(d, d), iso_hash_words(0, &ends, sizeof ends), ends};
}

static bool is_longer(const length *p, const length *q) {
  if (p->square != q->square) return p->square > q->square;
  if (p->tie != q->tie) return p->tie > q->tie;
  return p->ends.a != q->ends.a ? p->ends.a > q->ends.a : p->ends.b > q->ends.b;
}

/* Edges that are too long, and of each whether it is the longest of all elements that have it. */
typedef struct candidates {
  iso_index edge; /* keys */
  uint8_t *is;    /* [room] */
  int64_t room;
} candidates;

static iso_status add_candidate(candidates *c, iso_gid key, bool longest, iso_error *err) {
  iso_lid number;
  const iso_lid before = c->edge.n;
  ISO_TRY(iso_index_add(&c->edge, key, &number, err));
  if (number == c->room) {
    c->room = 2 * c->room + 1024;
    ISO_TRY(iso_realloc(&c->is, (size_t)c->room, 1, purpose, err));
  }
  if (number == before) c->is[number] = 1;
  c->is[number] &= longest;
  return ISO_OK;
}

static iso_status look_at(bisection *b, candidates *c, int64_t e, iso_error *err) {
  const int n = iso_shapes[b->slice->shape[e]].nedges;
  length longest = {-1, 0, {0, 0}}, of[12];
  iso_gid key[12];
  for (int k = 0; k < n; k++) {
    key[k] = iso_midpoints_edge(&b->mid, b->slice, e, k);
    of[k] = measure(b, key[k]);
    if (is_longer(&of[k], &longest)) longest = of[k], b->edge[e] = (int8_t)k;
  }
  b->is_fine[e] = !(longest.square > b->longest);
  for (int k = 0; k < n; k++)
    if (of[k].square > b->longest) ISO_TRY(add_candidate(c, key[k], k == b->edge[e], err));
  return ISO_OK;
}

static iso_status list_candidates(bisection *b, candidates *c, iso_error *err) {
  ISO_TRY(iso_index_new(&c->edge, 0, err));
  for (int64_t e = 0; e < b->slice->nelem; e++) {
    b->edge[e] = -1;
    if (b->is_fine[e]) continue;
    ISO_TRY(look_at(b, c, e, err));
  }
  return ISO_OK;
}

/* is [n]: 1 where all that arrived of the same pair are. */
static iso_status all_agree(int64_t n, const iso_pair *pair, uint8_t *is, iso_error *err) {
  iso_keyed *order;
  ISO_TRY(iso_alloc(&order, (size_t)n, sizeof *order, purpose, err));
  const iso_status status = iso_pairs_sort(n, pair, order, err);
  for (int64_t i = 0, end; i < n && status == ISO_OK; i = end) {
    uint8_t all = 1;
    for (end = i; end < n && iso_same_pair(pair[order[end].item], pair[order[i].item]); end++)
      all &= is[order[end].item];
    for (int64_t k = i; k < end; k++) is[order[k].item] = all;
  }
  free(order);
  return status;
}

typedef struct meeting {
  iso_pair *mine, *theirs;
  int32_t *dest;
  uint8_t *is;
  iso_route route;
} meeting;

static iso_status send_candidates(const bisection *b, const candidates *c, meeting *m, iso_error *err) {
  int size;
  MPI_Comm_size(b->comm, &size);
  iso_status status = iso_alloc(&m->mine, (size_t)c->edge.n, sizeof *m->mine, purpose, err);
  if (status == ISO_OK) status = iso_alloc(&m->dest, (size_t)c->edge.n, sizeof *m->dest, purpose, err);
  ISO_TRY(iso_agree(b->comm, status, err));
  for (iso_lid i = 0; i < c->edge.n; i++) {
    m->mine[i] = ends_of(&b->mid, c->edge.gid[i]);
    m->dest[i] = iso_block_owner(b->slice->nnodes, size, m->mine[i].a);
  }
  ISO_TRY(iso_route_new(&m->route, b->comm, c->edge.n, m->dest, NULL, err));
  status = iso_alloc(&m->theirs, (size_t)m->route.nrecv, sizeof *m->theirs, purpose, err);
  if (status == ISO_OK) status = iso_alloc(&m->is, (size_t)m->route.nrecv, 1, purpose, err);
  ISO_TRY(iso_agree(b->comm, status, err));
  ISO_TRY(iso_route_send(&m->route, m->mine, sizeof *m->mine, m->theirs, err));
  return iso_route_send(&m->route, c->is, 1, m->is, err);
}

/* c->is becomes what all ranks say of an edge. */
static iso_status meet(const bisection *b, candidates *c, iso_error *err) {
  meeting m = {0};
  iso_status status = send_candidates(b, c, &m, err);
  if (status == ISO_OK) status = iso_agree(b->comm, all_agree(m.route.nrecv, m.theirs, m.is, err), err);
  if (status == ISO_OK) status = iso_route_answer(&m.route, m.is, 1, c->is, err);
  iso_route_free(&m.route);
  free(m.mine);
  free(m.theirs);
  free(m.dest);
  free(m.is);
  return status;
}

static iso_status fetch_places(bisection *b, iso_error *err) {
  iso_gid *cut = NULL;
  iso_block_plan *plan = NULL;
  iso_status status = iso_slice_cut(b->comm, b->slice, &cut, err);
  if (status == ISO_OK)
    status = iso_block_plan_new_cut(&plan, b->comm, cut, b->mid.node.n, b->mid.node.gid, err);
  if (status == ISO_OK) {
    status = iso_alloc(&b->xyz, (size_t)b->mid.node.n, sizeof *b->xyz, purpose, err);
    status = iso_agree(b->comm, status, err);
  }
  if (status == ISO_OK) status = iso_block_plan_fetch(plan, b->slice->xyz, sizeof *b->xyz, b->xyz, err);
  iso_block_plan_free(plan);
  free(cut);
  return status;
}

/* Leaves in b->edge what is to be halved; *more: whether that is any, on any rank. */
static iso_status choose(bisection *b, bool *more, iso_error *err) {
  candidates c = {0};
  int any = 0;
  ISO_TRY(fetch_places(b, err));
  iso_status status = iso_agree(b->comm, list_candidates(b, &c, err), err);
  if (status == ISO_OK) status = meet(b, &c, err);
  for (int64_t e = 0; e < b->slice->nelem && status == ISO_OK; e++) {
    if (b->edge[e] < 0 || b->is_fine[e]) {
      b->edge[e] = -1;
      continue;
    }
    const iso_gid key = iso_midpoints_edge(&b->mid, b->slice, e, b->edge[e]);
    if (!c.is[iso_index_find(&c.edge, key)]) b->edge[e] = -1;
    any |= b->edge[e] >= 0;
  }
  iso_index_free(&c.edge);
  free(c.is);
  if (status == ISO_OK) MPI_Allreduce(MPI_IN_PLACE, &any, 1, MPI_INT, MPI_LOR, b->comm);
  *more = any;
  return status;
}

/* ---- halving ---- */

static iso_status allocate(const bisection *b, iso_slice *fine, uint8_t **is_fine, iso_error *err) {
  const iso_slice *coarse = b->slice;
  fine->width = coarse->width;
  for (int64_t e = 0; e < coarse->nelem; e++) fine->nelem += 1 + (b->edge[e] >= 0);
  const size_t n = (size_t)fine->nelem;
  ISO_TRY(iso_alloc(&fine->conn, n * (size_t)fine->width, sizeof *fine->conn, purpose, err));
  ISO_TRY(iso_alloc(&fine->shape, n, sizeof *fine->shape, purpose, err));
  ISO_TRY(iso_alloc(&fine->tag, n, sizeof *fine->tag, purpose, err));
  if (coarse->fibre) ISO_TRY(iso_alloc(&fine->fibre, n, sizeof *fine->fibre, purpose, err));
  if (coarse->sheet) ISO_TRY(iso_alloc(&fine->sheet, n, sizeof *fine->sheet, purpose, err));
  return iso_alloc(is_fine, n, 1, purpose, err);
}

/* A copy of an element, but for one node, where that is not negative. */
static void put(const iso_slice *coarse, int64_t from, iso_slice *fine, int64_t to, int changed,
                iso_gid node) {
  iso_gid *conn = fine->conn + to * fine->width;
  memcpy(conn, coarse->conn + from * coarse->width, (size_t)coarse->width * sizeof *conn);
  if (changed >= 0) conn[changed] = node;
  fine->shape[to] = coarse->shape[from];
  fine->tag[to] = coarse->tag[from];
  if (coarse->fibre) memcpy(fine->fibre[to], coarse->fibre[from], sizeof *fine->fibre);
  if (coarse->sheet) memcpy(fine->sheet[to], coarse->sheet[from], sizeof *fine->sheet);
}

static void halve_all(const bisection *b, iso_slice *fine, uint8_t *is_fine) {
  int64_t n = 0;
  for (int64_t e = 0; e < b->slice->nelem; e++) {
    if (b->edge[e] < 0) {
      is_fine[n] = b->is_fine[e];
      put(b->slice, e, fine, n++, -1, 0);
      continue;
    }
    const uint8_t *ends = iso_shapes[b->slice->shape[e]].edge[b->edge[e]];
    const iso_lid *local = b->mid.conn + e * b->slice->width;
    const iso_gid middle = iso_midpoint_of_edge(&b->mid, local[ends[0]], local[ends[1]]);
    put(b->slice, e, fine, n++, ends[1], middle);
    put(b->slice, e, fine, n++, ends[0], middle);
  }
}

static void number_elements(MPI_Comm comm, iso_slice *fine) {
  MPI_Scan(&fine->nelem, &fine->first_elem, 1, MPI_INT64_T, MPI_SUM, comm);
  fine->first_elem -= fine->nelem;
  MPI_Allreduce(&fine->nelem, &fine->nelems, 1, MPI_INT64_T, MPI_SUM, comm);
}

/* What could not be foreseen: elements that are halved beside others. */
static iso_status check_room(const bisection *b, iso_error *err) {
  char by[64];
  int64_t n = b->slice->nelem;
  for (int64_t e = 0; e < b->slice->nelem; e++) n += b->edge[e] >= 0;
  MPI_Allreduce(MPI_IN_PLACE, &n, 1, MPI_INT64_T, MPI_SUM, b->comm);
  snprintf(by, sizeof by, "edges of at most %g mm", sqrt(b->longest));
  return iso_room_for(b->comm, b->slice, (double)n, b->most, by, err);
}

static iso_status make_finer(bisection *b, iso_slice *fine, uint8_t **is_fine, iso_error *err) {
  ISO_TRY(check_room(b, err));
  ISO_TRY(iso_midpoints_of(&b->mid, b->comm, b->slice, b->edge, err));
  ISO_TRY(iso_midpoints_place(&b->mid, b->comm, b->slice, fine, err));
  ISO_TRY(iso_agree(b->comm, allocate(b, fine, is_fine, err), err));
  halve_all(b, fine, *is_fine);
  number_elements(b->comm, fine);
  return iso_refine_surfaces(b->comm, &b->mid, b->slice, fine, err);
}

static iso_status halve(bisection *b, iso_error *err) {
  iso_slice fine = {0};
  uint8_t *is_fine = NULL;
  const iso_status status = make_finer(b, &fine, &is_fine, err);
  if (status == ISO_OK) {
    iso_slice_become(b->slice, &fine);
    free(b->is_fine);
    b->is_fine = is_fine;
    return ISO_OK;
  }
  iso_slice_free(&fine);
  free(is_fine);
  return status;
}

static iso_status round_of(bisection *b, bool *more, iso_error *err) {
  b->xyz = NULL, b->edge = NULL;
  ISO_TRY(iso_midpoints_begin(&b->mid, b->comm, b->slice, b->is_fine, err));
  iso_status status = iso_alloc(&b->edge, (size_t)b->slice->nelem, sizeof *b->edge, purpose, err);
  status = iso_agree(b->comm, status, err);
  if (status == ISO_OK) status = choose(b, more, err);
  if (status == ISO_OK && *more) status = halve(b, err);
  iso_midpoints_free(&b->mid);
  free(b->xyz);
  free(b->edge);
  return status;
}

static iso_status refuse_hexahedra(MPI_Comm comm, const iso_slice *slice, iso_error *err) {
  int any = 0;
  for (int64_t e = 0; e < slice->nelem; e++) any |= slice->shape[e] == ISO_HEXAHEDRON;
  MPI_Allreduce(MPI_IN_PLACE, &any, 1, MPI_INT, MPI_LOR, comm);
  if (!any) return ISO_OK;
  return iso_fail(err, ISO_EINPUT,
                  "%s%sthe mesh has hexahedra, which cannot be halved one by one: refine all of it "
                  "(mesh.refine, --levels), "
                  "or split them: isochrone mesh convert IN OUT --tetrahedra",
                  slice->file, *slice->file ? ": " : "");
}

iso_status iso_slice_bisect(MPI_Comm comm, iso_slice *slice, double edge_mm, int64_t most, iso_notes *notes,
                            iso_error *err) {
  bisection b = {.comm = comm, .slice = slice, .longest = edge_mm * edge_mm, .most = most};
  bool more = true;
  ISO_TRY(refuse_hexahedra(comm, slice, err));
  ISO_TRY(iso_slice_repair(comm, slice, notes, err));
  ISO_TRY(iso_room_for_edges(comm, slice, edge_mm, most, err));
  iso_status status = iso_alloc(&b.is_fine, (size_t)slice->nelem, 1, purpose, err);
  status = iso_agree(comm, status, err);
  while (more && status == ISO_OK) status = round_of(&b, &more, err);
  free(b.is_fine);
  return status;
}
