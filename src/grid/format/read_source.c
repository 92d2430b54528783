#include "grid/format/read_source.h"

#include "base/input.h"
#include "base/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WINDOW = 1 << 20 };

static bool is_gzip(int fd) {
  unsigned char magic[2];
  return pread(fd, magic, 2, 0) == 2 && magic[0] == 0x1f && magic[1] == 0x8b;
}

static iso_status open_stream(iso_source *source, iso_error *err) {
  struct stat info;
  if (fstat(source->fd, &info) != 0)
    return iso_fail(err, ISO_EFAIL, "%s cannot be read: %s", source->path, strerror(errno));
  source->size = info.st_size;
  if (source->size == 0)
    return iso_fail(err, ISO_EINPUT, "%s is empty; give a complete mesh file", source->path);
  if (is_gzip(source->fd)) {
    source->gz = gzdopen(source->fd, "rb");
    if (!source->gz) return iso_fail_memory(err, WINDOW, "inflating a file");
    source->fd = -1; /* gzclose closes it */
    gzbuffer(source->gz, WINDOW / 8);
  }
  return iso_realloc(&source->window, WINDOW, 1, "a file's window", err);
}

iso_status iso_source_open(iso_source *source, const char *path, iso_error *err) {
  const char *why;
  *source = (iso_source){.path = path, .fd = iso_input_open(path, &why)};
  if (source->fd < 0) return iso_fail(err, ISO_EINPUT, "%s cannot be opened: %s; check the path", path, why);
  iso_status status = open_stream(source, err);
  if (status != ISO_OK) iso_source_close(source);
  return status;
}

void iso_source_close(iso_source *source) {
  if (!source->path) return;
  if (source->gz) gzclose(source->gz);
  if (source->fd >= 0) close(source->fd);
  free(source->window);
  *source = (iso_source){0};
}

void iso_source_seek(iso_source *source, int64_t offset, int64_t line) {
  source->line = line;
  if (offset >= source->base && offset <= source->base + (int64_t)source->filled) {
    source->at = (size_t)(offset - source->base);
    return;
  }
  source->base = offset;
  source->at = source->filled = 0;
}

static iso_status read_behind(iso_source *source, size_t *added, iso_error *err) {
  char *to = source->window + source->filled;
  size_t room = WINDOW - source->filled;
  ssize_t n;
  if (source->gz) {
    n = gzread(source->gz, to, (unsigned)room);
    int code = Z_OK;
    /* A file cut short reads as if complete; only the error state tells. */
    if (n <= 0) gzerror(source->gz, &code);
    if (n < 0 || (code != Z_OK && code != Z_STREAM_END))
      return iso_fail(err, ISO_EINPUT, "its gzip data are damaged or cut short; compress or copy it again");
  } else {
    do n = pread(source->fd, to, room, source->base + (int64_t)source->filled);
    while (n < 0 && errno == EINTR);
    if (n < 0) return iso_fail(err, ISO_EFAIL, "%s cannot be read: %s", source->path, strerror(errno));
  }
  source->filled += (size_t)n;
  *added = (size_t)n;
  return ISO_OK;
}

iso_status iso_source_fill(iso_source *source, size_t *added, iso_error *err) {
  memmove(source->window, source->window + source->at, source->filled - source->at);
  source->base += (int64_t)source->at;
  source->filled -= source->at;
  source->at = 0;
  *added = 0;
  return source->filled < WINDOW ? read_behind(source, added, err) : ISO_OK;
}

/* What Windows' editors write before the first byte of a text: U+FEFF. */
static bool is_mark(const char *p, size_t n) { return n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0; }

iso_status iso_source_line(iso_source *source, const char **begin, const char **end, iso_error *err) {
  const char *newline = NULL;
  size_t searched = 0, added = 1;
  const bool first = iso_source_offset(source) == 0;
  *begin = *end = NULL;
  for (;;) {
    size_t held = source->filled - source->at;
    if (held > searched) newline = memchr(source->window + source->at + searched, '\n', held - searched);
    if (newline || added == 0) break;
    searched = held;
    ISO_TRY(iso_source_fill(source, &added, err));
  }
  size_t held = source->filled - source->at;
  if (held == 0) return ISO_OK;
  source->line++;
  if (!newline && held == WINDOW)
    return iso_fail(err, ISO_EINPUT, "the line is longer than %d bytes; this is not a text mesh", WINDOW);
  *begin = source->window + source->at;
  *end = newline ? newline : *begin + held;
  source->at += (size_t)(*end - *begin) + (newline ? 1 : 0);
  if (*end > *begin && (*end)[-1] == '\r') --*end;
  if (first && is_mark(*begin, (size_t)(*end - *begin))) *begin += 3;
  return ISO_OK;
}

iso_status iso_source_take(iso_source *source, void *bytes, size_t n, iso_error *err) {
  char *to = bytes;
  while (n > 0) {
    size_t held = source->filled - source->at, added = 1;
    if (held == 0) {
      ISO_TRY(iso_source_fill(source, &added, err));
      if (added == 0) return iso_fail(err, ISO_EINPUT, "the file ends too early; it is cut short");
      held = source->filled;
    }
    size_t part = held < n ? held : n;
    memcpy(to, source->window + source->at, part);
    source->at += part;
    to += part;
    n -= part;
  }
  return ISO_OK;
}
