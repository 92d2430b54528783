/* Where everything is in a file of Gmsh. */
#include "grid/format/gmsh.h"

#include "base/memory.h"
#include "base/share.h"
#include "grid/format/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Items of a run at most: what a rank passes by before its share begins. */
enum { RUN = 16384, MOST_TAGS = 64 };

typedef struct indexer {
  iso_gmsh_file file;
  iso_gmsh_index *index;
  bool has_format, has_nodes, has_elements, has_entities;
} indexer;

static iso_status fail_counts(indexer *x) {
  return iso_gmsh_fail(&x->file, "a number of items in %s is impossible; the file is damaged, or cut short",
                       x->file.section);
}

/* A count of items of so many bytes at least, which the rest of the file must hold. */
static iso_status check_count(indexer *x, int64_t n, int64_t bytes) {
  const int64_t rest = x->file.source.size - iso_source_offset(&x->file.source);
  return n < 0 || n > rest / bytes ? fail_counts(x) : ISO_OK;
}

static iso_status add_run(indexer *x, iso_gmsh_runs *runs, const iso_gmsh_run *run) {
  if (runs->n == runs->room) {
    const int room = 2 * runs->room + 16;
    ISO_TRY(iso_realloc(&runs->run, (size_t)room, sizeof *run, "a file's index", x->file.err));
    runs->room = room;
  }
  runs->run[runs->n++] = *run;
  return ISO_OK;
}

static iso_status skip_lines(indexer *x, int64_t n) {
  const char *p, *end;
  for (int64_t i = 0; i < n; i++) ISO_TRY(iso_gmsh_line(&x->file, &p, &end));
  return ISO_OK;
}

/* A run of the next items, each a line or so many bytes. *offset and *line: where they begin. */
static iso_status pass(indexer *x, int64_t n, int64_t bytes, int64_t *offset, int64_t *line) {
  iso_source *source = &x->file.source;
  *offset = iso_source_offset(source);
  *line = source->line;
  if (!x->file.binary) return skip_lines(x, n);
  ISO_TRY(check_count(x, n, bytes));
  iso_source_seek(source, *offset + n * bytes, 0);
  return ISO_OK;
}

static bool is_tag(int64_t tag) { return tag >= INT32_MIN && tag <= INT32_MAX; }

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

/* ---- version 2 ---- */

static iso_status index_nodes_2(indexer *x) {
  iso_gmsh_runs *runs = &x->index->nodes;
  const char *p, *end;
  ISO_TRY(iso_gmsh_line(&x->file, &p, &end));
  if (!iso_text_integer(p, end, &runs->total)) return fail_counts(x);
  ISO_TRY(check_count(x, runs->total, 7));
  for (int64_t first = 0; first < runs->total; first += RUN) {
    iso_gmsh_run run = {.first = first, .n = smaller(RUN, runs->total - first)};
    ISO_TRY(pass(x, run.n, 28, &run.offset, &run.line));
    ISO_TRY(add_run(x, runs, &run));
  }
  return ISO_OK;
}

static iso_status index_elements_2(indexer *x) {
  iso_gmsh_runs *runs = &x->index->elements;
  iso_gmsh_run run = {0};
  const char *p, *end;
  ISO_TRY(iso_gmsh_line(&x->file, &p, &end));
  if (!iso_text_integer(p, end, &runs->total)) return fail_counts(x);
  ISO_TRY(check_count(x, runs->total, 6));
  for (int64_t first = 0; first < runs->total; first += run.n) {
    run.first = first, run.n = smaller(RUN, runs->total - first);
    run.offset = iso_source_offset(&x->file.source), run.line = x->file.source.line;
    const iso_gmsh_run start = run;
    if (!x->file.binary) {
      ISO_TRY(skip_lines(x, run.n));
      ISO_TRY(add_run(x, runs, &start));
      continue;
    }
    for (int64_t rest = run.n; rest > 0;) {
      int64_t head[3], offset, line;
      iso_kind kind;
      if (run.left == 0) {
        ISO_TRY(iso_gmsh_integers(&x->file, 3, head));
        if (head[1] < 1 || head[2] < 0 || head[2] > MOST_TAGS) return fail_counts(x);
        run.type = (int32_t)head[0], run.left = (int32_t)head[1], run.ntags = (int32_t)head[2];
      }
      if (!iso_kind_of_gmsh(run.type, &kind))
        return iso_gmsh_fail(&x->file, "elements of type %d are not known; write the mesh with another order",
                             (int)run.type);
      const int64_t n = smaller(rest, run.left);
      ISO_TRY(pass(x, n, 4 * (1 + run.ntags + kind.nodes), &offset, &line));
      rest -= n;
      run.left -= (int32_t)n;
    }
    ISO_TRY(add_run(x, runs, &start));
  }
  return ISO_OK;
}

