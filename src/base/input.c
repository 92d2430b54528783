#include "base/input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What stands there is known before anything waits: opening a FIFO does not with O_NONBLOCK, and regular
 * files do not heed it. */
int iso_input_open(const char *path, const char **why) {
  struct stat info;
  int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  *why = NULL;
  if (fd < 0 || fstat(fd, &info) != 0)
    *why = strerror(errno);
  else if (S_ISDIR(info.st_mode))
    *why = "it is a folder";
  else if (!S_ISREG(info.st_mode))
    *why = "it is no regular file";
  if (!*why) return fd;
  if (fd >= 0) close(fd);
  return -1;
}

FILE *iso_input_stream(const char *path, const char **why) {
  int fd = iso_input_open(path, why);
  if (fd < 0) return NULL;
  FILE *stream = fdopen(fd, "rb");
  if (stream) return stream;
  *why = strerror(errno);
  close(fd);
  return NULL;
}

const char *iso_input_trouble(const char *path) {
  const char *why;
  int fd = iso_input_open(path, &why);
  if (fd >= 0) close(fd);
  return why;
}
