#include "grid/format/vtu_xml.h"

#include "grid/format/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* One byte; *found is false at the end of the file. */
static iso_status next_byte(iso_source *s, char *byte, bool *found, iso_error *err) {
  size_t added = 1;
  if (s->at == s->filled) ISO_TRY(iso_source_fill(s, &added, err));
  *found = s->at < s->filled;
  if (!*found) return ISO_OK;
  *byte = s->window[s->at++];
  s->line += *byte == '\n';
  return ISO_OK;
}

/* Goes past the next '<'. */
static iso_status find_tag(iso_source *s, bool *found, iso_error *err) {
  size_t added = 1;
  for (;;) {
    const char *p = s->window + s->at, *end = s->window + s->filled;
    const char *hit = p < end ? memchr(p, '<', (size_t)(end - p)) : NULL;
    for (const char *c = p; c < (hit ? hit : end); c++) s->line += *c == '\n';
    s->at = hit ? (size_t)(hit - s->window) + 1 : s->filled;
    *found = hit != NULL;
    if (hit || added == 0) return ISO_OK;
    ISO_TRY(iso_source_fill(s, &added, err));
  }
}

static iso_status cut_short(iso_error *err) {
  return iso_fail(err, ISO_EINPUT, "the file ends within a tag; it is cut short");
}

/* A comment may be long and hold any '>'. */
static iso_status skip_comment(iso_source *s, iso_error *err) {
  bool found;
  int dashes = 0;
  for (char c = 0;; dashes = c == '-' ? dashes + 1 : 0) {
    ISO_TRY(next_byte(s, &c, &found, err));
    if (!found) return cut_short(err);
    if (c == '>' && dashes >= 2) return ISO_OK;
  }
}

static iso_status take_text(iso_source *s, iso_xml_tag *tag, bool *comment, iso_error *err) {
  size_t n = 0;
  char quote = 0, c;
  bool found;
  *comment = false;
  for (;;) {
    ISO_TRY(next_byte(s, &c, &found, err));
    if (!found) return cut_short(err);
    if (!quote && c == '>') break;
    if (c == quote)
      quote = 0;
    else if (!quote && (c == '"' || c == '\''))
      quote = c;
    if (n + 1 == sizeof tag->text)
      return iso_fail(err, ISO_EINPUT, "a tag is longer than %d bytes; this is no VTU file",
                      (int)sizeof tag->text);
    tag->text[n++] = c ? c : ' ';
    *comment = n == 3 && memcmp(tag->text, "!--", 3) == 0;
    if (*comment) return ISO_OK;
  }
  tag->empty = n > 0 && tag->text[n - 1] == '/';
  if (tag->empty) n--;
  tag->text[n] = 0;
  tag->closes = tag->text[0] == '/';
  return ISO_OK;
}

iso_status iso_xml_next(iso_source *source, iso_xml_tag *tag, bool *found, iso_error *err) {
  for (;;) {
    bool comment;
    ISO_TRY(find_tag(source, found, err));
    if (!*found) return ISO_OK;
    ISO_TRY(take_text(source, tag, &comment, err));
    if (comment)
      ISO_TRY(skip_comment(source, err));
    else if (tag->text[0] != '?' && tag->text[0] != '!')
      return ISO_OK;
  }
}

static bool ends_name(char c) { return c == 0 || iso_text_is_space(c); }

bool iso_xml_is(const iso_xml_tag *tag, const char *name) {
  const char *p = tag->text + (tag->closes ? 1 : 0);
  size_t n = strlen(name);
  return strncmp(p, name, n) == 0 && ends_name(p[n]);
}

/* The character of a reference like &amp;, &#38; or &#x26; that begins at p, of one byte, and *length of the
 * reference; 0: it is none. */
static char referred(const char *p, const char *end, size_t *length) {
  static const struct {
    const char *name;
    char c;
  } known[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
  for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
    *length = strlen(known[k].name);
    if ((size_t)(end - p) >= *length && memcmp(p, known[k].name, *length) == 0) return known[k].c;
  }
  if (end - p < 4 || p[1] != '#') return 0;
  char *q;
  const bool hexadecimal = p[2] == 'x';
  const char *first = p + 2 + hexadecimal;
  if (!isxdigit((unsigned char)*first)) return 0;
  const unsigned long n = strtoul(first, &q, hexadecimal ? 16 : 10);
  *length = (size_t)(q - p) + 1;
  return q < end && *q == ';' && n < 128 ? (char)n : 0;
}

static void decode(const char *p, const char *end, char *value) {
  while (p < end) {
    size_t length = 1;
    const char c = *p == '&' ? referred(p, end, &length) : 0;
    *value++ = c ? c : *p;
    p += c ? length : 1;
  }
  *value = 0;
}

/* Walks over name="value" pairs, so that a value holding another name does not mislead. */
bool iso_xml_attribute(const iso_xml_tag *tag, const char *name, char *value, size_t size) {
  const char *end = tag->text + strlen(tag->text);
  const char *p = iso_text_word_end(tag->text, end);
  size_t wanted = strlen(name);
  for (;;) {
    p = iso_text_skip(p, end);
    const char *key = p;
    while (p < end && *p != '=' && !iso_text_is_space(*p)) p++;
    size_t key_length = (size_t)(p - key);
    p = iso_text_skip(p, end);
    if (p == end || *p != '=') return false;
    p = iso_text_skip(p + 1, end);
    if (p == end || (*p != '"' && *p != '\'')) return false;
    const char *stop = memchr(p + 1, *p, (size_t)(end - p - 1));
    if (!stop) return false;
    size_t length = (size_t)(stop - p - 1);
    if (key_length == wanted && memcmp(key, name, wanted) == 0) {
      if (length >= size) return false;
      decode(p + 1, stop, value);
      return true;
    }
    p = stop + 1;
  }
}
