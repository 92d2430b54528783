/* Many small allocations of one owner, released together. For what is read once and kept: configuration,
 * names, tables. Arrays of the mesh's size belong to iso_alloc. */
#ifndef ISO_BASE_ARENA_H
#define ISO_BASE_ARENA_H

#include "base/error.h"

#include <stddef.h>

typedef struct iso_arena iso_arena;

iso_status iso_arena_new(iso_arena **out, iso_error *err);

/* Zeroed memory for count elements of that size; lives as long as the arena. */
iso_status iso_arena_alloc(iso_arena *arena, void *out, size_t count, size_t size, iso_error *err);

/* A copy of text [size] with a terminating NUL. */
iso_status iso_arena_text(iso_arena *arena, char **out, const char *text, size_t size, iso_error *err);

/* printf into the arena. */
iso_status iso_arena_print(iso_arena *arena, char **out, iso_error *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

void iso_arena_free(iso_arena *arena);

#endif
