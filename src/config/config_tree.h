/* A YAML document as a tree that remembers where each value came from. Built by libyaml's events, changed by
 * --set, then read against the schema. */
#ifndef ISO_CONFIG_CONFIG_TREE_H
#define ISO_CONFIG_CONFIG_TREE_H

#include "base/arena.h"

#include <stdbool.h>

typedef enum { ISO_TREE_SCALAR, ISO_TREE_LIST, ISO_TREE_MAPPING } iso_tree_kind;

typedef struct iso_tree {
  iso_tree_kind kind;
  char *key;          /* in a mapping; in a list its number, as text; "" for the document */
  char *text;         /* of a scalar */
  bool plain;         /* a scalar without quotes: a number, a word or nothing */
  int line;           /* from 1; of the key in a mapping */
  int column;         /* from 0; of the key in a mapping */
  size_t from, to;    /* of a scalar: its characters in the text, with quotes */
  bool flow;          /* a mapping in braces */
  const char *option; /* "--set key=value" that this came from, or NULL: from the file */
  struct iso_tree *parent, *first, *last, *next; /* children of a list or mapping in their order */
} iso_tree;

/* Parses text [size]; file names it in messages. An empty document is an empty mapping. Refused: more than
 * one document, duplicate keys, tags, nesting deeper than 32. Aliases become copies, 20000 nodes at most. */
iso_status iso_tree_parse(iso_tree **out, iso_arena *arena, const char *file, const char *text, size_t size,
                          iso_error *err);

/* Applies "key.path=value", the value being YAML. Missing keys are made; a list takes the numbers of its
 * items and the next one. */
iso_status iso_tree_set(iso_tree *root, iso_arena *arena, const char *file, const char *setting,
                        iso_error *err);

/* Child by key, or NULL. A value that is null ("key:", "key: ~") counts as not given. */
iso_tree *iso_tree_child(const iso_tree *tree, const char *key);

int iso_tree_count(const iso_tree *tree);

/* The value as YAML on one line, which iso_tree_set takes: a scalar's text as it is, others in brackets and
 * braces. */
iso_status iso_tree_text(const iso_tree *tree, iso_arena *arena, char **out, iso_error *err);

/* Is it a scalar that stands for "not given"? */
bool iso_tree_null(const iso_tree *tree);

/* "stimuli.0.box" into buffer [size], which is returned. */
char *iso_tree_path(const iso_tree *tree, char *buffer, size_t size);

/* The name of the entry of a list that the tree is or is in, the innermost that has one: its key "name".
 * NULL: none. */
const char *iso_tree_name(const iso_tree *tree);

enum { ISO_TREE_MENTION = 80 };

/* " (NAME)", to come after a path in a message, into buffer; "" where there is no name or the message what
 * has it, in quotes. */
void iso_tree_mention(char buffer[ISO_TREE_MENTION], const char *name, const char *what);

/* Fails with "heart.yaml:12: stimuli.0.box: ..." or "--set stimuli.0.box=1: ...". */
iso_status iso_tree_fail(const iso_tree *tree, const char *file, iso_error *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
