#include "config/config_tree.h"

#include "base/memory.h"
#include "base/text.h"
#include "config/config_yaml.h"
#include "result/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int iso_tree_count(const iso_tree *tree) {
  int n = 0;
  for (const iso_tree *c = tree->first; c; c = c->next) n++;
  return n;
}

bool iso_tree_null(const iso_tree *tree) {
  return tree->kind == ISO_TREE_SCALAR && tree->plain &&
         (!*tree->text || !strcmp(tree->text, "~") || !strcmp(tree->text, "null"));
}

iso_tree *iso_tree_any_child(const iso_tree *tree, const char *key) {
  for (iso_tree *c = tree->first; c; c = c->next)
    if (!strcmp(c->key, key)) return c;
  return NULL;
}

void iso_tree_add(iso_tree *parent, iso_tree *child) {
  child->parent = parent;
  child->next = NULL;
  if (parent->last)
    parent->last->next = child;
  else
    parent->first = child;
  parent->last = child;
}

/* Within brackets, where a plain scalar stays plain and another one has its quotes again. */
static void print_flow(const iso_tree *tree, FILE *f) {
  if (tree->kind == ISO_TREE_SCALAR && tree->plain)
    fputs(iso_tree_null(tree) ? "~" : tree->text, f);
  else if (tree->kind == ISO_TREE_SCALAR)
    iso_json_text(f, tree->text);
  else {
    fputc(tree->kind == ISO_TREE_LIST ? '[' : '{', f);
    for (const iso_tree *c = tree->first; c; c = c->next) {
      if (c != tree->first) fputs(", ", f);
      if (tree->kind == ISO_TREE_MAPPING) {
        iso_json_text(f, c->key);
        fputs(": ", f);
      }
      print_flow(c, f);
    }
    fputc(tree->kind == ISO_TREE_LIST ? ']' : '}', f);
  }
}

iso_status iso_tree_text(const iso_tree *tree, iso_arena *arena, char **out, iso_error *err) {
  char *text = NULL;
  size_t size = 0;
  if (tree->kind == ISO_TREE_SCALAR) {
    *out = tree->text;
    return ISO_OK;
  }
  FILE *f = open_memstream(&text, &size);
  if (f) print_flow(tree, f);
  iso_status status = f && fclose(f) == 0 ? ISO_OK : iso_fail_memory(err, size, "a value's text");
  if (status == ISO_OK) status = iso_arena_text(arena, out, text, size, err);
  free(text);
  return status;
}

iso_tree *iso_tree_child(const iso_tree *tree, const char *key) {
  iso_tree *c = iso_tree_any_child(tree, key);
  return c && !iso_tree_null(c) ? c : NULL;
}

char *iso_tree_path(const iso_tree *tree, char *buffer, size_t size) {
  buffer[0] = '\0';
  const iso_tree *chain[ISO_TREE_DEEPEST + 2];
  int n = 0;
  for (; tree && tree->parent && n < ISO_TREE_DEEPEST + 2; tree = tree->parent) chain[n++] = tree;
  while (n--) iso_text_append(buffer, size, "%s%s", chain[n]->key, n ? "." : "");
  return buffer;
}

const char *iso_tree_name(const iso_tree *tree) {
  for (; tree; tree = tree->parent) {
    if (!tree->parent || tree->parent->kind != ISO_TREE_LIST) continue;
    const iso_tree *name = iso_tree_child(tree, "name");
    if (name && name->kind == ISO_TREE_SCALAR && *name->text) return name->text;
  }
  return NULL;
}

void iso_tree_mention(char buffer[ISO_TREE_MENTION], const char *name, const char *what) {
  char quoted[ISO_TREE_MENTION];
  buffer[0] = '\0';
  if (!name) return;
  snprintf(quoted, sizeof quoted, "'%.60s'", name);
  if (!strstr(what, quoted)) snprintf(buffer, ISO_TREE_MENTION, " (%.60s)", name);
}

