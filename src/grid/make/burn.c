#include "grid/make/burn.h"

#include "base/memory.h"
#include "grid/make/keep.h"

#include <stdlib.h>

static int by_number(const void *a, const void *b) {
  const iso_gid x = *(const iso_gid *)a, y = *(const iso_gid *)b;
  return (x > y) - (x < y);
}

bool iso_burned_has_node(const iso_burned *b, iso_gid node) {
  return b->nnode > 0 && bsearch(&node, b->node, (size_t)b->nnode, sizeof node, by_number);
}

static void drop_links(MPI_Comm comm, iso_links *links, const iso_burned *burned) {
  int64_t n = 0;
  for (int64_t k = 0; k < links->n; k++) {
    const iso_gid *node = links->link[k].node;
    if (!iso_burned_has_node(burned, node[0]) && !iso_burned_has_node(burned, node[1]))
      links->link[n++] = links->link[k];
  }
  links->n = n, links->first = 0;
  MPI_Allreduce(&n, &links->total, 1, MPI_INT64_T, MPI_SUM, comm);
  MPI_Exscan(&n, &links->first, 1, MPI_INT64_T, MPI_SUM, comm); /* leaves rank 0's 0 alone */
}

iso_status iso_slice_burn(MPI_Comm comm, iso_slice *slice, const iso_burned *burned, iso_error *err) {
  uint8_t *stays = NULL;
  int64_t at = 0;
  iso_status status = iso_alloc(&stays, (size_t)slice->nelem, 1, "elements that stay", err);
  ISO_TRY(iso_agree(comm, status, err));
  while (at < burned->nelem && burned->elem[at] < slice->first_elem) at++;
  for (int64_t e = 0; e < slice->nelem; e++) {
    stays[e] = at == burned->nelem || burned->elem[at] != slice->first_elem + e;
    at += !stays[e];
  }
  iso_slice_keep_elements(comm, slice, stays);
  free(stays);
  drop_links(comm, &slice->links, burned);
  return ISO_OK;
}

void iso_burned_free(iso_burned *b) {
  free(b->elem);
  free(b->node);
  *b = (iso_burned){0};
}
