/* A file as a stream of bytes behind a window of bounded size; files compressed by gzip are inflated on the
 * way.
 *
 * Errors of the content (ISO_EINPUT) are worded without file and line: the caller, who knows what it was
 * reading, adds them. Errors of the system (ISO_EFAIL) name the file. */
#ifndef ISO_GRID_FORMAT_READ_SOURCE_H
#define ISO_GRID_FORMAT_READ_SOURCE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

typedef struct iso_source {
  const char *path; /* not owned */
  int fd;           /* of a plain file, or -1 */
  gzFile gz;        /* of a compressed file, or NULL */
  int64_t size;     /* bytes on disk */
  char *window;     /* bytes [base, base + filled) of the (inflated) file */
  size_t at;        /* next byte to take, in the window */
  size_t filled;
  int64_t base;
  int64_t line; /* number of the line last returned, counted from where the stream began or was sought to */
} iso_source;

/* Opens a regular file. Missing, unreadable, a folder or empty: ISO_EINPUT naming the file. */
iso_status iso_source_open(iso_source *source, const char *path, iso_error *err);

void iso_source_close(iso_source *source);

/* Byte offset of the next byte in the (inflated) file. */
static inline int64_t iso_source_offset(const iso_source *source) {
  return source->base + (int64_t)source->at;
}

/* Continues at that offset, with line as the number of the last line before it. Plain files only. */
void iso_source_seek(iso_source *source, int64_t offset, int64_t line);

/* Keeps the bytes not yet taken, reads behind them and tells how many came: 0 at the end of the file, or
 * where the window is full. */
iso_status iso_source_fill(iso_source *source, size_t *added, iso_error *err);

/* Takes the next line, without its end of line and, of the first one, without a byte order mark; *begin is
 * NULL at the end of the file. The bytes are valid until the next call. A line longer than the window is
 * ISO_EINPUT. */
iso_status iso_source_line(iso_source *source, const char **begin, const char **end, iso_error *err);

/* Takes exactly n bytes, or fails where the file ends before. */
iso_status iso_source_take(iso_source *source, void *bytes, size_t n, iso_error *err);

#endif
