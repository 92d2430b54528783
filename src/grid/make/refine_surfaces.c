#include "grid/make/refine_surfaces.h"

#include "base/memory.h"
#include "grid/share/batches.h"
#include "grid/share/meet.h"

#include <stdlib.h>
#include <string.h>

static const char *const purpose = "refined surfaces";

/* Two nodes, the lower first, and the new node between them: the ends of an edge, or the lowest node of a
 * quadrilateral face and the one across. */
typedef struct {
  iso_gid a, b, middle;
} between;

static between pair_of(iso_gid a, iso_gid b) { return a < b ? (between){a, b, -1} : (between){b, a, -1}; }

static int by_nodes(const void *p, const void *q) {
  const between *x = p, *y = q;
  if (x->a != y->a) return x->a < y->a ? -1 : 1;
  return (x->b > y->b) - (x->b < y->b);
}

/* Pairs sent to the owner of their lower node, where known and asked-for ones meet. */
static iso_status send(MPI_Comm comm, iso_gid nnodes, int64_t n, const between *pair, iso_route *route,
                       between **received, iso_error *err) {
  return iso_meet(comm, &(iso_meeting){nnodes, n, pair, sizeof *pair, purpose}, route, received, err);
}

/* asked [n]: middle is set; -1 where the mesh has no such edge or face. */
static iso_status find_middles(MPI_Comm comm, iso_gid nnodes, int64_t nknown, const between *known, int64_t n,
                               between *asked, iso_error *err) {
  iso_route there = {0}, here = {0};
  between *all = NULL, *query = NULL;
  iso_status status = send(comm, nnodes, nknown, known, &there, &all, err);
  if (status == ISO_OK) status = send(comm, nnodes, n, asked, &here, &query, err);
  if (status == ISO_OK) {
    if (there.nrecv) qsort(all, (size_t)there.nrecv, sizeof *all, by_nodes);
    for (int64_t k = 0; k < here.nrecv && there.nrecv; k++) {
      const between *found = bsearch(&query[k], all, (size_t)there.nrecv, sizeof *all, by_nodes);
      if (found) query[k].middle = found->middle;
    }
    status = iso_route_answer(&here, query, sizeof *query, asked, err);
  }
  iso_route_free(&there);
  iso_route_free(&here);
  free(all);
  free(query);
  return status;
}

static iso_status list_known(const iso_midpoints *mid, int64_t *n, between **known, iso_error *err) {
  ISO_TRY(iso_alloc(known, (size_t)mid->edge.n + (size_t)mid->face.n, sizeof **known, purpose, err));
  *n = 0;
  for (int of_faces = 0; of_faces < 2; of_faces++) {
    const iso_index *keys = of_faces ? &mid->face : &mid->edge;
    const iso_gid *middle = of_faces ? mid->face_gid : mid->edge_gid;
    for (iso_lid i = 0; i < keys->n; i++)
      (*known)[(*n)++] =
          (between){mid->node.gid[keys->gid[i] >> 32], mid->node.gid[keys->gid[i] & INT32_MAX], middle[i]};
  }
  return ISO_OK;
}

/* ---- edges and faces ---- */

static int pairs_of(int nodes) { return nodes == 2 ? 1 : nodes == 3 ? 3 : 5; }

/* The edges of an item in turn, and from the lowest node of four to the one across. */
static void list_pairs(const iso_item item, between *to) {
  const int n = iso_item_nodes(item);
  if (n == 2) {
    to[0] = pair_of(item[0], item[1]);
    return;
  }
  int low = 0;
  for (int k = 0; k < n; k++) {
    to[k] = pair_of(item[k], item[(k + 1) % n]);
    if (item[k] < item[low]) low = k;
  }
  if (n == 4) to[4] = pair_of(item[low], item[(low + 2) % 4]);
}

