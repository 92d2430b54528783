/* Names of a region's variant, parameters and states, once its model is known. */
#include "config/sections/rules.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { MOST_NAMES = 256 }; /* listed in a message, which is cut anyway */

static iso_status find_variant(const iso_config *config, int r, iso_error *err) {
  iso_config_region *region = &config->regions[r];
  const iso_model *model = region->model;
  const char *names[MOST_NAMES];
  char path[64], list[700] = "", meant[128];
  if (!region->variant_name) return ISO_OK;
  region->variant = iso_model_variant(model, region->variant_name);
  if (region->variant >= 0) return ISO_OK;
  const int n = model->nvariants < MOST_NAMES ? model->nvariants : MOST_NAMES;
  for (int i = 0; i < n; i++) names[i] = model->variants[i].name;
  iso_text_list(list, sizeof list, n, names);
  const char *nearest = iso_text_nearest(region->variant_name, n, names);
  snprintf(path, sizeof path, "regions.%d.variant", r);
  return iso_config_fail(config, err, path, "%s has no variant '%.60s'%s There are: %s", model->name,
                         region->variant_name, iso_text_meant("", nearest, meant, sizeof meant), list);
}

/* key, what: "parameters" and "parameter" of the model's quantities [n] */
static iso_status find_names(const iso_config *config, int r, const char *key, const char *what, int n,
                             const iso_quantity *quantities, int nsettings, iso_setting *settings,
                             iso_error *err) {
  const char *names[MOST_NAMES];
  if (n > MOST_NAMES) n = MOST_NAMES;
  for (int i = 0; i < n; i++) names[i] = quantities[i].name;
  for (int k = 0; k < nsettings; k++) {
    char path[160], list[1300] = "", meant[128];
    iso_setting *s = &settings[k];
    s->index = 0;
    while (s->index < n && strcmp(names[s->index], s->name)) s->index++;
    if (s->index < n) continue;
    iso_text_list(list, sizeof list, n, names);
    snprintf(path, sizeof path, "regions.%d.%s.%.80s", r, key, s->name);
    return iso_config_fail(
        config, err, path, "%s has no %s of this name%s There are: %s", config->regions[r].model->name, what,
        iso_text_meant("", iso_text_nearest(s->name, n, names), meant, sizeof meant), list);
  }
  return ISO_OK;
}

iso_status iso_config_find_names(const iso_config *config, int r, iso_error *err) {
  const iso_config_region *region = &config->regions[r];
  const iso_model *model = region->model;
  char path[64];
  snprintf(path, sizeof path, "regions.%d.model", r);
  if (!model)
    return iso_config_fail(config, err, path,
                           "a model of your own is compiled for a run; here only built-in ones do");
  ISO_TRY(find_variant(config, r, err));
  ISO_TRY(find_names(config, r, "parameters", "parameter", model->nparameters, model->parameters,
                     region->nparameters, region->parameters, err));
  return find_names(config, r, "initial", "state", model->nstates, model->states, region->ninitial,
                    region->initial, err);
}
