#include "base/path.h"

#include <ctype.h>
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

static bool is_folder(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* Where a word of a text ends. */
static bool ends_word(char c) { return !c || strchr(" \t\r\n\"'`<>()[]{},;|", c); }

/* A slash that no name comes before, and some name behind. */
static bool begins_path(const char *text, const char *at) {
  const unsigned char before = at > text ? (unsigned char)at[-1] : ' ';
  return *at == '/' && !isalnum(before) && before < 0x80 && !strchr("_-.~/)]}", before) && !ends_word(at[1]);
}

/* What comes behind the last slash of the path that text begins with. */
static char *behind_folders(char *text) {
  char *name = text + 1;
  for (char *slash = text; (slash = strchr(slash + 1, '/'));) {
    *slash = '\0';
    if (!ends_word(slash[1]) && is_folder(text)) name = slash + 1;
    *slash = '/';
  }
  for (char *at = name; !ends_word(*at); at++)
    if (*at == '/' && at[1] != ':' && !ends_word(at[1])) name = at + 1;
  return name;
}

void iso_path_shorten(char *text) {
  char *to = text;
  for (char *from = text; *from;) {
    if (begins_path(text, from)) from = behind_folders(from);
    *to++ = *from++;
  }
  *to = '\0';
}

bool iso_path_is_same(const char *a, const char *b) {
  struct stat x, y;
  return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}
