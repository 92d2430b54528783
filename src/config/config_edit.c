#include "config/config_edit.h"

#include "base/memory.h"
#include "base/text.h"
#include "config/config_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Characters [from, to) of a text become other ones. */
typedef struct change {
  size_t from, to;
  char text[128];
} change;

/* The value at path, or NULL with *parent the section that lacks its last key, or NULL. */
static const iso_tree *find(const iso_tree *root, const char *path, const iso_tree **parent) {
  const iso_tree *at = root;
  *parent = NULL;
  while (at && *path) {
    char key[128];
    const size_t n = strcspn(path, ".");
    snprintf(key, sizeof key, "%.*s", (int)n, path);
    path += n + (path[n] == '.');
    *parent = *path ? NULL : at;
    at = iso_tree_child(at, key);
  }
  return at;
}

/* Bytes before character number n, of which a byte-order mark is none. */
static size_t bytes_of(const char *text, size_t size, size_t n) {
  size_t at = size >= 3 && !memcmp(text, "\xef\xbb\xbf", 3) ? 3 : 0;
  for (; at < size; at++) {
    const bool begins = ((unsigned char)text[at] & 0xc0) != 0x80;
    if (begins && n-- == 0) break;
  }
  return at;
}

static const char *last_key(const char *path) {
  const char *dot = strrchr(path, '.');
  return dot ? dot + 1 : path;
}

/* A further key of a section, behind its last value; in a block on a line of its own, after what else that
 * line says. */
static void add_key(const char *text, size_t size, const iso_tree *section, const iso_config_edit *edit,
                    const char *number, change *out) {
  const char *key = last_key(edit->path);
  size_t at = bytes_of(text, size, section->last->to);
  if (section->flow) {
    snprintf(out->text, sizeof out->text, ", %s: %s", key, number);
  } else {
    while (at < size && text[at] != '\n' && text[at] != '\r') at++;
    snprintf(out->text, sizeof out->text, "%s%*s%s: %s", at < size && text[at] == '\r' ? "\r\n" : "\n",
             section->last->column, "", key, number);
  }
  out->from = out->to = at;
}

static iso_status plan(const char *file, const char *text, size_t size, const iso_tree *root,
                       const iso_config_edit *edit, change *out, iso_error *err) {
  const iso_tree *section, *value = find(root, edit->path, &section);
  char number[32];
  iso_text_shortest(edit->value, number, sizeof number);
  if (value && value->kind == ISO_TREE_SCALAR && value->to > value->from) {
    out->from = bytes_of(text, size, value->from), out->to = bytes_of(text, size, value->to);
    snprintf(out->text, sizeof out->text, "%s", number);
    return ISO_OK;
  }
  if (!value && section && section->kind == ISO_TREE_MAPPING && section->last &&
      section->last->kind == ISO_TREE_SCALAR && section->last->to > section->last->from) {
    add_key(text, size, section, edit, number, out);
    return ISO_OK;
  }
  return iso_fail(err, ISO_EINPUT,
                  "%s: it has no place for %s: %s; write the key with a first value into the file", file,
                  edit->path, number);
}

static int by_place(const void *a, const void *b) {
  const change *x = a, *y = b;
  return x->from != y->from ? (x->from > y->from) - (x->from < y->from) : strcmp(x->text, y->text);
}

/* Those at the same place are of an alias, and made once. */
static iso_status apply(const char *text, size_t size, int n, const change *changes, char **out,
                        size_t *out_size, iso_error *err) {
  size_t at = 0, room = size + 1, to = 0;
  for (int i = 0; i < n; i++) room += strlen(changes[i].text);
  ISO_TRY(iso_alloc(out, room, 1, "the configuration's text", err));
  for (int i = 0; i < n; i++) {
    const change *before = i > 0 ? &changes[i - 1] : NULL;
    if (changes[i].from < at || (before && by_place(before, &changes[i]) == 0)) continue;
    memcpy(*out + to, text + at, changes[i].from - at);
    to += changes[i].from - at;
    const size_t length = strlen(changes[i].text);
    memcpy(*out + to, changes[i].text, length);
    to += length;
    at = changes[i].to;
  }
  memcpy(*out + to, text + at, size - at);
  *out_size = to + size - at;
  return ISO_OK;
}

static const iso_config_edit *edit_of(const iso_tree *tree, int n, const iso_config_edit *edits) {
  char path[256];
  iso_tree_path(tree, path, sizeof path);
  for (int i = 0; i < n; i++)
    if (!strcmp(edits[i].path, path)) return &edits[i];
  return NULL;
}

/* The first value of the new tree that is neither as it was nor as it should be, or NULL. */
static const iso_tree *wrong(const iso_tree *was, const iso_tree *is, int n, const iso_config_edit *edits) {
  const iso_config_edit *edit = edit_of(is, n, edits);
  if (is->kind == ISO_TREE_SCALAR) {
    if (edit) return strtod(is->text, NULL) == edit->value ? NULL : is;
    return was && was->kind == is->kind && !strcmp(was->text, is->text) ? NULL : is;
  }
  if (!was || was->kind != is->kind) return is;
  for (const iso_tree *c = is->first; c; c = c->next) {
    const iso_tree *bad = iso_tree_null(c) ? NULL : wrong(iso_tree_child(was, c->key), c, n, edits);
    if (bad) return bad;
  }
  return NULL;
}

static iso_status verify(const char *file, const iso_tree *was, iso_arena *arena, const char *text,
                         size_t size, int n, const iso_config_edit *edits, iso_error *err) {
  iso_tree *is;
  ISO_TRY(iso_tree_parse(&is, arena, file, text, size, err));
  for (int i = 0; i < n; i++) {
    const iso_tree *parent;
    if (!find(is, edits[i].path, &parent))
      return iso_fail(err, ISO_EINPUT, "%s: %s could not be written; add the key by hand", file,
                      edits[i].path);
  }
  const iso_tree *bad = wrong(was, is, n, edits);
  if (!bad) return ISO_OK;
  return iso_tree_fail(bad, file, err,
                       "its value is one with that of other keys (an alias, * or &), which are to differ; "
                       "write each value out");
}

iso_status iso_config_edit_text(const char *file, const char *text, size_t size, int n,
                                const iso_config_edit *edits, char **out, size_t *out_size, iso_error *err) {
  iso_arena *arena = NULL;
  iso_tree *root;
  change *changes = NULL;
  *out = NULL;
  ISO_TRY(iso_arena_new(&arena, err));
  iso_status status = iso_tree_parse(&root, arena, file, text, size, err);
  if (status == ISO_OK) status = iso_alloc(&changes, (size_t)n, sizeof *changes, "edits", err);
  for (int i = 0; status == ISO_OK && i < n; i++)
    status = plan(file, text, size, root, &edits[i], &changes[i], err);
  if (status == ISO_OK) {
    qsort(changes, (size_t)n, sizeof *changes, by_place);
    status = apply(text, size, n, changes, out, out_size, err);
  }
  if (status == ISO_OK) status = verify(file, root, arena, *out, *out_size, n, edits, err);
  free(changes);
  iso_arena_free(arena);
  if (status == ISO_OK) return ISO_OK;
  free(*out);
  *out = NULL;
  return status;
}

iso_status iso_config_edit_file(const char *file, int n, const iso_config_edit *edits, char **out,
                                size_t *size, iso_error *err) {
  char *text = NULL;
  size_t text_size = 0;
  *out = NULL;
  iso_status status = iso_config_file_text(file, &text, &text_size, err);
  if (status == ISO_OK) status = iso_config_edit_text(file, text, text_size, n, edits, out, size, err);
  free(text);
  return status;
}
