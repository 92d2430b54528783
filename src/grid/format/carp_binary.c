#include "grid/format/carp_binary.h"

#include "base/memory.h"
#include "grid/format/carp.h"
#include "grid/format/carp_split.h"
#include "grid/format/read_cells.h"
#include "grid/format/read_source.h"
#include "grid/share/blocks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 4096 };

typedef struct {
  char path[4096];
  iso_source source;
  int64_t axes, count; /* axes: of .blon alone */
  bool swap;           /* the order of bytes is not this machine's */
  iso_gid first, mine; /* this rank's share of count */
  iso_error *err;
} binary;

static iso_status complain(const binary *b, int64_t item, const char *what) {
  return iso_fail(b->err, ISO_EINPUT, "%s: entry %lld (counted from 0): %s", b->path, (long long)item, what);
}

static bool host_is_big_endian(void) {
  const uint16_t one = 1;
  unsigned char first;
  memcpy(&first, &one, 1);
  return first == 0;
}

static iso_status take_header(binary *b, bool axes) {
  char head[ISO_CARP_HEADER + 1] = "";
  long long n[4] = {0};
  iso_error inner = {0};
  iso_status status = iso_source_take(&b->source, head, ISO_CARP_HEADER, &inner);
  if (status == ISO_EFAIL) return iso_fail(b->err, status, "%s", inner.message);
  const int want = axes ? 4 : 3;
  const int found = status != ISO_OK ? 0 : sscanf(head, "%lld %lld %lld %lld", &n[0], &n[1], &n[2], &n[3]);
  const long long *rest = axes ? n + 1 : n;
  if (found < want || rest[2] != ISO_CARP_CHECK || rest[0] < 1 || rest[1] < 0 || rest[1] > 1)
    return iso_fail(b->err, ISO_EINPUT,
                    "%s: the first 1024 bytes must hold %s, the order of bytes (0 or 1) and %d; this is no "
                    "binary CARP file, or it is cut short",
                    b->path, axes ? "the number of axes and of elements" : "a count above 0", ISO_CARP_CHECK);
  if (axes && n[0] != 1 && n[0] != 2)
    return iso_fail(b->err, ISO_EINPUT, "%s: %lld axes for each element; there must be 1 or 2", b->path,
                    n[0]);
  b->axes = n[0];
  b->count = rest[0];
  b->swap = (rest[1] == 1) != host_is_big_endian();
  return ISO_OK;
}

/* Every entry takes so many bytes at least. */
static iso_status check_size(const binary *b, int least) {
  const int64_t bytes = b->source.gz ? 1032 * b->source.size : b->source.size - ISO_CARP_HEADER;
  if (b->count <= bytes / least) return ISO_OK;
  return iso_fail(b->err, ISO_EINPUT,
                  "%s: the file announces %lld entries, more than it has bytes; it is cut short", b->path,
                  (long long)b->count);
}

static iso_status open_file(MPI_Comm comm, binary *b, const char *base, const char *ending, int least,
                            iso_error *err) {
  int rank, size;
  *b = (binary){.err = err};
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  snprintf(b->path, sizeof b->path, "%s%s", base, ending);
  ISO_TRY(iso_source_open(&b->source, b->path, err));
  ISO_TRY(take_header(b, !strcmp(ending, ".blon")));
  ISO_TRY(check_size(b, least));
  b->first = iso_block_first(b->count, size, rank);
  b->mine = iso_block_first(b->count, size, rank + 1) - b->first;
  return ISO_OK;
}

static iso_status take_words(binary *b, int64_t item, int64_t n, uint32_t *words) {
  iso_error inner = {0};
  iso_status status = iso_source_take(&b->source, words, (size_t)n * sizeof *words, &inner);
  if (status == ISO_EINPUT) return complain(b, item, inner.message);
  if (status != ISO_OK) return iso_fail(b->err, status, "%s", inner.message);
  for (int64_t i = 0; i < n && b->swap; i++) words[i] = __builtin_bswap32(words[i]);
  return ISO_OK;
}

static iso_status skip_words(binary *b, int64_t n) {
  uint32_t scrap[CHUNK];
  if (!b->source.gz) {
    iso_source_seek(&b->source, iso_source_offset(&b->source) + 4 * n, 0);
    return ISO_OK;
  }
  for (; n > 0; n -= CHUNK) ISO_TRY(take_words(b, 0, n < CHUNK ? n : CHUNK, scrap));
  return ISO_OK;
}

static iso_status check_end(binary *b) {
  size_t added = 0;
  if (b->source.at == b->source.filled) ISO_TRY(iso_source_fill(&b->source, &added, b->err));
  if (b->source.at == b->source.filled) return ISO_OK;
  return iso_fail(b->err, ISO_EINPUT, "%s: there is more than the %lld entries that its first line announces",
                  b->path, (long long)b->count);
}

/* ---- nodes ---- */

static iso_status take_points(binary *b, double (*xyz)[3]) {
  uint32_t words[3 * CHUNK];
  ISO_TRY(skip_words(b, 3 * b->first));
  for (int64_t i = 0; i < b->mine; i += CHUNK) {
    const int64_t n = b->mine - i < CHUNK ? b->mine - i : CHUNK;
    ISO_TRY(take_words(b, b->first + i, 3 * n, words));
    for (int64_t k = 0; k < 3 * n; k++) {
      float x;
      memcpy(&x, &words[k], sizeof x);
      if (!isfinite(x)) return complain(b, b->first + i + k / 3, "a coordinate is not a finite number");
      xyz[i + k / 3][k % 3] = (double)x;
    }
  }
  return b->first + b->mine == b->count ? check_end(b) : ISO_OK;
}

