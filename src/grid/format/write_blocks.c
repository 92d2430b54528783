#include "grid/format/write_blocks.h"

#include "base/memory.h"
#include "grid/format/write_groups.h"
#include "grid/geometry.h"

#include <stdlib.h>
#include <string.h>

static int by_group(const void *a, const void *b) {
  const iso_group *p = a, *q = b;
  if (p->dimension != q->dimension) return p->dimension < q->dimension ? -1 : 1;
  return (p->tag > q->tag) - (p->tag < q->tag);
}

/* Of two candidates for each group, the second is of hexahedra. */
static int candidate_of(const iso_slice *slice, int64_t e, int n, const iso_group *group) {
  const iso_group key = {iso_shape_dimension(slice->shape[e]), slice->tag[e]};
  const iso_group *found = bsearch(&key, group, (size_t)n, sizeof *group, by_group);
  return 2 * (int)(found - group) + (slice->shape[e] == ISO_HEXAHEDRON);
}

static int count_tag(const iso_elements_blocks *b, int32_t tag) {
  int n = 0;
  for (int k = 0; k < b->n; k++) n += b->block[k].tag == tag;
  return n;
}

/* Tags that are positive and of one block alone are ids; other blocks get the numbers behind the highest, or,
 * where it leaves too few, the lowest that are no tags. */
static void give_ids(iso_elements_blocks *b) {
  int32_t next = 0;
  for (int k = 0; k < b->n; k++)
    if (b->block[k].tag > next) next = b->block[k].tag;
  if (next > INT32_MAX - b->n) next = 0;
  for (int k = 0; k < b->n; k++) {
    const int32_t tag = b->block[k].tag;
    if (tag > 0 && count_tag(b, tag) == 1) {
      b->block[k].id = tag;
      continue;
    }
    do next++;
    while (count_tag(b, next) > 0);
    b->block[k].id = next;
  }
}

/* counts: of this rank, of all, and before this rank, [3][2 n]. */
static iso_status fill(iso_elements_blocks *b, const iso_slice *slice, int n, const iso_group *group,
                       const int64_t *count, iso_error *err) {
  const int64_t *mine = count, *all = count + 2 * n, *before = count + 4 * n;
  int64_t *place = NULL, at = 0, elements = 0;
  ISO_TRY(iso_alloc(&b->block, 2 * (size_t)n, sizeof *b->block, "blocks of elements", err));
  ISO_TRY(iso_alloc(&b->member, (size_t)slice->nelem, sizeof *b->member, "blocks of elements", err));
  ISO_TRY(iso_alloc(&place, 2 * (size_t)n, sizeof *place, "blocks of elements", err));
  for (int c = 0; c < 2 * n; c++) {
    static const iso_shape of_dimension[] = {ISO_LINE, ISO_LINE, ISO_TRIANGLE, ISO_TETRAHEDRON};
    place[c] = at;
    if (all[c] > 0)
      b->block[b->n++] =
          (iso_elements_block){.tag = group[c / 2].tag,
                               .shape = c % 2 ? ISO_HEXAHEDRON : of_dimension[group[c / 2].dimension],
                               .before = elements,
                               .total = all[c],
                               .first = before[c],
                               .n = mine[c],
                               .member = b->member + at};
    at += mine[c];
    elements += all[c];
  }
  for (int64_t e = 0; e < slice->nelem; e++) b->member[place[candidate_of(slice, e, n, group)]++] = e;
  free(place);
  give_ids(b);
  return ISO_OK;
}

iso_status iso_elements_blocks_new(iso_elements_blocks *b, MPI_Comm comm, const iso_slice *slice,
                                   iso_error *err) {
  iso_group *group = NULL;
  int64_t *count = NULL;
  int n = 0;
  *b = (iso_elements_blocks){0};
  ISO_TRY(iso_list_groups(comm, slice, &n, &group, err));
  iso_status status = iso_alloc(&count, 6 * (size_t)n, sizeof *count, "blocks of elements", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) {
    for (int64_t e = 0; e < slice->nelem; e++) count[candidate_of(slice, e, n, group)]++;
    MPI_Allreduce(count, count + 2 * n, 2 * n, MPI_INT64_T, MPI_SUM, comm);
    MPI_Scan(count, count + 4 * n, 2 * n, MPI_INT64_T, MPI_SUM, comm);
    for (int c = 0; c < 2 * n; c++) count[4 * n + c] -= count[c];
    status = iso_agree(comm, fill(b, slice, n, group, count, err), err);
  }
  free(group);
  free(count);
  if (status != ISO_OK) iso_elements_blocks_free(b);
  return status;
}

void iso_elements_blocks_free(iso_elements_blocks *b) {
  free(b->block);
  free(b->member);
  *b = (iso_elements_blocks){0};
}
