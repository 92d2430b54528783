#include "plugin/own_header.h"

#include "base/input.h"
#include "base/memory.h"
#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST_BYTES = 4 << 20 /* of a header */ };

iso_status iso_own_header_fail(const char *header, const char *what, iso_error *err) {
  return iso_fail(err, ISO_EINPUT, "%.300s: this is no model's header: %s; see docs/adding-a-model.md",
                  header, what);
}

static const char *skip(const char *text, const char *word) {
  size_t n = strlen(word);
  return text && !strncmp(text, word, n) ? text + n : NULL;
}

static const char *blanks(const char *text) { return text ? text + strspn(text, " \t") : NULL; }

/* The model's name: of the line #define ISO_MODEL NAME. */
static bool find_name(const char *text, char name[ISO_OWN_NAME]) {
  for (const char *line = text; line; line = strchr(line, '\n')) {
    if (*line == '\n') line++;
    const char *at = blanks(skip(blanks(skip(blanks(line), "#")), "define"));
    at = skip(at, "ISO_MODEL");
    if (!at || at == blanks(at)) continue;
    at = blanks(at);
    size_t n = strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    if (n == 0 || n >= ISO_OWN_NAME || isdigit((unsigned char)*at)) continue;
    memcpy(name, at, n);
    name[n] = '\0';
    return true;
  }
  return false;
}

iso_status iso_own_header_name(const char *header, char name[ISO_OWN_NAME], iso_error *err) {
  struct stat info;
  const char *why;
  FILE *f = iso_input_stream(header, &why);
  if (f && fstat(fileno(f), &info) != 0) why = strerror(errno);
  if (f && !why && info.st_size > MOST_BYTES) why = "it is over 4 MB";
  if (why) {
    if (f) fclose(f);
    return iso_fail(err, ISO_EINPUT, "%.300s: the model's header cannot be read (%s)", header, why);
  }
  char *text;
  iso_status status = iso_alloc(&text, (size_t)info.st_size + 1, 1, "a model's header", err);
  if (status == ISO_OK) {
    text[fread(text, 1, (size_t)info.st_size, f)] = '\0';
    if (!find_name(text, name))
      status = iso_own_header_fail(header, "it has no line '#define ISO_MODEL NAME'", err);
    free(text);
  }
  fclose(f);
  return status;
}

/* ---- what it must define ---- */

static bool is_word_part(char c) { return isalnum((unsigned char)c) || c == '_'; }

/* Whether one of the words name_part stands in text [size], after before. */
static bool has(const char *text, size_t size, const char *before, const char *name, const char *part) {
  char word[200];
  int n = snprintf(word, sizeof word, "%s%s_%s", before, name, part);
  for (const char *at = strstr(text, word); at && at < text + size; at = strstr(at + 1, word))
    if (!is_word_part(at[n]) && (at == text || !is_word_part(at[-1]))) return true;
  return false;
}

/* Names whatever is missing, all of it at once. */
iso_status iso_own_header_check(const char *header, const char *name, const char *text, iso_error *err) {
  static const char *const macros[] = {"TITLE", "PAPER",    "VM_REST",  "ACTIVATION", "MAX_STEP",
                                       "NFAST", "TABLED",   "STATES",   "PARAMETERS", "VARIANTS",
                                       "GATES", "CURRENTS", "CONSTANTS"};
  static const char *const functions[] = {"gates_at", "currents_at", "fast", "step"};
  char missing[700] = "";
  const char *end = strstr(text, "state_table"); /* of the templates, whether or not its name is complete */
  size_t size = end ? (size_t)(end - text) : strlen(text);
  for (size_t i = 0; i < sizeof macros / sizeof *macros; i++)
    if (!has(text, size, "#define ", name, macros[i]))
      iso_text_append(missing, sizeof missing, "%s%s_%s", *missing ? ", " : "it does not define ", name,
                      macros[i]);
  if (!*missing && !has(text, size, "", name, "at_constants"))
    iso_text_append(missing, sizeof missing,
                    "there is no #include \"kernels/model_types.h\" after #define ISO_MODEL %s", name);
  for (size_t i = 0; !*missing && i < sizeof functions / sizeof *functions; i++)
    if (!has(text, size, "", name, functions[i]))
      iso_text_append(missing, sizeof missing, "there is no function %s_%s", name, functions[i]);
  if (!*missing && has(text, size, "#define ", "", "MATH_H"))
    iso_text_append(
        missing, sizeof missing,
        "it includes <math.h>, whose functions have other bits on other machines and are slow; use "
        "those of kernels/math.h, like iso_exp");
  return *missing ? iso_own_header_fail(header, missing, err) : ISO_OK;
}

/* ---- what it includes ---- */

/* Quotes and other unusual bytes of a path are written as in C. */
bool iso_own_header_enters(const char *line, char *path, size_t size) {
  const char *at = skip(line, "# ");
  size_t n = 0;
  if (!at || !isdigit((unsigned char)*at)) return false;
  at = skip(at + strspn(at, "0123456789"), " \"");
  for (; at && *at && *at != '"' && *at != '\n' && n + 1 < size; n++) {
    const bool special = *at == '\\';
    char *end = NULL;
    if (special && isdigit((unsigned char)at[1])) {
      const char digits[] = {at[1], at[2], at[2] ? at[3] : '\0', '\0'};
      path[n] = (char)strtol(digits, &end, 8);
      at += 1 + (end - digits);
    } else {
      path[n] = at[special];
      at += 1 + special;
    }
  }
  path[n] = '\0';
  at = skip(at, "\" 1");
  return at && *at == '\n';
}
