#include "result/chunk_rows.h"

#include "base/memory.h"
#include "base/share.h"
#include "grid/share/blocks.h"
#include "result/adopt.h"
#include "result/packer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of a row: its time. Of a file: HDF5's other blocks at its end. */
#define ROW_BYTES 8
#define METADATA_BYTES (1 << 20)

struct iso_chunk_rows {
  iso_chunk_rows_spec spec;
  MPI_Comm comm;
  int fd;
  int64_t nall, nchunks; /* chunks of a row of blocks: all, and this rank's */
  int64_t stride;        /* nchunks * width */
  int64_t nrows;         /* of the block that is filled */
  int64_t nblocks;       /* full ones */
  int64_t end;           /* of the chunks that have a place */
  float *block[2];       /* [ISO_CHUNK_ROWS][stride]; number k is in k % 2 */
  iso_packer *packer;
  char *packed;      /* [at most] the chunks of the last full block, one after the other */
  int32_t *size;     /* [nchunks] theirs, in bytes */
  int32_t *bytes;    /* [nplaced][nchunks] of all chunks with a place */
  int64_t nplaced;   /* full blocks with a place in the file */
  int64_t write_at;  /* this rank's chunks of the block that is written */
  iso_status status; /* of what the worker did */
  iso_error failure;
};

static int64_t most_bytes(const iso_chunk_rows *r, int64_t nchunks) {
  return nchunks * (iso_packer_most(r->packer) + ISO_ADOPT_INDEX);
}

static iso_status allocate(iso_chunk_rows *r, iso_error *err) {
  const size_t n = (size_t)(ISO_CHUNK_ROWS * r->stride);
  ISO_TRY(iso_packer_new(&r->packer, ISO_CHUNK_ROWS, r->spec.width, r->spec.level, err));
  for (int k = 0; k < 2; k++)
    ISO_TRY(iso_alloc(&r->block[k], n, sizeof(float), "snapshots on their way to the file", err));
  /* Of which only what is used takes memory. */
  const size_t most = (size_t)(r->nchunks * iso_packer_most(r->packer));
  ISO_TRY(iso_alloc(&r->size, (size_t)r->nchunks, sizeof *r->size, "sizes of chunks", err));
  ISO_TRY(iso_realloc(&r->packed, most, 1, "snapshots on their way to the file", err));
  r->fd = iso_atomic_open(r->spec.file, O_WRONLY);
  return r->fd >= 0 ? ISO_OK : iso_fail_write(r->spec.file->path, errno, err);
}

iso_status iso_chunk_rows_new(iso_chunk_rows **out, const iso_chunk_rows_spec *spec, iso_error *err) {
  iso_chunk_rows *r = NULL;
  int size;
  const MPI_Comm comm = spec->file->comm;
  const int rank = iso_rank(comm);
  MPI_Comm_size(comm, &size);
  *out = NULL;
  ISO_TRY(iso_alloc_all(comm, &r, 1, sizeof *r, "snapshots on their way to the file", err));
  *r = (iso_chunk_rows){.spec = *spec, .comm = comm, .fd = -1, .end = spec->first_byte};
  r->nall = (spec->length + spec->width - 1) / spec->width;
  r->nchunks = iso_block_first(r->nall, size, rank + 1) - iso_block_first(r->nall, size, rank);
  r->stride = r->nchunks * spec->width;
  iso_status status = iso_agree(comm, allocate(r, err), err);
  if (status == ISO_OK)
    *out = r;
  else
    iso_chunk_rows_free(r);
  return status;
}

bool iso_chunk_rows_begin(const iso_chunk_rows *r) { return r->nrows == 0; }

float *iso_chunk_rows_get(const iso_chunk_rows *r, int64_t k) {
  return r->block[k / ISO_CHUNK_ROWS % 2] + k % ISO_CHUNK_ROWS * r->stride;
}

iso_status iso_chunk_rows_reserve(iso_chunk_rows *r, iso_error *err) {
  const int64_t index = r->nplaced * r->nall * ISO_ADOPT_INDEX;
  const int64_t coming = (r->nblocks + 1 - r->nplaced) * most_bytes(r, r->nall);
  const size_t n = (size_t)((r->nblocks + 1) * r->nchunks);
  iso_status status = iso_realloc(&r->bytes, n, sizeof *r->bytes, "sizes of chunks", err);
  ISO_TRY(iso_agree(r->comm, status, err));
  const int64_t others = (r->nblocks + 1) * ISO_CHUNK_ROWS * ROW_BYTES + METADATA_BYTES;
  return iso_atomic_reserve(r->spec.file, r->end + coming + index + others, err);
}

/* ---- what the worker does ---- */

