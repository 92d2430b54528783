#include "result/spool.h"

#include "base/atomic.h"
#include "base/memory.h"
#include "base/share.h"
#include "grid/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static iso_status fail_read(const char *path, const char *why, iso_error *err) {
  return iso_fail(
      err, ISO_EINPUT,
      "%s: the snapshots up to the checkpoint cannot be read (%s); put the file of the run that is to go on "
      "beside its checkpoint, or run from the start",
      path, why);
}

/* Links are not followed, and pipes not waited for. */
static iso_status open_here(iso_spool *s, int flags, bool write, iso_error *err) {
  struct stat st;
  s->fd = open(s->path, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
  if (s->fd < 0)
    return write ? iso_fail_write(s->path, errno, err) : fail_read(s->path, strerror(errno), err);
  if (fstat(s->fd, &st) == 0 && S_ISREG(st.st_mode)) return ISO_OK;
  return write ? iso_fail_write(s->path, EINVAL, err) : fail_read(s->path, "not a regular file", err);
}

iso_status iso_spool_open(iso_spool *out, MPI_Comm comm, const char *path, bool write, int64_t total,
                          int64_t first, int64_t count, iso_error *err) {
  const int rank = iso_rank(comm);
  *out = (iso_spool){.comm = comm, .fd = -1, .total = total, .first = first, .count = count};
  iso_status status = iso_alloc(&out->path, strlen(path) + 1, 1, "a file name", err);
  if (status == ISO_OK) memcpy(out->path, path, strlen(path) + 1);
  if (status == ISO_OK && rank == 0) status = open_here(out, write ? O_RDWR | O_CREAT : O_RDONLY, write, err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK && rank != 0) status = open_here(out, write ? O_RDWR : O_RDONLY, write, err);
  status = iso_agree(comm, status, err);
  if (status != ISO_OK) iso_spool_close(out);
  return status;
}

static int64_t place_of(const iso_spool *s) {
  return (s->nrows * s->total + s->first) * (int64_t)sizeof(float);
}

/* Each value counts with its place, so that the sums of ranks make that of all. */
static void add_to_sum(iso_spool *s, const float *part) {
  const uint64_t first = (uint64_t)(s->nrows * s->total + s->first);
  for (int64_t i = 0; i < s->count; i++) {
    uint32_t bits;
    memcpy(&bits, &part[i], sizeof bits);
    s->sum += iso_hash(bits ^ iso_hash(first + (uint64_t)i));
  }
}

iso_status iso_spool_append(iso_spool *s, const float *part, iso_error *err) {
  const size_t bytes = (size_t)s->count * sizeof *part;
  iso_status status = ISO_OK;
  for (size_t done = 0; done < bytes && status == ISO_OK;) {
    const ssize_t wrote = pwrite(s->fd, (const char *)part + done, bytes - done, place_of(s) + (int64_t)done);
    if (wrote < 0 && errno != EINTR) status = iso_fail_write(s->path, errno, err);
    if (wrote > 0) done += (size_t)wrote;
  }
  add_to_sum(s, part);
  s->nrows++;
  return status;
}

iso_status iso_spool_next(iso_spool *s, float *part, iso_error *err) {
  const size_t bytes = (size_t)s->count * sizeof *part;
  iso_status status = ISO_OK;
  for (size_t done = 0; done < bytes && status == ISO_OK;) {
    const ssize_t got = pread(s->fd, (char *)part + done, bytes - done, place_of(s) + (int64_t)done);
    if (got < 0 && errno != EINTR) status = fail_read(s->path, strerror(errno), err);
    if (got == 0) status = fail_read(s->path, "it is too short, or was not there", err);
    if (got > 0) done += (size_t)got;
  }
  if (status == ISO_OK) add_to_sum(s, part);
  s->nrows++;
  return iso_agree(s->comm, status, err);
}

iso_status iso_spool_flush(const iso_spool *s, iso_error *err) {
  return iso_agree(s->comm, fsync(s->fd) == 0 ? ISO_OK : iso_fail_write(s->path, errno, err), err);
}

uint64_t iso_spool_sum(const iso_spool *s) {
  uint64_t sum = s->sum;
  MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_UINT64_T, MPI_SUM, s->comm);
  return sum;
}

void iso_spool_close(iso_spool *s) {
  if (s->path && s->fd >= 0) close(s->fd);
  free(s->path);
  *s = (iso_spool){.fd = -1};
}
