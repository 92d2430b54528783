#include "grid/make/tree.h"

#include "base/memory.h"
#include "grid/geometry.h"
#include "grid/make/merge.h"
#include "grid/share/whole.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const purpose = "a network";

static iso_status refuse_others(MPI_Comm comm, const iso_network *network, const iso_slice *file,
                                iso_error *err) {
  int64_t others = 0;
  for (int64_t e = 0; e < file->nelem; e++) others += file->shape[e] != ISO_LINE;
  MPI_Allreduce(MPI_IN_PLACE, &others, 1, MPI_INT64_T, MPI_SUM, comm);
  if (others > 0)
    return iso_fail(err, ISO_EINPUT, "%s: %lld of its %lld elements are no lines, which a network is made of",
                    network->path, (long long)others, (long long)file->nelems);
  return file->nelems > 0 ? ISO_OK : iso_fail(err, ISO_EINPUT, "%s holds no lines", network->path);
}

static iso_status take(iso_tree *tree, MPI_Comm comm, const iso_slice *file, iso_error *err) {
  int64_t(*line)[2] = NULL;
  iso_status status = iso_alloc(&line, (size_t)file->nelem, sizeof *line, purpose, err);
  status = iso_agree(comm, status, err);
  for (int64_t e = 0; e < file->nelem && status == ISO_OK; e++)
    for (int k = 0; k < 2; k++) line[e][k] = file->conn[e * file->width + k];
  if (status == ISO_OK)
    status = iso_gather_whole(comm, file->nelem, line, sizeof *line, purpose, &tree->nline, &tree->line, err);
  free(line);
  ISO_TRY(status);
  return iso_gather_whole(comm, file->nnode, file->xyz, sizeof *file->xyz, purpose, &tree->nnode, &tree->xyz,
                          err);
}

/* Lines at each node. */
static iso_status count_lines(const iso_tree *tree, int32_t **degree, iso_error *err) {
  ISO_TRY(iso_alloc(degree, (size_t)tree->nnode, sizeof **degree, purpose, err));
  for (int64_t e = 0; e < tree->nline; e++)
    for (int k = 0; k < 2; k++) (*degree)[tree->line[e][k]]++;
  return ISO_OK;
}

/* Points without lines go, the others keep their order. *first: whether the file's first one stays. */
static iso_status drop_loose(iso_tree *tree, bool *first, iso_error *err) {
  int32_t *degree = NULL;
  int64_t *to = NULL, n = 0;
  iso_status status = count_lines(tree, &degree, err);
  if (status == ISO_OK) status = iso_alloc(&to, (size_t)tree->nnode, sizeof *to, purpose, err);
  if (status == ISO_OK) {
    *first = degree[0] > 0;
    for (int64_t i = 0; i < tree->nnode; i++) {
      if (degree[i] == 0) continue;
      memcpy(tree->xyz[n], tree->xyz[i], sizeof *tree->xyz);
      to[i] = n++;
    }
    for (int64_t e = 0; e < tree->nline; e++)
      for (int k = 0; k < 2; k++) tree->line[e][k] = to[tree->line[e][k]];
    tree->nnode = n;
  }
  free(degree);
  free(to);
  return status;
}

/* The end that is no junction, or -1. */
static int64_t find_root(const iso_tree *tree, const iso_network *network, const int32_t *degree,
                         bool first) {
  int64_t root = -1;
  if (isnan(network->root_mm[0])) return first && degree[0] == 1 ? 0 : -1;
  for (int64_t i = 0; i < tree->nnode; i++)
    if (degree[i] == 1 && (root < 0 || iso_distance(tree->xyz[i], network->root_mm) <
                                           iso_distance(tree->xyz[root], network->root_mm)))
      root = i;
  return root;
}

static iso_status find_ends(iso_tree *tree, const iso_network *network, bool first, iso_error *err) {
  int32_t *degree = NULL;
  iso_status status = count_lines(tree, &degree, err);
  if (status == ISO_OK) status = iso_alloc(&tree->end, (size_t)tree->nnode, sizeof *tree->end, purpose, err);
  if (status == ISO_OK) {
    tree->root = find_root(tree, network, degree, first);
    for (int64_t i = 0; i < tree->nnode; i++)
      if (degree[i] == 1 && i != tree->root) tree->end[tree->nend++] = i;
    if (tree->nend == 0)
      status = iso_fail(err, ISO_EINPUT, "%s has no ends, at which its junctions would be", network->path);
  }
  free(degree);
  return status;
}

static int64_t parts_of(const iso_tree *tree, int64_t e, double edge_mm) {
  const double length = iso_distance(tree->xyz[tree->line[e][0]], tree->xyz[tree->line[e][1]]);
  return isnan(edge_mm) || length <= edge_mm ? 1 : (int64_t)ceil(length / edge_mm);
}

/* New nodes come last, in the order of lines. */
static iso_status cut_lines(iso_tree *tree, double edge_mm, iso_error *err) {
  int64_t n = tree->nnode, at = 0, total = 0, (*line)[2] = NULL;
  for (int64_t e = 0; e < tree->nline; e++) total += parts_of(tree, e, edge_mm);
  if (total == tree->nline) return ISO_OK;
  ISO_TRY(iso_alloc(&line, (size_t)total, sizeof *line, purpose, err));
  const iso_status status =
      iso_realloc(&tree->xyz, (size_t)(tree->nnode + total - tree->nline), sizeof *tree->xyz, purpose, err);
  for (int64_t e = 0; e < tree->nline && status == ISO_OK; e++) {
    const int64_t parts = parts_of(tree, e, edge_mm), from = tree->line[e][0], to = tree->line[e][1];
    for (int64_t k = 0; k < parts; k++) {
      line[at][0] = k == 0 ? from : n - 1;
      line[at++][1] = k == parts - 1 ? to : n;
      if (k == parts - 1) continue;
      const double t = (double)(k + 1) / (double)parts;
      for (int d = 0; d < 3; d++) tree->xyz[n][d] = (1 - t) * tree->xyz[from][d] + t * tree->xyz[to][d];
      n++;
    }
  }
  if (status != ISO_OK) {
    free(line);
    return status;
  }
  free(tree->line);
  tree->line = line, tree->nline = total, tree->nnode = n;
  return ISO_OK;
}

iso_status iso_tree_read(iso_tree *tree, MPI_Comm comm, const iso_network *network, iso_notes *notes,
                         iso_error *err) {
  iso_slice file;
  int64_t merged;
  bool first = false;
  *tree = (iso_tree){0};
  ISO_TRY(iso_slice_read(
      comm, &(iso_read_options){.path = network->path, .unit = network->unit, .notes = notes}, &file, err));
  iso_status status = refuse_others(comm, network, &file, err);
  if (status == ISO_OK) status = iso_slice_merge(comm, &file, &merged, err);
  if (status == ISO_OK) status = take(tree, comm, &file, err);
  iso_slice_free(&file);
  if (status == ISO_OK) {
    status = drop_loose(tree, &first, err);
    if (status == ISO_OK) status = find_ends(tree, network, first, err);
    if (status == ISO_OK) status = cut_lines(tree, network->edge_mm, err);
    status = iso_agree(comm, status, err);
  }
  if (status != ISO_OK) iso_tree_free(tree);
  return status;
}

void iso_tree_free(iso_tree *tree) {
  free(tree->xyz);
  free(tree->line);
  free(tree->end);
  *tree = (iso_tree){0};
}
