/* The second step of a configuration: rules that tie several keys together, and defaults that follow from
 * other keys, section by section. */
#include "config/sections/rules.h"

#include "base/arena.h"
#include "base/path.h"

#include <stdio.h>
#include <string.h>

char *iso_config_item(char buffer[64], const char *list, int i, const char *key) {
  snprintf(buffer, 64, "%s.%d%s%s", list, i, *key ? "." : "", key);
  return buffer;
}

/* The configuration's file name, without folder and ending. */
static iso_status complete_title(iso_config *config, iso_error *err) {
  if (config->title) return ISO_OK;
  const char *name = iso_path_name(config->file);
  const char *dot = strrchr(name, '.');
  return iso_arena_text(config->memory, &config->title, name,
                        dot && dot != name ? (size_t)(dot - name) : strlen(name), err);
}

iso_status iso_config_settle(iso_config *config, iso_error *err) {
  for (int i = 0; i < config->nregions; i++) ISO_TRY(iso_config_find_names(config, i, err));
  ISO_TRY(complete_title(config, err));
  iso_config_complete_accuracy(config);
  ISO_TRY(iso_config_complete_mesh(config, err));
  ISO_TRY(iso_config_complete_time(config, err));
  ISO_TRY(iso_config_complete_sites(config, err));
  for (int i = 0; i < config->nregions; i++) ISO_TRY(iso_config_complete_region(config, i, err));
  for (int i = 0; i < config->ndrugs; i++) ISO_TRY(iso_config_complete_drug(config, i, err));
  for (int i = 0; i < config->nlesions; i++) ISO_TRY(iso_config_complete_lesion(config, i, err));
  for (int i = 0; i < config->nlayers; i++) ISO_TRY(iso_config_complete_layer(config, i, err));
  for (int i = 0; i < config->nstimuli; i++) ISO_TRY(iso_config_complete_stimulus(config, i, err));
  for (int i = 0; i < config->nactors; i++) ISO_TRY(iso_config_complete_actor(config, i, err));
  for (int i = 0; i < config->nimplants; i++) ISO_TRY(iso_config_complete_implant(config, i, err));
  ISO_TRY(iso_config_complete_study(config, err));
  ISO_TRY(iso_config_complete_fit(config, err));
  ISO_TRY(iso_config_complete_twin(config, err));
  ISO_TRY(iso_config_complete_numerics(config, err));
  ISO_TRY(iso_config_complete_passive(config, err));
  ISO_TRY(iso_config_complete_phase_map(config, err));
  ISO_TRY(iso_config_complete_protocol(config, err));
  ISO_TRY(iso_config_complete_recurrent(config, err));
  ISO_TRY(iso_config_complete_apd_field(config, err));
  return iso_config_complete_outputs(config, err);
}