static iso_status put_children(const iso_item item, const between *p, iso_surface *fine, iso_error *err) {
  const int n = iso_item_nodes(item);
  if (n == 2) {
    ISO_TRY(iso_surface_put(fine, 2, (const iso_gid[]){item[0], p[0].middle}, err));
    return iso_surface_put(fine, 2, (const iso_gid[]){p[0].middle, item[1]}, err);
  }
  for (int k = 0; k < n; k++) {
    const iso_gid before = p[(k + n - 1) % n].middle;
    const iso_gid child[4] = {item[k], p[k].middle, n == 4 ? p[4].middle : before, before};
    ISO_TRY(iso_surface_put(fine, n, child, err));
  }
  return n == 3 ? iso_surface_put(fine, 3, (const iso_gid[]){p[0].middle, p[1].middle, p[2].middle}, err)
                : ISO_OK;
}

/* An edge or triangle of which one edge at most is split, or none. */
static iso_status put_halves(const iso_item item, const between *p, iso_surface *fine, iso_error *err) {
  const int n = iso_item_nodes(item);
  int k = 0;
  while (k < pairs_of(n) && p[k].middle < 0) k++;
  if (k == pairs_of(n)) return iso_surface_put(fine, n, item, err);
  iso_gid half[2][ISO_FACE_NODES];
  for (int h = 0; h < 2; h++) memcpy(half[h], item, sizeof half[h]);
  half[0][(k + 1) % n] = half[1][k] = p[k].middle;
  ISO_TRY(iso_surface_put(fine, n, half[0], err));
  return iso_surface_put(fine, n, half[1], err);
}

static iso_status put_all(const iso_slice *slice, const iso_surface *coarse, const between *pair, bool some,
                          iso_surface *fine, iso_error *err) {
  for (int64_t i = 0; i < coarse->n; i++) {
    const int n = pairs_of(iso_item_nodes(coarse->item[i]));
    int split = 0;
    for (int k = 0; k < n; k++) split += pair[k].middle >= 0;
    for (int k = 0; k < n && (some ? split > 1 : split < n); k++)
      if (some || pair[k].middle < 0)
        return iso_fail(err, ISO_EINPUT,
                        "%s%sthe surface '%s' has an edge between the nodes %lld and %lld, which no element "
                        "has: it cannot be refined; take it out of the file, or refine the mesh elsewhere",
                        slice->file, *slice->file ? ": " : "", coarse->name, (long long)pair[k].a,
                        (long long)pair[k].b);
    ISO_TRY((some ? put_halves : put_children)(coarse->item[i], pair, fine, err));
    pair += n;
  }
  return ISO_OK;
}

static iso_status refine_items(MPI_Comm comm, const iso_midpoints *mid, const iso_slice *slice,
                               int64_t nknown, const between *known, const iso_surface *coarse,
                               iso_surface *fine, iso_error *err) {
  between *pair = NULL;
  int64_t n = 0;
  for (int64_t i = 0; i < coarse->n; i++) n += pairs_of(iso_item_nodes(coarse->item[i]));
  ISO_TRY(iso_alloc_all(comm, &pair, (size_t)n, sizeof *pair, purpose, err));
  n = 0;
  for (int64_t i = 0; i < coarse->n; i++) {
    list_pairs(coarse->item[i], pair + n);
    n += pairs_of(iso_item_nodes(coarse->item[i]));
  }
  iso_status status = find_middles(comm, slice->nnodes, nknown, known, n, pair, err);
  if (status == ISO_OK) status = iso_agree(comm, put_all(slice, coarse, pair, mid->some, fine, err), err);
  free(pair);
  return status;
}

/* ---- nodes alone ---- */