static void pack(void *self, int64_t block) {
  iso_chunk_rows *r = self;
  char *out = r->packed;
  for (int64_t k = 0; k < r->nchunks; k++) {
    const int64_t n = iso_pack(r->packer, r->block[block % 2] + k * r->spec.width, r->stride, out);
    r->size[k] = (int32_t)n;
    out += n;
  }
}

static void write_packed(void *self, int64_t bytes) {
  iso_chunk_rows *r = self;
  for (int64_t done = 0; done < bytes && r->status == ISO_OK;) {
    const ssize_t wrote = pwrite(r->fd, r->packed + done, (size_t)(bytes - done), r->write_at + done);
    if (wrote < 0 && errno != EINTR) r->status = iso_fail_write(r->spec.file->path, errno, &r->failure);
    if (wrote > 0) done += wrote;
  }
}

/* ---- blocks ---- */

/* Once all ranks have packed the last full block: it gets its place, in the order of ranks. */
static iso_status place(iso_chunk_rows *r, iso_error *err) {
  iso_worker_wait(r->spec.worker);
  if (r->status != ISO_OK) *err = r->failure;
  ISO_TRY(iso_agree(r->comm, r->status, err));
  if (r->nplaced == r->nblocks) return ISO_OK;
  int64_t mine = 0, before = 0, all;
  for (int64_t k = 0; k < r->nchunks; k++) mine += r->size[k];
  memcpy(r->bytes + r->nplaced * r->nchunks, r->size, (size_t)r->nchunks * sizeof *r->size);
  MPI_Exscan(&mine, &before, 1, MPI_INT64_T, MPI_SUM, r->comm); /* rank 0 keeps its zero */
  MPI_Allreduce(&mine, &all, 1, MPI_INT64_T, MPI_SUM, r->comm);
  r->write_at = r->end + before;
  r->end += all;
  r->nplaced++;
  iso_worker_give(r->spec.worker, write_packed, r, mine);
  return ISO_OK;
}

static iso_status turn(iso_chunk_rows *r, iso_error *err) {
  ISO_TRY(place(r, err));
  iso_worker_give(r->spec.worker, pack, r, r->nblocks++);
  r->nrows = 0;
  return ISO_OK;
}

iso_status iso_chunk_rows_push(iso_chunk_rows *r, iso_error *err) {
  return ++r->nrows < ISO_CHUNK_ROWS ? ISO_OK : turn(r, err);
}

/* From each rank's chunks of all blocks to each block's of all ranks. */
static void order(const iso_chunk_rows *r, const int32_t *from, int32_t *to) {
  int size;
  MPI_Comm_size(r->comm, &size);
  for (int rank = 0; rank < size; rank++) {
    const int64_t first = iso_block_first(r->nall, size, rank),
                  next = iso_block_first(r->nall, size, rank + 1);
    for (int64_t b = 0; b < r->nblocks; b++, from += next - first)
      memcpy(to + b * r->nall + first, from, (size_t)(next - first) * sizeof *to);
  }
}

static iso_status gather(const iso_chunk_rows *r, int32_t **bytes, iso_error *err) {
  int32_t *all = NULL;
  int64_t total;
  ISO_TRY(iso_gather_items(r->comm, r->bytes, r->nblocks * r->nchunks, sizeof *all, "sizes of chunks", &all,
                           &total, err));
  iso_status status = iso_alloc(bytes, (size_t)total, sizeof **bytes, "sizes of chunks", err);
  if (status == ISO_OK && iso_rank(r->comm) == 0) order(r, all, *bytes);
  free(all);
  return iso_agree(r->comm, status, err);
}

/* Network file systems show others what was written, and say what went wrong, when a file is closed. */
static iso_status close_file(iso_chunk_rows *r, iso_error *err) {
  const int code = close(r->fd) == 0 ? 0 : errno;
  r->fd = -1;
  return code == 0 ? ISO_OK : iso_fail_write(r->spec.file->path, code, err);
}

iso_status iso_chunk_rows_finish(iso_chunk_rows *r, int32_t **bytes, iso_error *err) {
  *bytes = NULL;
  if (r->nrows > 0) {
    const int64_t left = ISO_CHUNK_ROWS - r->nrows;
    memset(iso_chunk_rows_get(r, r->nblocks * ISO_CHUNK_ROWS + r->nrows), 0,
           (size_t)(left * r->stride) * sizeof(float));
    ISO_TRY(turn(r, err));
  }
  for (int k = 0; k < 2; k++) ISO_TRY(place(r, err)); /* the second waits until the last is written */
  ISO_TRY(iso_agree(r->comm, close_file(r, err), err));
  return gather(r, bytes, err);
}

void iso_chunk_rows_free(iso_chunk_rows *r) {
  if (!r) return;
  if (r->fd >= 0) close(r->fd);
  iso_packer_free(r->packer);
  for (int k = 0; k < 2; k++) free(r->block[k]);
  free(r->packed);
  free(r->size);
  free(r->bytes);
  free(r);
}
