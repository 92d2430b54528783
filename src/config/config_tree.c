#include "config/config_tree.h"

#include "base/memory.h"
#include "base/text.h"
#include "result/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum {
  DEEPEST = 32,       /* the schema needs 5; more is an attack on the stack */
  MOST_KEYS = 1000,   /* of one mapping: duplicates are found by looking at all of them */
  MOST_COPIES = 20000 /* nodes that aliases make, since aliases of aliases grow without bound */
};

/* What "&name" stands for. */
typedef struct anchor {
  struct anchor *next;
  const char *name;
  const iso_tree *node;
} anchor;

typedef struct builder {
  yaml_parser_t *parser;
  iso_arena *arena;
  const char *file;
  const char *option; /* all nodes come from it, or NULL */
  anchor *anchors;    /* the latest first, which is the one that counts */
  int ncopies;
  iso_error *err;
} builder;

int iso_tree_count(const iso_tree *tree) {
  int n = 0;
  for (const iso_tree *c = tree->first; c; c = c->next) n++;
  return n;
}

bool iso_tree_null(const iso_tree *tree) {
  return tree->kind == ISO_TREE_SCALAR && tree->plain &&
         (!*tree->text || !strcmp(tree->text, "~") || !strcmp(tree->text, "null"));
}

static iso_tree *any_child(const iso_tree *tree, const char *key) {
  for (iso_tree *c = tree->first; c; c = c->next)
    if (!strcmp(c->key, key)) return c;
  return NULL;
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
  iso_tree *c = any_child(tree, key);
  return c && !iso_tree_null(c) ? c : NULL;
}

