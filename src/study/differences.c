#include "study/differences.h"

#include "base/arena.h"
#include "base/text.h"
#include "config/config.h"

#include <stdio.h>
#include <string.h>

enum { SHOWN = 6 }; /* differences in a message */

static const char *shown(const iso_tree *tree) {
  return !tree ? "not given" : tree->kind == ISO_TREE_SCALAR ? tree->text : "given";
}

static void compare(iso_differences *d, const char *path, const iso_tree *was, const iso_tree *is);

static const iso_tree *child(const iso_tree *tree, const char *key) {
  return tree && tree->kind != ISO_TREE_SCALAR ? iso_tree_child(tree, key) : NULL;
}

static void join(char *out, size_t size, const char *path, const char *key) {
  snprintf(out, size, "%s%s%s", path, *path ? "." : "", key);
}

static void compare_children(iso_differences *d, const char *path, const iso_tree *was, const iso_tree *is) {
  char name[512];
  for (const iso_tree *t = was ? was->first : NULL; t; t = t->next) {
    join(name, sizeof name, path, t->key);
    compare(d, name, t, child(is, t->key));
  }
  for (const iso_tree *t = is ? is->first : NULL; t; t = t->next) {
    join(name, sizeof name, path, t->key);
    if (!child(was, t->key)) compare(d, name, NULL, t);
  }
}

/* Whether all keys of a section have their defaults. An entry of a list, or what is in one, may say something
 * by being there: regions.0.initial.paced. */
static bool is_default(const char *path, const iso_tree *is) {
  char name[512];
  if (is->kind == ISO_TREE_SCALAR) return iso_config_is_default(path, is->text);
  if (is->kind == ISO_TREE_LIST || path[strcspn(path, "0123456789")]) return false;
  for (const iso_tree *t = is->first; t; t = t->next) {
    join(name, sizeof name, path, t->key);
    if (!is_default(name, t)) return false;
  }
  return true;
}

static void add(iso_differences *d, const char *what, const char *was, const char *is) {
  if (d->n++ < SHOWN)
    iso_text_append(d->text, sizeof d->text, "%s%s was %.60s and is %.60s", d->n > 1 ? ", " : "", what, was,
                    is);
}

static void compare(iso_differences *d, const char *path, const iso_tree *was, const iso_tree *is) {
  const bool leaf = !was || !is || was->kind == ISO_TREE_SCALAR || is->kind == ISO_TREE_SCALAR;
  if (d->forgives && d->forgives(d->self, path, was, is)) return;
  if (!leaf) {
    compare_children(d, path, was, is);
    return;
  }
  if (was && is && was->kind == is->kind && !strcmp(was->text, is->text)) return;
  if (!was && is_default(path, is)) return; /* a key that the program of then did not have */
  add(d, path, shown(was), shown(is));
}

iso_status iso_differences_add(iso_differences *d, const char *whose, const char *was, const char *is,
                               iso_error *err) {
  iso_arena *arena;
  iso_tree *old, *now;
  ISO_TRY(iso_arena_new(&arena, err));
  iso_status status = iso_tree_parse(&old, arena, whose, was, strlen(was), err);
  if (status == ISO_OK) status = iso_tree_parse(&now, arena, "the configuration", is, strlen(is), err);
  if (status == ISO_OK) compare_children(d, "", old, now);
  iso_arena_free(arena);
  return status;
}

void iso_differences_add_mesh(iso_differences *d, const char *was, uint64_t is) {
  char text[32];
  snprintf(text, sizeof text, "%016llx", (unsigned long long)is);
  if (!was || strcmp(was, text) != 0) add(d, "the mesh's checksum", was ? was : "not given", text);
}

void iso_differences_end(iso_differences *d) {
  if (d->n > SHOWN) iso_text_append(d->text, sizeof d->text, " and %d more", d->n - SHOWN);
}