/* of_node [mid node.n]: whether a node of this rank's elements is in the set. */
static iso_status mark_nodes(MPI_Comm comm, const iso_midpoints *mid, const iso_slice *slice,
                             const iso_surface *set, uint8_t *of_node, iso_error *err) {
  iso_gid *cut = NULL, *node = NULL;
  uint8_t *yes = NULL, *block = NULL;
  iso_block_plan *from = NULL, *to = NULL;
  iso_status status = iso_alloc(&node, (size_t)set->n, sizeof *node, purpose, err);
  if (status == ISO_OK) status = iso_alloc(&yes, (size_t)set->n, 1, purpose, err);
  if (status == ISO_OK) status = iso_alloc(&block, (size_t)slice->nnode, 1, purpose, err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = iso_slice_cut(comm, slice, &cut, err);
  if (status == ISO_OK) {
    for (int64_t i = 0; i < set->n; i++) node[i] = set->item[i][0], yes[i] = 1;
    status = iso_block_plan_new_cut(&from, comm, cut, set->n, node, err);
  }
  if (status == ISO_OK) status = iso_block_plan_send(from, yes, 1, block, err);
  if (status == ISO_OK) status = iso_block_plan_new_cut(&to, comm, cut, mid->node.n, mid->node.gid, err);
  if (status == ISO_OK) status = iso_block_plan_fetch(to, block, 1, of_node, err);
  iso_block_plan_free(from);
  iso_block_plan_free(to);
  free(cut);
  free(node);
  free(yes);
  free(block);
  return status;
}

/* Midpoints are known to several ranks: they meet in the blocks of the fine nodes, where each is once. */
static iso_status refine_nodes(MPI_Comm comm, const iso_midpoints *mid, const iso_slice *coarse_slice,
                               const iso_slice *fine_slice, const iso_surface *coarse, iso_surface *fine,
                               iso_error *err) {
  uint8_t *of_node = NULL, *block = NULL, *yes = NULL;
  iso_gid *held = NULL;
  int64_t n = 0;
  iso_block_plan *plan = NULL;
  iso_status status = iso_alloc(&of_node, (size_t)mid->node.n, 1, purpose, err);
  if (status == ISO_OK) status = iso_alloc(&block, (size_t)fine_slice->nnode, 1, purpose, err);
  if (status == ISO_OK) status = iso_alloc(&held, (size_t)mid->edge.n, sizeof *held, purpose, err);
  if (status == ISO_OK) status = iso_alloc(&yes, (size_t)mid->edge.n, 1, purpose, err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = mark_nodes(comm, mid, coarse_slice, coarse, of_node, err);
  for (iso_lid i = 0; i < mid->edge.n && status == ISO_OK; i++)
    if (of_node[mid->edge.gid[i] >> 32] && of_node[mid->edge.gid[i] & INT32_MAX]) {
      yes[n] = 1;
      held[n++] = mid->edge_gid[i];
    }
  if (status == ISO_OK) status = iso_block_plan_new(&plan, comm, mid->nnodes, n, held, err);
  if (status == ISO_OK) status = iso_block_plan_send(plan, yes, 1, block, err);
  iso_status put = ISO_OK;
  for (int64_t i = 0; i < coarse->n && status == ISO_OK && put == ISO_OK; i++)
    put = iso_surface_put(fine, 1, coarse->item[i], err);
  for (int64_t i = 0; i < fine_slice->nnode && status == ISO_OK && put == ISO_OK; i++)
    if (block[i]) put = iso_surface_put(fine, 1, &(iso_gid){fine_slice->first_node + i}, err);
  if (status == ISO_OK) status = iso_agree(comm, put, err);
  iso_block_plan_free(plan);
  free(of_node);
  free(block);
  free(held);
  free(yes);
  return status;
}

iso_status iso_refine_surfaces(MPI_Comm comm, const iso_midpoints *mid, const iso_slice *coarse,
                               iso_slice *fine, iso_error *err) {
  between *known = NULL;
  int64_t nknown = 0;
  if (coarse->surfaces.n == 0) return ISO_OK;
  ISO_TRY(iso_agree(comm, list_known(mid, &nknown, &known, err), err));
  iso_status status = ISO_OK;
  for (int k = 0; k < coarse->surfaces.n && status == ISO_OK; k++) {
    const iso_surface *from = &coarse->surfaces.surface[k];
    int to;
    status = iso_surfaces_add(&fine->surfaces, from->name, from->id, from->dimension, &to, err);
    status = iso_agree(comm, status, err);
    if (status != ISO_OK) break;
    iso_surface *made = &fine->surfaces.surface[to];
    made->of_elements = from->of_elements;
    status = from->dimension == 0 ? refine_nodes(comm, mid, coarse, fine, from, made, err)
                                  : refine_items(comm, mid, coarse, nknown, known, from, made, err);
  }
  free(known);
  return status;
}
