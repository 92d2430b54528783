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

/* Where the file's own tags are to tell regions, it has some. */
static iso_status refuse_untagged(const iso_tree *tree, const iso_network *network, iso_error *err) {
  if (network->tag >= 0) return ISO_OK;
  for (int64_t e = 0; e < tree->nline; e++)
    if (tree->tag[e] <= 0)
      return iso_fail(err, ISO_EINPUT,
                      "%s: line %lld has the tag %d, by which it would be muscle; give the network a tag",
                      network->path, (long long)e + 1, (int)tree->tag[e]);
  return ISO_OK;
}

static iso_status take(iso_tree *tree, MPI_Comm comm, const iso_slice *file, iso_error *err) {
  int64_t(*line)[2] = NULL, ntags;
  iso_status status = iso_alloc(&line, (size_t)file->nelem, sizeof *line, purpose, err);
  status = iso_agree(comm, status, err);
  for (int64_t e = 0; e < file->nelem && status == ISO_OK; e++)
    for (int k = 0; k < 2; k++) line[e][k] = file->conn[e * file->width + k];
  if (status == ISO_OK)
    status = iso_gather_whole(comm, file->nelem, line, sizeof *line, purpose, &tree->nline, &tree->line, err);
  free(line);
  if (status == ISO_OK)
    status =
        iso_gather_whole(comm, file->nelem, file->tag, sizeof *file->tag, purpose, &ntags, &tree->tag, err);
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

/* Points without lines go, the others keep their order, as ends and the root do. *first: whether the first
 * one stays. */
static iso_status drop_loose(iso_tree *tree, bool *first, iso_error *err) {
  int32_t *degree = NULL;
  int64_t *to = NULL, n = 0, nend = 0;
  iso_status status = count_lines(tree, &degree, err);
  if (status == ISO_OK) status = iso_alloc(&to, (size_t)tree->nnode, sizeof *to, purpose, err);
  if (status == ISO_OK) {
    *first = degree[0] > 0;
    for (int64_t i = 0; i < tree->nnode; i++) {
      to[i] = -1;
      if (degree[i] == 0) continue;
      memcpy(tree->xyz[n], tree->xyz[i], sizeof *tree->xyz);
      to[i] = n++;
    }
    for (int64_t e = 0; e < tree->nline; e++)
      for (int k = 0; k < 2; k++) tree->line[e][k] = to[tree->line[e][k]];
    for (int64_t k = 0; k < tree->nend; k++)
      if (to[tree->end[k]] >= 0) tree->end[nend++] = to[tree->end[k]];
    tree->nnode = n, tree->nend = nend;
    if (tree->root >= 0) tree->root = to[tree->root];
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

/* ---- what is cut ---- */

static bool is_cut(const iso_network *network, int32_t tag) {
  for (int k = 0; k < network->ncut; k++)
    if (network->cut[k] == tag) return true;
  return false;
}

static iso_status refuse_unknown(const iso_tree *tree, const iso_network *network, iso_error *err) {
  for (int k = 0; k < network->ncut; k++) {
    bool found = false;
    for (int64_t e = 0; e < tree->nline && !found; e++) found = tree->tag[e] == network->cut[k];
    if (!found)
      return iso_fail(err, ISO_EINPUT, "%s has no lines with tag %d, which is to be cut", network->path,
                      (int)network->cut[k]);
  }
  return ISO_OK;
}

/* Lines that are cut go, with the points that have no others; where they were no end begins. */
static iso_status cut(iso_tree *tree, const iso_network *network, iso_error *err) {
  int64_t n = 0;
  bool first;
  if (network->ncut == 0) return ISO_OK;
  ISO_TRY(refuse_unknown(tree, network, err));
  for (int64_t e = 0; e < tree->nline; e++) {
    if (is_cut(network, tree->tag[e])) continue;
    memmove(tree->line[n], tree->line[e], sizeof *tree->line);
    tree->tag[n++] = tree->tag[e];
  }
  tree->nline = n;
  ISO_TRY(drop_loose(tree, &first, err));
  if (tree->nend > 0) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "%s: what is cut leaves it no end, at which its junctions would be",
                  network->path);
}

/* ---- long lines ---- */

static int64_t parts_of(const iso_tree *tree, int64_t e, double edge_mm) {
  const double length = iso_distance(tree->xyz[tree->line[e][0]], tree->xyz[tree->line[e][1]]);
  return isnan(edge_mm) || length <= edge_mm ? 1 : (int64_t)ceil(length / edge_mm);
}

/* The lines, each in its parts; n: where new nodes are put. */
static void divide(iso_tree *tree, double edge_mm, int64_t n, int64_t (*line)[2], int32_t *tag) {
  int64_t at = 0;
  for (int64_t e = 0; e < tree->nline; e++) {
    const int64_t parts = parts_of(tree, e, edge_mm), from = tree->line[e][0], to = tree->line[e][1];
    for (int64_t k = 0; k < parts; k++) {
      tag[at] = tree->tag[e];
      line[at][0] = k == 0 ? from : n - 1;
      line[at++][1] = k == parts - 1 ? to : n;
      if (k == parts - 1) continue;
      const double t = (double)(k + 1) / (double)parts;
      for (int d = 0; d < 3; d++) tree->xyz[n][d] = (1 - t) * tree->xyz[from][d] + t * tree->xyz[to][d];
      n++;
    }
  }
}

/* New nodes come last, in the order of lines. */
static iso_status divide_lines(iso_tree *tree, double edge_mm, iso_error *err) {
  int64_t total = 0, (*line)[2] = NULL;
  int32_t *tag = NULL;
  for (int64_t e = 0; e < tree->nline; e++) total += parts_of(tree, e, edge_mm);
  const int64_t nnode = tree->nnode + total - tree->nline;
  if (total == tree->nline) return ISO_OK;
  iso_status status = iso_alloc(&line, (size_t)total, sizeof *line, purpose, err);
  if (status == ISO_OK) status = iso_alloc(&tag, (size_t)total, sizeof *tag, purpose, err);
  if (status == ISO_OK) status = iso_realloc(&tree->xyz, (size_t)nnode, sizeof *tree->xyz, purpose, err);
  if (status != ISO_OK) {
    free(line);
    free(tag);
    return status;
  }
  divide(tree, edge_mm, tree->nnode, line, tag);
  free(tree->line);
  free(tree->tag);
  tree->line = line, tree->tag = tag, tree->nline = total, tree->nnode = nnode;
  return ISO_OK;
}

iso_status iso_tree_read(iso_tree *tree, MPI_Comm comm, const iso_network *network, iso_notes *notes,
                         iso_error *err) {
  iso_slice file;
  int64_t merged;
  bool first = false;
  *tree = (iso_tree){.root = -1};
  ISO_TRY(iso_slice_read(
      comm, &(iso_read_options){.path = network->path, .unit = network->unit, .notes = notes}, &file, err));
  iso_status status = refuse_others(comm, network, &file, err);
  if (status == ISO_OK) status = iso_slice_merge(comm, &file, &merged, err);
  if (status == ISO_OK) status = take(tree, comm, &file, err);
  iso_slice_free(&file);
  if (status == ISO_OK) {
    status = refuse_untagged(tree, network, err);
    if (status == ISO_OK) status = drop_loose(tree, &first, err);
    if (status == ISO_OK) status = find_ends(tree, network, first, err);
    if (status == ISO_OK) status = cut(tree, network, err);
    if (status == ISO_OK) status = divide_lines(tree, network->edge_mm, err);
    status = iso_agree(comm, status, err);
  }
  if (status != ISO_OK) iso_tree_free(tree);
  return status;
}

void iso_tree_free(iso_tree *tree) {
  free(tree->xyz);
  free(tree->line);
  free(tree->tag);
  free(tree->end);
  *tree = (iso_tree){0};
}