/* ---- version 4.1 ---- */

static iso_status index_node_block(indexer *x, int64_t first, int64_t *n) {
  int64_t head[4];
  if (x->file.binary) {
    ISO_TRY(iso_gmsh_integers(&x->file, 3, head));
    ISO_TRY(iso_gmsh_sizes(&x->file, 1, head + 3));
  } else {
    ISO_TRY(iso_gmsh_integers(&x->file, 4, head));
  }
  *n = head[3];
  if (head[0] < 0 || head[0] > 3) return fail_counts(x);
  ISO_TRY(check_count(x, *n, 7));
  const int columns = 3 + (head[2] ? (int)head[0] : 0), nruns = (int)((*n + RUN - 1) / RUN);
  const int at = x->index->nodes.n;
  for (int k = 0; k < nruns; k++) {
    iso_gmsh_run run = {
        .first = first + (int64_t)k * RUN, .n = smaller(RUN, *n - (int64_t)k * RUN), .columns = columns};
    ISO_TRY(pass(x, run.n, 8, &run.offset, &run.line));
    ISO_TRY(add_run(x, &x->index->nodes, &run));
  }
  for (int k = 0; k < nruns; k++) {
    iso_gmsh_run *run = &x->index->nodes.run[at + k];
    ISO_TRY(pass(x, run->n, 8 * columns, &run->xyz_offset, &run->xyz_line));
  }
  return ISO_OK;
}

static iso_status index_nodes_4(indexer *x) {
  int64_t head[4], first = 0, n = 0;
  ISO_TRY(iso_gmsh_sizes(&x->file, 4, head));
  x->index->nodes.total = head[1];
  ISO_TRY(check_count(x, head[1], 7));
  for (int64_t b = 0; b < head[0]; b++, first += n) ISO_TRY(index_node_block(x, first, &n));
  return first == head[1] ? ISO_OK : fail_counts(x);
}

static iso_status index_element_block(indexer *x, int64_t first, int64_t *n) {
  int64_t head[4];
  iso_kind kind;
  if (x->file.binary) {
    ISO_TRY(iso_gmsh_integers(&x->file, 3, head));
    ISO_TRY(iso_gmsh_sizes(&x->file, 1, head + 3));
  } else {
    ISO_TRY(iso_gmsh_integers(&x->file, 4, head));
  }
  if (!iso_kind_of_gmsh(head[2], &kind))
    return iso_gmsh_fail(&x->file, "elements of type %lld are not known; write the mesh with another order",
                         (long long)head[2]);
  *n = head[3];
  if (head[0] < 0 || head[0] > 3 || !is_tag(head[1])) return fail_counts(x);
  ISO_TRY(check_count(x, *n, 3));
  for (int64_t k = 0; k < *n; k += RUN) {
    iso_gmsh_run run = {.first = first + k,
                        .n = smaller(RUN, *n - k),
                        .dimension = (int32_t)head[0],
                        .entity = (int32_t)head[1],
                        .type = (int32_t)head[2]};
    ISO_TRY(pass(x, run.n, 8 * (1 + kind.nodes), &run.offset, &run.line));
    ISO_TRY(add_run(x, &x->index->elements, &run));
  }
  return ISO_OK;
}

static iso_status index_elements_4(indexer *x) {
  int64_t head[4], first = 0, n = 0;
  ISO_TRY(iso_gmsh_sizes(&x->file, 4, head));
  x->index->elements.total = head[1];
  ISO_TRY(check_count(x, head[1], 3));
  for (int64_t b = 0; b < head[0]; b++, first += n) ISO_TRY(index_element_block(x, first, &n));
  return first == head[1] ? ISO_OK : fail_counts(x);
}

/* ---- entities and names ---- */

static iso_status add_group(indexer *x, int64_t tag) {
  iso_gmsh_index *index = x->index;
  if (tag <= INT32_MIN || tag > INT32_MAX) return fail_counts(x);
  ISO_TRY(iso_realloc(&index->group, (size_t)index->ngroups + 1, sizeof *index->group, "a file's index",
                      x->file.err));
  index->group[index->ngroups++] = (int32_t)(tag < 0 ? -tag : tag); /* the sign is a direction */
  return ISO_OK;
}

