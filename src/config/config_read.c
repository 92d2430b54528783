#include "config/config_read.h"

#include "base/text.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAIL(tree, ...) iso_tree_fail(tree, reader->file, reader->err, __VA_ARGS__)

enum { MOST_NAMES = 256 }; /* listed in a message, which is cut anyway */

/* What a value is, for a message that says what it should have been. */
static const char *describe(const iso_tree *tree, char *buffer, size_t size) {
  buffer[0] = '\0';
  if (tree->kind == ISO_TREE_LIST)
    iso_text_append(buffer, size, "a list");
  else if (tree->kind == ISO_TREE_MAPPING)
    iso_text_append(buffer, size, "keys of its own");
  else
    iso_text_append(buffer, size, "'%.60s'", tree->text);
  return buffer;
}

static iso_status fail_type(const iso_reader *reader, const iso_tree *tree, const char *expected) {
  char got[100];
  return FAIL(tree, "expected %s, got %s", expected, describe(tree, got, sizeof got));
}

iso_status iso_read_real(const iso_reader *reader, const iso_tree *tree, double *out) {
  if (tree->kind != ISO_TREE_SCALAR) return fail_type(reader, tree, "a number");
  if (!tree->plain) return fail_type(reader, tree, "a number without quotes");
  /* strtod alone would take hexadecimal, nan and inf as well. */
  char *end = tree->text;
  double value = strspn(tree->text, "+-.0123456789eE") ? strtod(tree->text, &end) : NAN;
  if (end != tree->text && *end &&
      strspn(end, " %abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/") == strlen(end))
    return FAIL(tree, "expected a number alone, got '%.60s'; units belong to the keys", tree->text);
  if (end == tree->text || *end || strspn(tree->text, "+-.0123456789eE") != strlen(tree->text))
    return fail_type(reader, tree, "a number");
  if (!isfinite(value)) return FAIL(tree, "'%.60s' is too large a number", tree->text);
  *out = value;
  return ISO_OK;
}

static iso_status read_whole(const iso_reader *reader, const iso_tree *tree, int64_t low, int64_t high,
                             int64_t *out) {
  if (tree->kind != ISO_TREE_SCALAR) return fail_type(reader, tree, "a whole number");
  char *end = tree->text;
  errno = 0;
  long long value = strtoll(tree->text, &end, 10);
  if (!tree->plain || end == tree->text || *end || strspn(tree->text, "+-0123456789") != strlen(tree->text))
    return fail_type(reader, tree, "a whole number");
  if (errno || value < low || value > high) return FAIL(tree, "'%.60s' is too large a number", tree->text);
  *out = value;
  return ISO_OK;
}

static iso_status check_range(const iso_reader *reader, const iso_key *key, const iso_tree *tree,
                              double value) {
  if (key->low == key->high) return ISO_OK;
  if (value <= key->high && (key->above_low ? value > key->low : value >= key->low)) return ISO_OK;
  return FAIL(tree, "%.10g is out of range: it must be %s %g and at most %g", value,
              key->above_low ? "above" : "at least", key->low, key->high);
}

static iso_status read_numbers(const iso_reader *reader, const iso_key *key, const iso_tree *tree, int n,
                               const char *like, double *out) {
  if (tree->kind != ISO_TREE_LIST || iso_tree_count(tree) != n) return fail_type(reader, tree, like);
  for (const iso_tree *c = tree->first; c; c = c->next) {
    ISO_TRY(iso_read_real(reader, c, out));
    ISO_TRY(check_range(reader, key, c, *out++));
  }
  return ISO_OK;
}

/* Any number of them, also none. */
static iso_status read_list(const iso_reader *reader, const iso_key *key, const iso_tree *tree, double **out,
                            int *n) {
  if (tree->kind != ISO_TREE_LIST) return fail_type(reader, tree, "a list of numbers, like [1.5, -0.5]");
  const int count = iso_tree_count(tree);
  ISO_TRY(iso_arena_alloc(reader->arena, out, (size_t)count, sizeof **out, reader->err));
  *n = count;
  return read_numbers(reader, key, tree, count, "", *out);
}

