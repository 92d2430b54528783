/* The configuration as YAML, by the same tables that read it. */
#include "config/config_read.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

typedef struct writer {
  yaml_emitter_t emitter;
  bool failed; /* nothing is emitted any more */
  bool whole;  /* absolute paths stay as they are */
  const iso_config *config;
} writer;

static void emit(writer *w, yaml_event_t *event, int made) {
  if (made && w->failed) yaml_event_delete(event);
  if (!made || w->failed || !yaml_emitter_emit(&w->emitter, event)) w->failed = true;
}

static void put_scalar(writer *w, const char *text, yaml_scalar_style_t style) {
  yaml_event_t event;
  emit(w, &event,
       yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text, (int)strlen(text), 1, 1,
                                    style));
}

static void put_word(writer *w, const char *text) { put_scalar(w, text, YAML_PLAIN_SCALAR_STYLE); }

/* Quoted, for it may look like a number or like nothing. */
static void put_text(writer *w, const char *text) { put_scalar(w, text, YAML_DOUBLE_QUOTED_SCALAR_STYLE); }

static void put_real(writer *w, double value) {
  char text[32];
  put_word(w, iso_text_shortest(value, text, sizeof text));
}

static void put_whole(writer *w, long long value) {
  char text[32];
  snprintf(text, sizeof text, "%lld", value);
  put_word(w, text);
}

static void begin_mapping(writer *w, yaml_mapping_style_t style) {
  yaml_event_t event;
  emit(w, &event, yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, style));
}

static void end_mapping(writer *w) {
  yaml_event_t event;
  emit(w, &event, yaml_mapping_end_event_initialize(&event));
}

static void begin_list(writer *w, yaml_sequence_style_t style) {
  yaml_event_t event;
  emit(w, &event, yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, style));
}

static void end_list(writer *w) {
  yaml_event_t event;
  emit(w, &event, yaml_sequence_end_event_initialize(&event));
}

static void put_path(writer *w, const char *path) {
  const bool whole = w->whole && *path == '/';
  put_text(w, whole ? path : iso_config_shown_path(w->config, path));
}

static void put_numbers(writer *w, int n, const double *numbers) {
  begin_list(w, YAML_FLOW_SEQUENCE_STYLE);
  for (int k = 0; k < n; k++) put_real(w, numbers[k]);
  end_list(w);
}

static void put_tags(writer *w, int n, const int32_t *tags) {
  begin_list(w, YAML_FLOW_SEQUENCE_STYLE);
  for (int i = 0; i < n; i++) put_whole(w, tags[i]);
  end_list(w);
}

static void put_names(writer *w, int n, char *const *names) {
  begin_list(w, YAML_FLOW_SEQUENCE_STYLE);
  for (int i = 0; i < n; i++) put_text(w, names[i]);
  end_list(w);
}

/* Values and settings, which may be paths or hold some. */
static void put_shown(writer *w, int n, char *const *texts,
                      iso_status (*show)(const char *text, char **out, iso_error *err)) {
  begin_list(w, YAML_FLOW_SEQUENCE_STYLE);
  for (int i = 0; i < n; i++) {
    char *shown = NULL;
    if (show(texts[i], &shown, &(iso_error){0}) != ISO_OK) w->failed = true;
    if (shown) put_text(w, w->whole ? texts[i] : shown);
    free(shown);
  }
  end_list(w);
}

static void put_keys(writer *w, const iso_key *table, const char *base);

static void put_setting(writer *w, const iso_setting *setting) {
  put_word(w, setting->name);
  if (setting->scales) {
    begin_mapping(w, YAML_FLOW_MAPPING_STYLE);
    put_word(w, "scale");
  }
  if (setting->field)
    put_keys(w, iso_config_source, (const char *)setting);
  else if (setting->course.by)
    put_keys(w, iso_config_course, (const char *)&setting->course);
  else
    put_real(w, setting->value);
  if (setting->scales) end_mapping(w);
}