static iso_status begin_entity(indexer *x, int dimension, int64_t tag) {
  iso_gmsh_index *index = x->index;
  ISO_TRY(iso_realloc(&index->entity, (size_t)index->nentities + 1, sizeof *index->entity, "a file's index",
                      x->file.err));
  index->entity[index->nentities++] =
      (iso_gmsh_entity){.dimension = dimension, .tag = (int32_t)tag, .first = index->ngroups};
  return ISO_OK;
}

/* Tag, place or box, physical groups; what bounds it is on the same line and is passed over. */
static iso_status text_entity(indexer *x, int dimension) {
  const char *p, *end;
  int64_t tag, n, group;
  double place;
  ISO_TRY(iso_gmsh_line(&x->file, &p, &end));
  p = iso_text_integer(p, end, &tag);
  for (int k = 0; p && k < (dimension == 0 ? 3 : 6); k++) p = iso_text_real(p, end, &place);
  if (p) p = iso_text_integer(p, end, &n);
  if (!p || n < 0 || !is_tag(tag))
    return iso_gmsh_fail(&x->file, "this is no line of $Entities; write the file again");
  ISO_TRY(begin_entity(x, dimension, tag));
  for (int64_t k = 0; k < n; k++) {
    p = iso_text_integer(p, end, &group);
    if (!p) return iso_gmsh_fail(&x->file, "this line of $Entities ends too early; write the file again");
    ISO_TRY(add_group(x, group));
    x->index->entity[x->index->nentities - 1].n++;
  }
  return ISO_OK;
}

static iso_status binary_entity(indexer *x, int dimension) {
  int64_t tag, n, group;
  double place[6];
  ISO_TRY(iso_gmsh_integers(&x->file, 1, &tag));
  ISO_TRY(iso_gmsh_reals(&x->file, dimension == 0 ? 3 : 6, place));
  ISO_TRY(iso_gmsh_sizes(&x->file, 1, &n));
  ISO_TRY(check_count(x, n, 4));
  ISO_TRY(begin_entity(x, dimension, tag));
  for (int64_t k = 0; k < n; k++) {
    ISO_TRY(iso_gmsh_integers(&x->file, 1, &group));
    ISO_TRY(add_group(x, group));
    x->index->entity[x->index->nentities - 1].n++;
  }
  if (dimension == 0) return ISO_OK;
  ISO_TRY(iso_gmsh_sizes(&x->file, 1, &n));
  ISO_TRY(check_count(x, n, 4));
  for (int64_t k = 0; k < n; k++) ISO_TRY(iso_gmsh_integers(&x->file, 1, &group));
  return ISO_OK;
}

static int by_entity(const void *a, const void *b) {
  const iso_gmsh_entity *p = a, *q = b;
  if (p->dimension != q->dimension) return p->dimension < q->dimension ? -1 : 1;
  return (p->tag > q->tag) - (p->tag < q->tag);
}

static iso_status index_entities(indexer *x) {
  int64_t n[4];
  ISO_TRY(iso_gmsh_sizes(&x->file, 4, n));
  for (int d = 0; d < 4; d++) {
    ISO_TRY(check_count(x, n[d], 8));
    for (int64_t k = 0; k < n[d]; k++) ISO_TRY(x->file.binary ? binary_entity(x, d) : text_entity(x, d));
  }
  if (x->index->nentities)
    qsort(x->index->entity, (size_t)x->index->nentities, sizeof *x->index->entity, by_entity);
  x->has_entities = true;
  return ISO_OK;
}

const iso_gmsh_entity *iso_gmsh_find_entity(const iso_gmsh_index *index, int32_t dimension, int32_t tag) {
  const iso_gmsh_entity key = {.dimension = dimension, .tag = tag};
  return index->nentities ? bsearch(&key, index->entity, (size_t)index->nentities, sizeof key, by_entity)
                          : NULL;
}

