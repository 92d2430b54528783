#include "linear/node_elements.h"

#include "base/memory.h"

#include <stdlib.h>

/* Every element of each node on its own: while they are sorted. */
typedef struct plain {
  iso_lid *start, *elem; /* [nlocal + 2], and what it points into */
} plain;

/* By counting; elements are ascending, so each list is too. A mesh has no more corners than an iso_lid can
 * count (grid/share/migrate.c). */
static iso_status list_plainly(plain *out, const iso_mesh *mesh, iso_error *err) {
  const char *what = "elements of nodes";
  ISO_TRY(iso_alloc(&out->start, (size_t)mesh->nlocal + 2, sizeof *out->start, what, err));
  iso_lid *start = out->start;
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++)
      start[mesh->conn[(int64_t)e * mesh->width + k] + 2]++;
  for (iso_lid i = 0; i <= mesh->nlocal; i++) start[i + 1] += start[i];
  ISO_TRY(iso_alloc(&out->elem, (size_t)start[mesh->nlocal + 1], sizeof *out->elem, what, err));
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++)
      out->elem[start[mesh->conn[(int64_t)e * mesh->width + k] + 1]++] = e;
  return ISO_OK;
}

/* The words of a node, from word on, unless it is NULL. Returns how many. */
static iso_lid pack_node(const plain *from, iso_lid node, int bundle, iso_lid *word) {
  iso_lid n = 0, last = -1;
  uint32_t bits = 0;
  for (iso_lid k = from->start[node]; k < from->start[node + 1]; k++) {
    const iso_lid number = from->elem[k] / bundle;
    if (number != last) n++, bits = 0;
    bits |= 1u << from->elem[k] % bundle;
    if (word) word[n - 1] = (iso_lid)((uint32_t)number << bundle | bits);
    last = number;
  }
  return n;
}

static iso_status pack(iso_node_elements *out, const plain *from, iso_lid nodes, int bundle, iso_error *err) {
  const char *what = "elements of nodes";
  ISO_TRY(iso_alloc(&out->node_start, (size_t)nodes + 1, sizeof *out->node_start, what, err));
  int64_t *start = out->node_start;
  for (iso_lid i = 0; i < nodes; i++) start[i + 1] = start[i] + pack_node(from, i, bundle, NULL);
  ISO_TRY(iso_alloc(&out->node_elem, (size_t)start[nodes], sizeof *out->node_elem, what, err));
  for (iso_lid i = 0; i < nodes; i++) pack_node(from, i, bundle, out->node_elem + start[i]);
  return ISO_OK;
}

iso_status iso_node_elements_new(iso_node_elements *out, const iso_mesh *mesh, int bundle, iso_error *err) {
  *out = (iso_node_elements){0};
  plain all = {0};
  iso_status status = list_plainly(&all, mesh, err);
  if (status == ISO_OK) status = pack(out, &all, mesh->nlocal, bundle, err);
  free(all.start);
  free(all.elem);
  return status;
}

void iso_node_elements_free(iso_node_elements *list) {
  free(list->node_start);
  free(list->node_elem);
  *list = (iso_node_elements){0};
}