iso_status iso_tree_fail(const iso_tree *tree, const char *file, iso_error *err, const char *format, ...) {
  char what[1536], path[256], name[ISO_TREE_MENTION];
  va_list args;
  va_start(args, format);
  vsnprintf(what, sizeof what, format, args);
  va_end(args);
  iso_tree_path(tree, path, sizeof path);
  iso_tree_mention(name, iso_tree_name(tree), what);
  const char *colon = *path ? ": " : "";
  if (tree->option)
    return iso_fail(err, ISO_EINPUT, "%.200s: %s%s%s%s", tree->option, path, name, colon, what);
  return iso_fail(err, ISO_EINPUT, "%s:%d: %s%s%s%s", file, tree->line, path, name, colon, what);
}

iso_status iso_tree_parse(iso_tree **out, iso_arena *arena, const char *file, const char *text, size_t size,
                          iso_error *err) {
  ISO_TRY(iso_yaml_parse(out, arena, file, NULL, text, size, err));
  if (iso_tree_null(*out)) (*out)->kind = ISO_TREE_MAPPING;
  if ((*out)->kind == ISO_TREE_MAPPING) return ISO_OK;
  return iso_tree_fail(*out, file, err,
                       "a configuration is made of keys and values, like 'time:' and below it "
                       "'  duration_ms: 60'; see configs/ for examples");
}

/* Makes *node an empty mapping, or an empty list if an item follows, in place. */
static void become_parent(iso_tree *node, bool list, const char *option) {
  node->kind = list ? ISO_TREE_LIST : ISO_TREE_MAPPING;
  node->text = "";
  node->first = node->last = NULL;
  node->option = option;
}

static bool is_number(const char *text) { return *text && text[strspn(text, "0123456789")] == '\0'; }

/* The child of that key, made if it is missing. */
static iso_status reach(iso_tree **node, iso_arena *arena, const char *file, const char *option,
                        const char *key, iso_error *err) {
  iso_tree *parent = *node;
  if (parent->kind == ISO_TREE_SCALAR) become_parent(parent, is_number(key), option);
  *node = iso_tree_any_child(parent, key);
  if (*node) return ISO_OK;
  int count = iso_tree_count(parent);
  if (parent->kind == ISO_TREE_LIST && (!is_number(key) || atol(key) != count)) {
    iso_tree here = {.parent = parent, .key = (char *)key, .option = option};
    return iso_tree_fail(&here, file, err,
                         "the list holds %d item%s, numbered from 0; use 0 to %d, the last to add one", count,
                         count == 1 ? "" : "s", count);
  }
  ISO_TRY(iso_arena_alloc(arena, node, 1, sizeof **node, err));
  **node = (iso_tree){.kind = ISO_TREE_SCALAR, .text = "", .plain = true, .option = option};
  ISO_TRY(iso_arena_text(arena, &(*node)->key, key, strlen(key), err));
  iso_tree_add(parent, *node);
  return ISO_OK;
}

static void replace(iso_tree *old, const iso_tree *value) {
  old->kind = value->kind;
  old->text = value->text;
  old->plain = value->plain;
  old->option = value->option;
  old->first = value->first;
  old->last = value->last;
  for (iso_tree *c = old->first; c; c = c->next) c->parent = old;
}

iso_status iso_tree_set(iso_tree *root, iso_arena *arena, const char *file, const char *setting,
                        iso_error *err) {
  char *option, *path;
  ISO_TRY(iso_arena_print(arena, &option, err, "--set %s", setting));
  const char *equals = strchr(setting, '=');
  if (!equals || equals == setting)
    return iso_fail(err, ISO_EINPUT, "%.200s: expected key.path=value, like --set time.step_ms=0.02", option);
  ISO_TRY(iso_arena_text(arena, &path, setting, (size_t)(equals - setting), err));
  iso_tree *value, *node = root;
  ISO_TRY(iso_yaml_parse(&value, arena, file, option, equals + 1, strlen(equals + 1), err));
  int depth = 0;
  for (char *key = path, *dot; key; key = dot ? dot + 1 : NULL) {
    dot = strchr(key, '.');
    if (dot) *dot = '\0';
    if (!*key || ++depth > ISO_TREE_DEEPEST)
      return iso_fail(err, ISO_EINPUT,
                      "%.200s: the keys before '=' are joined by single dots, like time.step_ms", option);
    ISO_TRY(reach(&node, arena, file, option, key, err));
  }
  replace(node, value);
  return ISO_OK;
}