/* Lines of text in binary files, too: dimension, tag, "name". */
static iso_status index_names(indexer *x) {
  int64_t n, dimension, tag;
  const char *p, *end;
  ISO_TRY(iso_gmsh_line(&x->file, &p, &end));
  if (!iso_text_integer(p, end, &n)) return fail_counts(x);
  ISO_TRY(check_count(x, n, 5));
  for (int64_t k = 0; k < n; k++) {
    char name[ISO_NAME_SIZE];
    ISO_TRY(iso_gmsh_line(&x->file, &p, &end));
    p = iso_text_integer(p, end, &dimension);
    if (p) p = iso_text_integer(p, end, &tag);
    const char *open = p ? memchr(p, '"', (size_t)(end - p)) : NULL;
    const char *close = open ? memchr(open + 1, '"', (size_t)(end - open - 1)) : NULL;
    if (!close || dimension < 0 || dimension > 3 || !is_tag(tag))
      return iso_gmsh_fail(&x->file, "this is no name of a physical group: dimension, tag and \"name\"");
    snprintf(name, sizeof name, "%.*s", (int)smaller(close - open - 1, ISO_NAME_SIZE - 1), open + 1);
    ISO_TRY(iso_tag_names_add(&x->index->names, (int)dimension, (int32_t)tag, name, x->file.err));
  }
  return ISO_OK;
}

/* ---- sections ---- */

static iso_status index_format(indexer *x) {
  const char *p, *end;
  double version;
  int64_t kind, size;
  ISO_TRY(iso_gmsh_line(&x->file, &p, &end));
  p = iso_text_real(p, end, &version);
  if (p) p = iso_text_integer(p, end, &kind);
  if (p) p = iso_text_integer(p, end, &size);
  if (!p || (kind != 0 && kind != 1))
    return iso_gmsh_fail(&x->file, "this is no format of Gmsh: version, 0 or 1, and size of a number");
  if (!(version >= 2 && version < 3) && version != 4.1)
    return iso_gmsh_fail(
        &x->file, "version %g is not read; 'gmsh FILE -save -format msh41 -o OUT.msh' writes 4.1", version);
  if (size != 8)
    return iso_gmsh_fail(&x->file, "numbers of %lld bytes are not read, only of 8", (long long)size);
  x->index->version = version < 3 ? ISO_GMSH_2 : ISO_GMSH_4;
  if (kind == 1) {
    int64_t one;
    x->file.binary = true;
    ISO_TRY(iso_gmsh_integers(&x->file, 1, &one));
    x->file.swapped = one == 1 << 24;
    if (one != 1 && !x->file.swapped)
      return iso_gmsh_fail(&x->file, "its byte order is neither one nor the other");
  }
  x->index->binary = x->file.binary, x->index->swapped = x->file.swapped;
  x->has_format = true;
  return ISO_OK;
}

/* Up to "$End...". In binary sections what looks like lines may be long: they are searched byte by byte. */
static iso_status pass_section(indexer *x, const char *name, size_t n) {
  iso_source *source = &x->file.source;
  size_t matched = 0, added = 1;
  char ending[80];
  iso_error why = {0};
  const size_t length = (size_t)snprintf(ending, sizeof ending, "$End%.*s", (int)n, name);
  while (matched < length) {
    if (source->at == source->filled) {
      const iso_status status = iso_source_fill(source, &added, &why);
      if (status != ISO_OK) return iso_fail(x->file.err, status, "%s: %s", source->path, why.message);
      if (added == 0)
        return iso_gmsh_fail(&x->file, "$%.*s has no %s; the file is cut short", (int)n, name, ending);
    }
    const char c = source->window[source->at++];
    source->line += c == '\n';
    matched = c == ending[matched] ? matched + 1 : c == '$';
  }
  return ISO_OK;
}

static iso_status index_body(indexer *x, const char *name, size_t n) {
  const bool two = x->index->version == ISO_GMSH_2;
  if (n == 10 && !memcmp(name, "MeshFormat", n)) return index_format(x);
  if (!x->has_format)
    return iso_gmsh_fail(&x->file, "the file does not begin with $MeshFormat; is it a mesh of Gmsh?");
  if (n == 13 && !memcmp(name, "PhysicalNames", n)) return index_names(x);
  if (n == 8 && !memcmp(name, "Entities", n) && !two) return index_entities(x);
  if (n == 5 && !memcmp(name, "Nodes", n)) {
    if (x->has_nodes) return iso_gmsh_fail(&x->file, "a second $Nodes; give one mesh in a file");
    x->has_nodes = true;
    return two ? index_nodes_2(x) : index_nodes_4(x);
  }
  if (n == 8 && !memcmp(name, "Elements", n)) {
    if (x->has_elements) return iso_gmsh_fail(&x->file, "a second $Elements; give one mesh in a file");
    x->has_elements = true;
    return two ? index_elements_2(x) : index_elements_4(x);
  }
  if (n == 19 && !memcmp(name, "PartitionedEntities", n))
    return iso_gmsh_fail(
        &x->file, "a partitioned mesh; make it whole by gmsh.model.mesh.unpartition() of Gmsh's Python "
                  "interface, or write it before it is partitioned");
  if (n != 8 || memcmp(name, "Comments", n)) {
    const size_t used = strlen(x->index->passed);
    snprintf(x->index->passed + used, sizeof x->index->passed - used, "%s$%.*s", used ? ", " : "", (int)n,
             name);
  }
  return ISO_OK;
}

