#include "gmsh_sample.h"

typedef struct {
  FILE *stream;
  char *bytes;
  size_t size;
  bool binary, swapped;
} writer;

static void put(writer *w, const void *value, size_t n) {
  const unsigned char *b = value;
  for (size_t i = 0; i < n; i++) fputc(b[w->swapped ? n - 1 - i : i], w->stream);
}

static void put_int(writer *w, int32_t value) {
  if (w->binary)
    put(w, &value, sizeof value);
  else
    fprintf(w->stream, "%d ", (int)value);
}

static void put_size(writer *w, int64_t value) {
  if (w->binary)
    put(w, &value, sizeof value);
  else
    fprintf(w->stream, "%lld ", (long long)value);
}

static void put_real(writer *w, double value) {
  if (w->binary)
    put(w, &value, sizeof value);
  else
    fprintf(w->stream, "%.17g ", value);
}

/* In text each item is a line. */
static void end_item(writer *w) {
  if (!w->binary) fputc('\n', w->stream);
}

static void begin(writer *w, const char *version, bool binary, bool swapped) {
  *w = (writer){.binary = binary, .swapped = swapped};
  w->stream = open_memstream(&w->bytes, &w->size);
  assert_non_null(w->stream);
  fprintf(w->stream, "$Comments\nof whoever wrote it\n$EndComments\n$MeshFormat\n%s %d 8\n", version, binary);
  if (binary) put_int(w, 1);
  fprintf(w->stream, "%s$EndMeshFormat\n$Comments\nNodes are not $Nodes\n$EndComments\n", binary ? "\n" : "");
}

/* Numbers with gaps, in no order. */
static int64_t tag_of(int i) { return 10 + 3 * i; }
static int shuffled(int k) { return (k * 7 + 3) % SAMPLE_NODES; }

/* Of a set of files, one for each of two partitions: file 1 has the first elements and nodes, file 2 the
 * others; some nodes are in both. File 0 is the whole. */
enum { HALF = SAMPLE_ELEMS / 2 / 2 * 2 };
static int part_of(int e) { return e < HALF ? 1 : 2; }
static bool has_element(int file, int e) { return file == 0 || part_of(e) == file; }
static int first_node(int file) { return file == 2 ? SAMPLE_NODES / 3 : 0; }
static int end_of_nodes(int file) { return file == 1 ? SAMPLE_NODES / 2 : SAMPLE_NODES; }
static int elements_of(int file) { return file == 0 ? SAMPLE_ELEMS : file == 1 ? HALF : SAMPLE_ELEMS - HALF; }

static const int gmsh_type[] = {1, 2, 4, 5}, dimension_of[] = {1, 2, 3, 3};

/* Nodes with parameters, in no order: on the surface 4, the curve 3, the point 2 or in the volume 1. */
static void put_parameters(writer *w, int k) {
  static const int ways[4][3] = {{2, 4, 2}, {1, 3, 1}, {0, 2, 0}, {3, 1, 0}};
  put_int(w, ways[k % 4][0]), put_int(w, ways[k % 4][1]);
  for (int i = 0; i < ways[k % 4][2]; i++) put_real(w, 0.5);
}

static void put_version_2(writer *w, const sample *s, bool parametric, int file) {
  const char *section = parametric ? "ParametricNodes" : "Nodes";
  fprintf(w->stream, "$%s\n%d\n", section, end_of_nodes(file) - first_node(file));
  for (int k = first_node(file); k < end_of_nodes(file); k++) {
    put_int(w, (int32_t)tag_of(shuffled(k)));
    for (int a = 0; a < 3; a++) put_real(w, s->xyz[shuffled(k)][a]);
    if (parametric) put_parameters(w, k);
    end_item(w);
  }
  fprintf(w->stream, "\n$End%s\n$Elements\n%d\n", section, elements_of(file));
  const int ntags = file ? 4 : 3;
  for (int e = 0; e < SAMPLE_ELEMS; e++) {
    const int tags[4] = {s->tag[e], 1, file ? 1 : 5, file};
    if (!has_element(file, e)) continue;
    if (w->binary) { /* blocks of one, or of two that are alike but for their tags */
      const bool second = e % 2 && s->shape[e] == s->shape[e - 1];
      const int n = e % 2 == 0 && e + 1 < SAMPLE_ELEMS && s->shape[e] == s->shape[e + 1] ? 2 : 1;
      if (!second) put_int(w, gmsh_type[s->shape[e]]), put_int(w, n), put_int(w, ntags);
      put_int(w, e + 1);
    } else {
      put_int(w, e + 1), put_int(w, gmsh_type[s->shape[e]]), put_int(w, ntags);
    }
    for (int k = 0; k < ntags; k++) put_int(w, tags[k]);
    for (int k = 0; k < iso_shape_nodes(s->shape[e]); k++) put_int(w, (int32_t)tag_of((int)s->node[e][k]));
    end_item(w);
  }
  fprintf(w->stream, "\n$EndElements\n");
}

/* Tags of the parts of entities; of the one between partitions, of which no element is one of the mesh's, and
 * of the one that ghosts have in file 0 (the others' follow). */
enum { PARTITIONED = 1000, BORDER = 5000, GHOST = 7000 };

/* Of a partitioned one: what it is part of, and its partitions. */
static void put_parent(writer *w, int dimension, int32_t tag, int part) {
  put_int(w, dimension), put_int(w, tag), put_size(w, 2), put_int(w, part), put_int(w, 3 - part);
}

