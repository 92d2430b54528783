#include "grid/make/network.h"

#include "base/memory.h"
#include "grid/geometry.h"
#include "grid/make/tree.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const purpose = "the junctions of a network";

/* ---- the nearest nodes of each end ---- */

/* A node of the mesh near an end. */
typedef struct {
  double square; /* of the distance */
  iso_gid node;  /* -1: none */
} near_node;

static bool is_nearer(near_node a, near_node b) {
  if (a.node < 0 || b.node < 0) return a.node >= 0;
  return a.square < b.square || (a.square == b.square && a.node < b.node);
}

/* Into the n nearest so far, in order. */
static void insert(near_node *nearest, int n, near_node new) {
  if (!is_nearer(new, nearest[n - 1])) return;
  int k = n - 1;
  for (; k > 0 && is_nearer(new, nearest[k - 1]); k--) nearest[k] = nearest[k - 1];
  nearest[k] = new;
}

/* Of this rank's first nnode nodes, the nearest n of each end, and the square of the distance to the nearest
 * of all, however far. */
static void look(const iso_slice *slice, int64_t nnode, const iso_tree *tree, const iso_network *network,
                 near_node *nearest, double *least) {
  const double most = network->radius_mm * network->radius_mm;
  for (int64_t k = 0; k < tree->nend; k++) {
    least[k] = INFINITY;
    for (int j = 0; j < network->nodes; j++) nearest[k * network->nodes + j].node = -1;
    for (int64_t i = 0; i < nnode; i++) {
      const double square = iso_square_distance(slice->xyz[i], tree->xyz[tree->end[k]]);
      if (square < least[k]) least[k] = square;
      if (square <= most)
        insert(nearest + k * network->nodes, network->nodes, (near_node){square, slice->first_node + i});
    }
  }
}

/* Each rank's nearest [n] become those of all. */
static iso_status join(MPI_Comm comm, int64_t nend, int nodes, near_node *nearest, iso_error *err) {
  int size;
  near_node *all = NULL;
  const size_t n = (size_t)nend * (size_t)nodes;
  MPI_Comm_size(comm, &size);
  ISO_TRY(iso_alloc_all(comm, &all, n * (size_t)size, sizeof *all, purpose, err));
  MPI_Allgather(nearest, (int)(n * sizeof *all), MPI_BYTE, all, (int)(n * sizeof *all), MPI_BYTE, comm);
  for (size_t i = 0; i < n; i++) nearest[i].node = -1;
  for (int r = 0; r < size; r++)
    for (size_t i = 0; i < n; i++)
      insert(nearest + i / (size_t)nodes * (size_t)nodes, nodes, all[(size_t)r * n + i]);
  free(all);
  return ISO_OK;
}

/* least [nend] squares of distances, of all ranks. */
static iso_status refuse_far(const iso_network *network, const iso_tree *tree, const double *least,
                             iso_error *err) {
  int64_t far = 0, worst = 0;
  for (int64_t k = 0; k < tree->nend; k++) {
    far += !(least[k] <= network->radius_mm * network->radius_mm);
    if (least[k] > least[worst]) worst = k;
  }
  if (far == 0) return ISO_OK;
  const double *x = tree->xyz[tree->end[worst]];
  return iso_fail(
      err, ISO_EINPUT,
      "%s: %lld of its %lld ends have no node of the mesh within %.3g mm; that at (%.6g, %.6g, "
      "%.6g) mm is %.3g mm from the nearest: give the unit of the file, the place of its root, or "
      "a larger junction_radius_mm",
      network->path, (long long)far, (long long)tree->nend, network->radius_mm, x[0], x[1], x[2],
      sqrt(least[worst]));
}

