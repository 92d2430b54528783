#define _GNU_SOURCE /* mkostemps */
#include "result/atomic.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SUFFIX ".part"

static int rank_of(MPI_Comm comm) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  return rank;
}

/* The message for a system call on path that failed with this errno. */
static iso_status fail_errno(const char *path, int code, iso_error *err) {
  const char *remedy = "choose another output";
  if (code == ENOSPC || code == EDQUOT)
    remedy = "the disk is full: free some space or choose another output";
  else if (code == EFBIG)
    remedy = "it would be larger than this process may write: raise the limit (ulimit -f)";
  else if (code == ENOENT)
    remedy = "its folder does not exist: create it or choose another output";
  else if (code == EACCES || code == EPERM || code == EROFS)
    remedy = "its folder is not writable: change its permissions or choose another output";
  return iso_fail(err, ISO_EFAIL, "%s: cannot be written (%s); %s", path, strerror(code), remedy);
}

/* A regular file may be replaced, unless its owner protected it. Renaming over it would need no permission of
 * its own, so the mode is looked at, also for root. */
static iso_status check_replaceable(const char *path, iso_error *err) {
  struct stat st;
  if (stat(path, &st) != 0) return errno == ENOENT ? ISO_OK : fail_errno(path, errno, err);
  if (S_ISDIR(st.st_mode))
    return iso_fail(err, ISO_EFAIL,
                    "%s: cannot be written, a folder of that name exists; choose another output", path);
  if (!S_ISREG(st.st_mode))
    return iso_fail(err, ISO_EFAIL, "%s: cannot be written, it is not a regular file; choose another output",
                    path);
  if (!(st.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) || access(path, W_OK) != 0)
    return iso_fail(
        err, ISO_EFAIL,
        "%s: a read-only file of that name exists; make it writable (chmod u+w), remove it or choose "
        "another output",
        path);
  return ISO_OK;
}

/* The mode that open() would have given: mkostemps makes files private. */
static void set_usual_mode(int fd) {
  mode_t mask = umask(0);
  umask(mask);
  (void)fchmod(fd, 0666 & ~mask); /* a file system without modes is fine */
}

static iso_status create_temporary(const char *path, char *temporary, iso_error *err) {
  ISO_TRY(check_replaceable(path, err));
  int fd = mkostemps(temporary, (int)strlen(SUFFIX), O_CLOEXEC);
  if (fd < 0) {
    int code = errno;
    temporary[0] = '\0';
    return fail_errno(path, code, err);
  }
  set_usual_mode(fd);
  close(fd);
  return ISO_OK;
}

/* Room for metadata, before which not even an empty file is started. */
#define SMALL_BYTES (1 << 20)

iso_status iso_atomic_begin(iso_atomic *file, MPI_Comm comm, const char *path, iso_error *err) {
  *file = (iso_atomic){.comm = comm};
  size_t length = strlen(path) + strlen(".XXXXXX" SUFFIX) + 1;
  iso_status status = iso_alloc(&file->path, strlen(path) + 1, 1, "a file name", err);
  if (status == ISO_OK) status = iso_alloc(&file->temporary, length, 1, "a file name", err);
  if (status == ISO_OK) {
    memcpy(file->path, path, strlen(path) + 1);
    snprintf(file->temporary, length, "%s.XXXXXX" SUFFIX, path);
    if (rank_of(comm) == 0) status = create_temporary(path, file->temporary, err);
  }
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) {
    MPI_Bcast(file->temporary, (int)length, MPI_CHAR, 0, comm);
    status = iso_atomic_reserve(file, SMALL_BYTES, err);
  }
  if (status != ISO_OK) iso_atomic_abandon(file);
  return status;
}

iso_status iso_output_check(MPI_Comm comm, const char *path, iso_error *err) {
  iso_atomic file;
  ISO_TRY(iso_atomic_begin(&file, comm, path, err));
  iso_atomic_abandon(&file);
  return ISO_OK;
}

/* posix_fallocate from the end of the file, where no other rank's data can be, that answers EFBIG beyond the
 * process's limit on file sizes instead of being killed. */
static int allocate(int fd, int64_t end, int64_t bytes) {
  sigset_t too_large, before, pending;
  sigemptyset(&too_large);
  sigaddset(&too_large, SIGXFSZ);
  pthread_sigmask(SIG_BLOCK, &too_large, &before);
  int code;
  do {
    code = posix_fallocate(fd, end, bytes - end);
  } while (code == EINTR);
  sigpending(&pending);
  if (!sigismember(&before, SIGXFSZ) && sigismember(&pending, SIGXFSZ))
    sigtimedwait(&too_large, NULL, &(struct timespec){0});
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return code;
}

static iso_status reserve(const iso_atomic *file, int64_t bytes, iso_error *err) {
  int fd = open(file->temporary, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return fail_errno(file->path, errno, err);
  struct stat st;
  int code = fstat(fd, &st) != 0 ? errno : st.st_size < bytes ? allocate(fd, st.st_size, bytes) : 0;
  close(fd);
  /* A file system that cannot promise room (EINVAL, EOPNOTSUPP) is no reason to refuse the run. */
  if (code != ENOSPC && code != EDQUOT && code != EFBIG) return ISO_OK;
  return fail_errno(file->path, code, err);
}

iso_status iso_atomic_reserve(const iso_atomic *file, int64_t bytes, iso_error *err) {
  MPI_Barrier(file->comm); /* nobody is still writing */
  iso_status status = rank_of(file->comm) == 0 ? reserve(file, bytes, err) : ISO_OK;
  return iso_agree(file->comm, status, err);
}

static iso_status flush(const char *name, const char *path, iso_error *err) {
  int fd = open(name, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail_errno(path, errno, err);
  int code = fsync(fd) == 0 ? 0 : errno;
  close(fd);
  /* Some file systems have nothing to flush for a folder. */
  return code == 0 || code == EINVAL ? ISO_OK : fail_errno(path, code, err);
}

static iso_status give_name(const iso_atomic *file, iso_error *err) {
  if (rename(file->temporary, file->path) != 0) return fail_errno(file->path, errno, err);
  char *path = strdup(file->path);
  if (!path) return iso_fail_memory(err, strlen(file->path), "a file name");
  iso_status status = flush(dirname(path), file->path, err); /* the name is on the disk, too */
  free(path);
  return status;
}

iso_status iso_atomic_commit(iso_atomic *file, iso_error *err) {
  iso_status status = iso_agree(file->comm, flush(file->temporary, file->path, err), err);
  if (status == ISO_OK) {
    status = rank_of(file->comm) == 0 ? give_name(file, err) : ISO_OK;
    status = iso_agree(file->comm, status, err);
    if (status == ISO_OK) {
      free(file->temporary);
      file->temporary = NULL;
    }
  }
  iso_atomic_abandon(file);
  return status;
}

void iso_atomic_abandon(iso_atomic *file) {
  if (file->temporary && file->temporary[0] && rank_of(file->comm) == 0) unlink(file->temporary);
  free(file->temporary);
  free(file->path);
  file->temporary = file->path = NULL;
}
