#include "plugin/process.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int runs(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && S_ISREG(info.st_mode) && access(path, X_OK) == 0;
}

int iso_process_find(const char *name, char *path, size_t size) {
  const char *folders = getenv("PATH");
  if (strchr(name, '/')) return snprintf(path, size, "%s", name) < (int)size && runs(path);
  for (const char *at = folders; *name && at;) {
    size_t length = strcspn(at, ":");
    int n = snprintf(path, size, "%.*s/%s", (int)length, at, name);
    if (length && n > 0 && (size_t)n < size && runs(path)) return 1;
    at = at[length] ? at + length + 1 : NULL;
  }
  return 0;
}

static int wait_for(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

iso_status iso_process_run(char *const *argv, const char *output, int *code, iso_error *err) {
  posix_spawn_file_actions_t actions;
  pid_t pid = 0;
  int failed = posix_spawn_file_actions_init(&actions);
  if (failed) return iso_fail(err, ISO_EFAIL, "%s: cannot be started (%s)", argv[0], strerror(failed));
  failed = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  if (!failed)
    failed =
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (!failed) failed = posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  if (!failed) failed = posix_spawn(&pid, argv[0], &actions, NULL, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed) return iso_fail(err, ISO_EFAIL, "%s: cannot be started (%s)", argv[0], strerror(failed));
  *code = wait_for(pid);
  return ISO_OK;
}