/* nearest [nend][nodes], the same on every rank. */
static iso_status find_junctions(MPI_Comm comm, const iso_slice *slice, int64_t nnode, const iso_tree *tree,
                                 const iso_network *network, near_node **nearest, iso_error *err) {
  double *least = NULL;
  iso_status status =
      iso_alloc(nearest, (size_t)tree->nend * (size_t)network->nodes, sizeof **nearest, purpose, err);
  if (status == ISO_OK) status = iso_alloc(&least, (size_t)tree->nend, sizeof *least, purpose, err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) {
    look(slice, nnode, tree, network, *nearest, least);
    MPI_Allreduce(MPI_IN_PLACE, least, (int)tree->nend, MPI_DOUBLE, MPI_MIN, comm);
    status = refuse_far(network, tree, least, err);
  }
  if (status == ISO_OK) status = join(comm, tree->nend, network->nodes, *nearest, err);
  free(least);
  return status;
}

/* ---- links ---- */

typedef struct {
  int64_t n, room;
  iso_link *link;
} link_list;

/* base: the number of the network's first node; group: of the network. */
static iso_status add_links(link_list *list, const iso_tree *tree, const iso_network *network, int group,
                            const near_node *nearest, iso_gid base, iso_error *err) {
  list->room += tree->nend * network->nodes;
  ISO_TRY(iso_realloc(&list->link, (size_t)list->room, sizeof *list->link, purpose, err));
  for (int64_t k = 0; k < tree->nend; k++) {
    const near_node *node = nearest + k * network->nodes;
    int n = 0;
    while (n < network->nodes && node[n].node >= 0) n++;
    for (int j = 0; j < n; j++)
      list->link[list->n++] = (iso_link){.node = {base + tree->end[k], node[j].node},
                                         .conductance_mS = 1 / (network->resistance_kohm * n),
                                         .group = group};
  }
  return ISO_OK;
}

/* ---- named sets ---- */

/* Collective. A set of n nodes, all given by the last rank: the surface called NAME_what. */
static iso_status name_nodes(MPI_Comm comm, iso_slice *slice, const iso_network *network, const char *what,
                             int64_t n, const iso_gid *node, iso_error *err) {
  char name[ISO_NAME_SIZE];
  int k, rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  snprintf(name, sizeof name, "%.100s_%s", network->name, what);
  if (iso_surfaces_find(&slice->surfaces, name) >= 0)
    return iso_fail(err, ISO_EINPUT, "the mesh has a surface '%s' already; give the network another name",
                    name);
  iso_status status = iso_surfaces_add(&slice->surfaces, name, 0, 0, &k, err);
  for (int64_t i = 0; i < n && rank == size - 1 && status == ISO_OK; i++)
    status = iso_surface_put(&slice->surfaces.surface[k], 1, &node[i], err);
  return iso_agree(comm, status, err);
}

/* Collective. base: the number of the network's first node. */
static iso_status name_sets(MPI_Comm comm, iso_slice *slice, const iso_network *network, const iso_tree *tree,
                            const near_node *nearest, iso_gid base, iso_error *err) {
  const int64_t most = tree->nend * network->nodes;
  const iso_gid root = base + tree->root;
  iso_gid *node = NULL;
  int64_t n = 0;
  iso_status status = iso_alloc(&node, (size_t)(most + tree->nend), sizeof *node, purpose, err);
  status = iso_agree(comm, status, err);
  for (int64_t k = 0; k < tree->nend && status == ISO_OK; k++) node[k] = base + tree->end[k];
  if (status == ISO_OK) status = name_nodes(comm, slice, network, "ends", tree->nend, node, err);
  for (int64_t i = 0; i < most && status == ISO_OK; i++)
    if (nearest[i].node >= 0) node[n++] = nearest[i].node;
  if (status == ISO_OK) status = name_nodes(comm, slice, network, "junctions", n, node, err);
  free(node);
  return status == ISO_OK && tree->root >= 0 ? name_nodes(comm, slice, network, "root", 1, &root, err)
                                             : status;
}

/* ---- nodes and lines ---- */

