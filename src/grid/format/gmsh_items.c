#include "grid/format/gmsh_items.h"

#include "base/memory.h"
#include "grid/format/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct reader {
  iso_gmsh_file file;
  const iso_gmsh_index *index;
  iso_gmsh_items *items;
  const char *first;        /* path of the first file */
  int open;                 /* number of the file that is open, -1: none is */
  char path[ISO_GMSH_PATH]; /* of that, which the source refers to */
  /* Of an element of version 2, binary: what its block says. */
  int64_t type, ntags, left;
} reader;

/* What a run has of [first, first + n). */
typedef struct {
  int64_t from, to; /* empty where from >= to */
} range;

static range common(const iso_gmsh_run *run, int64_t first, int64_t n) {
  const int64_t end = run->first + run->n;
  return (range){run->first > first ? run->first : first, end < first + n ? end : first + n};
}

static iso_status open_file(reader *r, int file) {
  if (file == r->open) return ISO_OK;
  if (r->open >= 0) iso_source_close(&r->file.source);
  r->open = -1;
  if (!iso_gmsh_path_of(r->first, file, r->path))
    return iso_fail(r->file.err, ISO_EINPUT, "the path of the mesh is too long");
  ISO_TRY(iso_source_open(&r->file.source, r->path, r->file.err));
  r->open = file;
  return ISO_OK;
}

/* ---- nodes ---- */

static iso_status take_place(reader *r, int64_t i, const double x[3]) {
  for (int a = 0; a < 3; a++)
    if (!isfinite(x[a]))
      return iso_gmsh_fail(&r->file, "a coordinate of node %lld is not a finite number",
                           (long long)r->items->tag[i]);
  memcpy(r->items->xyz[i], x, sizeof r->items->xyz[i]);
  return ISO_OK;
}

static iso_status text_node(reader *r, int64_t i) {
  const char *p, *end;
  double x[3];
  ISO_TRY(iso_gmsh_line(&r->file, &p, &end));
  p = iso_text_integer(p, end, &r->items->tag[i]);
  for (int a = 0; p && a < 3; a++) p = iso_text_real(p, end, &x[a]);
  if (!p) return iso_gmsh_fail(&r->file, "this is no line of $Nodes: a number and three coordinates");
  return take_place(r, i, x);
}

static iso_status binary_node(reader *r, int64_t i) {
  double x[3];
  ISO_TRY(iso_gmsh_integers(&r->file, 1, &r->items->tag[i]));
  ISO_TRY(iso_gmsh_reals(&r->file, 3, x));
  return take_place(r, i, x);
}

static iso_status pass_items(reader *r, int64_t n, int64_t bytes) {
  const char *p, *end;
  iso_source *source = &r->file.source;
  if (r->file.binary)
    iso_source_seek(source, iso_source_offset(source) + n * bytes, 0);
  else
    for (int64_t k = 0; k < n; k++) ISO_TRY(iso_gmsh_line(&r->file, &p, &end));
  return ISO_OK;
}

static iso_status read_nodes_2(reader *r, const iso_gmsh_run *run, range own, int64_t first) {
  iso_source_seek(&r->file.source, run->offset, run->line);
  for (int64_t i = run->first; i < own.from && run->parametric; i++) {
    ISO_TRY(pass_items(r, 1, 28));
    ISO_TRY(iso_gmsh_pass_parameters(&r->file));
  }
  if (!run->parametric) ISO_TRY(pass_items(r, own.from - run->first, 28));
  for (int64_t i = own.from; i < own.to; i++) {
    ISO_TRY(r->file.binary ? binary_node(r, i - first) : text_node(r, i - first));
    if (run->parametric) ISO_TRY(iso_gmsh_pass_parameters(&r->file));
  }
  return ISO_OK;
}

static iso_status read_nodes_4(reader *r, const iso_gmsh_run *run, range own, int64_t first) {
  iso_source_seek(&r->file.source, run->offset, run->line);
  ISO_TRY(pass_items(r, own.from - run->first, 8));
  for (int64_t i = own.from; i < own.to; i++) ISO_TRY(iso_gmsh_sizes(&r->file, 1, &r->items->tag[i - first]));
  iso_source_seek(&r->file.source, run->xyz_offset, run->xyz_line);
  ISO_TRY(pass_items(r, own.from - run->first, 8 * run->columns));
  for (int64_t i = own.from; i < own.to; i++) {
    double x[6];
    ISO_TRY(iso_gmsh_reals(&r->file, run->columns, x));
    ISO_TRY(take_place(r, i - first, x));
  }
  return ISO_OK;
}

