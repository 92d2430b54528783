#include "grid/format/vtk_words.h"

#include "grid/format/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

iso_status iso_words_fail(iso_words *words, const char *format, ...) {
  char text[512];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  if (words->binary) /* line numbers mean nothing once binary data were passed */
    return iso_fail(words->err, ISO_EINPUT, "%s, near byte %lld: %s", words->source.path,
                    (long long)iso_source_offset(&words->source), text);
  return iso_fail(words->err, ISO_EINPUT, "%s:%lld: %s", words->source.path,
                  (long long)(words->line ? words->line : 1), text);
}

static iso_status located(iso_words *words, iso_status status, const iso_error *inner) {
  if (status == ISO_EINPUT) return iso_words_fail(words, "%s", inner->message);
  return status == ISO_OK ? ISO_OK : iso_fail(words->err, status, "%s", inner->message);
}

/* The next byte, which stays; -1 at the end of the file. */
static iso_status peek(iso_words *words, int *byte) {
  iso_source *s = &words->source;
  iso_error inner = {0};
  size_t added;
  if (s->at == s->filled) ISO_TRY(located(words, iso_source_fill(s, &added, &inner), &inner));
  *byte = s->at < s->filled ? (unsigned char)s->window[s->at] : -1;
  return ISO_OK;
}

static bool is_space(int byte) { return byte >= 0 && iso_text_is_space((char)byte); }

iso_status iso_words_next(iso_words *words, char word[ISO_VTK_WORD]) {
  iso_source *s = &words->source;
  int byte, n = 0;
  ISO_TRY(peek(words, &byte));
  while (is_space(byte)) {
    s->line += byte == '\n';
    s->at++;
    ISO_TRY(peek(words, &byte));
  }
  words->line = s->line + 1;
  while (byte >= 0 && !is_space(byte)) {
    if (n < ISO_VTK_WORD - 1) word[n++] = (char)byte;
    s->at++;
    ISO_TRY(peek(words, &byte));
  }
  word[n] = 0;
  return ISO_OK;
}

iso_status iso_words_count(iso_words *words, const char *of, int64_t *value) {
  char word[ISO_VTK_WORD];
  ISO_TRY(iso_words_next(words, word));
  if (iso_text_integer(word, word + strlen(word), value) && *value >= 0) return ISO_OK;
  return iso_words_fail(words, "%.64s needs a count, zero or more, not '%.40s'", of, word);
}

iso_status iso_words_line(iso_words *words, const char **begin, const char **end) {
  iso_error inner = {0};
  iso_status status = iso_source_line(&words->source, begin, end, &inner);
  words->line = words->source.line;
  return located(words, status, &inner);
}

iso_words_place iso_words_here(const iso_words *words) {
  return (iso_words_place){iso_source_offset(&words->source), words->source.line};
}

void iso_words_return(iso_words *words, iso_words_place place) {
  iso_source_seek(&words->source, place.offset, place.line);
}
