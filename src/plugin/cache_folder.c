#include "plugin/cache_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* As the XDG base directory specification says, a relative XDG_CACHE_HOME is no answer. */
void iso_cache_folder(char *folder, size_t size) {
  const char *own = getenv("ISOCHRONE_CACHE"), *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
  size_t length = 0;
  if (own && *own)
    length = (size_t)snprintf(folder, size, "%s", own);
  else if (xdg && *xdg == '/')
    length = (size_t)snprintf(folder, size, "%s/isochrone", xdg);
  else if (home && *home)
    length = (size_t)snprintf(folder, size, "%s/.cache/isochrone", home);
  if (length == 0 || length >= size) folder[0] = '\0';
}

static bool is_ours_alone(const struct stat *info) {
  return (info->st_uid == geteuid() || info->st_uid == 0) && !(info->st_mode & (S_IWGRP | S_IWOTH));
}

static iso_status check_folder(const char *folder, iso_error *err) {
  struct stat info;
  if (stat(folder, &info) != 0)
    return iso_fail(err, ISO_EFAIL,
                    "%s: the cache folder cannot be used (%s); set ISOCHRONE_CACHE to another", folder,
                    strerror(errno));
  if (is_ours_alone(&info)) return ISO_OK;
  return iso_fail(
      err, ISO_EFAIL,
      "%s: others may write to this cache folder, whose compiled models are run; take that from them (chmod "
      "go-w) if it is yours, or set ISOCHRONE_CACHE to a folder of your own",
      folder);
}

int iso_cache_file_open(const char *path) {
  struct stat info;
  int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) {
    if (errno == ELOOP) errno = EPERM;
    return -1;
  }
  if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && is_ours_alone(&info)) return fd;
  close(fd);
  errno = EPERM;
  return -1;
}

iso_status iso_cache_folder_make(const char *folder, iso_error *err) {
  char path[4096];
  if (!*folder || strlen(folder) >= sizeof path)
    return iso_fail(err, ISO_EFAIL,
                    "there is no cache folder; set ISOCHRONE_CACHE to one that you can write to");
  strcpy(path, folder);
  for (char *slash = path + 1;; slash++) {
    if (*slash && *slash != '/') continue;
    const char was = *slash;
    *slash = '\0';
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
      return iso_fail(err, ISO_EFAIL, "%s: the folder cannot be made (%s); set ISOCHRONE_CACHE to another",
                      path, strerror(errno));
    *slash = was;
    if (!was) return check_folder(folder, err);
  }
}