static iso_status read_nodes(reader *r, int64_t first) {
  iso_gmsh_items *items = r->items;
  r->file.section = "$Nodes";
  ISO_TRY(iso_alloc(&items->tag, (size_t)items->nnode, sizeof *items->tag, "nodes", r->file.err));
  ISO_TRY(iso_alloc(&items->xyz, (size_t)items->nnode, sizeof *items->xyz, "nodes", r->file.err));
  for (int k = 0; k < r->index->nodes.n; k++) {
    const iso_gmsh_run *run = &r->index->nodes.run[k];
    const range own = common(run, first, items->nnode);
    if (own.from >= own.to) continue;
    ISO_TRY(open_file(r, run->file));
    ISO_TRY(r->index->version == ISO_GMSH_2 ? read_nodes_2(r, run, own, first)
                                            : read_nodes_4(r, run, own, first));
  }
  return ISO_OK;
}

/* ---- elements ---- */

static iso_status find_kind(reader *r, int64_t type, iso_kind *kind) {
  if (iso_kind_of_gmsh(type, kind)) return ISO_OK;
  return iso_gmsh_fail(&r->file, "elements of type %lld are not known; write the mesh with another order",
                       (long long)type);
}

/* The sign of a group is a direction. */
static int32_t group_of(int64_t tag) { return (int32_t)(tag < 0 && tag > INT32_MIN ? -tag : tag); }

static iso_status add_element(reader *r, int64_t type, const int64_t *tag, int64_t ntags, int64_t nodes,
                              const int64_t *node) {
  iso_gmsh_items *items = r->items;
  if (items->nlisted + nodes > items->room) {
    const int64_t room = items->room + items->room / 2 + 4096;
    ISO_TRY(iso_realloc(&items->node, (size_t)room, sizeof *items->node, "elements", r->file.err));
    items->room = room;
  }
  for (int k = 0; k < ntags && k < 2; k++)
    if (tag[k] < INT32_MIN || tag[k] > INT32_MAX)
      return iso_gmsh_fail(&r->file, "the tag %lld does not fit in 32 bits", (long long)tag[k]);
  items->element[items->nelem++] = (iso_gmsh_element){.type = (int32_t)type,
                                                      .physical = ntags > 0 ? group_of(tag[0]) : 0,
                                                      .entity = ntags > 1 ? (int32_t)tag[1] : 0,
                                                      .first = items->nlisted};
  memcpy(items->node + items->nlisted, node, (size_t)nodes * sizeof *node);
  items->nlisted += nodes;
  return ISO_OK;
}

/* Of version 2: in a file of a set, every element is of its partition. */
static iso_status check_part(reader *r, int64_t ntags, const int64_t *tag) {
  if (r->index->nfiles == 1 || (ntags > 3 && tag[3] == r->open + 1)) return ISO_OK;
  return iso_gmsh_fail(&r->file,
                       "an element is not of partition %d, as all should be in this file of a set; if it "
                       "is no set, give the first file a name that does not end in _1",
                       r->open + 1);
}

/* Number, type, how many tags, these, nodes. */
static iso_status text_element(reader *r) {
  const char *p, *end;
  int64_t head[3], tag[4] = {0}, node[ISO_GMSH_MOST_NODES], more;
  iso_kind kind;
  ISO_TRY(iso_gmsh_line(&r->file, &p, &end));
  for (int k = 0; p && k < 3; k++) p = iso_text_integer(p, end, &head[k]);
  if (!p) return iso_gmsh_fail(&r->file, "this is no line of $Elements: number, type, tags and nodes");
  ISO_TRY(find_kind(r, head[1], &kind));
  for (int64_t k = 0; p && k < head[2]; k++) p = iso_text_integer(p, end, k < 4 ? &tag[k] : &more);
  for (int64_t k = 0; p && k < kind.nodes; k++) p = iso_text_integer(p, end, &node[k]);
  if (!p)
    return iso_gmsh_fail(&r->file, "this line of $Elements has too few numbers for %lld tags and %lld nodes",
                         (long long)head[2], (long long)kind.nodes);
  ISO_TRY(check_part(r, head[2], tag));
  return add_element(r, head[1], tag, head[2] < 2 ? head[2] : 2, kind.nodes, node);
}

static iso_status binary_element(reader *r, bool wanted) {
  int64_t number, tag[64], node[ISO_GMSH_MOST_NODES], head[3];
  iso_kind kind;
  if (r->left == 0) {
    ISO_TRY(iso_gmsh_integers(&r->file, 3, head));
    r->type = head[0], r->left = head[1], r->ntags = head[2];
  }
  r->left--;
  ISO_TRY(find_kind(r, r->type, &kind));
  if (!wanted) return pass_items(r, 1, 4 * (1 + r->ntags + kind.nodes));
  ISO_TRY(iso_gmsh_integers(&r->file, 1, &number));
  ISO_TRY(iso_gmsh_integers(&r->file, (int)r->ntags, tag));
  ISO_TRY(check_part(r, r->ntags, tag));
  ISO_TRY(iso_gmsh_integers(&r->file, (int)kind.nodes, node));
  return add_element(r, r->type, tag, r->ntags, kind.nodes, node);
}