/* An entity for each of the tags and dimensions; of ghosts those of the file. */
static void put_entities(writer *w, const sample *s, bool partitioned, int file) {
  fprintf(w->stream, partitioned ? "$PartitionedEntities\n" : "$Entities\n");
  int32_t tags[4][SAMPLE_ELEMS];
  int n[4] = {0};
  if (partitioned) {
    put_size(w, 2), end_item(w), put_size(w, 1), end_item(w);
    put_int(w, GHOST + file), put_int(w, file ? file : 2), end_item(w);
  }
  for (int e = 0; e < SAMPLE_ELEMS; e++) {
    const int d = dimension_of[s->shape[e]];
    int k = 0;
    while (k < n[d] && tags[d][k] != s->tag[e]) k++;
    if (k == n[d]) tags[d][n[d]++] = s->tag[e];
  }
  const int times = partitioned ? 2 : 1;
  for (int d = 0; d < 4; d++) put_size(w, times * n[d] + (partitioned && d == 2));
  end_item(w);
  for (int d = 1; d < 4; d++) {
    if (partitioned && d == 2) {
      put_int(w, BORDER), put_parent(w, 3, 1, 1);
      for (int a = 0; a < 6; a++) put_real(w, a);
      put_size(w, 0), put_size(w, 0), end_item(w);
    }
    for (int i = 0; i < times * n[d]; i++) { /* of both partitions, one after the other */
      const int k = i / times, part = 1 + i % times;
      put_int(w, tags[d][k] + 1 + (partitioned ? part * PARTITIONED : 0));
      if (partitioned) put_parent(w, d, tags[d][k] + 1, part);
      for (int a = 0; a < 6; a++) put_real(w, a);
      put_size(w, tags[d][k] != 0);
      if (tags[d][k]) put_int(w, d == 2 ? -tags[d][k] : tags[d][k]);
      put_size(w, 1);
      put_int(w, 9);
      end_item(w);
    }
  }
  fprintf(w->stream, partitioned ? "\n$EndPartitionedEntities\n" : "\n$EndEntities\n");
}

/* An element that is none of the whole mesh: of nodes 0 to n - 1. */
static void put_other(writer *w, int dimension, int entity, int type, int n) {
  put_int(w, dimension), put_int(w, entity), put_int(w, type), put_size(w, 1), end_item(w);
  put_size(w, 900 + dimension);
  for (int k = 0; k < n; k++) put_size(w, tag_of(k));
  end_item(w);
}

static void put_version_4(writer *w, const sample *s, bool partitioned, int file) {
  enum { BLOCKS = 3 };
  put_entities(w, s, false, file);
  if (partitioned) put_entities(w, s, true, file);
  const int others = partitioned ? 2 : 0, nnodes = end_of_nodes(file) - first_node(file);
  const int nelems = elements_of(file) + others;
  fprintf(w->stream, "$Nodes\n");
  put_size(w, BLOCKS), put_size(w, nnodes), put_size(w, tag_of(0)), put_size(w, tag_of(SAMPLE_NODES - 1));
  end_item(w);
  for (int b = 0; b < BLOCKS; b++) {
    const int from = first_node(file) + nnodes * b / BLOCKS,
              to = first_node(file) + nnodes * (b + 1) / BLOCKS;
    put_int(w, b), put_int(w, 1), put_int(w, b == 2), put_size(w, to - from); /* the last has parameters */
    end_item(w);
    for (int k = from; k < to; k++) put_size(w, tag_of(shuffled(k))), end_item(w);
    for (int k = from; k < to; k++) {
      for (int a = 0; a < 3; a++) put_real(w, s->xyz[shuffled(k)][a]);
      for (int a = 0; b == 2 && a < 2; a++) put_real(w, 0.25);
      end_item(w);
    }
  }
  fprintf(w->stream, "\n$EndNodes\n$Elements\n");
  put_size(w, nelems), put_size(w, nelems), put_size(w, 1), put_size(w, SAMPLE_ELEMS + others);
  end_item(w);
  if (partitioned) put_other(w, 2, BORDER, 2, 3);
  if (partitioned) put_other(w, 3, GHOST + file, 4, 4);
  for (int e = 0; e < SAMPLE_ELEMS; e++) {
    if (!has_element(file, e)) continue;
    put_int(w, dimension_of[s->shape[e]]);
    put_int(w, s->tag[e] + 1 + (partitioned ? part_of(e) * PARTITIONED : 0));
    put_int(w, gmsh_type[s->shape[e]]);
    put_size(w, 1);
    end_item(w);
    put_size(w, e + 1);
    for (int k = 0; k < iso_shape_nodes(s->shape[e]); k++) put_size(w, tag_of((int)s->node[e][k]));
    end_item(w);
  }
  fprintf(w->stream, "\n$EndElements\n");
  if (partitioned) {
    fprintf(w->stream, "$GhostElements\n");
    put_size(w, 1), end_item(w), put_size(w, 903), put_int(w, 2), put_size(w, 1), put_int(w, 1), end_item(w);
    fprintf(w->stream, "\n$EndGhostElements\n");
  }
}

static const char *finish(writer *w, const char *name) {
  fclose(w->stream);
  const char *path = scratch_path(name);
  scratch_write(path, w->bytes, w->size);
  free(w->bytes);
  return path;
}

const char *gmsh_sample(const sample *s, gmsh_style how, const char *path) {
  writer w;
  begin(&w, how.version == 2 ? "2.2" : "4.1", how.binary, how.swapped);
  how.version == 2 ? put_version_2(&w, s, how.parametric, how.file)
                   : put_version_4(&w, s, how.partitioned, how.file);
  return finish(&w, path);
}
