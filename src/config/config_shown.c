/* What results show of paths: folders may name people. */
#include "base/arena.h"
#include "base/memory.h"
#include "base/path.h"
#include "config/config.h"
#include "config/config_yaml.h"

#include <stdio.h>
#include <string.h>

/* What comes behind the last slash that has a name behind it. */
static const char *last_name(const char *path) {
  const char *name = path;
  for (const char *at = path; *at; at++)
    if (*at == '/' && at[1] && at[1] != '/') name = at + 1;
  return name;
}

const char *iso_config_shown_path(const iso_config *config, const char *path) {
  const char *end = strrchr(config->file, '/');
  const size_t size = end ? (size_t)(end + 1 - config->file) : 0; /* what reading put before relative ones */
  const bool inside = size && !strncmp(path, config->file, size) && path[size];
  const char *shown = inside ? path + size : path;
  return *shown == '/' ? last_name(shown) : shown;
}

/* Whether any was there. */
static bool shorten_texts(iso_tree *tree) {
  const bool is_path = tree->kind == ISO_TREE_SCALAR && *tree->text == '/';
  bool any = is_path;
  if (is_path) tree->text = (char *)last_name(tree->text);
  for (iso_tree *c = tree->first; c; c = c->next) any |= shorten_texts(c);
  return any;
}

/* By the parts of a value, if it is YAML, and else as of any text. */
static iso_status shorten(const char *text, iso_arena *arena, char **out, iso_error *err) {
  iso_tree *tree;
  iso_error refused = {0};
  ISO_TRY(iso_arena_text(arena, out, text, strlen(text), err));
  if (*text == '/') {
    *out = (char *)last_name(*out); /* nothing but a path is written so, and it may look like more */
    return ISO_OK;
  }
  if (iso_yaml_parse(&tree, arena, "", NULL, text, strlen(text), &refused) != ISO_OK)
    iso_path_shorten(*out);
  else if (shorten_texts(tree))
    return iso_tree_text(tree, arena, out, err);
  return ISO_OK;
}

/* With key [length] before it. */
static iso_status show(const char *key, size_t length, const char *value, char **out, iso_error *err) {
  iso_arena *arena;
  char *shown = (char *)value;
  *out = NULL;
  ISO_TRY(iso_arena_new(&arena, err));
  iso_status status = strchr(value, '/') ? shorten(value, arena, &shown, err) : ISO_OK;
  const size_t size = length + strlen(shown) + 1;
  if (status == ISO_OK) status = iso_alloc(out, size, 1, "a setting", err);
  if (status == ISO_OK) snprintf(*out, size, "%.*s%s", (int)length, key, shown);
  iso_arena_free(arena);
  return status;
}

iso_status iso_config_shown_value(const char *value, char **out, iso_error *err) {
  return show("", 0, value, out, err);
}

iso_status iso_config_shown_setting(const char *setting, char **out, iso_error *err) {
  const char *equals = strchr(setting, '=');
  const char *value = equals ? equals + 1 : setting;
  return show(setting, (size_t)(value - setting), value, out, err);
}
