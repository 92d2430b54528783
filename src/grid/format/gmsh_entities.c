/* Entities of a file of Gmsh 4.1, whole ones and those of its partitions. */
#include "grid/format/gmsh_index.h"

#include "base/ascending.h"
#include "base/memory.h"
#include "grid/format/text.h"

#include <stdlib.h>

static iso_status add_group(iso_gmsh_indexer *x, int64_t tag) {
  iso_gmsh_index *index = x->index;
  if (tag <= INT32_MIN || tag > INT32_MAX) return iso_gmsh_fail_counts(x);
  ISO_TRY(iso_realloc(&index->group, (size_t)index->ngroups + 1, sizeof *index->group, "a file's index",
                      x->file.err));
  index->group[index->ngroups++] = (int32_t)(tag < 0 ? -tag : tag); /* the sign is a direction */
  index->entity[index->nentities - 1].n++;
  return ISO_OK;
}

/* parent [2]: dimension and tag of what it is a part of; part: 0 of a whole mesh. */
static iso_status begin_entity(iso_gmsh_indexer *x, int dimension, int64_t tag, const int64_t *parent,
                               int64_t part) {
  iso_gmsh_index *index = x->index;
  if (!iso_gmsh_is_tag(parent[1]) || !iso_gmsh_is_tag(part)) return iso_gmsh_fail_counts(x);
  ISO_TRY(iso_realloc(&index->entity, (size_t)index->nentities + 1, sizeof *index->entity, "a file's index",
                      x->file.err));
  const bool border = parent[0] != dimension;
  index->entity[index->nentities++] = (iso_gmsh_entity){.dimension = dimension,
                                                        .tag = (int32_t)tag,
                                                        .whole = (int32_t)(border ? tag : parent[1]),
                                                        .part = (int32_t)part,
                                                        .border = border,
                                                        .first = index->ngroups};
  return ISO_OK;
}

/* ---- in text, on one line ---- */

/* Of a partitioned entity: what it is a part of, and its partitions, of which the first counts. */
static const char *text_parent(const char *p, const char *end, int64_t parent[2], int64_t *part) {
  int64_t n = 0, other;
  for (int k = 0; p && k < 2; k++) p = iso_text_integer(p, end, &parent[k]);
  if (p) p = iso_text_integer(p, end, &n);
  for (int64_t k = 0; p && k < n; k++) p = iso_text_integer(p, end, k ? &other : part);
  return p;
}

/* Tag, place or box, physical groups; what bounds it is on the same line and is passed over. */
static iso_status text_entity(iso_gmsh_indexer *x, int dimension, bool partitioned) {
  const char *p, *end;
  int64_t tag = 0, n = -1, group, part = 0;
  double place;
  ISO_TRY(iso_gmsh_line(&x->file, &p, &end));
  p = iso_text_integer(p, end, &tag);
  int64_t parent[2] = {dimension, tag};
  if (p && partitioned) p = text_parent(p, end, parent, &part);
  for (int k = 0; p && k < (dimension == 0 ? 3 : 6); k++) p = iso_text_real(p, end, &place);
  if (p) p = iso_text_integer(p, end, &n);
  if (!p || n < 0 || !iso_gmsh_is_tag(tag))
    return iso_gmsh_fail(&x->file, "this is no line of %s; write the file again", x->file.section);
  ISO_TRY(begin_entity(x, dimension, tag, parent, part));
  for (int64_t k = 0; k < n; k++) {
    p = iso_text_integer(p, end, &group);
    if (!p)
      return iso_gmsh_fail(&x->file, "this line of %s ends too early; write the file again", x->file.section);
    ISO_TRY(add_group(x, group));
  }
  return ISO_OK;
}

/* ---- in binary ---- */

/* So many integers, the first into *first. */
static iso_status pass_integers(iso_gmsh_indexer *x, int64_t *first) {
  int64_t n, other;
  ISO_TRY(iso_gmsh_sizes(&x->file, 1, &n));
  ISO_TRY(iso_gmsh_check_count(x, n, 4));
  for (int64_t k = 0; k < n; k++) ISO_TRY(iso_gmsh_integers(&x->file, 1, k ? &other : first));
  return ISO_OK;
}

static iso_status binary_entity(iso_gmsh_indexer *x, int dimension, bool partitioned) {
  int64_t tag, n, group, part = 0, bound;
  double place[6];
  ISO_TRY(iso_gmsh_integers(&x->file, 1, &tag));
  int64_t parent[2] = {dimension, tag};
  if (partitioned) ISO_TRY(iso_gmsh_integers(&x->file, 2, parent));
  if (partitioned) ISO_TRY(pass_integers(x, &part));
  ISO_TRY(iso_gmsh_reals(&x->file, dimension == 0 ? 3 : 6, place));
  ISO_TRY(begin_entity(x, dimension, tag, parent, part));
  ISO_TRY(iso_gmsh_sizes(&x->file, 1, &n));
  ISO_TRY(iso_gmsh_check_count(x, n, 4));
  for (int64_t k = 0; k < n; k++) {
    ISO_TRY(iso_gmsh_integers(&x->file, 1, &group));
    ISO_TRY(add_group(x, group));
  }
  return dimension == 0 ? ISO_OK : pass_integers(x, &bound);
}

