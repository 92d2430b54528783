#include "plugin/cache_folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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
    if (!was) return ISO_OK;
  }
}
