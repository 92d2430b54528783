/* The keys of time, stop, numerics and checkpoint. */
#include "config/sections/keys.h"

#define TIME(type, kind, name, ...) ROW(iso_config_time, name, kind, name, __VA_ARGS__)
const iso_key iso_config_time_keys[] = {ISO_TIME_KEYS(TIME){0}};

#define STOP(type, kind, name, ...) ROW(iso_config_stop, name, kind, name, __VA_ARGS__)
const iso_key iso_config_stop_keys[] = {ISO_STOP_KEYS(STOP){0}};

#define NUMERICS(type, kind, name, ...) ROW(iso_config_numerics, scheme.name, kind, name, __VA_ARGS__)
const iso_key iso_config_numerics_keys[] = {
    {"accuracy", ISO_KEY_CHOICE, IN(numerics, accuracy), .choices = CHOICES("draft", "standard", "reference"),
     .meaning = "sets precision, pace, cg_tolerance and time.step_ms together, those that are not given; "
                "standard where not given, unless the pace is fixed"},
    {"precision", ISO_KEY_CHOICE, IN(numerics, precision), .choices = CHOICES("double", "single"),
     .meaning = "of the state; where not given by accuracy, or double without one"},
    ISO_NUMERICS_KEYS(NUMERICS){0}};

#define CHECKPOINT(type, kind, name, ...) ROW(iso_config_checkpoint, name, kind, name, __VA_ARGS__)
const iso_key iso_config_checkpoint_keys[] = {ISO_CHECKPOINT_KEYS(CHECKPOINT){0}};
