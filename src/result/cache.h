/* Numbers that are dear to compute, kept between runs in files of their own.
 *
 * The folder is that of plugin/cache_folder.h. A file that is damaged, of another key, or
 * that another user could have written counts as absent.
 * Not collective: one rank's. */
#ifndef ISO_RESULT_CACHE_H
#define ISO_RESULT_CACHE_H

#include "base/error.h"

#include <stdbool.h>

typedef struct iso_cache {
  char folder[3072]; /* empty: there is none */
} iso_cache;

/* The folder as the environment names it; it need not be there. */
iso_cache iso_cache_open(void);

/* The file of a key, a text of lines that says everything that the numbers depend on. path [4096]. */
void iso_cache_path(const iso_cache *cache, const char *key, char *path);

/* Whether values [n] were kept under key. */
bool iso_cache_read(const iso_cache *cache, const char *key, int n, double *values);

/* Keeps values [n], bit for bit; the file appears when it is complete. */
iso_status iso_cache_write(const iso_cache *cache, const char *key, int n, const double *values,
                           iso_error *err);

#endif