static void put_parameters(writer *w, const iso_config_region *r) {
  begin_mapping(w, YAML_BLOCK_MAPPING_STYLE);
  for (int i = 0; i < r->nparameters; i++) put_setting(w, &r->parameters[i]);
  end_mapping(w);
}

static void put_initial(writer *w, const iso_config_region *r) {
  begin_mapping(w, YAML_BLOCK_MAPPING_STYLE);
  if (!isnan(r->initial_vm_mV)) {
    put_word(w, "V");
    put_real(w, r->initial_vm_mV);
  }
  if (r->has_paced) {
    put_word(w, "paced");
    put_keys(w, iso_config_paced_keys, (const char *)&r->paced);
  }
  for (int i = 0; i < r->ninitial; i++) put_setting(w, &r->initial[i]);
  end_mapping(w);
}

static bool any_given(const iso_key *table, const char *base);

/* Whether there is anything to write. */
static bool given(const iso_key *f, const char *base) {
  const void *at = base + f->at, *extra = base + f->extra;
  const iso_config_region *region = (const iso_config_region *)base;
  if (f->flagged) return *(const bool *)extra;
  switch (f->kind) {
  case ISO_KEY_TEXT:
  case ISO_KEY_WORD:
  case ISO_KEY_PATH:
    return *(char *const *)at;
  case ISO_KEY_SURFACE:
    return *(char *const *)at || *(char *const *)extra;
  case ISO_KEY_REAL:
  case ISO_KEY_POINT:
  case ISO_KEY_INTERVAL:
    return !isnan(*(const double *)at);
  case ISO_KEY_CHOICE:
    return *(const int *)at >= 0;
  case ISO_KEY_COUNT:
    return f->fallback || *(const int64_t *)at >= 0;
  case ISO_KEY_NUMBERS:
  case ISO_KEY_TAGS:
  case ISO_KEY_NAMES:
  case ISO_KEY_VALUES:
  case ISO_KEY_SETTINGS:
  case ISO_KEY_ITEMS:
  case ISO_KEY_NAMED:
    return *(const int *)extra > 0;
  case ISO_KEY_PARAMETERS:
    return region->nparameters > 0;
  case ISO_KEY_INITIAL:
    return region->has_paced || region->ninitial > 0 || !isnan(region->initial_vm_mV);
  case ISO_KEY_SECTION:
    return any_given(f->keys, at);
  default:
    return true;
  }
}

static bool any_given(const iso_key *table, const char *base) {
  for (const iso_key *f = table; f->key; f++)
    if (given(f, base)) return true;
  return false;
}

/* A surface by its name, by a file, or any. */
static void put_surface(writer *w, const char *name, const char *file) {
  if (name)
    put_text(w, name);
  else if (*file)
    put_path(w, file);
  else
    put_word(w, "true");
}

static void put_model(writer *w, const iso_config_region *region) {
  if (region->model_file)
    put_path(w, region->model_file);
  else
    put_word(w, region->model->name);
}

/* item [n], one after the other, each f->size bytes long. */
static void put_items(writer *w, const iso_key *f, int n, const char *item) {
  begin_list(w, YAML_BLOCK_SEQUENCE_STYLE);
  for (int i = 0; i < n; i++, item += f->size) put_keys(w, f->keys, item);
  end_list(w);
}

/* The same, whose names are first in them. */
static void put_named(writer *w, const iso_key *f, int n, const char *item) {
  begin_mapping(w, YAML_BLOCK_MAPPING_STYLE);
  for (int i = 0; i < n; i++, item += f->size) {
    const char *name;
    memcpy(&name, item, sizeof name);
    put_text(w, name);
    put_keys(w, f->keys, item);
  }
  end_mapping(w);
}

