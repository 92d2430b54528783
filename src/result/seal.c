#include "result/seal.h"

#include "base/atomic.h"
#include "base/input.h"
#include "base/memory.h"
#include "grid/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK "\nisochrone-seal "
enum { SEAL = sizeof MARK - 1 + 17, PIECE = 1 << 20 };

static iso_status fail_read(const char *path, int code, iso_error *err) {
  return iso_fail(err, ISO_EINPUT, "%s: cannot be read (%s)", path, strerror(code));
}

static iso_status open_regular(const char *path, int *fd, int64_t *size, iso_error *err) {
  struct stat st;
  const char *why;
  *fd = iso_input_open(path, &why);
  if (*fd < 0) return iso_fail(err, ISO_EINPUT, "%s: cannot be read: %s", path, why);
  if (fstat(*fd, &st) != 0) return fail_read(path, errno, err);
  *size = st.st_size;
  return ISO_OK;
}

static iso_status read_all(int fd, const char *path, void *bytes, size_t n, int64_t at, iso_error *err) {
  for (size_t done = 0; done < n;) {
    const ssize_t got = pread(fd, (char *)bytes + done, n - done, at + (int64_t)done);
    if (got == 0) return iso_fail(err, ISO_EINPUT, "%s: became shorter while it was read", path);
    if (got < 0 && errno != EINTR) return fail_read(path, errno, err);
    if (got > 0) done += (size_t)got;
  }
  return ISO_OK;
}

/* Sum over the words of [first, first + n) of a hash of place and value: places are in words, so that the
 * sums of parts make that of the whole. A last word that is not full is filled with zeros. */
static uint64_t sum_words(const char *bytes, size_t n, int64_t first) {
  uint64_t sum = 0;
  for (size_t i = 0; i < n; i += 8) {
    uint64_t word = 0;
    memcpy(&word, bytes + i, n - i < 8 ? n - i : 8);
    sum += iso_hash(word ^ iso_hash((uint64_t)(first / 8) + i / 8));
  }
  return sum;
}

static iso_status sum_range(int fd, const char *path, int64_t first, int64_t end, uint64_t *sum,
                            iso_error *err) {
  char *piece = NULL;
  ISO_TRY(iso_alloc(&piece, PIECE, 1, "a piece of a file", err));
  iso_status status = ISO_OK;
  for (int64_t at = first; at < end && status == ISO_OK; at += PIECE) {
    const size_t n = (size_t)(end - at < PIECE ? end - at : PIECE);
    status = read_all(fd, path, piece, n, at, err);
    if (status == ISO_OK) *sum += sum_words(piece, n, at);
  }
  free(piece);
  return status;
}

/* Collective. Checksum of the first bytes of a file, each rank reading its share of whole pieces. */
static iso_status checksum(MPI_Comm comm, int fd, const char *path, int64_t bytes, uint64_t *sum,
                           iso_error *err) {
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  const int64_t pieces = (bytes + PIECE - 1) / PIECE;
  const int64_t first = pieces * rank / size * PIECE, next = pieces * (rank + 1) / size * PIECE;
  *sum = 0;
  iso_status status = sum_range(fd, path, first, next < bytes ? next : bytes, sum, err);
  ISO_TRY(iso_agree(comm, status, err));
  MPI_Allreduce(MPI_IN_PLACE, sum, 1, MPI_UINT64_T, MPI_SUM, comm);
  *sum = iso_hash(*sum ^ (uint64_t)bytes);
  return ISO_OK;
}

static iso_status append(const char *path, const char *shown, const char *seal, iso_error *err) {
  const int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
  const ssize_t wrote = fd < 0 ? -1 : write(fd, seal, SEAL);
  const int code = errno;
  if (fd >= 0) close(fd);
  if (wrote == SEAL) return ISO_OK;
  return iso_fail_write(shown, wrote < 0 ? code : ENOSPC, err);
}

iso_status iso_seal_put(MPI_Comm comm, const char *path, const char *shown, iso_error *err) {
  int fd = -1, rank;
  int64_t size = 0;
  uint64_t sum;
  char seal[SEAL + 1];
  MPI_Comm_rank(comm, &rank);
  iso_status status = open_regular(path, &fd, &size, err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = checksum(comm, fd, path, size, &sum, err);
  if (status == ISO_OK && rank == 0) {
    snprintf(seal, sizeof seal, MARK "%016llx\n", (unsigned long long)sum);
    status = append(path, shown, seal, err);
  }
  if (fd >= 0) close(fd);
  return iso_agree(comm, status, err);
}

static iso_status check_open(MPI_Comm comm, int fd, int64_t size, const char *path, iso_error *err) {
  char seal[SEAL + 1] = "", wanted[SEAL + 1];
  uint64_t sum;
  iso_status status = ISO_OK;
  if (size >= SEAL) status = read_all(fd, path, seal, SEAL, size - SEAL, err);
  if (status == ISO_OK && strncmp(seal, MARK, sizeof MARK - 1) != 0)
    status = iso_fail(err, ISO_EINPUT,
                      "%s: is not a file of this program, or not all of one: its last line is missing", path);
  ISO_TRY(iso_agree(comm, status, err));
  ISO_TRY(checksum(comm, fd, path, size - SEAL, &sum, err));
  snprintf(wanted, sizeof wanted, MARK "%016llx\n", (unsigned long long)sum);
  if (memcmp(seal, wanted, SEAL) != 0)
    status = iso_fail(err, ISO_EINPUT, "%s: is damaged: its bytes are not those that were written", path);
  return iso_agree(comm, status, err);
}

iso_status iso_seal_check(MPI_Comm comm, const char *path, iso_error *err) {
  int fd = -1;
  int64_t size = 0;
  iso_status status = iso_agree(comm, open_regular(path, &fd, &size, err), err);
  if (status == ISO_OK) status = check_open(comm, fd, size, path, err);
  if (fd >= 0) close(fd);
  return status;
}