char *iso_tree_path(const iso_tree *tree, char *buffer, size_t size) {
  buffer[0] = '\0';
  const iso_tree *chain[DEEPEST + 2];
  int n = 0;
  for (; tree && tree->parent && n < DEEPEST + 2; tree = tree->parent) chain[n++] = tree;
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

static iso_status fail_at(const builder *b, size_t line, const char *what) {
  if (b->option) return iso_fail(b->err, ISO_EINPUT, "%.200s: %s", b->option, what);
  return iso_fail(b->err, ISO_EINPUT, "%s:%zu: %s", b->file, line + 1, what);
}

static iso_status next_event(builder *b, yaml_event_t *event) {
  if (yaml_parser_parse(b->parser, event)) return ISO_OK;
  const yaml_parser_t *p = b->parser;
  char what[512] = "";
  iso_text_append(what, sizeof what, "this is not YAML: %s%s%s; check indentation, colons and quotes",
                  p->problem ? p->problem : "it cannot be read", p->context ? " " : "",
                  p->context ? p->context : "");
  return fail_at(b, p->problem_mark.line, what);
}

static iso_status new_node(builder *b, iso_tree **out, iso_tree_kind kind, const yaml_event_t *event) {
  ISO_TRY(iso_arena_alloc(b->arena, out, 1, sizeof **out, b->err));
  **out = (iso_tree){
      .kind = kind, .key = "", .text = "", .line = (int)event->start_mark.line + 1, .option = b->option};
  return ISO_OK;
}

static void add_child(iso_tree *parent, iso_tree *child) {
  child->parent = parent;
  child->next = NULL;
  if (parent->last)
    parent->last->next = child;
  else
    parent->first = child;
  parent->last = child;
}

static iso_status build(builder *b, iso_tree **out, const yaml_event_t *event, int depth);

static iso_status build_list(builder *b, iso_tree *list, int depth) {
  for (int n = 0;; n++) {
    yaml_event_t event;
    ISO_TRY(next_event(b, &event));
    bool end = event.type == YAML_SEQUENCE_END_EVENT;
    iso_tree *item = NULL;
    iso_status status = end ? ISO_OK : build(b, &item, &event, depth + 1);
    yaml_event_delete(&event);
    if (end || status != ISO_OK) return status;
    ISO_TRY(iso_arena_print(b->arena, &item->key, b->err, "%d", n));
    add_child(list, item);
  }
}

static iso_status build_key(builder *b, iso_tree *mapping, const yaml_event_t *event, char **key) {
  if (event->type != YAML_SCALAR_EVENT)
    return fail_at(b, event->start_mark.line, "a key must be a single word, like duration_ms");
  ISO_TRY(iso_arena_text(b->arena, key, (const char *)event->data.scalar.value, event->data.scalar.length,
                         b->err));
  if (strlen(*key) != event->data.scalar.length || !**key)
    return fail_at(b, event->start_mark.line, "a key must be a single word, like duration_ms");
  const iso_tree *twin = any_child(mapping, *key);
  if (!twin) return ISO_OK;
  char what[512];
  snprintf(what, sizeof what, "duplicate key '%.100s'; it is there on line %d already: keep one of the two",
           *key, twin->line);
  return fail_at(b, event->start_mark.line, what);
}

static iso_status build_mapping(builder *b, iso_tree *mapping, int depth) {
  for (int n = 0;; n++) {
    yaml_event_t event;
    ISO_TRY(next_event(b, &event));
    bool end = event.type == YAML_MAPPING_END_EVENT;
    char *key = NULL;
    const int line = (int)event.start_mark.line + 1, column = (int)event.start_mark.column;
    iso_status status = end ? ISO_OK : build_key(b, mapping, &event, &key);
    yaml_event_delete(&event);
    if (end || status != ISO_OK) return status;
    ISO_TRY(next_event(b, &event));
    iso_tree *value = NULL;
    status = build(b, &value, &event, depth + 1);
    yaml_event_delete(&event);
    ISO_TRY(status);
    if (n == MOST_KEYS)
      return iso_tree_fail(value, b->file, b->err, "more keys here than any configuration has");
    value->key = key;
    value->line = line, value->column = column;
    add_child(mapping, value);
  }
}

static iso_status build_scalar(builder *b, iso_tree **out, const yaml_event_t *event) {
  ISO_TRY(new_node(b, out, ISO_TREE_SCALAR, event));
  const char *text = (const char *)event->data.scalar.value;
  (*out)->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
  (*out)->from = event->start_mark.index, (*out)->to = event->end_mark.index;
  if (strlen(text) != event->data.scalar.length)
    return fail_at(b, event->start_mark.line, "a value holds a NUL character; is this a text file?");
  return iso_arena_text(b->arena, &(*out)->text, text, event->data.scalar.length, b->err);
}

static bool tagged(const yaml_event_t *event) {
  switch (event->type) {
  case YAML_SCALAR_EVENT:
    return event->data.scalar.tag;
  case YAML_SEQUENCE_START_EVENT:
    return event->data.sequence_start.tag;
  case YAML_MAPPING_START_EVENT:
    return event->data.mapping_start.tag;
  default:
    return false;
  }
}

/* The name after &, or NULL. */
static const char *anchor_of(const yaml_event_t *event) {
  switch (event->type) {
  case YAML_SCALAR_EVENT:
    return (const char *)event->data.scalar.anchor;
  case YAML_SEQUENCE_START_EVENT:
    return (const char *)event->data.sequence_start.anchor;
  case YAML_MAPPING_START_EVENT:
    return (const char *)event->data.mapping_start.anchor;
  default:
    return NULL;
  }
}

/* Once the node is complete, so that it cannot hold itself. */
static iso_status keep_anchor(builder *b, const yaml_event_t *event, const iso_tree *node) {
  const char *name = anchor_of(event);
  anchor *kept;
  char *text;
  if (!name) return ISO_OK;
  ISO_TRY(iso_arena_alloc(b->arena, &kept, 1, sizeof *kept, b->err));
  ISO_TRY(iso_arena_text(b->arena, &text, name, strlen(name), b->err));
  *kept = (anchor){b->anchors, text, node};
  b->anchors = kept;
  return ISO_OK;
}

/* Whole, since --set may change one place and not the other. Texts are shared: they are only read. */
static iso_status copy(builder *b, iso_tree **out, const iso_tree *from, size_t line, int depth) {
  if (depth > DEEPEST) return fail_at(b, line, "nested too deeply for a configuration");
  if (++b->ncopies > MOST_COPIES)
    return fail_at(b, line, "the aliases stand for more than any configuration has");
  ISO_TRY(iso_arena_alloc(b->arena, out, 1, sizeof **out, b->err));
  **out = *from;
  (*out)->first = (*out)->last = NULL;
  for (const iso_tree *c = from->first; c; c = c->next) {
    iso_tree *child;
    ISO_TRY(copy(b, &child, c, line, depth + 1));
    add_child(*out, child);
  }
  return ISO_OK;
}

static iso_status build_alias(builder *b, iso_tree **out, const yaml_event_t *event, int depth) {
  const char *name = (const char *)event->data.alias.anchor;
  char what[200];
  for (const anchor *a = b->anchors; a; a = a->next)
    if (!strcmp(a->name, name)) return copy(b, out, a->node, event->start_mark.line, depth);
  snprintf(what, sizeof what, "the alias *%.60s stands for nothing; write &%.60s before a value above it",
           name, name);
  return fail_at(b, event->start_mark.line, what);
}

static iso_status build_plain(builder *b, iso_tree **out, const yaml_event_t *event, int depth) {
  switch (event->type) {
  case YAML_SCALAR_EVENT:
    return build_scalar(b, out, event);
  case YAML_ALIAS_EVENT:
    return build_alias(b, out, event, depth);
  case YAML_SEQUENCE_START_EVENT:
    ISO_TRY(new_node(b, out, ISO_TREE_LIST, event));
    return build_list(b, *out, depth);
  case YAML_MAPPING_START_EVENT:
    ISO_TRY(new_node(b, out, ISO_TREE_MAPPING, event));
    (*out)->flow = event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
    return build_mapping(b, *out, depth);
  default:
    return fail_at(b, event->start_mark.line, "a value is missing here");
  }
}

static iso_status build(builder *b, iso_tree **out, const yaml_event_t *event, int depth) {
  if (depth > DEEPEST) return fail_at(b, event->start_mark.line, "nested too deeply for a configuration");
  if (tagged(event))
    return fail_at(b, event->start_mark.line, "YAML tags (!) are not used here; write the value alone");
  ISO_TRY(build_plain(b, out, event, depth));
  return keep_anchor(b, event, *out);
}

/* One document between the stream's start and end. */
static iso_status build_stream(builder *b, iso_tree **out) {
  for (;;) {
    yaml_event_t event;
    ISO_TRY(next_event(b, &event));
    iso_status status = ISO_OK;
    yaml_event_type_t type = event.type;
    if (type == YAML_DOCUMENT_START_EVENT && *out)
      status =
          fail_at(b, event.start_mark.line, "a second document ('---') starts here; use one file for each");
    else if (type != YAML_STREAM_START_EVENT && type != YAML_STREAM_END_EVENT &&
             type != YAML_DOCUMENT_START_EVENT && type != YAML_DOCUMENT_END_EVENT)
      status = build(b, out, &event, 0);
    else if (type == YAML_STREAM_END_EVENT && !*out)
      status = new_node(b, out, ISO_TREE_SCALAR, &event), (*out)->plain = true;
    yaml_event_delete(&event);
    if (status != ISO_OK || type == YAML_STREAM_END_EVENT) return status;
  }
}

static iso_status parse(iso_tree **out, iso_arena *arena, const char *file, const char *option,
                        const char *text, size_t size, iso_error *err) {
  yaml_parser_t parser;
  *out = NULL;
  if (!yaml_parser_initialize(&parser)) return iso_fail_memory(err, sizeof parser, "the YAML parser");
  yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
  builder b = {.parser = &parser, .arena = arena, .file = file, .option = option, .err = err};
  iso_status status = build_stream(&b, out);
  yaml_parser_delete(&parser);
  return status;
}

iso_status iso_tree_parse(iso_tree **out, iso_arena *arena, const char *file, const char *text, size_t size,
                          iso_error *err) {
  ISO_TRY(parse(out, arena, file, NULL, text, size, err));
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
  *node = any_child(parent, key);
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
  add_child(parent, *node);
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
  ISO_TRY(parse(&value, arena, file, option, equals + 1, strlen(equals + 1), err));
  int depth = 0;
  for (char *key = path, *dot; key; key = dot ? dot + 1 : NULL) {
    dot = strchr(key, '.');
    if (dot) *dot = '\0';
    if (!*key || ++depth > DEEPEST)
      return iso_fail(err, ISO_EINPUT,
                      "%.200s: the keys before '=' are joined by single dots, like time.step_ms", option);
    ISO_TRY(reach(&node, arena, file, option, key, err));
  }
  replace(node, value);
  return ISO_OK;
}
