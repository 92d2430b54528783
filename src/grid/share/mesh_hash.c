#include "grid/share/mesh_hash.h"

#include "grid/hash.h"

/* Each rank hashes what is its own. */
static bool is_mine(const iso_mesh *mesh, iso_lid node) { return node < mesh->nowned; }

static uint64_t element_hash(const iso_mesh *mesh, iso_lid e) {
  const int64_t head[3] = {iso_mesh_elem(mesh, e), mesh->shape[e], iso_mesh_tag(mesh, e)};
  const int n = iso_shape_nodes(mesh->shape[e]);
  const float *fibre = iso_mesh_fibre(mesh, e), *sheet = iso_mesh_sheet(mesh, e);
  iso_gid node[ISO_MAX_NODES];
  for (int k = 0; k < n; k++) node[k] = mesh->gid[mesh->conn[(int64_t)e * mesh->width + k]];
  uint64_t h = iso_hash_words(~(uint64_t)0, head, sizeof head);
  h = iso_hash_words(h, node, (size_t)n * sizeof *node);
  if (fibre) h = iso_hash_words(h, fibre, 3 * sizeof *fibre);
  return sheet ? iso_hash_words(h, sheet, 3 * sizeof *sheet) : h;
}

static uint64_t link_hash(const iso_link *link, iso_gid number) {
  const int64_t head[4] = {number, link->node[0], link->node[1], link->one_way};
  const double values[2] = {link->conductance_mS, link->delay_ms};
  return iso_hash_words(iso_hash_words(2, head, sizeof head), values, sizeof values);
}

/* A sum does not depend on its order. */
uint64_t iso_mesh_hash(const iso_mesh *mesh) {
  uint64_t sum = iso_surfaces_hash(&mesh->surfaces);
  for (iso_lid i = 0; i < mesh->nowned; i++)
    sum += iso_hash_words(iso_hash((uint64_t)mesh->gid[i]), mesh->xyz[i], sizeof *mesh->xyz);
  for (iso_lid e = 0; e < mesh->nelem; e++)
    if (is_mine(mesh, mesh->conn[(int64_t)e * mesh->width])) sum += element_hash(mesh, e);
  for (iso_lid k = 0; k < mesh->links.n; k++)
    if (is_mine(mesh, mesh->links.node[k][0])) sum += link_hash(&mesh->links.link[k], mesh->links.number[k]);
  MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_UINT64_T, MPI_SUM, mesh->comm);
  return iso_hash(sum);
}
