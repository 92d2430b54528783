/* The keys of a region whose allowed names are those of its ionic model. */
#include "config/config_read.h"

#include "base/memory.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FAIL(tree, ...) iso_tree_fail(tree, reader->file, reader->err, __VA_ARGS__)

enum { MOST_NAMES = 256 }; /* listed in a message, which is cut anyway */

/* The library of the k-th own model, which rank 0 compiled, or is to. */
static iso_status find_library(const iso_reader *reader, int k, const char *header, char **library) {
  const char *known = reader->own->libraries;
  if (reader->own->nlibraries <= k) return iso_own_model_compile(header, library, reader->err);
  while (k-- > 0) known += strlen(known) + 1;
  ISO_TRY(iso_alloc(library, strlen(known) + 1, 1, "a file name", reader->err));
  strcpy(*library, known);
  return ISO_OK;
}

/* The model of region->model_file, opened unless another region did. */
static iso_status open_own(const iso_reader *reader, iso_config_region *region) {
  int k = 0;
  char *library;
  iso_own_model **end = reader->own->models, *opened;
  for (; *end && strcmp((*end)->header, region->model_file); end = &(*end)->next) k++;
  if (!*end) {
    ISO_TRY(find_library(reader, k, region->model_file, &library));
    iso_status status = iso_arena_alloc(reader->arena, &opened, 1, sizeof *opened, reader->err);
    if (status == ISO_OK) status = iso_own_model_open(opened, region->model_file, library, reader->err);
    free(library);
    ISO_TRY(status);
    *end = opened;
  }
  region->model = &(*end)->model;
  return ISO_OK;
}

static iso_status read_own(const iso_reader *reader, const iso_tree *tree, iso_config_region *region) {
  if (!reader->own) return FAIL(tree, "a model of your own is read with the configuration's file alone");
  ISO_TRY(iso_read_path(reader, tree, &region->model_file));
  iso_error why = {0};
  iso_reader apart = *reader;
  apart.err = &why;
  iso_status status = open_own(&apart, region);
  if (status == ISO_EINPUT) return FAIL(tree, "%s", why.message);
  return status == ISO_OK ? ISO_OK : iso_fail(reader->err, status, "%s", why.message);
}

iso_status iso_read_model(const iso_reader *reader, const iso_tree *tree, iso_config_region *region) {
  if (tree->kind == ISO_TREE_SCALAR && iso_own_model_named(tree->text)) return read_own(reader, tree, region);
  const char *names[MOST_NAMES];
  int n = iso_nmodels < MOST_NAMES ? iso_nmodels : MOST_NAMES, index;
  for (int i = 0; i < n; i++) names[i] = iso_models[i]->name;
  ISO_TRY(iso_read_word(reader, tree, "model", n, names, &index));
  region->model = iso_models[index];
  return ISO_OK;
}

iso_status iso_read_variant(const iso_reader *reader, const iso_tree *tree, iso_config_region *region) {
  const char *names[MOST_NAMES];
  int n = region->model->nvariants < MOST_NAMES ? region->model->nvariants : MOST_NAMES;
  for (int i = 0; i < n; i++) names[i] = region->model->variants[i].name;
  return iso_read_word(reader, tree, "variant", n, names, &region->variant);
}

static iso_status fail_name(const iso_reader *reader, const iso_tree *tree, const iso_model *model,
                            const char *what, int n, const iso_quantity *quantities) {
  const char *names[MOST_NAMES];
  if (n > MOST_NAMES) n = MOST_NAMES;
  for (int i = 0; i < n; i++) names[i] = quantities[i].name;
  char list[1300] = "", meant[128];
  iso_text_list(list, sizeof list, n, names);
  const char *nearest = iso_text_nearest(tree->key, n, names);
  return FAIL(tree, "%s has no %s of this name%s There are: %s", model->name, what,
              iso_text_meant("", nearest, meant, sizeof meant), list);
}

/* A number, or, where out may have one, {field: FILE, variable: NAME}. */
static iso_status read_source(const iso_reader *reader, const iso_tree *tree, bool fields,
                              iso_config_setting *out) {
  if (fields && tree->kind == ISO_TREE_MAPPING) return iso_read_fields(reader, iso_config_source, tree, out);
  return iso_read_real(reader, tree, &out->value);
}

/* 7.4, {value: 7.4} or {scale: 0.5}; where fields are allowed, one of them instead of any of these numbers.
 */
static iso_status read_setting(const iso_reader *reader, const iso_tree *tree, bool fields,
                               iso_config_setting *out) {
  if (tree->kind == ISO_TREE_SCALAR) return read_source(reader, tree, fields, out);
  const iso_tree *only = tree->first;
  if (tree->kind == ISO_TREE_MAPPING && fields && iso_tree_child(tree, "field"))
    return read_source(reader, tree, fields, out);
  bool one = tree->kind == ISO_TREE_MAPPING && only && !only->next;
  if (!one || (strcmp(only->key, "value") && strcmp(only->key, "scale")))
    return FAIL(tree, "expected a number, {value: number}%s {scale: number}%s", fields ? "," : " or",
                fields ? " or, for either number, {field: FILE, variable: NAME}" : "");
  out->scales = !strcmp(only->key, "scale");
  return read_source(reader, only, fields, out);
}

static iso_status expect_names(const iso_reader *reader, const iso_tree *tree) {
  if (tree->kind == ISO_TREE_MAPPING) return ISO_OK;
  return FAIL(tree, "expected names and values, like {name: 1.5}; isochrone models MODEL lists the names");
}

iso_status iso_read_parameters(const iso_reader *reader, const iso_tree *tree, iso_config_region *region) {
  const iso_model *model = region->model;
  ISO_TRY(expect_names(reader, tree));
  size_t count = (size_t)iso_tree_count(tree);
  ISO_TRY(
      iso_arena_alloc(reader->arena, &region->parameters, count, sizeof *region->parameters, reader->err));
  for (const iso_tree *c = tree->first; c; c = c->next) {
    if (iso_tree_null(c)) continue;
    iso_config_setting *setting = &region->parameters[region->nparameters++];
    setting->index = iso_model_parameter(model, c->key);
    if (setting->index < 0)
      return fail_name(reader, c, model, "parameter", model->nparameters, model->parameters);
    ISO_TRY(read_setting(reader, c, true, setting));
  }
  return ISO_OK;
}

iso_status iso_read_initial(const iso_reader *reader, const iso_tree *tree, iso_config_region *region) {
  const iso_model *model = region->model;
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
      ISO_TRY(iso_read_fields(reader, iso_config_paced_fields, c, &region->paced));
      continue;
    }
    iso_config_setting *setting = &region->initial[region->ninitial++];
    setting->index = iso_model_state(model, c->key);
    if (setting->index < 0) return fail_name(reader, c, model, "state", model->nstates, model->states);
    ISO_TRY(read_setting(reader, c, false, setting));
  }
  return ISO_OK;
}
