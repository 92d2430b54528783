#include "base/arena.h"

#include "base/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Each allocation is a link, with its header before it: simple, visible to AddressSanitizer, and fast enough
 * for thousands. */
typedef struct link {
  struct link *next;
  _Alignas(max_align_t) char bytes[];
} link;

struct iso_arena {
  link *first;
};

iso_status iso_arena_new(iso_arena **out, iso_error *err) {
  return iso_alloc(out, 1, sizeof **out, "an arena", err);
}

iso_status iso_arena_alloc(iso_arena *arena, void *out, size_t count, size_t size, iso_error *err) {
  if (size && count > (SIZE_MAX / 2 - sizeof(link)) / size) return iso_fail_memory(err, SIZE_MAX, "an arena");
  link *l = calloc(1, sizeof(link) + count * size);
  if (!l) return iso_fail_memory(err, count * size, "an arena");
  l->next = arena->first;
  arena->first = l;
  void *p = l->bytes;
  memcpy(out, &p, sizeof p);
  return ISO_OK;
}

iso_status iso_arena_text(iso_arena *arena, char **out, const char *text, size_t size, iso_error *err) {
  ISO_TRY(iso_arena_alloc(arena, out, size + 1, 1, err));
  if (size) memcpy(*out, text, size);
  return ISO_OK;
}

iso_status iso_arena_print(iso_arena *arena, char **out, iso_error *err, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int size = vsnprintf(NULL, 0, format, args);
  va_end(args);
  iso_status status = iso_arena_alloc(arena, out, (size_t)size + 1, 1, err);
  if (status == ISO_OK) vsnprintf(*out, (size_t)size + 1, format, again);
  va_end(again);
  return status;
}

void iso_arena_free(iso_arena *arena) {
  if (!arena) return;
  for (link *l = arena->first; l;) {
    link *next = l->next;
    free(l);
    l = next;
  }
  free(arena);
}