static iso_status read_tags(const iso_reader *reader, const iso_tree *tree, int32_t **out, int *n) {
  const iso_tree *first = tree->kind == ISO_TREE_LIST ? tree->first : tree;
  if (!first) return FAIL(tree, "the list is empty; name a tag, or leave the key out");
  int count = tree->kind == ISO_TREE_LIST ? iso_tree_count(tree) : 1;
  ISO_TRY(iso_arena_alloc(reader->arena, out, (size_t)count, sizeof **out, reader->err));
  for (*n = 0; *n < count; first = first->next) {
    int64_t value = 0;
    ISO_TRY(read_whole(reader, first, INT32_MIN, INT32_MAX, &value));
    (*out)[(*n)++] = (int32_t)value;
  }
  return ISO_OK;
}

iso_status iso_read_word(const iso_reader *reader, const iso_tree *tree, const char *what, int n,
                         const char *const *names, int *out) {
  if (tree->kind != ISO_TREE_SCALAR) return fail_type(reader, tree, "a word");
  for (*out = 0; *out < n; ++*out)
    if (!strcmp(names[*out], tree->text)) return ISO_OK;
  char list[700] = "";
  iso_text_list(list, sizeof list, n, names);
  const char *nearest = iso_text_nearest(tree->text, n, names);
  if (nearest)
    return FAIL(tree, "there is no %s '%.60s'; did you mean '%s'? There are: %s", what, tree->text, nearest,
                list);
  return FAIL(tree, "there is no %s '%.60s'; use one of: %s", what, tree->text, list);
}

static iso_status read_choice(const iso_reader *reader, const iso_key *key, const iso_tree *tree, int *out) {
  int n = 0;
  while (key->choices[n]) n++;
  return iso_read_word(reader, tree, key->key, n, key->choices, out);
}

static bool find_boolean(const iso_tree *tree, bool *out) {
  static const char *const words[] = {"false", "False", "FALSE", "true", "True", "TRUE"};
  for (int i = 0; tree->kind == ISO_TREE_SCALAR && tree->plain && i < 6; i++) {
    if (strcmp(tree->text, words[i])) continue;
    *out = i >= 3;
    return true;
  }
  return false;
}

static iso_status read_boolean(const iso_reader *reader, const iso_tree *tree, bool *out) {
  return find_boolean(tree, out) ? ISO_OK : fail_type(reader, tree, "true or false");
}

/* Files of faces end in .surf; whatever else is said is the name of a surface. */
static bool is_surf(const char *text) {
  const char *dot = strrchr(text, '.');
  if (dot && !strcmp(dot, ".gz")) return dot - text > 5 && !strncmp(dot - 5, ".surf", 5);
  return dot && !strcmp(dot, ".surf");
}

static iso_status read_surface(const iso_reader *reader, const iso_tree *tree, char **out, char **name) {
  bool on;
  if (!find_boolean(tree, &on)) {
    if (tree->kind != ISO_TREE_SCALAR || !*tree->text)
      return fail_type(reader, tree, "true, the name of a surface, or a file ending in .surf");
    if (is_surf(tree->text)) return iso_read_path(reader, tree, out);
    *name = tree->text;
    return ISO_OK;
  }
  if (on) return iso_arena_text(reader->arena, out, "", 0, reader->err);
  return FAIL(tree, "false is no condition; leave the key out, or say not: {surface: true} for nodes inside");
}