static iso_status grow(iso_slice *slice, int64_t nodes, int64_t lines, iso_error *err) {
  const size_t nnode = (size_t)(slice->nnode + nodes), nelem = (size_t)(slice->nelem + lines);
  ISO_TRY(iso_realloc(&slice->xyz, nnode, sizeof *slice->xyz, purpose, err));
  ISO_TRY(iso_realloc(&slice->shape, nelem, sizeof *slice->shape, purpose, err));
  ISO_TRY(iso_realloc(&slice->tag, nelem, sizeof *slice->tag, purpose, err));
  ISO_TRY(iso_realloc(&slice->conn, nelem * (size_t)slice->width, sizeof *slice->conn, purpose, err));
  if (slice->fibre) ISO_TRY(iso_realloc(&slice->fibre, nelem, sizeof *slice->fibre, purpose, err));
  if (slice->sheet) ISO_TRY(iso_realloc(&slice->sheet, nelem, sizeof *slice->sheet, purpose, err));
  if (slice->node_fibre)
    ISO_TRY(iso_realloc(&slice->node_fibre, nnode, sizeof *slice->node_fibre, purpose, err));
  return ISO_OK;
}

static void put_line(iso_slice *slice, int64_t at, const iso_tree *tree, int64_t line, int32_t tag,
                     iso_gid base) {
  const double *from = tree->xyz[tree->line[line][0]], *to = tree->xyz[tree->line[line][1]];
  const double length = iso_distance(from, to);
  slice->shape[at] = ISO_LINE;
  slice->tag[at] = tag < 0 ? tree->tag[line] : tag;
  for (int k = 0; k < slice->width; k++)
    slice->conn[at * slice->width + k] = k < 2 ? base + tree->line[line][k] : -1;
  for (int d = 0; d < 3; d++) {
    if (slice->fibre) slice->fibre[at][d] = length > 0 ? (float)((to[d] - from[d]) / length) : 0;
    if (slice->sheet) slice->sheet[at][d] = 0;
  }
}

/* On the last rank only. */
static iso_status put(iso_slice *slice, const iso_tree *tree, int32_t tag, iso_error *err) {
  ISO_TRY(grow(slice, tree->nnode, tree->nline, err));
  memcpy(slice->xyz + slice->nnode, tree->xyz, (size_t)tree->nnode * sizeof *tree->xyz);
  if (slice->node_fibre)
    memset(slice->node_fibre + slice->nnode, 0, (size_t)tree->nnode * sizeof *slice->node_fibre);
  for (int64_t e = 0; e < tree->nline; e++) put_line(slice, slice->nelem + e, tree, e, tag, slice->nnodes);
  slice->nnode += tree->nnode;
  slice->nelem += tree->nline;
  return ISO_OK;
}

static iso_status add(MPI_Comm comm, iso_slice *slice, int64_t nnode, const iso_network *network,
                      const iso_tree *tree, int group, link_list *links, iso_error *err) {
  near_node *nearest = NULL;
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  iso_status status = find_junctions(comm, slice, nnode, tree, network, &nearest, err);
  if (status == ISO_OK) {
    if (rank == size - 1) status = add_links(links, tree, network, group, nearest, slice->nnodes, err);
    if (rank == size - 1 && status == ISO_OK) status = put(slice, tree, network->tag, err);
    status = iso_agree(comm, status, err);
    if (status == ISO_OK) status = name_sets(comm, slice, network, tree, nearest, slice->nnodes, err);
    slice->nnodes += tree->nnode;
    slice->nelems += tree->nline;
  }
  free(nearest);
  return status;
}

iso_status iso_slice_add_networks(MPI_Comm comm, iso_slice *slice, int n, const iso_network *network,
                                  const iso_tree *tree, int *which, iso_error *err) {
  link_list links = {0};
  const int64_t nnode = slice->nnode;
  iso_status status = ISO_OK;
  for (*which = 0; *which < n; ++*which) {
    status = add(comm, slice, nnode, &network[*which], &tree[*which], *which, &links, err);
    if (status != ISO_OK) break;
  }
  if (status == ISO_OK && n > 0)
    status = iso_links_new(&slice->links, comm, slice->nnodes, links.n, links.link, err);
  free(links.link);
  return status;
}