static void put_value(writer *w, const iso_key *f, const char *base) {
  const void *at = base + f->at, *extra = base + f->extra;
  const iso_config_region *region = (const iso_config_region *)base;
  switch (f->kind) {
  case ISO_KEY_TEXT:
    put_text(w, *(char *const *)at);
    break;
  case ISO_KEY_PATH:
    put_path(w, *(char *const *)at);
    break;
  case ISO_KEY_CHOICE:
    put_word(w, f->choices[*(const int *)at]);
    break;
  case ISO_KEY_WORD:
    put_word(w, *(const char *const *)at);
    break;
  case ISO_KEY_REAL:
    put_real(w, *(const double *)at);
    break;
  case ISO_KEY_INTEGER:
    put_whole(w, *(const int *)at);
    break;
  case ISO_KEY_COUNT:
    put_whole(w, *(const int64_t *)at);
    break;
  case ISO_KEY_BOOLEAN:
    put_word(w, *(const bool *)at ? "true" : "false");
    break;
  case ISO_KEY_POINT:
    put_numbers(w, 3, at);
    break;
  case ISO_KEY_INTERVAL:
    put_numbers(w, 2, at);
    break;
  case ISO_KEY_NUMBERS:
    put_numbers(w, *(const int *)extra, *(double *const *)at);
    break;
  case ISO_KEY_TAGS:
    put_tags(w, *(const int *)extra, *(int32_t *const *)at);
    break;
  case ISO_KEY_NAMES:
    put_names(w, *(const int *)extra, *(char **const *)at);
    break;
  case ISO_KEY_VALUES:
    put_shown(w, *(const int *)extra, *(char **const *)at, iso_config_shown_value);
    break;
  case ISO_KEY_SETTINGS:
    put_shown(w, *(const int *)extra, *(char **const *)at, iso_config_shown_setting);
    break;
  case ISO_KEY_SURFACE:
    put_surface(w, *(char *const *)extra, *(char *const *)at);
    break;
  case ISO_KEY_MODEL:
    put_model(w, region);
    break;
  case ISO_KEY_PARAMETERS:
    put_parameters(w, region);
    break;
  case ISO_KEY_INITIAL:
    put_initial(w, region);
    break;
  case ISO_KEY_SECTION:
    put_keys(w, f->keys, at);
    break;
  case ISO_KEY_ITEMS:
    put_items(w, f, *(const int *)extra, *(char *const *)at);
    break;
  case ISO_KEY_NAMED:
    put_named(w, f, *(const int *)extra, *(char *const *)at);
    break;
  }
}

static void put_keys(writer *w, const iso_key *table, const char *base) {
  begin_mapping(w, YAML_BLOCK_MAPPING_STYLE);
  for (const iso_key *f = table; f->key; f++) {
    if (!given(f, base)) continue;
    put_word(w, f->key);
    put_value(w, f, base);
  }
  end_mapping(w);
}

static void put_document(writer *w, const iso_config *config) {
  yaml_event_t event;
  emit(w, &event, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING));
  emit(w, &event, yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1));
  put_keys(w, iso_config_keys, (const char *)config);
  emit(w, &event, yaml_document_end_event_initialize(&event, 1));
  emit(w, &event, yaml_stream_end_event_initialize(&event));
  if (!yaml_emitter_flush(&w->emitter)) w->failed = true;
}

static iso_status dump(const iso_config *config, bool whole, char **out, iso_error *err) {
  size_t size = 0;
  *out = NULL;
  FILE *stream = open_memstream(out, &size);
  writer w = {.config = config, .whole = whole};
  if (!stream || !yaml_emitter_initialize(&w.emitter)) {
    if (stream) fclose(stream);
    free(*out);
    return iso_fail_memory(err, size, "the configuration's text");
  }
  yaml_emitter_set_output_file(&w.emitter, stream);
  yaml_emitter_set_unicode(&w.emitter, 1);
  yaml_emitter_set_width(&w.emitter, -1);
  put_document(&w, config->given ? config->given : config);
  yaml_emitter_delete(&w.emitter);
  if (fclose(stream) == 0 && !w.failed) return ISO_OK;
  free(*out);
  *out = NULL;
  return iso_fail_memory(err, size, "the configuration's text");
}

iso_status iso_config_dump(const iso_config *config, char **out, iso_error *err) {
  return dump(config, false, out, err);
}

iso_status iso_config_dump_whole(const iso_config *config, char **out, iso_error *err) {
  return dump(config, true, out, err);
}
