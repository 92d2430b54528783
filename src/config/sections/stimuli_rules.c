/* Rules of the sections stimuli and actors. */
#include "config/sections/rules.h"

#include "base/arena.h"

#include <string.h>

static iso_status complete_pulses(const iso_config *config, int i, iso_pulses *p, iso_error *err) {
  char path[64];
  if (p->period_ms == 0 && p->count > 1)
    return FAIL(iso_config_item(path, "stimuli", i, "count"), "%lld pulses need a period; give period_ms",
                (long long)p->count);
  if (p->period_ms == 0) p->count = 1;
  if (p->count != 1 && p->period_ms < config->time.step_ms)
    return FAIL(iso_config_item(path, "stimuli", i, "period_ms"),
                "%g ms is shorter than a time step of %g ms; lengthen it or lower time.step_ms", p->period_ms,
                config->time.step_ms);
  if (p->count != 1 && p->period_ms < p->duration_ms)
    return FAIL(iso_config_item(path, "stimuli", i, "period_ms"),
                "a pulse of %g ms does not fit into a period of %g ms", p->duration_ms, p->period_ms);
  return ISO_OK;
}

iso_status iso_config_complete_stimulus(iso_config *config, int i, iso_error *err) {
  iso_config_stimulus *s = &config->stimuli[i];
  char path[64];
  if (!s->name) ISO_TRY(iso_arena_print(config->memory, &s->name, err, "stimulus%d", i));
  ISO_TRY(iso_config_complete_where(config, &s->where, iso_config_item(path, "stimuli", i, ""), err));
  return complete_pulses(config, i, &s->pulses, err);
}

bool iso_config_is_plain_name(const char *name) {
  const size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
  return n > 0 && n <= ISO_ACTOR_NAME && !name[n] && !(name[0] >= '0' && name[0] <= '9');
}

bool iso_config_is_own_name(const char *name) {
  static const char *const own[] = {"probe", "protocol_trial"}; /* probe_samples, protocol_trial_captured */
  for (size_t k = 0; k < sizeof own / sizeof *own; k++)
    if (!strcmp(name, own[k])) return true;
  return false;
}

iso_status iso_config_complete_actor(iso_config *config, int i, iso_error *err) {
  iso_config_actor *a = &config->actors[i];
  char path[64];
  if (!iso_config_is_plain_name(a->name))
    return FAIL(iso_config_item(path, "actors", i, "name"),
                "'%.60s' has to be 1 to %d letters, digits and underscores, without a digit in front",
                a->name, ISO_ACTOR_NAME);
  if (iso_config_is_own_name(a->name))
    return FAIL(iso_config_item(path, "actors", i, "name"),
                "'%.60s' is how other names of the results begin; choose another", a->name);
  for (int j = 0; j < i; j++)
    if (!strcmp(a->name, config->actors[j].name))
      return FAIL(iso_config_item(path, "actors", i, "name"),
                  "'%.60s' is the name of actors.%d already; choose another", a->name, j);
  if ((a->node >= 0) + iso_select_given(&a->sense) != 1)
    return FAIL(iso_config_item(path, "actors", i, "sense"),
                "say where actor '%.60s' senses, once: node or site", a->name);
  a->pulses.count = 1;
  if (a->sense.name)
    ISO_TRY(iso_config_complete_where(config, &a->sense, iso_config_item(path, "actors", i, "sense"), err));
  return iso_config_complete_where(config, &a->where, iso_config_item(path, "actors", i, ""), err);
}
