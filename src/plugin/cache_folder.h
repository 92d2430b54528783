/* Where what is dear to make is kept between runs: $ISOCHRONE_CACHE, else $XDG_CACHE_HOME/isochrone, else
 * $HOME/.cache/isochrone. It may be removed at any time. */
#ifndef ISO_PLUGIN_CACHE_FOLDER_H
#define ISO_PLUGIN_CACHE_FOLDER_H

#include "base/error.h"

#include <stddef.h>

/* As the environment names it, whether or not it is there; empty where there is none, or none that fits. */
void iso_cache_folder(char *folder, size_t size);

/* Makes it and the folders above it, for this user alone. ISO_EFAIL where it is empty or cannot be made, and
 * where somebody else may write to it: what lies there is run and believed. */
iso_status iso_cache_folder_make(const char *folder, iso_error *err);

/* A descriptor for reading the file path of that folder, to be closed, or -1 with errno: EPERM where it is a
 * link, no regular file, of another user than this one or root, or can be written by others. Such a file is
 * to be made anew. */
int iso_cache_file_open(const char *path);

#endif
