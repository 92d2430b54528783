#include "grid/format/text_share.h"

#include "grid/format/text.h"

#include <stdarg.h>
#include <stdio.h>

static iso_status begin_share(iso_text_share *s, MPI_Comm comm, iso_error *err) {
  int rank, size;
  const char *p, *end;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  if (s->source.gz)
    return iso_fail(err, ISO_EINPUT, "%s is compressed by gzip; unpack it: gunzip", s->source.path);
  const int64_t first = (int64_t)((__int128)s->source.size * rank / size);
  s->end = (int64_t)((__int128)s->source.size * (rank + 1) / size);
  s->counted = first == 0;
  if (first == 0) return ISO_OK;
  /* The line that the byte before is of belongs to a rank before. */
  iso_source_seek(&s->source, first - 1, -1);
  return iso_text_share_line(s, true, &p, &end, err);
}

iso_status iso_text_share_open(iso_text_share *s, MPI_Comm comm, const char *path, iso_error *err) {
  *s = (iso_text_share){0};
  ISO_TRY(iso_source_open(&s->source, path, err));
  const iso_status status = begin_share(s, comm, err);
  if (status != ISO_OK) iso_text_share_close(s);
  return status;
}

iso_status iso_text_share_line(iso_text_share *s, bool beyond, const char **begin, const char **end,
                               iso_error *err) {
  iso_error why = {0};
  *begin = NULL;
  if (!beyond && iso_source_offset(&s->source) >= s->end) return ISO_OK;
  const iso_status status = iso_source_line(&s->source, begin, end, &why);
  if (status == ISO_EINPUT) return iso_text_share_fail(s, err, "%s", why.message);
  if (status != ISO_OK) return iso_fail(err, status, "%s", why.message);
  if (!*begin) return ISO_OK;
  *begin = iso_text_skip(*begin, *end);
  while (*end > *begin && iso_text_is_space((*end)[-1])) --*end;
  return ISO_OK;
}

iso_status iso_text_share_fail(const iso_text_share *s, iso_error *err, const char *format, ...) {
  char text[600];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  if (s->counted)
    return iso_fail(err, ISO_EINPUT, "%s:%lld: %s", s->source.path, (long long)s->source.line, text);
  return iso_fail(err, ISO_EINPUT, "%s: near byte %lld: %s", s->source.path,
                  (long long)iso_source_offset(&s->source), text);
}

void iso_text_share_close(iso_text_share *s) { iso_source_close(&s->source); }
