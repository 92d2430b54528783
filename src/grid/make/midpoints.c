#include "grid/make/midpoints.h"

#include "base/memory.h"
#include "grid/shapes.h"
#include "grid/share/batches.h"
#include "grid/share/node_fibres.h"
#include "grid/share/pairs.h"
#include "grid/share/route.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The key of a pair of local nodes in the order given. */
static iso_gid pair_key(iso_lid a, iso_lid b) { return (iso_gid)a << 32 | b; }

static iso_gid edge_key(const iso_midpoints *mid, iso_lid a, iso_lid b) {
  return mid->node.gid[a] < mid->node.gid[b] ? pair_key(a, b) : pair_key(b, a);
}

/* Key of a face, and the pair of nodes that is not in the key. */
static iso_gid face_key(const iso_midpoints *mid, const iso_lid corner[4], iso_lid rest[2]) {
  const iso_gid *gid = mid->node.gid;
  int low = 0;
  for (int k = 1; k < 4; k++)
    if (gid[corner[k]] < gid[corner[low]]) low = k;
  iso_lid b = corner[(low + 1) % 4], d = corner[(low + 3) % 4];
  bool ascending = gid[b] < gid[d];
  rest[0] = ascending ? b : d;
  rest[1] = ascending ? d : b;
  return pair_key(corner[low], corner[(low + 2) % 4]);
}

iso_gid iso_midpoint_of_edge(const iso_midpoints *mid, iso_lid a, iso_lid b) {
  return mid->edge_gid[iso_index_find(&mid->edge, edge_key(mid, a, b))];
}

iso_gid iso_midpoint_of_face(const iso_midpoints *mid, const iso_lid corner[4]) {
  iso_lid rest[2];
  return mid->face_gid[iso_index_find(&mid->face, face_key(mid, corner, rest))];
}

iso_gid iso_midpoints_edge(const iso_midpoints *mid, const iso_slice *slice, int64_t e, int k) {
  const uint8_t *ends = iso_shapes[slice->shape[e]].edge[k];
  const iso_lid *conn = mid->conn + e * slice->width;
  return edge_key(mid, conn[ends[0]], conn[ends[1]]);
}

/* skip [nelem]: elements that are passed over; NULL: none. */
static iso_status collect_nodes(iso_midpoints *mid, const iso_slice *slice, const uint8_t *skip,
                                iso_error *err) {
  const int64_t n = slice->nelem * slice->width;
  ISO_TRY(iso_index_new(&mid->node, slice->nelem / 4, err));
  ISO_TRY(iso_alloc(&mid->conn, (size_t)n, sizeof *mid->conn, "refined elements", err));
  for (int64_t i = 0; i < n; i++) {
    mid->conn[i] = -1;
    if (slice->conn[i] >= 0 && !(skip && skip[i / slice->width]))
      ISO_TRY(iso_index_add(&mid->node, slice->conn[i], &mid->conn[i], err));
  }
  return ISO_OK;
}

/* only [nelem]: one of each element's edges, or -1 for none; NULL: all. */
static iso_status collect_edges(iso_midpoints *mid, const iso_slice *slice, const int8_t *only,
                                iso_error *err) {
  ISO_TRY(iso_index_new(&mid->edge, only ? 0 : slice->nelem, err));
  for (int64_t e = 0; e < slice->nelem; e++)
    for (int k = 0; k < iso_shapes[slice->shape[e]].nedges; k++) {
      iso_lid number;
      if (only && only[e] != k) continue;
      ISO_TRY(iso_index_add(&mid->edge, iso_midpoints_edge(mid, slice, e, k), &number, err));
    }
  return ISO_OK;
}

static iso_status collect_faces(iso_midpoints *mid, const iso_slice *slice, iso_error *err) {
  int64_t room = 0;
  ISO_TRY(iso_index_new(&mid->face, 0, err));
  for (int64_t e = 0; e < slice->nelem; e++) {
    if (slice->shape[e] != ISO_HEXAHEDRON) continue;
    const iso_lid *conn = mid->conn + e * slice->width;
    for (int k = 0; k < 6; k++) {
      const uint8_t *f = iso_shapes[ISO_HEXAHEDRON].face[k];
      const iso_lid corner[4] = {conn[f[0]], conn[f[1]], conn[f[2]], conn[f[3]]};
      iso_lid rest[2], number;
      ISO_TRY(iso_index_add(&mid->face, face_key(mid, corner, rest), &number, err));
      if (number == room) {
        room = 2 * room + 64;
        ISO_TRY(iso_realloc(&mid->face_rest, (size_t)room, sizeof *mid->face_rest, "faces", err));
      }
      memcpy(mid->face_rest[number], rest, sizeof rest);
    }
  }
  return ISO_OK;
}