static iso_status read_elements_2(reader *r, const iso_gmsh_run *run, range own) {
  iso_source_seek(&r->file.source, run->offset, run->line);
  r->type = run->type, r->ntags = run->ntags, r->left = run->left;
  if (!r->file.binary) ISO_TRY(pass_items(r, own.from - run->first, 0));
  for (int64_t e = r->file.binary ? run->first : own.from; e < own.to; e++)
    ISO_TRY(r->file.binary ? binary_element(r, e >= own.from) : text_element(r));
  return ISO_OK;
}

static iso_status read_elements_4(reader *r, const iso_gmsh_run *run, range own) {
  int64_t item[1 + ISO_GMSH_MOST_NODES], tag[2] = {0, run->entity};
  iso_kind kind;
  const iso_gmsh_entity *entity = iso_gmsh_find_entity(r->index, run->dimension, run->entity);
  const iso_gmsh_role role = iso_gmsh_role_of(r->index, run->dimension, run->entity);
  if (entity) tag[1] = entity->whole;
  if (entity && entity->n > 0) tag[0] = r->index->group[entity->first];
  iso_source_seek(&r->file.source, run->offset, run->line);
  ISO_TRY(find_kind(r, run->type, &kind));
  ISO_TRY(pass_items(r, own.from - run->first, 8 * (1 + kind.nodes)));
  for (int64_t e = own.from; e < own.to; e++) {
    ISO_TRY(iso_gmsh_sizes(&r->file, 1 + (int)kind.nodes, item));
    ISO_TRY(add_element(r, run->type, tag, 2, kind.nodes, item + 1));
    iso_gmsh_element *one = &r->items->element[r->items->nelem - 1];
    one->role = role;
    if (entity && entity->n > 1) one->more_first = entity->first + 1, one->nmore = entity->n - 1;
  }
  return ISO_OK;
}

static iso_status read_elements(reader *r) {
  iso_gmsh_items *items = r->items;
  const int64_t n = items->nelem;
  r->file.section = "$Elements";
  ISO_TRY(iso_alloc(&items->element, (size_t)n, sizeof *items->element, "elements", r->file.err));
  items->nelem = 0;
  for (int k = 0; k < r->index->elements.n; k++) {
    const iso_gmsh_run *run = &r->index->elements.run[k];
    const range own = common(run, items->first_element, n);
    if (own.from >= own.to) continue;
    ISO_TRY(open_file(r, run->file));
    ISO_TRY(r->index->version == ISO_GMSH_2 ? read_elements_2(r, run, own) : read_elements_4(r, run, own));
  }
  return ISO_OK;
}

static bool is_same(const iso_gmsh_items *items, int64_t e, int64_t end) {
  const iso_gmsh_element *a = &items->element[e - 1], *b = &items->element[e];
  const int64_t n = b->first - a->first;
  return a->type == b->type && n == end - b->first &&
         !memcmp(items->node + a->first, items->node + b->first, (size_t)n * sizeof *items->node);
}

/* An element of version 2 follows itself once for each further group. To tell so of this rank's first one,
 * the one before it is read, too. */
static iso_status read_elements_once(reader *r) {
  iso_gmsh_items *items = r->items;
  const bool before = r->index->version == ISO_GMSH_2 && items->nelem > 0 && items->first_element > 0;
  items->first_element -= before, items->nelem += before;
  ISO_TRY(read_elements(r));
  for (int64_t e = 1; e < items->nelem && r->index->version == ISO_GMSH_2; e++)
    items->element[e].again =
        is_same(items, e, e + 1 < items->nelem ? items->element[e + 1].first : items->nlisted);
  if (!before) return ISO_OK;
  items->first_element++, items->nelem--;
  memmove(items->element, items->element + 1, (size_t)items->nelem * sizeof *items->element);
  return ISO_OK;
}

iso_status iso_gmsh_items_read(const char *path, const iso_gmsh_index *index, int64_t first_node,
                               iso_gmsh_items *items, iso_error *err) {
  reader r = {.index = index, .items = items, .first = path, .open = -1};
  r.file.binary = index->binary, r.file.swapped = index->swapped, r.file.err = err;
  iso_status status = read_nodes(&r, first_node);
  if (status == ISO_OK) status = read_elements_once(&r);
  if (r.open >= 0) iso_source_close(&r.file.source);
  return status;
}

void iso_gmsh_items_free(iso_gmsh_items *items) {
  free(items->tag);
  free(items->xyz);
  free(items->element);
  free(items->node);
  *items = (iso_gmsh_items){0};
}
