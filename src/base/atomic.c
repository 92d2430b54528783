#define _GNU_SOURCE /* mkostemps */
#include "base/atomic.h"

#include "base/memory.h"
#include "base/share.h"
#include "base/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SUFFIX ".part"

iso_status iso_fail_write(const char *path, int code, iso_error *err) {
  const char *remedy = "choose another output";
  if (code == ENOSPC || code == EDQUOT)
    remedy = "the disk is full: free some space or choose another output";
  else if (code == ENOMEM)
    remedy = "there is too little memory: use more ranks or a machine with more";
  else if (code == EFBIG)
    remedy = "it would be larger than this process may write: raise the limit (ulimit -f)";
  else if (code == ENAMETOOLONG)
    remedy = "choose a shorter name";
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
  if (lstat(path, &st) == 0 && S_ISLNK(st.st_mode))
    return iso_fail(
        err, ISO_EFAIL,
        "%s: cannot be written, a link of that name leads elsewhere; name what it leads to, or remove it",
        path);
  if (stat(path, &st) != 0) return errno == ENOENT ? ISO_OK : iso_fail_write(path, errno, err);
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

static iso_status create_temporary(iso_atomic *file, iso_error *err) {
  ISO_TRY(check_replaceable(file->path, err));
  struct stat st;
  int fd = mkostemps(file->temporary, (int)strlen(SUFFIX), O_CLOEXEC);
  if (fd < 0) {
    int code = errno;
    file->temporary[0] = '\0';
    return iso_fail_write(file->path, code, err);
  }
  set_usual_mode(fd);
  int code = fstat(fd, &st) == 0 ? 0 : errno;
  close(fd);
  file->device = (uint64_t)st.st_dev, file->number = (uint64_t)st.st_ino;
  return code ? iso_fail_write(file->path, code, err) : ISO_OK;
}

iso_status iso_atomic_begin(iso_atomic *file, MPI_Comm comm, const char *path, iso_error *err) {
  *file = (iso_atomic){.comm = comm};
  size_t length = strlen(path) + strlen(".XXXXXX" SUFFIX) + 1;
  iso_status status = iso_alloc(&file->path, strlen(path) + 1, 1, "a file name", err);
  if (status == ISO_OK) status = iso_alloc(&file->temporary, length, 1, "a file name", err);
  if (status == ISO_OK) {
    memcpy(file->path, path, strlen(path) + 1);
    snprintf(file->temporary, length, "%s.XXXXXX" SUFFIX, path);
    if (iso_rank(comm) == 0) status = create_temporary(file, err);
  }
  status = iso_agree(comm, status, err);
  if (status == ISO_OK)
    MPI_Bcast(file->temporary, (int)length, MPI_CHAR, 0, comm);
  else
    iso_atomic_abandon(file);
  return status;
}

int iso_atomic_open(const iso_atomic *file, int flags) {
  return open(file->temporary, flags | O_NOFOLLOW | O_CLOEXEC);
}

/* The user's to mend as long as nothing has been done; later it is a folder that has gone. */
static iso_status find_folder(const char *path, iso_error *err) {
  char *copy = strdup(path);
  struct stat st;
  if (!copy) return iso_fail_memory(err, strlen(path) + 1, "a file name");
  int code = stat(dirname(copy), &st) == 0 ? 0 : errno;
  if (code == 0 && !S_ISDIR(st.st_mode)) code = ENOTDIR;
  free(copy);
  if (code != ENOENT && code != ENOTDIR) return ISO_OK; /* whoever writes says more */
  return iso_fail(err, ISO_EINPUT,
                  "%s: cannot be written (%s); its folder does not exist: create it or choose another "
                  "output",
                  path, strerror(code));
}

iso_status iso_output_folder(MPI_Comm comm, const char *path, iso_error *err) {
  return iso_agree(comm, iso_rank(comm) == 0 ? find_folder(path, err) : ISO_OK, err);
}

/* More than a small file takes: less would be a full disk soon. */
#define SMALL_BYTES (1 << 20)

iso_status iso_output_check(MPI_Comm comm, const char *path, iso_error *err) {
  iso_atomic file;
  ISO_TRY(iso_output_folder(comm, path, err));
  ISO_TRY(iso_atomic_begin(&file, comm, path, err));
  iso_status status = iso_atomic_reserve(&file, SMALL_BYTES, err);
  iso_atomic_abandon(&file);
  return status;
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

/* A file that did not get all gives back what it got. path: for the message. */
static iso_status extend(int fd, const char *path, int64_t bytes, iso_error *err) {
  struct stat st;
  int code = fstat(fd, &st) == 0 ? 0 : errno;
  if (code == 0 && st.st_size < bytes) {
    code = allocate(fd, st.st_size, bytes);
    if (code != 0 && ftruncate(fd, st.st_size) != 0) code = errno;
  }
  /* A file system that cannot promise room (EINVAL, EOPNOTSUPP) is no reason to refuse the run. */
  if (code == ENOSPC || code == EDQUOT)
    return iso_fail(
        err, ISO_EFAIL,
        "%s: cannot be written, it needs %.4g MB (%s); the disk is full: free some space or choose another "
        "output",
        path, 1e-6 * (double)bytes, strerror(code));
  return code == EFBIG ? iso_fail_write(path, code, err) : ISO_OK;
}

static iso_status reserve(const iso_atomic *file, int64_t bytes, iso_error *err) {
  int fd = iso_atomic_open(file, O_WRONLY);
  if (fd < 0) return iso_fail_write(file->path, errno, err);
  iso_status status = extend(fd, file->path, bytes, err);
  close(fd);
  return status;
}

iso_status iso_atomic_reserve(const iso_atomic *file, int64_t bytes, iso_error *err) {
  MPI_Barrier(file->comm); /* whoever still writes does so within what was reserved before */
  iso_status status = iso_rank(file->comm) == 0 ? reserve(file, bytes, err) : ISO_OK;
  return iso_agree(file->comm, status, err);
}

static iso_status hold(const iso_atomic *file, int64_t bytes, int *held, iso_error *err) {
  int fd = iso_atomic_open(file, O_WRONLY);
  if (fd < 0) return iso_fail_write(file->path, errno, err);
  *held = fd + 1;
  return extend(fd, file->path, bytes, err);
}

iso_status iso_room_hold(iso_room *room, MPI_Comm comm, const char *path, int64_t bytes, iso_error *err) {
  iso_atomic file;
  *room = (iso_room){.comm = comm};
  ISO_TRY(iso_atomic_begin(&file, comm, path, err));
  iso_status status = iso_rank(comm) == 0 ? hold(&file, bytes, &room->held, err) : ISO_OK;
  iso_atomic_abandon(&file); /* the name goes, the file stays as long as it is open */
  status = iso_agree(comm, status, err);
  if (status != ISO_OK) iso_room_release(room);
  return status;
}

void iso_room_release(iso_room *room) {
  if (room->held) close(room->held - 1);
  room->held = 0;
}

static iso_status flush(const iso_atomic *file, iso_error *err) {
  int fd = iso_atomic_open(file, O_RDONLY);
  if (fd < 0) return iso_fail_write(file->path, errno, err);
  int code = fsync(fd) == 0 ? 0 : errno;
  close(fd);
  return code == 0 || code == EINVAL ? ISO_OK : iso_fail_write(file->path, code, err);
}

/* ---- names ---- */

/* In a folder that others may write to, somebody may have put another file in its place. */
static iso_status check_mine(const iso_atomic *file, iso_error *err) {
  struct stat st;
  if (lstat(file->temporary, &st) != 0) return iso_fail_write(file->path, errno, err);
  if ((uint64_t)st.st_dev == file->device && (uint64_t)st.st_ino == file->number) return ISO_OK;
  return iso_fail(
      err, ISO_EFAIL,
      "%s: cannot be written, somebody else replaced %s; choose a folder that others cannot write to",
      file->path, file->temporary);
}

/* A descriptor of path's folder, to be closed, or -1. It is locked, so that groups of files are named one
 * after the other; where there are no locks, or somebody sits on it, that is left to luck. */
static int lock_folder(const char *path) {
  char *copy = strdup(path);
  int fd = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  free(copy);
  for (int wait = 0; fd >= 0 && wait < 50 && flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
       wait++)
    nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
  return fd;
}

/* What may be replaced was found at the beginning; a group is looked at again, since it is all or none. */
static iso_status rename_all(int n, const iso_atomic *files, iso_error *err) {
  for (int i = 0; i < n; i++) {
    ISO_TRY(check_mine(&files[i], err));
    if (n > 1) ISO_TRY(check_replaceable(files[i].path, err));
  }
  for (int i = 0; i < n; i++)
    if (rename(files[i].temporary, files[i].path) != 0) return iso_fail_write(files[i].path, errno, err);
  return ISO_OK;
}

static iso_status give_names(int n, const iso_atomic *files, iso_error *err) {
  int folder = lock_folder(files[0].path);
  iso_status status = rename_all(n, files, err);
  /* The names are on the disk, too; some file systems have nothing to flush for a folder. */
  if (status == ISO_OK && folder >= 0 && !iso_signals_stop() && fsync(folder) != 0 && errno != EINVAL)
    status = iso_fail_write(files[0].path, errno, err);
  if (folder >= 0) close(folder);
  return status;
}

static iso_status flush_all(int n, const iso_atomic *files, bool now, iso_error *err) {
  for (int i = 0; now && i < n; i++) ISO_TRY(flush(&files[i], err));
  return ISO_OK;
}

/* A process that was asked to stop may be killed within a second: names come first, and only a machine that
 * fails in that moment could lose what they name. */
iso_status iso_atomic_commit_all(int n, iso_atomic *files, iso_error *err) {
  MPI_Comm comm = files[0].comm;
  const bool hurries = iso_signals_stop() != 0;
  iso_status status = iso_agree(comm, flush_all(n, files, !hurries, err), err);
  if (status == ISO_OK)
    status = iso_agree(comm, iso_rank(comm) == 0 ? give_names(n, files, err) : ISO_OK, err);
  for (int i = 0; i < n; i++) {
    if (status == ISO_OK) files[i].temporary[0] = '\0'; /* it has its name */
    iso_atomic_abandon(&files[i]);
  }
  return status;
}

iso_status iso_atomic_commit(iso_atomic *file, iso_error *err) { return iso_atomic_commit_all(1, file, err); }

void iso_atomic_abandon(iso_atomic *file) {
  if (file->temporary && file->temporary[0] && iso_rank(file->comm) == 0) unlink(file->temporary);
  free(file->temporary);
  free(file->path);
  file->temporary = file->path = NULL;
}

static int print_to(const iso_atomic *file, bool mine, void (*print)(const void *self, FILE *stream),
                    const void *self) {
  int fd = iso_atomic_open(file, O_WRONLY), code = 0;
  if (fd < 0 || (mine && fchmod(fd, 0600) != 0)) code = errno;
  FILE *stream = fd >= 0 && !code ? fdopen(fd, "w") : NULL;
  if (!stream) {
    if (!code) code = errno;
    if (fd >= 0) close(fd);
    return code;
  }
  print(self, stream);
  errno = 0;
  if (fflush(stream) != 0 || ferror(stream)) code = errno ? errno : EIO;
  if (fclose(stream) != 0 && !code) code = errno;
  return code;
}

iso_status iso_atomic_write(const char *path, bool mine, void (*print)(const void *self, FILE *stream),
                            const void *self, iso_error *err) {
  iso_atomic file;
  ISO_TRY(iso_atomic_begin(&file, MPI_COMM_SELF, path, err));
  const int code = print_to(&file, mine, print, self);
  if (code == 0) return iso_atomic_commit(&file, err);
  iso_atomic_abandon(&file);
  return iso_fail_write(path, code, err);
}

static void print_text(const void *text, FILE *stream) { fputs(text, stream); }

iso_status iso_atomic_write_text(const char *path, bool mine, const char *text, iso_error *err) {
  return iso_atomic_write(path, mine, print_text, text, err);
}
