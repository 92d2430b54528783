#include "grid/share/burn.h"

#include "base/ascending.h"
#include "base/assert.h"
#include "base/memory.h"
#include "grid/share/arrange.h"
#include "grid/share/blocks.h"
#include "grid/share/mesh_hash.h"

#include <stdlib.h>
#include <string.h>

bool iso_burned_has_node(const iso_burned *b, iso_gid node) {
  return b->n > 0 && bsearch(&node, b->node, (size_t)b->n, sizeof node, iso_ascending_int64);
}

void iso_burned_free(iso_burned *b) {
  free(b->node);
  *b = (iso_burned){0};
}

static const char *what = "lesions";

/* ---- what stays is numbered anew ---- */

/* The block's numbers [n] of those that stay; total: of all ranks. */
static void count_on(MPI_Comm comm, int64_t n, const uint8_t *stays, iso_gid *number, iso_gid *total) {
  iso_gid here = 0, before = 0;
  for (int64_t i = 0; i < n; i++) number[i] = here, here += stays[i];
  MPI_Allreduce(&here, total, 1, MPI_INT64_T, MPI_SUM, comm);
  MPI_Exscan(&here, &before, 1, MPI_INT64_T, MPI_SUM, comm); /* leaves rank 0's 0 alone */
  for (int64_t i = 0; i < n; i++) number[i] += before;
}

/* Elements or links that stay. */
typedef struct things {
  int64_t n, nmine;
  iso_gid *number; /* [n] of those that this rank has, */
  iso_gid *mine;   /* [nmine] and that no other rank speaks for */
} things;

/* t->number become new ones: of *total before, which becomes how many stay. */
static iso_status number_anew(MPI_Comm comm, things *t, iso_gid *total, iso_error *err) {
  int size, rank;
  MPI_Comm_size(comm, &size);
  MPI_Comm_rank(comm, &rank);
  const int64_t n = iso_block_first(*total, size, rank + 1) - iso_block_first(*total, size, rank);
  const iso_gid before = *total;
  uint8_t *stays = NULL, *yes = NULL;
  iso_gid *anew = NULL;
  iso_block_plan *plan = NULL;
  iso_status status = iso_alloc(&stays, (size_t)n, 1, what, err);
  if (status == ISO_OK) status = iso_alloc(&yes, (size_t)t->nmine, 1, what, err);
  if (status == ISO_OK) status = iso_alloc(&anew, (size_t)n, sizeof *anew, what, err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) {
    memset(yes, 1, (size_t)t->nmine);
    status = iso_block_plan_new(&plan, comm, before, t->nmine, t->mine, err);
  }
  if (status == ISO_OK) status = iso_block_plan_send(plan, yes, 1, stays, err);
  iso_block_plan_free(plan);
  plan = NULL;
  free(yes);
  if (status == ISO_OK) count_on(comm, n, stays, anew, total);
  free(stays);
  if (status == ISO_OK) status = iso_block_plan_new(&plan, comm, before, t->n, t->number, err);
  if (status == ISO_OK) status = iso_block_plan_fetch(plan, anew, sizeof *anew, t->number, err);
  iso_block_plan_free(plan);
  free(anew);
  return status;
}

/* ---- elements ---- */

static iso_lid first_node(const iso_mesh *mesh, iso_lid e) { return mesh->conn[(int64_t)e * mesh->width]; }

static void move_element(iso_mesh *m, iso_lid from, iso_lid to) {
  const size_t row = (size_t)m->width * sizeof *m->conn;
  m->elem_numbers[to] = m->elem_numbers[from];
  m->shape[to] = m->shape[from], m->tag[to] = m->tag[from];
  memmove(m->conn + (int64_t)to * m->width, m->conn + (int64_t)from * m->width, row);
  if (m->fibres) memmove(m->fibres[to], m->fibres[from], sizeof *m->fibres);
  if (m->sheets) memmove(m->sheets[to], m->sheets[from], sizeof *m->sheets);
}

