/* What the rows of the sections' tables are written with, and the tables that others hold. */
#ifndef ISO_CONFIG_SECTIONS_KEYS_H
#define ISO_CONFIG_SECTIONS_KEYS_H

#include "config/config.h"
#include "config/config_schema.h"

#define IN(section, member) .at = offsetof(iso_config_##section, member)
#define EXTRA(section, member) .extra = offsetof(iso_config_##section, member)
#define FLAG(section, member) .flagged = true, EXTRA(section, member)
#define RANGE(a, b) .low = (a), .high = (b)
#define ABOVE(a, b) .low = (a), .above_low = true, .high = (b)
#define CHOICES(...)                                                                                         \
  (const char *const[]) { __VA_ARGS__, NULL }

/* Bounds are wide: they catch slips of unit and sign, not unusual science. */
#define LENGTH_MM 1e4
#define TIME_MS 1e9
#define LEAST_STEP_MS 1e-6 /* TIME_MS are then 1e15 steps, which a double and an int64_t count exactly */
#define VOLTAGE RANGE(-1000, 1000)

/* A row of a section that is a list, ISO_TIME_KEYS(TIME) and the like: see sections/member.h. */
#define ROW(type, at_member, key_kind, name, about, ...)                                                     \
  {#name, ISO_KEY_##key_kind, .at = offsetof(type, at_member), .meaning = about, __VA_ARGS__},

/* Tables of whole sections, each of the struct that has its name. */
extern const iso_key iso_config_mesh_keys[];
extern const iso_key iso_config_torso_region_keys[];
extern const iso_key iso_config_region_keys[];
extern const iso_key iso_config_drug_keys[];
extern const iso_key iso_config_site_keys[];
extern const iso_key iso_config_lesion_keys[];
extern const iso_key iso_config_layer_keys[];          /* iso_config_fast_layer */
extern const iso_key iso_config_velocity_field_keys[]; /* iso_config_factor */
extern const iso_key iso_config_apd_field_keys[];      /* likewise */
extern const iso_key iso_config_stimulus_keys[];
extern const iso_key iso_config_actor_keys[];
extern const iso_key iso_config_implant_keys[];
extern const iso_key iso_config_protocol_keys[];
extern const iso_key iso_config_phase_map_keys[];
extern const iso_key iso_config_time_keys[];
extern const iso_key iso_config_stop_keys[];
extern const iso_key iso_config_numerics_keys[];
extern const iso_key iso_config_checkpoint_keys[];
extern const iso_key iso_config_output_keys[]; /* iso_config_outputs */
extern const iso_key iso_config_study_keys[];
extern const iso_key iso_config_fit_keys[];
extern const iso_key iso_config_twin_keys[];

/* Of detectors, which are parts of outputs: in an iso_config_outputs. */
extern const iso_key iso_config_reentry_keys[];
extern const iso_key iso_config_singularity_keys[];
extern const iso_key iso_config_conduction_keys[];
extern const iso_key iso_config_spectra_keys[];
extern const iso_key iso_config_wavefront_keys[];

#endif
