#include "grid/format/sheets.h"

#include "base/memory.h"
#include "grid/format/read_cells.h"
#include "grid/format/read_runs.h"
#include "grid/format/text.h"
#include "grid/format/text_share.h"
#include "grid/make/merge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { HEAD = 84, RECORD = 50 };

typedef struct {
  int64_t n, room;
  double (*x)[3]; /* [3 n] */
} triangles;

static iso_status add_point(triangles *t, int corner, const double x[3], iso_error *err) {
  if (t->n == t->room) {
    const int64_t room = t->room + t->room / 2 + 1024;
    ISO_TRY(iso_realloc(&t->x, 3 * (size_t)room, sizeof *t->x, "triangles", err));
    t->room = room;
  }
  memcpy(t->x[3 * t->n + corner], x, sizeof *t->x);
  return ISO_OK;
}

/* ---- text ---- */

/* In upper or lower case. */
static bool begins(const char *p, const char *end, const char *word) {
  const size_t n = strlen(word);
  return (size_t)(end - p) >= n && !strncasecmp(p, word, n) && (p + n == end || iso_text_is_space(p[n]));
}

/* The three corners behind a line "facet". */
static iso_status text_facet(iso_text_share *share, triangles *t, iso_error *err) {
  for (int corner = 0; corner < 3;) {
    const char *p, *end;
    double x[3];
    ISO_TRY(iso_text_share_line(share, true, &p, &end, err));
    if (!p) return iso_text_share_fail(share, err, "the file ends within a facet; it is cut short");
    if (p == end || begins(p, end, "outer")) continue;
    if (begins(p, end, "vertex"))
      p += 6;
    else
      return iso_text_share_fail(share, err, "a facet has three lines 'vertex x y z', and this is none");
    for (int a = 0; p && a < 3; a++) p = iso_text_real(p, end, &x[a]);
    if (!p || !isfinite(x[0] + x[1] + x[2]))
      return iso_text_share_fail(share, err, "a vertex has three finite numbers, and this has not");
    ISO_TRY(add_point(t, corner++, x, err));
  }
  t->n++;
  return ISO_OK;
}

static iso_status read_text(MPI_Comm comm, const char *path, triangles *t, iso_error *err) {
  iso_text_share share;
  const char *p, *end;
  ISO_TRY(iso_text_share_open(&share, comm, path, err));
  iso_status status = iso_text_share_line(&share, false, &p, &end, err);
  while (status == ISO_OK && p) {
    if (begins(p, end, "facet")) status = text_facet(&share, t, err);
    if (status == ISO_OK) status = iso_text_share_line(&share, false, &p, &end, err);
  }
  iso_text_share_close(&share);
  return status;
}

/* ---- binary: little-endian, whatever the machine ---- */

