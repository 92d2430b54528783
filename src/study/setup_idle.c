/* Keys that do nothing, as what would make use of them is not asked for. */
#include "study/setup.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { KEYS = 6 };

/* Where none of the switches is given, the others do nothing. */
typedef struct idle {
  const char *section, *switches[2], *keys[KEYS]; /* NULL: no more */
} idle;

static const idle sections[] = {
    {"checkpoint", {"interval_ms", "every_minutes"}, {"keep"}},
    {"stop", {"quiescent_ms"}, {"quiescent_mV"}},
    {"outputs", {"probes"}, {"probe_interval_ms"}},
    {"outputs.snapshots", {"interval_ms"}, {"start_ms", "stop_ms"}},
    {"outputs.ecg", {"electrodes"}, {"interval_ms", "pairs"}}, /* devices ask for the medium, too */
    {"outputs.singularities", {"interval_ms"}, {"delay_ms", "threshold_mV", "distance_mm", "turns"}},
    {"outputs.conduction", {"beat"}, {"slowest_m_per_s"}},
    {"outputs.spectra", {"interval_ms"}, {"start_ms", "window_ms", "lowest_Hz", "highest_Hz", "width_Hz"}},
    {"outputs.wavefronts", {"interval_ms"}, {"width_ms"}}};

static bool is_given(const iso_config *config, const char *section, const char *key) {
  char path[64];
  snprintf(path, sizeof path, "%s.%s", section, key);
  return iso_config_given(config, path);
}

/* A configuration that results had has every key: with its default it asks for nothing. Other sections have
 * their switches there, too. */
static bool is_as_by_default(const iso_config *config, const char *section, const char *key) {
  const struct {
    const char *path;
    double value;
  } numbers[] = {{"outputs.probe_interval_ms", config->outputs.probe_interval_ms},
                 {"outputs.ecg.interval_ms", config->outputs.ecg.interval_ms}};
  char path[64], text[32];
  snprintf(path, sizeof path, "%s.%s", section, key);
  for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
    if (!strcmp(path, numbers[k].path))
      return iso_config_is_default(path, iso_text_shortest(numbers[k].value, text, sizeof text));
  return false;
}

static void warn(const iso_setup *setup, const char *section, const char *key, const char *without) {
  iso_error told = {0};
  char path[64];
  snprintf(path, sizeof path, "%s.%s", section, key);
  iso_config_fail(setup->config, &told, path, "it does nothing without %s.%s; give that, or leave it out",
                  section, without);
  iso_log_say(setup->log, ISO_LOG_WARNING, "%s", told.message);
}

/* One word for a section is enough. */
static void judge_section(const iso_setup *setup, const idle *s) {
  for (int k = 0; k < 2 && s->switches[k]; k++)
    if (is_given(setup->config, s->section, s->switches[k])) return;
  for (int k = 0; k < KEYS && s->keys[k]; k++)
    if (is_given(setup->config, s->section, s->keys[k]) &&
        !is_as_by_default(setup->config, s->section, s->keys[k])) {
      warn(setup, s->section, s->keys[k], s->switches[0]);
      return;
    }
}

/* A premature pulse that is given at a time is not searched. */
static void judge_extra(const iso_setup *setup, int k) {
  const iso_config_protocol *p = &setup->config->protocol;
  const iso_config_extra *e = &p->extra[k];
  char path[32];
  snprintf(path, sizeof path, "protocol.s%d", k + 2);
  if (!p->has_extra[k] || e->search == ISO_SEARCH_BISECT || !is_given(setup->config, path, "at_ms")) return;
  warn(setup, path, "search", "longest_ms");
}

void iso_setup_judge_idle(const iso_setup *setup) {
  for (size_t k = 0; k < sizeof sections / sizeof *sections; k++) judge_section(setup, &sections[k]);
  for (int k = 0; k < ISO_EXTRAS; k++) judge_extra(setup, k);
}