static iso_status read_names(const iso_reader *reader, const iso_tree *tree, char ***out, int *n) {
  if (tree->kind != ISO_TREE_LIST || !tree->first)
    return fail_type(reader, tree, "a list of names, like [a, b]");
  ISO_TRY(iso_arena_alloc(reader->arena, out, (size_t)iso_tree_count(tree), sizeof **out, reader->err));
  for (const iso_tree *c = tree->first; c; c = c->next) {
    if (c->kind != ISO_TREE_SCALAR) return fail_type(reader, c, "a name");
    (*out)[(*n)++] = c->text;
  }
  return ISO_OK;
}

/* Values of any kind, as text. */
static iso_status read_texts(const iso_reader *reader, const iso_tree *tree, char ***out, int *n) {
  if (tree->kind != ISO_TREE_LIST || !tree->first)
    return fail_type(reader, tree, "a list of values, like [0.5, 1, 2]");
  ISO_TRY(iso_arena_alloc(reader->arena, out, (size_t)iso_tree_count(tree), sizeof **out, reader->err));
  for (const iso_tree *c = tree->first; c; c = c->next)
    ISO_TRY(iso_tree_text(c, reader->arena, &(*out)[(*n)++], reader->err));
  return ISO_OK;
}

iso_status iso_read_path(const iso_reader *reader, const iso_tree *tree, char **out) {
  if (tree->kind != ISO_TREE_SCALAR || !*tree->text) return fail_type(reader, tree, "a file name");
  const char *folder = *tree->text == '/' ? "" : reader->folder;
  return iso_arena_print(reader->arena, out, reader->err, "%s%s", folder, tree->text);
}

static iso_status read_items(const iso_reader *reader, const iso_key *key, const iso_tree *tree, void **out,
                             int *n) {
  if (key->single && tree->kind == ISO_TREE_MAPPING) {
    ISO_TRY(iso_arena_alloc(reader->arena, out, 1, key->size, reader->err));
    *n = 1;
    return iso_read_keys(reader, key->keys, tree, *out);
  }
  if (tree->kind != ISO_TREE_LIST) return fail_type(reader, tree, "a list, each item beginning with '- '");
  if (key->required && !tree->first) return FAIL(tree, "the list is empty; it needs one item at least");
  if (key->single && !tree->first)
    return FAIL(tree,
                "the list is empty, which is no condition; leave the key out, or give it one item at least");
  ISO_TRY(iso_arena_alloc(reader->arena, out, (size_t)iso_tree_count(tree), key->size, reader->err));
  char *item = *out;
  for (const iso_tree *c = tree->first; c; c = c->next, item += key->size, ++*n)
    ISO_TRY(iso_read_keys(reader, key->keys, c, item));
  return ISO_OK;
}

static iso_status read_value(const iso_reader *reader, const iso_key *key, const iso_tree *tree, char *base);
static iso_status read_absent(const iso_reader *reader, const iso_key *key, char *base);

/* A value alone, which is that of the first key; the others are left out. */
static iso_status read_first_key(const iso_reader *reader, const iso_key *table, const iso_tree *tree,
                                 char *base) {
  for (const iso_key *f = table + 1; f->key; f++) ISO_TRY(read_absent(reader, f, base));
  return read_value(reader, table, tree, base);
}

/* The key of each item goes to where the item begins. */
static iso_status read_named(const iso_reader *reader, const iso_key *key, const iso_tree *tree, void **out,
                             int *n) {
  if (tree->kind == ISO_TREE_MAPPING && !tree->first)
    return FAIL(tree, "nothing is in it; give one name at least and what belongs to it, like 'name: {...}'");
  if (tree->kind != ISO_TREE_MAPPING)
    return fail_type(reader, tree, "names and what belongs to them, like 'name: {...}'");
  ISO_TRY(iso_arena_alloc(reader->arena, out, (size_t)iso_tree_count(tree), key->size, reader->err));
  char *item = *out;
  for (const iso_tree *c = tree->first; c; c = c->next, item += key->size, ++*n) {
    memcpy(item, &c->key, sizeof c->key);
    if (key->single && c->kind == ISO_TREE_SCALAR)
      ISO_TRY(read_first_key(reader, key->keys, c, item));
    else
      ISO_TRY(iso_read_keys(reader, key->keys, c, item));
  }
  return ISO_OK;
}

