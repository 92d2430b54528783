/* Where what is dear to make is kept between runs: $ISOCHRONE_CACHE, else $XDG_CACHE_HOME/isochrone, else
 * $HOME/.cache/isochrone. It may be removed at any time. */
#ifndef ISO_PLUGIN_CACHE_FOLDER_H
#define ISO_PLUGIN_CACHE_FOLDER_H

#include "base/error.h"

#include <stddef.h>

/* As the environment names it, whether or not it is there; empty where there is none, or none that fits. */
void iso_cache_folder(char *folder, size_t size);

/* Makes it and the folders above it. ISO_EFAIL where it is empty or cannot be made. */
iso_status iso_cache_folder_make(const char *folder, iso_error *err);

#endif