/* Both global numbers of a key. */
static iso_pair pair_of(const iso_midpoints *mid, iso_gid key) {
  return (iso_pair){mid->node.gid[key >> 32], mid->node.gid[key & INT32_MAX]};
}

/* Numbers the distinct pairs that arrived at this rank: number [n], *distinct of them. */
static iso_status number_here(int64_t n, const iso_pair *pair, iso_gid *number, int64_t *distinct,
                              iso_error *err) {
  iso_keyed *order = NULL;
  *distinct = 0;
  iso_status status = iso_alloc(&order, (size_t)n, sizeof *order, "numbering edges", err);
  if (status == ISO_OK) status = iso_pairs_sort(n, pair, order, err);
  for (int64_t i = 0; i < n && status == ISO_OK; i++) {
    *distinct += i == 0 || !iso_same_pair(pair[order[i].item], pair[order[i - 1].item]);
    number[order[i].item] = *distinct - 1;
  }
  free(order);
  return status;
}

/* Blocks of the lower node ascend with the ranks, so a running sum turns numbers here into global ones. */
static void make_global(MPI_Comm comm, int64_t n, iso_gid *number, int64_t distinct, iso_gid *next) {
  int64_t before = 0, total = distinct;
  int rank;
  MPI_Comm_rank(comm, &rank);
  MPI_Exscan(&distinct, &before, 1, MPI_INT64_T, MPI_SUM, comm);
  MPI_Allreduce(MPI_IN_PLACE, &total, 1, MPI_INT64_T, MPI_SUM, comm);
  if (rank == 0) before = 0;
  for (int64_t i = 0; i < n; i++) number[i] += *next + before;
  *next += total;
}

typedef struct {
  iso_pair *mine, *arrived;
  int32_t *dest;
  iso_gid *number;
  iso_route route;
} numbering;

static iso_status send_pairs(numbering *n, const iso_midpoints *mid, MPI_Comm comm, iso_gid nnodes,
                             const iso_index *keys, iso_error *err) {
  int size;
  MPI_Comm_size(comm, &size);
  iso_status status = iso_alloc(&n->mine, (size_t)keys->n, sizeof *n->mine, "numbering edges", err);
  if (status == ISO_OK)
    status = iso_alloc(&n->dest, (size_t)keys->n, sizeof *n->dest, "numbering edges", err);
  ISO_TRY(iso_agree(comm, status, err));
  for (iso_lid i = 0; i < keys->n; i++) {
    n->mine[i] = pair_of(mid, keys->gid[i]);
    n->dest[i] = iso_block_owner(nnodes, size, n->mine[i].a);
  }
  ISO_TRY(iso_route_new(&n->route, comm, keys->n, n->dest, NULL, err));
  status = iso_alloc(&n->arrived, (size_t)n->route.nrecv, sizeof *n->arrived, "numbering edges", err);
  if (status == ISO_OK)
    status = iso_alloc(&n->number, (size_t)n->route.nrecv, sizeof *n->number, "numbering edges", err);
  ISO_TRY(iso_agree(comm, status, err));
  return iso_route_send(&n->route, n->mine, sizeof *n->mine, n->arrived, err);
}