static iso_status shrink_elements(iso_mesh *m, iso_error *err) {
  const size_t n = (size_t)m->nelem;
  ISO_TRY(iso_realloc(&m->elem_numbers, n, sizeof *m->elem_numbers, what, err));
  ISO_TRY(iso_realloc(&m->shape, n, sizeof *m->shape, what, err));
  ISO_TRY(iso_realloc(&m->tag, n, sizeof *m->tag, what, err));
  ISO_TRY(iso_realloc(&m->conn, n * (size_t)m->width, sizeof *m->conn, what, err));
  if (m->fibres) ISO_TRY(iso_realloc(&m->fibres, n, sizeof *m->fibres, what, err));
  return m->sheets ? iso_realloc(&m->sheets, n, sizeof *m->sheets, what, err) : ISO_OK;
}

static iso_status drop_elements(iso_mesh *mesh, const uint8_t *burned, iso_error *err) {
  iso_lid n = 0;
  things t = {0};
  for (iso_lid e = 0; e < mesh->nelem; e++)
    if (!burned[e]) move_element(mesh, e, n++);
  mesh->nelem = n;
  iso_status status = shrink_elements(mesh, err);
  if (status == ISO_OK) status = iso_alloc(&t.mine, (size_t)n, sizeof *t.mine, what, err);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) {
    t.n = n, t.number = mesh->elem_numbers;
    for (iso_lid e = 0; e < n; e++)
      if (first_node(mesh, e) < mesh->nowned) t.mine[t.nmine++] = mesh->elem_numbers[e];
    status = number_anew(mesh->comm, &t, &mesh->nelems, err);
  }
  free(t.mine);
  return status;
}

/* ---- nodes ---- */

static void mark_nodes(const iso_mesh *mesh, const uint8_t *burned, bool of_burned, uint8_t mark,
                       uint8_t *left) {
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int k = 0; k < iso_shape_nodes(mesh->shape[e]) && (burned[e] != 0) == of_burned; k++)
      left[mesh->conn[(int64_t)e * mesh->width + k]] = mark;
}

/* left [nlocal]: 1 at nodes all of whose elements are burned. */
static iso_status find_left(const iso_mesh *mesh, const uint8_t *burned, uint8_t *left, iso_error *err) {
  mark_nodes(mesh, burned, true, 1, left);
  mark_nodes(mesh, burned, false, 0, left);
  return iso_halo_update(mesh->halo, left, 1, err); /* of ghosts not all elements are here */
}

static iso_status list_left(const iso_mesh *mesh, const uint8_t *left, iso_burned *out, iso_error *err) {
  for (iso_lid i = 0; i < mesh->nowned; i++) out->n += left[i];
  ISO_TRY(iso_alloc_all(mesh->comm, &out->node, (size_t)out->n, sizeof *out->node, what, err));
  out->n = 0;
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (left[i]) out->node[out->n++] = mesh->gid[i];
  qsort(out->node, (size_t)out->n, sizeof *out->node, iso_ascending_int64);
  MPI_Allreduce(&out->n, &out->nnode, 1, MPI_INT64_T, MPI_SUM, mesh->comm);
  return ISO_OK;
}

static iso_status drop_links(iso_mesh *mesh, const uint8_t *left, iso_error *err) {
  iso_mesh_links *l = &mesh->links;
  iso_gid total = 0;
  iso_lid n = 0;
  things t = {0};
  if (l->n > 0) total = l->number[l->n - 1] + 1;
  MPI_Allreduce(MPI_IN_PLACE, &total, 1, MPI_INT64_T, MPI_MAX, mesh->comm);
  if (total == 0) return ISO_OK;
  ISO_TRY(iso_alloc_all(mesh->comm, &t.mine, (size_t)l->n, sizeof *t.mine, what, err));
  for (iso_lid k = 0; k < l->n; k++) {
    const iso_lid *node = l->node[k];
    if (left[node[0]] || left[node[1]]) continue;
    if (node[0] < mesh->nowned) t.mine[t.nmine++] = l->number[k];
    l->number[n] = l->number[k], l->link[n] = l->link[k];
    memmove(l->node[n++], node, sizeof *l->node);
  }
  t.n = l->n = n, t.number = l->number;
  const iso_status status = number_anew(mesh->comm, &t, &total, err);
  free(t.mine);
  return status;
}