/* base: the struct that key belongs to. */
static iso_status read_value(const iso_reader *reader, const iso_key *key, const iso_tree *tree, char *base) {
  void *at = base + key->at, *extra = base + key->extra;
  int64_t whole = 0;
  int index = 0;
  switch (key->kind) {
  case ISO_KEY_TEXT:
    if (tree->kind != ISO_TREE_SCALAR) return fail_type(reader, tree, "text");
    *(char **)at = tree->text;
    return ISO_OK;
  case ISO_KEY_PATH:
    return iso_read_path(reader, tree, at);
  case ISO_KEY_CHOICE:
    return read_choice(reader, key, tree, at);
  case ISO_KEY_WORD:
    ISO_TRY(read_choice(reader, key, tree, &index));
    *(const char **)at = key->choices[index];
    return ISO_OK;
  case ISO_KEY_REAL:
    ISO_TRY(iso_read_real(reader, tree, at));
    return check_range(reader, key, tree, *(double *)at);
  case ISO_KEY_INTEGER:
    ISO_TRY(read_whole(reader, tree, INT32_MIN, INT32_MAX, &whole));
    *(int *)at = (int)whole;
    return check_range(reader, key, tree, (double)whole);
  case ISO_KEY_COUNT:
    ISO_TRY(read_whole(reader, tree, INT64_MIN, INT64_MAX, at));
    return check_range(reader, key, tree, (double)*(int64_t *)at);
  case ISO_KEY_BOOLEAN:
    return read_boolean(reader, tree, at);
  case ISO_KEY_POINT:
    return read_numbers(reader, key, tree, 3, "three numbers, like [0, 0, 0]", at);
  case ISO_KEY_INTERVAL:
    return read_numbers(reader, key, tree, 2, "two numbers, like [0, 1]", at);
  case ISO_KEY_NUMBERS:
    return read_list(reader, key, tree, at, extra);
  case ISO_KEY_TAGS:
    return read_tags(reader, tree, at, extra);
  case ISO_KEY_NAMES:
  case ISO_KEY_SETTINGS:
    return read_names(reader, tree, at, extra);
  case ISO_KEY_VALUES:
    return read_texts(reader, tree, at, extra);
  case ISO_KEY_SURFACE:
    return read_surface(reader, tree, at, extra);
  case ISO_KEY_MODEL:
    return iso_read_model(reader, tree, (iso_config_region *)base);
  case ISO_KEY_PARAMETERS:
    return iso_read_parameters(reader, tree, (iso_config_region *)base);
  case ISO_KEY_INITIAL:
    return iso_read_initial(reader, tree, (iso_config_region *)base);
  case ISO_KEY_SECTION:
    return iso_read_keys(reader, key->keys, tree, at);
  case ISO_KEY_ITEMS:
    return read_items(reader, key, tree, at, extra);
  case ISO_KEY_NAMED:
    return read_named(reader, key, tree, at, extra);
  }
  return ISO_OK;
}

/* Arenas are zeroed, which is "none" for pointers, lists and flags. */
static iso_status read_absent(const iso_reader *reader, const iso_key *key, char *base) {
  double *real = (double *)(base + key->at);
  if (key->fallback) {
    iso_tree tree = {
        .kind = ISO_TREE_SCALAR, .plain = true, .key = (char *)key->key, .text = (char *)key->fallback};
    return read_value(reader, key, &tree, base);
  }
  if (key->kind == ISO_KEY_SECTION) return iso_read_keys(reader, key->keys, NULL, (char *)real);
  if (key->kind == ISO_KEY_REAL) *real = NAN;
  if (key->kind == ISO_KEY_POINT) real[0] = real[1] = real[2] = NAN;
  if (key->kind == ISO_KEY_INTERVAL) real[0] = real[1] = NAN;
  if (key->kind == ISO_KEY_INTEGER || key->kind == ISO_KEY_CHOICE) *(int *)real = -1;
  if (key->kind == ISO_KEY_COUNT) *(int64_t *)real = -1;
  if (key->kind == ISO_KEY_INITIAL) ((iso_config_region *)base)->initial_vm_mV = NAN;
  return ISO_OK;
}

