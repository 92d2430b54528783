/* Where everything is in a file of Gmsh. */
#include "grid/format/gmsh_index.h"

#include "base/memory.h"
#include "grid/format/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Items of a run at most: what a rank passes by before its share begins. */
enum { RUN = 16384, MOST_TAGS = 64 };

iso_status iso_gmsh_fail_counts(iso_gmsh_indexer *x) {
  return iso_gmsh_fail(&x->file, "a number of items in %s is impossible; the file is damaged, or cut short",
                       x->file.section);
}

iso_status iso_gmsh_check_count(iso_gmsh_indexer *x, int64_t n, int64_t bytes) {
  const int64_t rest = x->file.source.size - iso_source_offset(&x->file.source);
  return n < 0 || n > rest / bytes ? iso_gmsh_fail_counts(x) : ISO_OK;
}

static iso_status add_run(iso_gmsh_indexer *x, iso_gmsh_runs *runs, const iso_gmsh_run *run) {
  if (runs->n == runs->room) {
    const int room = 2 * runs->room + 16;
    ISO_TRY(iso_realloc(&runs->run, (size_t)room, sizeof *run, "a file's index", x->file.err));
    runs->room = room;
  }
  runs->run[runs->n] = *run;
  runs->run[runs->n++].file = x->number;
  return ISO_OK;
}

static iso_status skip_lines(iso_gmsh_indexer *x, int64_t n) {
  const char *p, *end;
  for (int64_t i = 0; i < n; i++) ISO_TRY(iso_gmsh_line(&x->file, &p, &end));
  return ISO_OK;
}

/* A run of the next items, each a line or so many bytes. *offset and *line: where they begin. */
static iso_status pass(iso_gmsh_indexer *x, int64_t n, int64_t bytes, int64_t *offset, int64_t *line) {
  iso_source *source = &x->file.source;
  *offset = iso_source_offset(source);
  *line = source->line;
  if (!x->file.binary) return skip_lines(x, n);
  ISO_TRY(iso_gmsh_check_count(x, n, bytes));
  iso_source_seek(source, *offset + n * bytes, 0);
  return ISO_OK;
}

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

/* ---- version 2 ---- */

/* In binary; in text they are lines like others, with more numbers. */
static iso_status pass_parametric(iso_gmsh_indexer *x, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    iso_source_seek(&x->file.source, iso_source_offset(&x->file.source) + 28, 0);
    ISO_TRY(iso_gmsh_pass_parameters(&x->file));
  }
  return ISO_OK;
}

static iso_status index_nodes_2(iso_gmsh_indexer *x, bool parametric) {
  iso_gmsh_runs *runs = &x->index->nodes;
  const char *p, *end;
  ISO_TRY(iso_gmsh_line(&x->file, &p, &end));
  if (!iso_text_integer(p, end, &x->nnode)) return iso_gmsh_fail_counts(x);
  ISO_TRY(iso_gmsh_check_count(x, x->nnode, 7));
  const int64_t before = runs->total;
  runs->total += x->nnode;
  for (int64_t first = before; first < runs->total; first += RUN) {
    iso_gmsh_run run = {
        .first = first, .n = smaller(RUN, runs->total - first), .parametric = parametric && x->file.binary};
    ISO_TRY(pass(x, run.parametric ? 0 : run.n, 28, &run.offset, &run.line));
    if (run.parametric) ISO_TRY(pass_parametric(x, run.n));
    ISO_TRY(add_run(x, runs, &run));
  }
  return ISO_OK;
}

/* Tags of an element: two, and where it says its partitions how many, and these. */
static iso_status look_for_parts(iso_gmsh_indexer *x) {
  iso_source *source = &x->file.source;
  const int64_t offset = iso_source_offset(source), line = source->line;
  const char *p, *end;
  int64_t head[3] = {0};
  if (x->nelem == 0) return ISO_OK;
  if (x->file.binary) {
    ISO_TRY(iso_gmsh_integers(&x->file, 3, head));
  } else {
    ISO_TRY(iso_gmsh_line(&x->file, &p, &end));
    for (int k = 0; p && k < 3; k++) p = iso_text_integer(p, end, &head[k]);
  }
  x->index->has_parts = head[2] > 3;
  iso_source_seek(source, offset, line);
  return ISO_OK;
}

