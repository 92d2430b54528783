#include "base/atomic.h"
#include "base/memory.h"
#include "result/picture.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A list of two, with an empty line between them, which neither has. */
static const char between[] = ",\n\n";

static void print(const void *self, FILE *f) {
  const iso_picture *p = self;
  fprintf(f, "[%s%s%s]\n", p->surface, between, p->rest);
}

iso_status iso_picture_save(const iso_picture *picture, const char *path, iso_error *err) {
  return iso_atomic_write(path, false, print, picture, err);
}

static iso_status read_all(FILE *f, char **text, size_t *n, iso_error *err) {
  size_t got, room = 0;
  *n = 0;
  do {
    room += 1 << 20;
    ISO_TRY(iso_realloc(text, room + 1, 1, "a picture", err));
    got = fread(*text + *n, 1, room - *n, f);
    *n += got;
  } while (*n == room);
  (*text)[*n] = '\0';
  return ISO_OK;
}

/* The first half stays where it is, without the bracket. */
static iso_status take_apart(iso_picture *out, const char *path, char *text, size_t n, iso_error *err) {
  char *cut = strstr(text, between);
  if (n < 4 || text[0] != '[' || !cut || strcmp(text + n - 2, "]\n") != 0)
    return iso_fail(err, ISO_EFAIL, "%s: it is no picture of a run; remove it", path);
  text[n - 2] = '\0';
  *cut = '\0';
  out->surface = strdup(text + 1);
  out->rest = strdup(cut + strlen(between));
  return out->surface && out->rest ? ISO_OK : iso_fail(err, ISO_EFAIL, "out of memory for a picture");
}

iso_status iso_picture_load(iso_picture *out, const char *path, iso_error *err) {
  char *text = NULL;
  size_t n = 0;
  *out = (iso_picture){0};
  FILE *f = fopen(path, "r");
  if (!f) return iso_fail(err, ISO_EFAIL, "%s: %s", path, strerror(errno));
  iso_status status = read_all(f, &text, &n, err);
  fclose(f);
  if (status == ISO_OK) status = take_apart(out, path, text, n, err);
  free(text);
  return status;
}
