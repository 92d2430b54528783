#include "result/cache.h"

#include "base/atomic.h"
#include "base/memory.h"
#include "grid/hash.h"
#include "plugin/cache_folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char first_line[] = "Isochrone cache 1\n", before_values[] = "values\n", before_hash[] = "hash ";

enum { MOST_PATH = 4096, MOST_BYTES = 1 << 24 };

iso_cache iso_cache_open(void) {
  iso_cache cache;
  iso_cache_folder(cache.folder, sizeof cache.folder);
  return cache;
}

void iso_cache_path(const iso_cache *cache, const char *key, char *path) {
  const uint64_t hash = iso_hash_words(0, key, strlen(key));
  snprintf(path, MOST_PATH, "%s/%016llx.state", cache->folder, (unsigned long long)hash);
}

/* The file's text, to be freed; NULL where it cannot be read, or could be somebody else's. */
static char *read_text(const char *path) {
  int fd = iso_cache_file_open(path);
  FILE *f = fd >= 0 ? fdopen(fd, "rb") : NULL;
  char *text = NULL;
  if (!f && fd >= 0) close(fd);
  long size = f && fseek(f, 0, SEEK_END) == 0 ? ftell(f) : -1;
  if (size >= 0 && size < MOST_BYTES && fseek(f, 0, SEEK_SET) == 0) text = calloc((size_t)size + 1, 1);
  if (text && fread(text, 1, (size_t)size, f) != (size_t)size) {
    free(text);
    text = NULL;
  }
  if (f) fclose(f);
  return text;
}

/* Moves *at behind expected, if it is there. */
static bool pass(const char **at, const char *expected) {
  const size_t length = strlen(expected);
  if (strncmp(*at, expected, length)) return false;
  *at += length;
  return true;
}

static bool read_values(const char **at, int n, double *values) {
  for (int i = 0; i < n; i++) {
    char *end;
    values[i] = strtod(*at, &end);
    if (end == *at || *end != '\n') return false;
    *at = end + 1;
  }
  return true;
}

static bool parse(const char *text, const char *key, int n, double *values) {
  const char *at = text;
  if (!pass(&at, first_line) || !pass(&at, key) || !pass(&at, before_values)) return false;
  if (!read_values(&at, n, values)) return false;
  const uint64_t hash = iso_hash_words(0, text, (size_t)(at - text));
  char expected[32];
  snprintf(expected, sizeof expected, "%016llx\n", (unsigned long long)hash);
  return pass(&at, before_hash) && pass(&at, expected) && !*at;
}

bool iso_cache_read(const iso_cache *cache, const char *key, int n, double *values) {
  char path[MOST_PATH];
  if (!*cache->folder) return false;
  iso_cache_path(cache, key, path);
  char *text = read_text(path);
  const bool found = text && parse(text, key, n, values);
  free(text);
  return found;
}

static char *make_text(const char *key, int n, const double *values) {
  char *text = NULL;
  size_t size = 0;
  FILE *f = open_memstream(&text, &size);
  if (!f) return NULL;
  fprintf(f, "%s%s%s", first_line, key, before_values);
  for (int i = 0; i < n; i++) fprintf(f, "%a\n", values[i]);
  fflush(f);
  fprintf(f, "%s%016llx\n", before_hash, (unsigned long long)iso_hash_words(0, text, size));
  if (fclose(f) == 0) return text;
  free(text);
  return NULL;
}

iso_status iso_cache_write(const iso_cache *cache, const char *key, int n, const double *values,
                           iso_error *err) {
  char path[MOST_PATH];
  ISO_TRY(iso_cache_folder_make(cache->folder, err));
  iso_cache_path(cache, key, path);
  char *text = make_text(key, n, values);
  if (!text) return iso_fail_memory(err, 0, "the cache");
  iso_status status = iso_atomic_write_text(path, true, text, err);
  free(text);
  return status;
}