/* ---- all of a section ---- */

/* How many partitions there are, and the entities that stand for their ghosts: tag and partition each. A file
 * of a set has the ghosts of its own partition only, which are added to those of the files before it. */
static iso_status index_partitions(iso_gmsh_indexer *x) {
  iso_gmsh_index *index = x->index;
  int64_t nparts, nghosts, ghost[2];
  ISO_TRY(iso_gmsh_sizes(&x->file, 1, &nparts));
  ISO_TRY(iso_gmsh_sizes(&x->file, 1, &nghosts));
  ISO_TRY(iso_gmsh_check_count(x, nparts, 1));
  ISO_TRY(iso_gmsh_check_count(x, nghosts, 4));
  if (!iso_gmsh_is_tag(nparts) || !iso_gmsh_is_tag(nghosts)) return iso_gmsh_fail_counts(x);
  if (x->number > 0 && nparts != index->nparts)
    return iso_gmsh_fail(&x->file,
                         "its mesh has %lld partitions, that of the first file of its set %d; write the set "
                         "again, all of one mesh",
                         (long long)nparts, index->nparts);
  index->nparts = (int)nparts;
  const int64_t all = index->nghosts + nghosts;
  if (!iso_gmsh_is_tag(all)) return iso_gmsh_fail_counts(x);
  ISO_TRY(iso_realloc(&index->ghost, (size_t)all + 1, sizeof *index->ghost, "a file's index", x->file.err));
  for (int64_t k = 0; k < nghosts; k++) {
    ISO_TRY(iso_gmsh_integers(&x->file, 2, ghost));
    if (!iso_gmsh_is_tag(ghost[0])) return iso_gmsh_fail_counts(x);
    index->ghost[index->nghosts++] = (int32_t)ghost[0];
  }
  return ISO_OK;
}

static int by_entity(const void *a, const void *b) {
  const iso_gmsh_entity *p = a, *q = b;
  if (p->dimension != q->dimension) return p->dimension < q->dimension ? -1 : 1;
  return (p->tag > q->tag) - (p->tag < q->tag);
}

static int partitioned_first(const void *a, const void *b) {
  const int order = by_entity(a, b);
  return order ? order
               : (((const iso_gmsh_entity *)a)->part == 0) - (((const iso_gmsh_entity *)b)->part == 0);
}

static void sort_entities(iso_gmsh_index *index) {
  int n = 0;
  if (index->nentities == 0) return;
  qsort(index->entity, (size_t)index->nentities, sizeof *index->entity, partitioned_first);
  for (int k = 0; k < index->nentities; k++)
    if (n == 0 || by_entity(&index->entity[n - 1], &index->entity[k]) != 0)
      index->entity[n++] = index->entity[k];
  index->nentities = n;
}

iso_status iso_gmsh_index_entities(iso_gmsh_indexer *x, bool partitioned) {
  int64_t n[4];
  if (partitioned) ISO_TRY(index_partitions(x));
  ISO_TRY(iso_gmsh_sizes(&x->file, 4, n));
  for (int d = 0; d < 4; d++) {
    ISO_TRY(iso_gmsh_check_count(x, n[d], 8));
    for (int64_t k = 0; k < n[d]; k++)
      ISO_TRY(x->file.binary ? binary_entity(x, d, partitioned) : text_entity(x, d, partitioned));
  }
  sort_entities(x->index);
  return ISO_OK;
}

/* ---- looking them up ---- */

const iso_gmsh_entity *iso_gmsh_find_entity(const iso_gmsh_index *index, int32_t dimension, int32_t tag) {
  const iso_gmsh_entity key = {.dimension = dimension, .tag = tag};
  return index->nentities ? bsearch(&key, index->entity, (size_t)index->nentities, sizeof key, by_entity)
                          : NULL;
}

iso_gmsh_role iso_gmsh_role_of(const iso_gmsh_index *index, int32_t dimension, int32_t tag) {
  const iso_gmsh_entity *entity = iso_gmsh_find_entity(index, dimension, tag);
  if (entity) return entity->border ? ISO_GMSH_BORDER : ISO_GMSH_OWN;
  for (int k = 0; k < index->nghosts; k++)
    if (index->ghost[k] == tag) return ISO_GMSH_GHOST;
  return ISO_GMSH_OWN;
}

iso_status iso_gmsh_count_parts(iso_gmsh_index *index, iso_error *err) {
  int32_t *part = NULL;
  const int n = index->elements.n;
  if (index->nparts == 0) return ISO_OK;
  ISO_TRY(iso_alloc(&part, (size_t)n, sizeof *part, "a file's index", err));
  for (int k = 0; k < n; k++) {
    const iso_gmsh_run *run = &index->elements.run[k];
    const iso_gmsh_entity *entity = iso_gmsh_find_entity(index, run->dimension, run->entity);
    part[k] = entity && !entity->border ? entity->part : 0; /* a border is in the files of both sides */
  }
  qsort(part, (size_t)n, sizeof *part, iso_ascending_int32);
  index->nhere = 0;
  for (int k = 0; k < n; k++) index->nhere += part[k] > 0 && (k == 0 || part[k] != part[k - 1]);
  free(part);
  return ISO_OK;
}
