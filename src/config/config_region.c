/* The keys of a region whose allowed names are those of its ionic model, which is known later. */
#include "config/config_read.h"

#include "base/memory.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FAIL(tree, ...) iso_tree_fail(tree, reader->file, reader->err, __VA_ARGS__)

enum { MOST_NAMES = 256 }; /* listed in a message, which is cut anyway */

iso_status iso_read_model(const iso_reader *reader, const iso_tree *tree, iso_config_region *region) {
  if (tree->kind == ISO_TREE_SCALAR && iso_text_names_header(tree->text))
    return iso_read_path(reader, tree, &region->model_file);
  const char *names[MOST_NAMES];
  int n = iso_nmodels < MOST_NAMES ? iso_nmodels : MOST_NAMES, index;
  for (int i = 0; i < n; i++) names[i] = iso_models[i]->name;
  ISO_TRY(iso_read_word(reader, tree, "model", n, names, &index));
  region->model = iso_models[index];
  return ISO_OK;
}

/* A number, or, where out may differ from node to node, {field: FILE, variable: NAME} or {by: COORDINATE,
 * ..}.
 */
static iso_status read_source(const iso_reader *reader, const iso_tree *tree, bool fields, iso_setting *out) {
  if (fields && iso_tree_child(tree, "by"))
    return iso_read_keys(reader, iso_config_course, tree, &out->course);
  if (fields && tree->kind == ISO_TREE_MAPPING) return iso_read_keys(reader, iso_config_source, tree, out);
  return iso_read_real(reader, tree, &out->value);
}

/* 7.4, {value: 7.4} or {scale: 0.5}; where fields are allowed, one of them instead of any of these numbers.
 */
static iso_status read_setting(const iso_reader *reader, const iso_tree *tree, bool fields,
                               iso_setting *out) {
  if (tree->kind == ISO_TREE_SCALAR) return read_source(reader, tree, fields, out);
  const iso_tree *only = tree->first;
  if (tree->kind == ISO_TREE_MAPPING && fields &&
      (iso_tree_child(tree, "field") || iso_tree_child(tree, "by")))
    return read_source(reader, tree, fields, out);
  bool one = tree->kind == ISO_TREE_MAPPING && only && !only->next;
  if (!one || (strcmp(only->key, "value") && strcmp(only->key, "scale")))
    return FAIL(
        tree, "expected a number, {value: number}%s {scale: number}%s", fields ? "," : " or",
        fields ? " or, for either number, {field: FILE, variable: NAME} or {by: COORDINATE, from: number, "
                 "to: number}"
               : "");
  out->scales = !strcmp(only->key, "scale");
  return read_source(reader, only, fields, out);
}

static iso_status expect_names(const iso_reader *reader, const iso_tree *tree) {
  if (tree->kind == ISO_TREE_MAPPING) return ISO_OK;
  return FAIL(tree, "expected names and values, like {name: 1.5}; isochrone models MODEL lists the names");
}

iso_status iso_read_parameters(const iso_reader *reader, const iso_tree *tree, iso_config_region *region) {
  ISO_TRY(expect_names(reader, tree));
  size_t count = (size_t)iso_tree_count(tree);
  ISO_TRY(
      iso_arena_alloc(reader->arena, &region->parameters, count, sizeof *region->parameters, reader->err));
  for (const iso_tree *c = tree->first; c; c = c->next) {
    if (iso_tree_null(c)) continue;
    iso_setting *setting = &region->parameters[region->nparameters++];
    setting->name = c->key;
    ISO_TRY(read_setting(reader, c, true, setting));
  }
  return ISO_OK;
}

iso_status iso_read_initial(const iso_reader *reader, const iso_tree *tree, iso_config_region *region) {
  ISO_TRY(expect_names(reader, tree));
  size_t count = (size_t)iso_tree_count(tree);
  ISO_TRY(iso_arena_alloc(reader->arena, &region->initial, count, sizeof *region->initial, reader->err));
  region->initial_vm_mV = NAN;
  for (const iso_tree *c = tree->first; c; c = c->next) {
    if (iso_tree_null(c)) continue;
    if (!strcmp(c->key, "V")) {
      ISO_TRY(iso_read_real(reader, c, &region->initial_vm_mV));
      continue;
    }
    if (!strcmp(c->key, "paced")) {
      region->has_paced = true;
      ISO_TRY(iso_read_keys(reader, iso_config_paced_keys, c, &region->paced));
      continue;
    }
    iso_setting *setting = &region->initial[region->ninitial++];
    setting->name = c->key;
    ISO_TRY(read_setting(reader, c, false, setting));
  }
  return ISO_OK;
}