/* Numbers all ranks' keys from *next on, in the order of their pairs: gid [keys n]. */
static iso_status number_keys(const iso_midpoints *mid, MPI_Comm comm, iso_gid nnodes, const iso_index *keys,
                              iso_gid *next, iso_gid **gid, iso_error *err) {
  numbering n = {0};
  int64_t distinct = 0;
  iso_status status = iso_alloc(gid, (size_t)keys->n, sizeof **gid, "numbering edges", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = send_pairs(&n, mid, comm, nnodes, keys, err);
  if (status == ISO_OK)
    status = iso_agree(comm, number_here(n.route.nrecv, n.arrived, n.number, &distinct, err), err);
  if (status == ISO_OK) {
    make_global(comm, n.route.nrecv, n.number, distinct, next);
    status = iso_route_answer(&n.route, n.number, sizeof *n.number, *gid, err);
  }
  iso_route_free(&n.route);
  free(n.mine);
  free(n.arrived);
  free(n.dest);
  free(n.number);
  return status;
}

static int64_t count_hexahedra(const iso_slice *slice) {
  int64_t n = 0;
  for (int64_t e = 0; e < slice->nelem; e++) n += slice->shape[e] == ISO_HEXAHEDRON;
  return n;
}

static iso_status find(iso_midpoints *mid, MPI_Comm comm, const iso_slice *slice, iso_error *err) {
  iso_status status = collect_nodes(mid, slice, NULL, err);
  if (status == ISO_OK) status = collect_edges(mid, slice, NULL, err);
  if (status == ISO_OK) status = collect_faces(mid, slice, err);
  ISO_TRY(iso_agree(comm, status, err));
  iso_gid next = slice->nnodes;
  ISO_TRY(number_keys(mid, comm, slice->nnodes, &mid->edge, &next, &mid->edge_gid, err));
  ISO_TRY(number_keys(mid, comm, slice->nnodes, &mid->face, &next, &mid->face_gid, err));
  int64_t centres = count_hexahedra(slice);
  make_global(comm, 1, &mid->first_centre, centres, &next);
  mid->nnodes = next;
  return ISO_OK;
}

iso_status iso_midpoints_new(iso_midpoints *mid, MPI_Comm comm, const iso_slice *slice, iso_error *err) {
  *mid = (iso_midpoints){0};
  iso_status status = find(mid, comm, slice, err);
  if (status != ISO_OK) iso_midpoints_free(mid);
  return status;
}

iso_status iso_midpoints_begin(iso_midpoints *mid, MPI_Comm comm, const iso_slice *slice, const uint8_t *skip,
                               iso_error *err) {
  *mid = (iso_midpoints){.some = true};
  const iso_status status = iso_agree(comm, collect_nodes(mid, slice, skip, err), err);
  if (status != ISO_OK) iso_midpoints_free(mid);
  return status;
}

iso_status iso_midpoints_of(iso_midpoints *mid, MPI_Comm comm, const iso_slice *slice, const int8_t *edge,
                            iso_error *err) {
  mid->nnodes = slice->nnodes;
  ISO_TRY(iso_agree(comm, collect_edges(mid, slice, edge, err), err));
  return number_keys(mid, comm, slice->nnodes, &mid->edge, &mid->nnodes, &mid->edge_gid, err);
}

/* Makes the value of a new node from those of its n parents, which come in an order that all ranks share. */
typedef void combine(int n, const void *parents, void *child);

static void mean_point(int n, const void *parents, void *child) {
  const double(*x)[3] = parents;
  double *out = child;
  for (int a = 0; a < 3; a++) {
    double sum = 0;
    for (int k = 0; k < n; k++) sum += x[k][a];
    out[a] = sum / n;
  }
}

static void mean_fibre(int n, const void *parents, void *child) {
  iso_mean_direction(n, (const float(*)[3])parents, child);
}

enum { LARGEST_VALUE = 3 * sizeof(double) };

static void combine_nodes(combine *make, int n, const iso_lid *parent, const char *values, size_t bytes,
                          char *out) {
  char gathered[ISO_MAX_NODES * LARGEST_VALUE] __attribute__((aligned(8)));
  for (int k = 0; k < n; k++) memcpy(gathered + (size_t)k * bytes, values + (size_t)parent[k] * bytes, bytes);
  make(n, gathered, out);
}

/* Values of this rank's new nodes, edges first, then faces, then centres. */
static void combine_all(const iso_midpoints *mid, const iso_slice *slice, combine *make, const char *values,
                        size_t bytes, char *out) {
  for (iso_lid i = 0; i < mid->edge.n; i++, out += bytes) {
    const iso_lid ends[2] = {(iso_lid)(mid->edge.gid[i] >> 32), (iso_lid)(mid->edge.gid[i] & INT32_MAX)};
    combine_nodes(make, 2, ends, values, bytes, out);
  }
  for (iso_lid i = 0; i < mid->face.n; i++, out += bytes) {
    const iso_lid corner[4] = {(iso_lid)(mid->face.gid[i] >> 32), (iso_lid)(mid->face.gid[i] & INT32_MAX),
                               mid->face_rest[i][0], mid->face_rest[i][1]};
    combine_nodes(make, 4, corner, values, bytes, out);
  }
  for (int64_t e = 0; e < slice->nelem; e++)
    if (slice->shape[e] == ISO_HEXAHEDRON) {
      combine_nodes(make, 8, mid->conn + e * slice->width, values, bytes, out);
      out += bytes;
    }
}

/* What one field needs on its way from the coarse to the fine nodes. */
typedef struct {
  iso_block_plan *of_elements; /* nodes of this rank's elements, in the coarse slices */
  iso_block_plan *of_fine;     /* old and new nodes that this rank knows, in the fine blocks */
  int64_t nold, nnew;
} pathway;

static iso_status open_pathway(pathway *path, const iso_midpoints *mid, MPI_Comm comm,
                               const iso_slice *coarse, iso_error *err) {
  int64_t ncentres = count_hexahedra(coarse);
  *path = (pathway){.nold = coarse->nnode, .nnew = mid->edge.n + mid->face.n + ncentres};
  iso_gid *cut = NULL, *held = NULL;
  iso_status status = iso_alloc(&held, (size_t)(path->nold + path->nnew), sizeof *held, "refined nodes", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) {
    iso_gid *p = held;
    for (int64_t i = 0; i < path->nold; i++) *p++ = coarse->first_node + i;
    for (iso_lid i = 0; i < mid->edge.n; i++) *p++ = mid->edge_gid[i];
    for (iso_lid i = 0; i < mid->face.n; i++) *p++ = mid->face_gid[i];
    for (int64_t i = 0; i < ncentres; i++) *p++ = mid->first_centre + i;
    status = iso_block_plan_new(&path->of_fine, comm, mid->nnodes, path->nold + path->nnew, held, err);
  }
  free(held);
  if (status == ISO_OK) status = iso_slice_cut(comm, coarse, &cut, err);
  if (status == ISO_OK)
    status = iso_block_plan_new_cut(&path->of_elements, comm, cut, mid->node.n, mid->node.gid, err);
  free(cut);
  return status;
}

static iso_status carry(pathway *path, const iso_midpoints *mid, MPI_Comm comm, const iso_slice *coarse,
                        combine *make, const void *old, size_t bytes, void *fine, int64_t nfine,
                        iso_error *err) {
  char *parents = NULL, *known = NULL, *block = NULL;
  iso_status status = iso_realloc(&parents, (size_t)mid->node.n, bytes, "refined nodes", err);
  if (status == ISO_OK)
    status = iso_realloc(&known, (size_t)(path->nold + path->nnew), bytes, "refined nodes", err);
  if (status == ISO_OK) status = iso_alloc(&block, (size_t)nfine, bytes, "refined nodes", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = iso_block_plan_fetch(path->of_elements, old, bytes, parents, err);
  if (status == ISO_OK) {
    memcpy(known, old, (size_t)path->nold * bytes);
    combine_all(mid, coarse, make, parents, bytes, known + (size_t)path->nold * bytes);
    status = iso_block_plan_send(path->of_fine, known, bytes, block, err);
  }
  free(parents);
  free(known);
  memcpy(fine, &block, sizeof block);
  return status;
}

iso_status iso_midpoints_place(const iso_midpoints *mid, MPI_Comm comm, const iso_slice *coarse,
                               iso_slice *fine, iso_error *err) {
  int size, rank;
  MPI_Comm_size(comm, &size);
  MPI_Comm_rank(comm, &rank);
  fine->nnodes = mid->nnodes;
  fine->first_node = iso_block_first(mid->nnodes, size, rank);
  fine->nnode = iso_block_first(mid->nnodes, size, rank + 1) - fine->first_node;
  pathway path;
  iso_status status = open_pathway(&path, mid, comm, coarse, err);
  if (status == ISO_OK)
    status = carry(&path, mid, comm, coarse, mean_point, coarse->xyz, sizeof *coarse->xyz, &fine->xyz,
                   fine->nnode, err);
  if (status == ISO_OK && coarse->node_fibre)
    status = carry(&path, mid, comm, coarse, mean_fibre, coarse->node_fibre, sizeof *coarse->node_fibre,
                   &fine->node_fibre, fine->nnode, err);
  iso_block_plan_free(path.of_elements);
  iso_block_plan_free(path.of_fine);
  return status;
}

void iso_midpoints_free(iso_midpoints *mid) {
  iso_index_free(&mid->node);
  iso_index_free(&mid->edge);
  iso_index_free(&mid->face);
  free(mid->conn);
  free(mid->face_rest);
  free(mid->edge_gid);
  free(mid->face_gid);
  *mid = (iso_midpoints){0};
}
