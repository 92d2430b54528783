/* Who works on which member: locks of files. */
#include "plan/ledger_parts.h"

#include "base/input.h"
#include "base/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { WAIT_NS = 20000000 }; /* between looks at a lock: short beside a beginning that is worth sharing */

char *iso_ledger_read_row(const char *path) {
  const char *why = NULL;
  char *text = NULL;
  size_t room = 0;
  FILE *f = iso_input_stream(path, &why);
  if (!f) return NULL;
  const ssize_t length = getline(&text, &room, f) > 0 ? getline(&text, &room, f) : -1;
  fclose(f);
  if (length > 0 && text[length - 1] == '\n') return text;
  free(text);
  return NULL;
}

static bool is_finished(const iso_ledger *l, int member) {
  char path[PATH_MAX];
  if (l->row[member]) return true;
  iso_member_path(l->folder, member, ISO_ROW_END, path, sizeof path);
  char *row = iso_ledger_read_row(path);
  free(row);
  return row != NULL;
}

/* Whether a file still has its name: whoever had its lock may have removed it, and another one may have a new
 * file of that name by now. */
static bool is_named(int fd, const char *path) {
  struct stat mine, named;
  return fstat(fd, &mine) == 0 && stat(path, &named) == 0 && mine.st_dev == named.st_dev &&
         mine.st_ino == named.st_ino;
}

iso_status iso_ledger_lock(const char *path, bool wait, int *fd, iso_error *err) {
  int failed;
  for (;;) {
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (*fd < 0) return iso_fail_write(path, errno, err);
    do failed = flock(*fd, LOCK_EX | (wait ? 0 : LOCK_NB));
    while (failed && errno == EINTR);
    if (failed) break;
    if (is_named(*fd, path)) return ISO_OK;
    close(*fd);
  }
  const int code = errno;
  close(*fd);
  *fd = -1;
  if (code == EWOULDBLOCK) return ISO_OK;
  return iso_fail(err, ISO_EFAIL, "%s: the file system locks no files (%s); use a folder on one that does",
                  path, strerror(code));
}

iso_status iso_ledger_claim(iso_ledger *l, int member, int *claim, iso_error *err) {
  char path[PATH_MAX];
  *claim = -1;
  if (is_finished(l, member)) return ISO_OK;
  iso_member_path(l->folder, member, ISO_LOCK_END, path, sizeof path);
  ISO_TRY(iso_ledger_lock(path, false, claim, err));
  if (*claim >= 0 && is_finished(l, member)) { /* by whoever had it until now */
    iso_ledger_release(l, member, *claim);
    *claim = -1;
  }
  return ISO_OK;
}

/* The name goes while the lock is held: whoever has opened it before finds the row when he gets it. */
void iso_ledger_release(iso_ledger *l, int member, int claim) {
  char path[PATH_MAX];
  iso_member_path(l->folder, member, ISO_LOCK_END, path, sizeof path);
  unlink(path);
  close(claim);
}

iso_status iso_ledger_hold(const iso_ledger *l, int member, const char *ending, int *hold, iso_error *err) {
  char path[PATH_MAX];
  iso_member_path(l->folder, member, ending, path, sizeof path);
  for (;;) {
    ISO_TRY(iso_ledger_lock(path, false, hold, err));
    if (*hold >= 0) return ISO_OK;
    if (iso_signals_stop())
      return iso_fail(err, ISO_ESTOPPED, "stopped by a signal; the same command goes on");
    nanosleep(&(struct timespec){.tv_nsec = WAIT_NS}, NULL);
  }
}

/* As above: whoever waits opens it anew, and finds what it is about or makes it. */
void iso_ledger_let_go(const iso_ledger *l, int member, const char *ending, int hold) {
  char path[PATH_MAX];
  iso_member_path(l->folder, member, ending, path, sizeof path);
  unlink(path);
  close(hold);
}