/* place [nlocal]: new local numbers, of ghosts -1 where no element or link has them any more. */
static void place_nodes(iso_mesh *mesh, iso_lid *place) {
  const int64_t n = (int64_t)mesh->nelem * mesh->width;
  iso_lid count = mesh->nowned;
  for (iso_lid i = 0; i < mesh->nlocal; i++) place[i] = i < mesh->nowned ? i : -1;
  for (int64_t i = 0; i < n; i++)
    if (mesh->conn[i] >= 0) place[mesh->conn[i]] = mesh->conn[i];
  for (iso_lid k = 0; k < mesh->links.n; k++)
    for (int end = 0; end < 2; end++) place[mesh->links.node[k][end]] = mesh->links.node[k][end];
  for (iso_lid i = mesh->nowned; i < mesh->nlocal; i++)
    if (place[i] >= 0) place[i] = count++;
}

static void drop_ghosts(iso_mesh *mesh, const iso_lid *place, int32_t *owner) {
  const int64_t n = (int64_t)mesh->nelem * mesh->width;
  iso_lid count = mesh->nowned;
  for (iso_lid i = mesh->nowned; i < mesh->nlocal; i++) {
    if (place[i] < 0) continue;
    mesh->gid[count] = mesh->gid[i], owner[count] = owner[i];
    memmove(mesh->xyz[count], mesh->xyz[i], sizeof *mesh->xyz);
    if (mesh->run) mesh->run[count] = mesh->run[i];
    count++;
  }
  for (int64_t i = 0; i < n; i++)
    if (mesh->conn[i] >= 0) mesh->conn[i] = place[mesh->conn[i]];
  for (iso_lid k = 0; k < mesh->links.n; k++)
    for (int end = 0; end < 2; end++) mesh->links.node[k][end] = place[mesh->links.node[k][end]];
  mesh->nlocal = count;
}

static void find_owners(const iso_mesh *mesh, int32_t *owner) {
  int rank;
  MPI_Comm_rank(mesh->comm, &rank);
  for (iso_lid i = 0; i < mesh->nowned; i++) owner[i] = rank;
  for (int k = 0; k < mesh->halo->nneighbours; k++)
    for (iso_lid g = mesh->halo->recv_offset[k]; g < mesh->halo->recv_offset[k + 1]; g++)
      owner[mesh->nowned + g] = mesh->halo->rank[k];
}

/* What is made of elements and owners is made again. */
static iso_status arrange_anew(iso_mesh *mesh, iso_error *err) {
  int32_t *owner = NULL;
  iso_lid *place = NULL;
  iso_status status = iso_alloc(&owner, (size_t)mesh->nlocal, sizeof *owner, what, err);
  if (status == ISO_OK) status = iso_alloc(&place, (size_t)mesh->nlocal, sizeof *place, what, err);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) {
    find_owners(mesh, owner);
    place_nodes(mesh, place);
    drop_ghosts(mesh, place, owner);
    iso_halo_free(mesh->halo);
    iso_patches_free(mesh->patches);
    free(mesh->node_tag);
    mesh->halo = NULL, mesh->patches = NULL, mesh->node_tag = NULL;
  }
  free(place);
  if (status == ISO_OK) status = iso_arrange(mesh, owner, err);
  free(owner);
  return status;
}

iso_status iso_mesh_burn(iso_mesh *mesh, const uint8_t *burned, iso_burned *out, iso_error *err) {
  const iso_gid nelems = mesh->nelems;
  uint8_t *left;
  *out = (iso_burned){0};
  ISO_ASSERT(!mesh->skips.bits && !mesh->turns.bits && !mesh->kinds.bits && !mesh->file_tag);
  ISO_TRY(iso_alloc_all(mesh->comm, &left, (size_t)mesh->nlocal, 1, what, err));
  iso_status status = find_left(mesh, burned, left, err);
  if (status == ISO_OK) status = list_left(mesh, left, out, err);
  if (status == ISO_OK) status = drop_links(mesh, left, err);
  free(left);
  if (status == ISO_OK) status = drop_elements(mesh, burned, err);
  if (status == ISO_OK) status = arrange_anew(mesh, err);
  if (status != ISO_OK) return status;
  out->nelem = nelems - mesh->nelems;
  mesh->checksum = iso_mesh_hash(mesh);
  return ISO_OK;
}
