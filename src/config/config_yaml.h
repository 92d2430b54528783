/* A tree from the events of libyaml, and what it is put together with: parts of config_tree.h. */
#ifndef ISO_CONFIG_CONFIG_YAML_H
#define ISO_CONFIG_CONFIG_YAML_H

#include "config/config_tree.h"

enum { ISO_TREE_DEEPEST = 32 }; /* the schema needs 5; more is an attack on the stack */

/* Any value as iso_tree_parse does it, an empty one being null. option: where all of it comes from, or NULL:
 * from the file. */
iso_status iso_yaml_parse(iso_tree **out, iso_arena *arena, const char *file, const char *option,
                          const char *text, size_t size, iso_error *err);

/* One more child at the end. */
void iso_tree_add(iso_tree *parent, iso_tree *child);

/* Child by key, null or not, or NULL. */
iso_tree *iso_tree_any_child(const iso_tree *tree, const char *key);

#endif