static double real_of(const unsigned char *b) {
  const uint32_t bits = (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static iso_status binary_facet(iso_source *source, int64_t number, triangles *t, iso_error *err) {
  unsigned char record[RECORD];
  ISO_TRY(iso_source_take(source, record, RECORD, err));
  for (int corner = 0; corner < 3; corner++) {
    double x[3];
    for (int a = 0; a < 3; a++) x[a] = real_of(record + 12 + 12 * corner + 4 * a);
    if (!isfinite(x[0] + x[1] + x[2]))
      return iso_fail(err, ISO_EINPUT,
                      "%s: triangle %lld (counted from 0) has a coordinate that is not finite", source->path,
                      (long long)number);
    ISO_TRY(add_point(t, corner, x, err));
  }
  t->n++;
  return ISO_OK;
}

static iso_status read_binary(MPI_Comm comm, const char *path, int64_t total, triangles *t, iso_error *err) {
  int rank, size;
  iso_source source;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  ISO_TRY(iso_source_open(&source, path, err));
  const int64_t first = total * rank / size, end = total * (rank + 1) / size;
  iso_source_seek(&source, HEAD + RECORD * first, 0);
  iso_status status = ISO_OK;
  for (int64_t k = first; k < end && status == ISO_OK; k++) status = binary_facet(&source, k, t, err);
  iso_source_close(&source);
  return status;
}

/* Whether the file's first bytes [n] are those of a text. Some binary files begin with "solid", too. */
static bool is_text(const char *head, size_t n) {
  const char *p = n >= 3 && !memcmp(head, "\xef\xbb\xbf", 3) ? head + 3 : head; /* a byte order mark */
  return begins(iso_text_skip(p, head + n), head + n, "solid") && !memchr(head, 0, n);
}

/* From a file's head [n]: *total triangles of a binary one, -1 of a text, and bytes that are behind them. */
static iso_status count_triangles(const char *path, int64_t bytes, const char *head, size_t n, int64_t *total,
                                  int64_t *behind, iso_error *err) {
  const unsigned char *b = (const unsigned char *)head + HEAD - 4;
  const int64_t count =
      n < HEAD
          ? 0
          : (int64_t)((uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24);
  const int64_t needed = HEAD + RECORD * count;
  *total = -1, *behind = 0;
  if (bytes != needed && is_text(head, n)) return ISO_OK;
  if (n < HEAD || bytes < needed || (count == 0 && bytes > needed))
    return iso_fail(err, ISO_EINPUT,
                    "%s is neither an STL text, which begins with 'solid', nor a binary STL: %lld triangles "
                    "take %lld bytes, and it has %lld; it is cut short, or something else",
                    path, (long long)count, (long long)needed, (long long)bytes);
  *total = count, *behind = bytes - needed;
  return ISO_OK;
}

/* Rank 0. */
static iso_status look(const char *path, int64_t *total, int64_t *behind, iso_error *err) {
  iso_source source;
  char head[512];
  ISO_TRY(iso_source_open(&source, path, err));
  const int64_t bytes = source.size;
  const bool packed = source.gz != NULL;
  const size_t n = bytes < (int64_t)sizeof head ? (size_t)bytes : sizeof head;
  iso_status status = packed ? ISO_OK : iso_source_take(&source, head, n, err);
  iso_source_close(&source);
  ISO_TRY(status);
  if (packed) return iso_fail(err, ISO_EINPUT, "%s is compressed by gzip; unpack it: gunzip", path);
  return count_triangles(path, bytes, head, n, total, behind, err);
}

/* ---- the slice ---- */

static iso_status make_slice(MPI_Comm comm, const char *path, triangles *t, iso_slice *slice,
                             iso_error *err) {
  int64_t capacity = 0;
  slice->nnode = 3 * t->n;
  slice->xyz = t->x, t->x = NULL;
  iso_runs_place(comm, slice->nnode, &slice->first_node, &slice->nnodes);
  iso_runs_place(comm, t->n, &slice->first_elem, &slice->nelems);
  if (slice->nelems == 0) return iso_fail(err, ISO_EINPUT, "%s has no triangles; is it complete?", path);
  iso_status status = iso_cells_reserve(slice, &capacity, t->n, 3, err);
  if (status == ISO_OK && !slice->xyz) status = iso_alloc(&slice->xyz, 0, sizeof *slice->xyz, "nodes", err);
  ISO_TRY(iso_agree(comm, status, err));
  slice->nelem = t->n;
  for (int64_t e = 0; e < t->n; e++) {
    slice->shape[e] = ISO_TRIANGLE;
    slice->tag[e] = 0;
    for (int k = 0; k < 3; k++) slice->conn[3 * e + k] = slice->first_node + 3 * e + k;
  }
  return iso_cells_settle(comm, slice, err);
}

iso_status iso_stl_read(MPI_Comm comm, const iso_read_options *options, iso_slice *slice, iso_error *err) {
  int rank;
  int64_t found[2] = {-1, 0}, merged; /* triangles, and bytes behind them */
  triangles t = {0};
  MPI_Comm_rank(comm, &rank);
  ISO_TRY(iso_agree(comm, rank == 0 ? look(options->path, &found[0], &found[1], err) : ISO_OK, err));
  MPI_Bcast(found, 2, MPI_INT64_T, 0, comm);
  if (found[1] > 0)
    iso_notes_add(options->notes, "%lld bytes behind the last triangle were passed over",
                  (long long)found[1]);
  iso_status status = found[0] >= 0 ? read_binary(comm, options->path, found[0], &t, err)
                                    : read_text(comm, options->path, &t, err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = make_slice(comm, options->path, &t, slice, err);
  free(t.x);
  ISO_TRY(status);
  return iso_slice_merge(comm, slice, &merged, err);
}