static iso_status index_elements_2(iso_gmsh_indexer *x) {
  iso_gmsh_runs *runs = &x->index->elements;
  iso_gmsh_run run = {0};
  const char *p, *end;
  ISO_TRY(iso_gmsh_line(&x->file, &p, &end));
  if (!iso_text_integer(p, end, &x->nelem)) return iso_gmsh_fail_counts(x);
  ISO_TRY(iso_gmsh_check_count(x, x->nelem, 6));
  const int64_t before = runs->total;
  runs->total += x->nelem;
  ISO_TRY(look_for_parts(x));
  for (int64_t first = before; first < runs->total; first += run.n) {
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
        if (head[1] < 1 || head[2] < 0 || head[2] > MOST_TAGS) return iso_gmsh_fail_counts(x);
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

static iso_status index_node_block(iso_gmsh_indexer *x, int64_t first, int64_t *n) {
  int64_t head[4];
  if (x->file.binary) {
    ISO_TRY(iso_gmsh_integers(&x->file, 3, head));
    ISO_TRY(iso_gmsh_sizes(&x->file, 1, head + 3));
  } else {
    ISO_TRY(iso_gmsh_integers(&x->file, 4, head));
  }
  *n = head[3];
  if (head[0] < 0 || head[0] > 3) return iso_gmsh_fail_counts(x);
  ISO_TRY(iso_gmsh_check_count(x, *n, 7));
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

static iso_status index_nodes_4(iso_gmsh_indexer *x) {
  const int64_t before = x->index->nodes.total;
  int64_t head[4], first = before, n = 0;
  ISO_TRY(iso_gmsh_sizes(&x->file, 4, head));
  ISO_TRY(iso_gmsh_check_count(x, head[1], 7));
  x->nnode = head[1], x->index->nodes.total += head[1];
  for (int64_t b = 0; b < head[0]; b++, first += n) ISO_TRY(index_node_block(x, first, &n));
  return first - before == head[1] ? ISO_OK : iso_gmsh_fail_counts(x);
}

static iso_status index_element_block(iso_gmsh_indexer *x, int64_t first, int64_t *n) {
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
  if (head[0] < 0 || head[0] > 3 || !iso_gmsh_is_tag(head[1])) return iso_gmsh_fail_counts(x);
  ISO_TRY(iso_gmsh_check_count(x, *n, 3));
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

static iso_status index_elements_4(iso_gmsh_indexer *x) {
  const int64_t before = x->index->elements.total;
  int64_t head[4], first = before, n = 0;
  ISO_TRY(iso_gmsh_sizes(&x->file, 4, head));
  ISO_TRY(iso_gmsh_check_count(x, head[1], 3));
  x->nelem = head[1], x->index->elements.total += head[1];
  for (int64_t b = 0; b < head[0]; b++, first += n) ISO_TRY(index_element_block(x, first, &n));
  return first - before == head[1] ? ISO_OK : iso_gmsh_fail_counts(x);
}

/* ---- names ---- */

/* Lines of text in binary files, too: dimension, tag, "name". */
static iso_status index_names(iso_gmsh_indexer *x) {
  int64_t n, dimension, tag;
  const char *p, *end;
  ISO_TRY(iso_gmsh_line(&x->file, &p, &end));
  if (!iso_text_integer(p, end, &n)) return iso_gmsh_fail_counts(x);
  ISO_TRY(iso_gmsh_check_count(x, n, 5));
  for (int64_t k = 0; k < n; k++) {
    char name[ISO_NAME_SIZE];
    ISO_TRY(iso_gmsh_line(&x->file, &p, &end));
    p = iso_text_integer(p, end, &dimension);
    if (p) p = iso_text_integer(p, end, &tag);
    const char *open = p ? memchr(p, '"', (size_t)(end - p)) : NULL;
    const char *close = open ? memchr(open + 1, '"', (size_t)(end - open - 1)) : NULL;
    if (!close || dimension < 0 || dimension > 3 || !iso_gmsh_is_tag(tag))
      return iso_gmsh_fail(&x->file, "this is no name of a physical group: dimension, tag and \"name\"");
    snprintf(name, sizeof name, "%.*s", (int)smaller(close - open - 1, ISO_NAME_SIZE - 1), open + 1);
    ISO_TRY(iso_tag_names_add(&x->index->names, (int)dimension, (int32_t)tag, name, x->file.err));
  }
  return ISO_OK;
}

/* ---- sections ---- */

static iso_status index_format(iso_gmsh_indexer *x) {
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
  const iso_gmsh_version kind_of = version < 3 ? ISO_GMSH_2 : ISO_GMSH_4;
  const bool binary = kind == 1;
  if (binary) {
    int64_t one;
    x->file.binary = true;
    ISO_TRY(iso_gmsh_integers(&x->file, 1, &one));
    x->file.swapped = one == 1 << 24;
    if (one != 1 && !x->file.swapped)
      return iso_gmsh_fail(&x->file, "its byte order is neither one nor the other");
  }
  if (x->number > 0 && (kind_of != x->index->version || x->file.binary != x->index->binary ||
                        x->file.swapped != x->index->swapped))
    return iso_gmsh_fail(&x->file,
                         "its version or encoding is not that of the first file of its set; write all "
                         "of them alike");
  x->index->version = kind_of, x->index->binary = x->file.binary, x->index->swapped = x->file.swapped;
  x->has_format = true;
  return ISO_OK;
}

/* Up to "$End...". In binary sections what looks like lines may be long: they are searched byte by byte. */
static iso_status pass_section(iso_gmsh_indexer *x, const char *name, size_t n) {
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

static iso_status fail_begin(iso_gmsh_indexer *x) {
  return iso_gmsh_fail(&x->file,
                       "the file does not begin with $MeshFormat; is it a mesh of Gmsh? 'gmsh FILE -save "
                       "-format msh41 -o OUT.msh' makes one of its own of version 1, too");
}

static iso_status index_body(iso_gmsh_indexer *x, const char *name, size_t n) {
  const bool two = x->index->version == ISO_GMSH_2;
  if (n == 10 && !memcmp(name, "MeshFormat", n)) return index_format(x);
  if (n == 8 && !memcmp(name, "Comments", n)) return ISO_OK;
  if (!x->has_format) return fail_begin(x);
  if (n == 13 && !memcmp(name, "PhysicalNames", n)) return index_names(x);
  if (n == 8 && !memcmp(name, "Entities", n) && !two) return iso_gmsh_index_entities(x, false);
  if (n == 19 && !memcmp(name, "PartitionedEntities", n) && !two) return iso_gmsh_index_entities(x, true);
  const bool parametric = two && n == 15 && !memcmp(name, "ParametricNodes", n);
  if (parametric || (n == 5 && !memcmp(name, "Nodes", n))) {
    if (x->has_nodes) return iso_gmsh_fail(&x->file, "a second $Nodes; give one mesh in a file");
    x->has_nodes = true;
    return two ? index_nodes_2(x, parametric) : index_nodes_4(x);
  }
  if (n == 8 && !memcmp(name, "Elements", n)) {
    if (x->has_elements) return iso_gmsh_fail(&x->file, "a second $Elements; give one mesh in a file");
    x->has_elements = true;
    return two ? index_elements_2(x) : index_elements_4(x);
  }
  if (n == 13 && !memcmp(name, "GhostElements", n)) return ISO_OK;
  const size_t used = strlen(x->index->passed);
  snprintf(x->index->passed + used, sizeof x->index->passed - used, "%s$%.*s", used ? ", " : "", (int)n,
           name);
  return ISO_OK;
}

static iso_status index_section(iso_gmsh_indexer *x, const char *p, const char *end) {
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

static iso_status index_all(iso_gmsh_indexer *x) {
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
      return fail_begin(x);
  }
  if (x->nnode > 0 && x->nelem > 0) return ISO_OK;
  return iso_fail(x->file.err, ISO_EINPUT, "%s has no %s; write the mesh with all of its parts",
                  x->file.source.path, x->nnode > 0 ? "elements" : "nodes");
}

iso_status iso_gmsh_index_add(const char *path, int k, iso_gmsh_index *index, iso_error *err) {
  iso_gmsh_indexer x = {.index = index, .number = k};
  x.file.err = err;
  ISO_TRY(iso_source_open(&x.file.source, path, err));
  iso_status status = x.file.source.gz
                          ? iso_fail(err, ISO_EINPUT, "%s is compressed by gzip; unpack it: gunzip", path)
                          : index_all(&x);
  iso_source_close(&x.file.source);
  return status;
}
