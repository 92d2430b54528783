#include "config/config_yaml.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <yaml.h>

enum {
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

static iso_status fail_at(const builder *b, size_t line, const char *what) {
  if (b->option) return iso_fail(b->err, ISO_EINPUT, "%.200s: %s", b->option, what);
  return iso_fail(b->err, ISO_EINPUT, "%s:%zu: %s", b->file, line + 1, what);
}

static iso_status next_event(builder *b, yaml_event_t *event) {
  if (yaml_parser_parse(b->parser, event)) return ISO_OK;
  const yaml_parser_t *p = b->parser;
  char what[512] = "";
  iso_text_append(
      what, sizeof what, "this is not YAML: %s%s%s; check indentation (by spaces), colons and quotes",
      p->problem ? p->problem : "it cannot be read", p->context ? " " : "", p->context ? p->context : "");
  return fail_at(b, p->problem_mark.line, what);
}

static iso_status new_node(builder *b, iso_tree **out, iso_tree_kind kind, const yaml_event_t *event) {
  ISO_TRY(iso_arena_alloc(b->arena, out, 1, sizeof **out, b->err));
  **out = (iso_tree){
      .kind = kind, .key = "", .text = "", .line = (int)event->start_mark.line + 1, .option = b->option};
  return ISO_OK;
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
    iso_tree_add(list, item);
  }
}

static iso_status build_key(builder *b, iso_tree *mapping, const yaml_event_t *event, char **key) {
  if (event->type != YAML_SCALAR_EVENT)
    return fail_at(b, event->start_mark.line, "a key must be a single word, like duration_ms");
  ISO_TRY(iso_arena_text(b->arena, key, (const char *)event->data.scalar.value, event->data.scalar.length,
                         b->err));
  if (strlen(*key) != event->data.scalar.length || !**key)
    return fail_at(b, event->start_mark.line, "a key must be a single word, like duration_ms");
  const iso_tree *twin = iso_tree_any_child(mapping, *key);
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
    iso_tree_add(mapping, value);
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
  if (depth > ISO_TREE_DEEPEST) return fail_at(b, line, "nested too deeply for a configuration");
  if (++b->ncopies > MOST_COPIES)
    return fail_at(b, line, "the aliases stand for more than any configuration has");
  ISO_TRY(iso_arena_alloc(b->arena, out, 1, sizeof **out, b->err));
  **out = *from;
  (*out)->first = (*out)->last = NULL;
  for (const iso_tree *c = from->first; c; c = c->next) {
    iso_tree *child;
    ISO_TRY(copy(b, &child, c, line, depth + 1));
    iso_tree_add(*out, child);
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
  if (depth > ISO_TREE_DEEPEST)
    return fail_at(b, event->start_mark.line, "nested too deeply for a configuration");
  if (tagged(event))
    return fail_at(b, event->start_mark.line, "YAML tags (!) are not used here; write the value alone");
  ISO_TRY(build_plain(b, out, event, depth));
  return keep_anchor(b, event, *out);
}

/* Of a text without a document. */
static iso_status empty_scalar(builder *b, iso_tree **out, const yaml_event_t *event) {
  ISO_TRY(new_node(b, out, ISO_TREE_SCALAR, event));
  (*out)->plain = true;
  return ISO_OK;
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
      status = empty_scalar(b, out, &event);
    yaml_event_delete(&event);
    if (status != ISO_OK || type == YAML_STREAM_END_EVENT) return status;
  }
}

iso_status iso_yaml_parse(iso_tree **out, iso_arena *arena, const char *file, const char *option,
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
