#include "base/ascending.h"
#include "base/memory.h"
#include "grid/format/read.h"
#include "grid/format/read_source.h"
#include "grid/format/text.h"

#include <stdlib.h>
#include <string.h>

/* Lists of nodes, and faces, whose nodes are the list. */
typedef struct {
  bool faces;
  int64_t announced, seen; /* nodes or faces */
  int64_t count, capacity; /* of nodes */
  bool domain;             /* the line "intra" or "extra" was seen */
  iso_gid nnodes, *nodes;
} list;

static bool is_domain(const char *p, const char *end) {
  p = iso_text_skip(p, end);
  const char *stop = iso_text_word_end(p, end);
  return stop - p == 5 && (memcmp(p, "intra", 5) == 0 || memcmp(p, "extra", 5) == 0) &&
         iso_text_skip(stop, end) == end;
}

static iso_status append(list *l, int64_t node, iso_error *err) {
  if (node < 0 || node >= l->nnodes)
    return iso_fail(err, ISO_EINPUT, "node %lld does not exist; the mesh has nodes 0 to %lld",
                    (long long)node, (long long)l->nnodes - 1);
  if (l->count == l->capacity) {
    int64_t capacity = 2 * l->capacity + 1024;
    ISO_TRY(iso_realloc(&l->nodes, (size_t)capacity, sizeof *l->nodes, "a list of nodes", err));
    l->capacity = capacity;
  }
  l->nodes[l->count++] = node;
  return ISO_OK;
}

/* "Tr 0 1 2", maybe with a tag after it */
static iso_status take_face(list *l, const char *p, const char *end, iso_error *err) {
  p = iso_text_skip(p, end);
  const int corners = end - p > 2 && !memcmp(p, "Tr", 2) ? 3 : end - p > 2 && !memcmp(p, "Qd", 2) ? 4 : 0;
  int64_t value;
  if (corners) p += 2;
  l->seen++;
  for (int k = 0; k < corners; k++) {
    p = iso_text_integer(p, end, &value);
    if (!p) break;
    ISO_TRY(append(l, value, err));
  }
  if (corners && p && (iso_text_skip(p, end) == end || (p = iso_text_integer(p, end, &value))) &&
      iso_text_skip(p, end) == end)
    return ISO_OK;
  return iso_fail(err, ISO_EINPUT,
                  "a line must hold a face after the count: Tr and three node numbers, or Qd and four");
}

static iso_status take_line(list *l, const char *p, const char *end, iso_error *err) {
  if (l->announced >= 0 && l->count == 0 && !l->domain && is_domain(p, end)) {
    l->domain = true;
    return ISO_OK;
  }
  int64_t value;
  const char *stop = iso_text_integer(p, end, &value);
  if (l->faces && l->announced >= 0) return take_face(l, p, end, err);
  if (!stop || iso_text_skip(stop, end) < end)
    return iso_fail(err, ISO_EINPUT,
                    "a line must hold one node number, after the count and 'intra' or 'extra'");
  if (l->announced >= 0) {
    l->seen++;
    return append(l, value, err);
  }
  if (value < 0) return iso_fail(err, ISO_EINPUT, "the number of nodes is below zero");
  l->announced = value;
  return ISO_OK;
}

static iso_status take_lines(list *l, iso_source *source, iso_error *err) {
  const char *p, *end;
  for (;;) {
    ISO_TRY(iso_source_line(source, &p, &end, err));
    if (!p) break;
    if (iso_text_skip(p, end) < end) ISO_TRY(take_line(l, p, end, err));
  }
  if (l->seen == l->announced) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "the file announces %lld %s but lists %lld", (long long)l->announced,
                  l->faces ? "faces" : "nodes", (long long)l->seen);
}

static iso_status take_file(list *l, const char *path, iso_error *err) {
  iso_source source;
  iso_error inner = {0};
  ISO_TRY(iso_source_open(&source, path, err));
  iso_status status = take_lines(l, &source, &inner);
  if (status == ISO_EINPUT)
    iso_fail(err, status, "%s:%lld: %s", path, (long long)source.line, inner.message);
  else if (status != ISO_OK)
    iso_fail(err, status, "%s", inner.message);
  iso_source_close(&source);
  return status;
}

static void sort_unique(list *l) {
  if (l->count == 0) return;
  qsort(l->nodes, (size_t)l->count, sizeof *l->nodes, iso_ascending_int64);
  int64_t kept = 1;
  for (int64_t i = 1; i < l->count; i++)
    if (l->nodes[i] != l->nodes[kept - 1]) l->nodes[kept++] = l->nodes[i];
  l->count = kept;
}

static iso_status share(MPI_Comm comm, int rank, list *l, iso_error *err) {
  MPI_Bcast(&l->count, 1, MPI_INT64_T, 0, comm);
  iso_status status = ISO_OK;
  if (rank != 0) status = iso_alloc(&l->nodes, (size_t)l->count, sizeof *l->nodes, "a list of nodes", err);
  if (l->count > INT32_MAX)
    status = iso_fail(err, ISO_EINPUT, "a list of more than 2^31 nodes is not supported");
  ISO_TRY(iso_agree(comm, status, err));
  if (l->count > 0) MPI_Bcast(l->nodes, (int)l->count, MPI_INT64_T, 0, comm);
  return ISO_OK;
}

static iso_status read_list(MPI_Comm comm, const char *path, bool faces, iso_gid nnodes, int64_t *count,
                            iso_gid **nodes, iso_error *err) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  list l = {.faces = faces, .announced = -1, .nnodes = nnodes};
  iso_status status = rank == 0 ? take_file(&l, path, err) : ISO_OK;
  status = iso_agree(comm, status, err);
  if (status == ISO_OK && rank == 0) sort_unique(&l);
  if (status == ISO_OK) status = share(comm, rank, &l, err);
  if (status != ISO_OK) {
    free(l.nodes);
    l.nodes = NULL;
    l.count = 0;
  }
  *count = l.count;
  *nodes = l.nodes;
  return status;
}

iso_status iso_vtx_read(MPI_Comm comm, const char *path, iso_gid nnodes, int64_t *count, iso_gid **nodes,
                        iso_error *err) {
  return read_list(comm, path, false, nnodes, count, nodes, err);
}

iso_status iso_surf_read(MPI_Comm comm, const char *path, iso_gid nnodes, int64_t *count, iso_gid **nodes,
                         iso_error *err) {
  return read_list(comm, path, true, nnodes, count, nodes, err);
}
