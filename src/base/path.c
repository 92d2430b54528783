#include "base/path.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

iso_status iso_path_from_root(const char *path, char *out, size_t size, iso_error *err) {
  char here[PATH_MAX] = "";
  const bool relative = *path != '/';
  if (relative && !getcwd(here, sizeof here))
    return iso_fail(err, ISO_EFAIL, "%.300s: the working folder has no name (%s); give this from / on", path,
                    strerror(errno));
  const int n = snprintf(out, size, "%s%s%s", here, relative ? "/" : "", path);
  if (n > 0 && (size_t)n < size) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "%.300s: this name is too long", path);
}

const char *iso_path_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

bool iso_path_is_same(const char *a, const char *b) {
  struct stat x, y;
  return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}
