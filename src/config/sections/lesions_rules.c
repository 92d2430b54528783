/* Rules of the sections lesions and fast_endocardium. */
#include "config/sections/rules.h"

#include "base/arena.h"

#include <stdio.h>
#include <string.h>

static iso_status check_late(const iso_config *config, int i, iso_error *err) {
  const double from_ms = config->lesions[i].from_ms;
  char path[64];
  snprintf(path, sizeof path, "lesions.%d.from_ms", i);
  if (!(from_ms > 0)) return ISO_OK;
  if (config->method != ISO_METHOD_MONODOMAIN)
    return FAIL(path, "an eikonal wave has lesions from the beginning alone; take method: monodomain, or 0");
  if (config->has_protocol)
    return FAIL(path,
                "a protocol goes back in time, and lesions do not heal; take 0, or leave the protocol out");
  if (config->numerics.scheme.fast_current == ISO_FAST_SMOOTHED)
    return FAIL("numerics.fast_current", "smoothed, it would pass through tissue that is burned later "
                                         "(lesions.from_ms); take interpolated or nodal");
  if (from_ms < config->time.duration_ms) return ISO_OK;
  return FAIL(path, "%g ms is no time before the end, time.duration_ms, %g", from_ms,
              config->time.duration_ms);
}

static iso_status check_name(const iso_config *config, int i, iso_error *err) {
  char path[64];
  for (int j = 0; j < i; j++)
    if (!strcmp(config->lesions[j].name, config->lesions[i].name))
      return FAIL(iso_config_item(path, "lesions", i, ""),
                  "'%.60s' is the name of lesions.%d already; give this one a name of its own",
                  config->lesions[i].name, j);
  return ISO_OK;
}

iso_status iso_config_complete_lesion(iso_config *config, int i, iso_error *err) {
  iso_config_lesion *lesion = &config->lesions[i];
  char path[64];
  if (!lesion->name) ISO_TRY(iso_arena_print(config->memory, &lesion->name, err, "lesion%d", i));
  ISO_TRY(check_name(config, i, err));
  ISO_TRY(check_late(config, i, err));
  for (int k = 0; k < lesion->ngaps; k++)
    if (!lesion->gaps[k].name)
      ISO_TRY(iso_arena_print(config->memory, &lesion->gaps[k].name, err, "gap%d", k));
  if (lesion->has_line_set) ISO_TRY(iso_config_make_lines(config, i, err));
  if (lesion->has_line_set && !iso_select_given(&lesion->where)) return ISO_OK;
  return iso_config_complete_where(config, &lesion->where, iso_config_item(path, "lesions", i, ""), err);
}

iso_status iso_config_complete_layer(iso_config *config, int i, iso_error *err) {
  iso_config_fast_layer *layer = &config->layers[i];
  char path[64];
  if (!layer->name) ISO_TRY(iso_arena_print(config->memory, &layer->name, err, "layer%d", i));
  return iso_config_complete_where(config, &layer->where, iso_config_item(path, "fast_endocardium", i, ""),
                                   err);
}
