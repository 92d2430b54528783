#include "base/text.h"
#include "config/config_read.h"

#include <stdio.h>
#include <string.h>

#define FAIL(...) iso_config_fail(config, err, __VA_ARGS__)

/* "site" of "stimuli.0.site". */
static char *last_word(char *key) {
  char *dot = strrchr(key, '.');
  return dot && dot[1] ? dot + 1 : key;
}

static iso_status name_case(const iso_config *config, const char *path, iso_config_case *c, iso_error *err) {
  char text[256] = "";
  if (c->name) return ISO_OK;
  for (int i = 0; i < c->nset; i++) iso_text_append(text, sizeof text, "%s%s", i ? " " : "", c->set[i]);
  if (c->nset == 0)
    return FAIL(path, "a case that sets nothing is the configuration as it is; give it a name, like 'none'");
  return iso_arena_text(config->memory, &c->name, text, strlen(text), err);
}

static iso_status complete_axis(iso_config *config, int i, iso_error *err) {
  iso_config_axis *a = &config->study.axes[i];
  char path[96];
  snprintf(path, sizeof path, "study.axes.%d", i);
  if ((a->key != NULL) + (a->ncases > 0) + (a->file != NULL) != 1)
    return FAIL(path, "say what members differ in, once: key with values, cases, or file");
  if (!a->key != !a->nvalues)
    return FAIL(path, "a key goes with its values, like {key: stimuli.0.site, values: [apex, base]}");
  for (int c = 0; c < a->ncases; c++) {
    snprintf(path, sizeof path, "study.axes.%d.cases.%d", i, c);
    ISO_TRY(name_case(config, path, &a->cases[c], err));
  }
  if (!a->name && a->key) a->name = last_word(a->key);
  if (!a->name) ISO_TRY(iso_arena_print(config->memory, &a->name, err, "case%d", i + 1));
  for (int j = 0; j < i; j++)
    if (!strcmp(a->name, config->study.axes[j].name)) {
      snprintf(path, sizeof path, "study.axes.%d", i);
      return FAIL(path, "'%.60s' is the name of study.axes.%d already; give this one a name of its own",
                  a->name, j);
    }
  return ISO_OK;
}

iso_status iso_config_complete_study(iso_config *config, iso_error *err) {
  for (int i = 0; i < config->study.naxes; i++) ISO_TRY(complete_axis(config, i, err));
  return ISO_OK;
}
