#include "base/csv.h"

#include "base/input.h"
#include "base/memory.h"
#include "base/share.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BYTES = 1 << 24 };

/* Rank 0's; the NUL counts. */
static iso_status load(const char *path, const char *example, char **text, size_t *size, iso_error *err) {
  const char *why = NULL;
  FILE *file = iso_input_stream(path, &why);
  if (!file) return iso_fail(err, ISO_EINPUT, "%s: cannot be read: %s", path, why);
  iso_status status = iso_alloc(text, MOST_BYTES, 1, "a table", err);
  const size_t n = status == ISO_OK ? fread(*text, 1, MOST_BYTES, file) : 0;
  const bool failed = ferror(file);
  fclose(file);
  ISO_TRY(status);
  if (failed || n == MOST_BYTES || memchr(*text, '\0', n))
    return iso_fail(err, ISO_EINPUT, "%s: is no table; it is a text that begins like %s", path, example);
  *size = n + 1;
  return ISO_OK;
}

iso_status iso_csv_load(MPI_Comm comm, const char *path, const char *example, char **text, iso_error *err) {
  size_t size = 0;
  *text = NULL;
  iso_status status =
      iso_agree(comm, iso_rank(comm) == 0 ? load(path, example, text, &size, err) : ISO_OK, err);
  if (status == ISO_OK) status = iso_share_bytes(comm, text, &size, "a table", err);
  if (status == ISO_OK) return ISO_OK;
  free(*text);
  *text = NULL;
  return status;
}

char *iso_csv_begin(char *text) {
  static const char mark[] = "\xEF\xBB\xBF";
  return strncmp(text, mark, sizeof mark - 1) ? text : text + sizeof mark - 1;
}

static const char blank[] = " \t\r";

static char *trimmed(char *text) {
  text += strspn(text, blank);
  for (size_t n = strlen(text); n > 0 && strchr(blank, text[n - 1]); n--) text[n - 1] = '\0';
  return text;
}

char *iso_csv_line(char **text) {
  char *line = *text;
  if (!*line) return NULL;
  char *end = line + strcspn(line, "\n");
  *text = *end ? end + 1 : end;
  *end = '\0';
  return trimmed(line);
}

/* The field in quotes that begins at text, whose quotes go; the character behind it, or NULL: not closed. */
static char *unquote(char *text) {
  char *to = text;
  for (char *at = text + 1; *at; at++) {
    if (*at == '"' && at[1] != '"') {
      *to = '\0';
      return at + 1;
    }
    at += *at == '"';
    *to++ = *at;
  }
  return NULL;
}

int iso_csv_split(char *line, int most, char **field) {
  int n = 0;
  for (char *next = line; next; n++) {
    if (n == most) return -1;
    char *at = next + strspn(next, blank), *behind = at;
    const int quoted = *at == '"';
    if (quoted && !(behind = unquote(at))) return -1;
    char *comma = strchr(behind, ',');
    next = comma ? comma + 1 : NULL;
    if (comma) *comma = '\0';
    field[n] = quoted ? at : trimmed(at);
  }
  return n;
}

int iso_csv_column(int n, char *const *field, const char *name) {
  int found = -1;
  for (int k = 0; k < n; k++)
    if (!strcmp(field[k], name)) found = found == -1 ? k : ISO_CSV_TWICE;
  return found;
}

void iso_csv_put(FILE *stream, const char *text) {
  if (!strpbrk(text, ",\"\n\r")) {
    fputs(text, stream);
    return;
  }
  fputc('"', stream);
  for (; *text; text++) {
    if (*text == '"') fputc('"', stream);
    fputc(*text, stream);
  }
  fputc('"', stream);
}