static iso_status index_section(indexer *x, const char *p, const char *end) {
  char name[64], title[64];
  const char *stop = iso_text_word_end(p, end);
  snprintf(name, sizeof name, "%.*s", (int)smaller(stop - p - 1, 60), p + 1);
  snprintf(title, sizeof title, "$%.60s", name);
  x->file.section = title;
  ISO_TRY(index_body(x, name, strlen(name)));
  ISO_TRY(pass_section(x, name, strlen(name)));
  x->file.section = "the file";
  return ISO_OK;
}

static iso_status index_all(indexer *x) {
  const char *p, *end;
  iso_error why = {0};
  x->file.section = "the file";
  for (;;) {
    const iso_status status = iso_source_line(&x->file.source, &p, &end, &why);
    if (status != ISO_OK) return iso_fail(x->file.err, status, "%s: %s", x->file.source.path, why.message);
    if (!p) break;
    p = iso_text_skip(p, end);
    if (p < end && *p == '$')
      ISO_TRY(index_section(x, p, end));
    else if (p < end && !x->has_format)
      return iso_gmsh_fail(&x->file, "the file does not begin with $MeshFormat; is it a mesh of Gmsh?");
  }
  if (x->has_nodes && x->has_elements && x->index->nodes.total > 0 && x->index->elements.total > 0)
    return ISO_OK;
  return iso_fail(x->file.err, ISO_EINPUT, "%s has no %s; write the mesh with all of its parts",
                  x->file.source.path, x->has_nodes && x->index->nodes.total > 0 ? "elements" : "nodes");
}

iso_status iso_gmsh_index_make(const char *path, iso_gmsh_index *index, iso_error *err) {
  indexer x = {.index = index};
  *index = (iso_gmsh_index){0};
  x.file.err = err;
  ISO_TRY(iso_source_open(&x.file.source, path, err));
  iso_status status = x.file.source.gz
                          ? iso_fail(err, ISO_EINPUT, "%s is compressed by gzip; unpack it: gunzip", path)
                          : index_all(&x);
  iso_source_close(&x.file.source);
  if (status != ISO_OK) iso_gmsh_index_free(index);
  return status;
}

void iso_gmsh_index_free(iso_gmsh_index *index) {
  free(index->nodes.run);
  free(index->elements.run);
  free(index->entity);
  free(index->group);
  iso_tag_names_free(&index->names);
  *index = (iso_gmsh_index){0};
}

iso_status iso_gmsh_index_share(MPI_Comm comm, iso_gmsh_index *index, iso_error *err) {
  int rank;
  iso_gmsh_index head = *index;
  MPI_Comm_rank(comm, &rank);
  MPI_Bcast(&head, (int)sizeof head, MPI_BYTE, 0, comm);
  if (rank != 0) {
    *index = head;
    index->nodes.run = index->elements.run = NULL;
    index->entity = NULL, index->group = NULL, index->names.name = NULL;
  }
  ISO_TRY(iso_share_items(comm, &index->nodes.run, index->nodes.n, sizeof *index->nodes.run, "a file's index",
                          err));
  ISO_TRY(iso_share_items(comm, &index->elements.run, index->elements.n, sizeof *index->elements.run,
                          "a file's index", err));
  ISO_TRY(
      iso_share_items(comm, &index->entity, index->nentities, sizeof *index->entity, "a file's index", err));
  ISO_TRY(iso_share_items(comm, &index->group, index->ngroups, sizeof *index->group, "a file's index", err));
  return iso_share_items(comm, &index->names.name, index->names.n, sizeof *index->names.name,
                         "a file's index", err);
}