static const char *const units[] = {"_uA_per_uF", "_pA_per_pF", "_A_per_m2",  "_uF_per_mm2", "_uF_per_cm2",
                                    "_S_per_m",   "_mS_per_mm", "_mS_per_cm", "_per_mm",     "_per_cm",
                                    "_per_m",     "_percent",   "_mm2",       "_cm2",        "_um2",
                                    "_ms",        "_us",        "_mm",        "_um",         "_cm",
                                    "_mV",        "_uV",        "_s",         "_m",          "_V",
                                    "_nM",        "_uM",        "_mM",        NULL};

/* Length of a key without its unit. */
static size_t stem(const char *key) {
  size_t length = strlen(key);
  for (int i = 0; units[i]; i++) {
    size_t n = strlen(units[i]);
    if (length > n && !strcmp(key + length - n, units[i])) return length - n;
  }
  return length;
}

/* The key that means the same quantity in another unit. */
static const char *other_unit(const char *word, int n, const char *const *keys) {
  size_t length = stem(word);
  for (int i = 0; i < n; i++)
    if (stem(keys[i]) == length && keys[i][length] && !strncmp(keys[i], word, length)) return keys[i];
  return NULL;
}

static iso_status fail_unknown(const iso_reader *reader, const iso_key *table, const iso_tree *tree) {
  const char *keys[MOST_NAMES] = {NULL};
  int n = 0;
  for (const iso_key *f = table; f->key && n < MOST_NAMES; f++) keys[n++] = f->key;
  char list[700] = "";
  iso_text_list(list, sizeof list, n, keys);
  const char *meant = other_unit(tree->key, n, keys);
  if (meant)
    return FAIL(tree, "unknown key; did you mean '%s'? The unit is part of the key: convert the value",
                meant);
  meant = iso_text_nearest(tree->key, n, keys);
  if (meant) return FAIL(tree, "unknown key; did you mean '%s'? Keys allowed here: %s", meant, list);
  return FAIL(tree, "unknown key; keys allowed here: %s", list);
}

static const iso_key *find_key(const iso_key *table, const char *key) {
  for (const iso_key *f = table; f->key; f++)
    if (!strcmp(f->key, key)) return f;
  return NULL;
}

static iso_status check_keys(const iso_reader *reader, const iso_key *table, const iso_tree *tree) {
  if (tree->kind != ISO_TREE_MAPPING) {
    char expected[200];
    snprintf(expected, sizeof expected, "keys and values, like '%s: ...'", table->key);
    return fail_type(reader, tree, expected);
  }
  for (const iso_tree *c = tree->first; c; c = c->next)
    if (!find_key(table, c->key)) return fail_unknown(reader, table, c);
  for (const iso_key *f = table; f->key; f++)
    if (f->required && !iso_tree_child(tree, f->key))
      return FAIL(tree, "the key '%s' is missing (%s)", f->key, f->meaning);
  return ISO_OK;
}

iso_status iso_read_keys(const iso_reader *reader, const iso_key *table, const iso_tree *tree, void *base) {
  if (tree) ISO_TRY(check_keys(reader, table, tree));
  for (const iso_key *f = table; f->key; f++) {
    const iso_tree *child = tree ? iso_tree_child(tree, f->key) : NULL;
    if (child && f->flagged) *(bool *)((char *)base + f->extra) = true;
    ISO_TRY(child ? read_value(reader, f, child, base) : read_absent(reader, f, base));
  }
  return ISO_OK;
}