iso_status iso_carp_binary_points(MPI_Comm comm, const char *base, iso_slice *slice, iso_error *err) {
  binary b;
  iso_status status = open_file(comm, &b, base, ".bpts", 12, err);
  if (status == ISO_OK) status = iso_alloc(&slice->xyz, (size_t)b.mine, sizeof *slice->xyz, "nodes", err);
  if (status == ISO_OK) status = take_points(&b, slice->xyz);
  slice->nnodes = b.count;
  slice->first_node = b.first;
  slice->nnode = status == ISO_OK ? b.mine : 0;
  iso_source_close(&b.source);
  return iso_agree(comm, status, err);
}

/* ---- elements ---- */

static iso_status take_type(binary *b, int64_t element, const iso_carp_type **type) {
  uint32_t word;
  ISO_TRY(take_words(b, element, 1, &word));
  *type = iso_carp_type_of_number((int32_t)word);
  return *type ? ISO_OK
               : complain(b, element, "its type is not known; there are Tt, Hx, Py, Pr, Qd, Tr and Ln");
}

static iso_status take_element(binary *b, int64_t element, iso_slice *slice, int64_t *capacity) {
  const iso_carp_type *type;
  uint32_t words[ISO_MAX_NODES + 1];
  iso_error inner = {0};
  ISO_TRY(take_type(b, element, &type));
  ISO_TRY(take_words(b, element, type->nodes + 1, words));
  if (type->nodes > slice->width) ISO_TRY(iso_cells_reserve(slice, capacity, *capacity, type->nodes, b->err));
  iso_gid *node = slice->conn + slice->nelem * slice->width;
  for (int i = 0; i < slice->width; i++) node[i] = -1;
  for (int i = 0; i < type->nodes; i++)
    node[type->nodes == ISO_MAX_NODES ? iso_carp_hexahedron[i] : i] = (int32_t)words[i];
  if (iso_carp_check_nodes(node, type->nodes, slice->nnodes, &inner) != ISO_OK)
    return complain(b, element, inner.message);
  slice->tag[slice->nelem] = (int32_t)words[type->nodes];
  slice->shape[slice->nelem++] = (uint8_t)type->vtk;
  return ISO_OK;
}

/* Entries differ in length, so every rank goes over the types before its own. */
static iso_status take_elements(binary *b, iso_slice *slice) {
  int64_t capacity = 0;
  const iso_carp_type *type;
  ISO_TRY(iso_cells_reserve(slice, &capacity, b->mine, 2, b->err));
  for (int64_t e = 0; e < b->first; e++) {
    ISO_TRY(take_type(b, e, &type));
    ISO_TRY(skip_words(b, type->nodes + 1));
  }
  for (int64_t e = 0; e < b->mine; e++) ISO_TRY(take_element(b, b->first + e, slice, &capacity));
  return b->first + b->mine == b->count ? check_end(b) : ISO_OK;
}

iso_status iso_carp_binary_elements(MPI_Comm comm, const char *base, iso_slice *slice, iso_error *err) {
  binary b;
  iso_status status = open_file(comm, &b, base, ".belem", 16, err);
  if (status == ISO_OK) status = take_elements(&b, slice);
  slice->nelems = b.count;
  slice->first_elem = b.first;
  iso_source_close(&b.source);
  return iso_agree(comm, status, err);
}

/* ---- fibres ---- */

static iso_status take_fibres(binary *b, float *values) {
  const int64_t columns = 3 * b->axes;
  uint32_t words[6 * CHUNK];
  ISO_TRY(skip_words(b, columns * b->first));
  for (int64_t i = 0; i < b->mine; i += CHUNK) {
    const int64_t n = b->mine - i < CHUNK ? b->mine - i : CHUNK;
    ISO_TRY(take_words(b, b->first + i, columns * n, words));
    memcpy(values + columns * i, words, (size_t)(columns * n) * sizeof *words);
  }
  return b->first + b->mine == b->count ? check_end(b) : ISO_OK;
}

static iso_status read_fibres(binary *b, iso_slice *slice, iso_error *err) {
  float *values = NULL;
  if (b->count != slice->nelems)
    return iso_fail(err, ISO_EINPUT, "%s: %lld fibres for %lld elements; there must be one each", b->path,
                    (long long)b->count, (long long)slice->nelems);
  iso_status status = iso_alloc(&values, (size_t)(3 * b->axes * b->mine), sizeof *values, "fibres", err);
  if (status == ISO_OK) status = take_fibres(b, values);
  if (status == ISO_OK) status = iso_carp_frames(slice, (int)(3 * b->axes), values, err);
  free(values);
  return status;
}

iso_status iso_carp_binary_fibres(MPI_Comm comm, const char *base, iso_slice *slice, iso_error *err) {
  binary b;
  iso_status status = open_file(comm, &b, base, ".blon", 12, err);
  if (status == ISO_OK) status = read_fibres(&b, slice, err);
  iso_source_close(&b.source);
  return iso_agree(comm, status, err);
}
