/* Rules of the section devices. */
#include "config/sections/rules.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PATH = 160, ATRIUM = 0, VENTRICLE = 1, LEFT = 2 };
static const char *const lead_name[ISO_CONFIG_LEADS] = {"atrium", "ventricle", "left_ventricle"};

/* Which leads a mode needs, and which it may have: atrium, ventricle, left ventricle. */
static const struct {
  const char *text;
  bool needs[ISO_CONFIG_LEADS], takes[ISO_CONFIG_LEADS];
} of_mode[] = {{"off", {0}, {true, true, false}},
               {"VVI", {false, true, false}, {false, true, true}},
               {"AAI", {true, false, false}, {true, false, false}},
               {"DDD", {true, true, false}, {true, true, true}},
               {"CRT", {true, true, true}, {true, true, true}}};

static const char *key_of(const iso_config_implant *m, const char *key, char path[PATH]) {
  snprintf(path, PATH, "devices.%.60s%s%s", m->name, *key ? "." : "", key);
  return path;
}

static iso_status check_name(const iso_config *config, const iso_config_implant *m, iso_error *err) {
  char path[PATH];
  if (!iso_config_is_plain_name(m->name))
    return FAIL(
        key_of(m, "", path),
        "its name '%.60s' has to be 1 to %d letters, digits and underscores, without a digit in front",
        m->name, ISO_ACTOR_NAME);
  if (iso_config_is_own_name(m->name))
    return FAIL(key_of(m, "", path), "'%.60s' is how other names of the results begin; choose another",
                m->name);
  for (int j = 0; j < config->nactors; j++)
    if (!strcmp(m->name, config->actors[j].name))
      return FAIL(key_of(m, "", path), "'%.60s' is the name of actors.%d already; choose another", m->name,
                  j);
  return ISO_OK;
}

static bool is_tracking(const iso_config_implant *m) { return m->mode >= ISO_CONFIG_MODE_DDD; }

/* Leads that the mode has no use for, or lacks. */
static iso_status check_leads(const iso_config *config, const iso_config_implant *m, iso_error *err) {
  char path[PATH];
  if (m->mode == ISO_CONFIG_MODE_OFF && !m->has_lead[ATRIUM] && !m->has_lead[VENTRICLE])
    return FAIL(key_of(m, "", path), "it has no lead; give it one, as atrium or ventricle, or leave it out");
  for (int l = 0; l < ISO_CONFIG_LEADS; l++) {
    if (of_mode[m->mode].needs[l] && !m->has_lead[l])
      return FAIL(key_of(m, "mode", path), "%s needs a lead: give %s", of_mode[m->mode].text, lead_name[l]);
    if (m->has_lead[l] && !of_mode[m->mode].takes[l])
      return FAIL(key_of(m, lead_name[l], path), "mode %s has no use for this lead; leave it out",
                  of_mode[m->mode].text);
  }
  return ISO_OK;
}

/* What a lead senses, once; the left one nothing. */
static iso_status check_sense(const iso_config *config, const iso_config_lead *lead, int l, const char *path,
                              iso_error *err) {
  char at[PATH + 8];
  snprintf(at, sizeof at, "%s.sense", path);
  const bool tip = !isnan(lead->tip_mm[0]), ring = !isnan(lead->ring_mm[0]);
  const int given = (lead->node >= 0) + iso_select_given(&lead->sense) + tip;
  if (l == LEFT) return given || ring ? FAIL(at, "the left lead paces alone; leave it out") : ISO_OK;
  if (given != 1 || (ring && !tip))
    return FAIL(at, "say what it senses, once: node, site, or tip_mm, with ring_mm or without");
  if (tip && !isnan(lead->threshold_mV) && !(lead->threshold_mV > 0))
    return FAIL(at, "threshold_mV of an electrogram is its size, and has to be above 0");
  return ISO_OK;
}

static iso_status complete_lead(iso_config *config, iso_config_implant *m, int l, iso_error *err) {
  iso_config_lead *lead = &m->lead[l];
  char path[PATH], sense[PATH + 8];
  const bool treats = m->nzones > 0 && l == VENTRICLE, paces = m->mode != ISO_CONFIG_MODE_OFF || treats;
  key_of(m, lead_name[l], path);
  ISO_TRY(check_sense(config, lead, l, path, err));
  lead->pulse.count = 1;
  if (iso_select_given(&lead->sense)) {
    snprintf(sense, sizeof sense, "%s.sense", path);
    ISO_TRY(iso_config_complete_where(config, &lead->sense, sense, err));
  }
  if (!paces && (iso_select_given(&lead->where) || !isnan(lead->pulse.amplitude)))
    return FAIL(path, "mode off paces nothing; leave out where and how");
  if (!paces) return ISO_OK;
  if (isnan(lead->pulse.amplitude)) return FAIL(path, "give amplitude_uA_per_uF of its pulses, like 50");
  return iso_config_complete_where(config, &lead->where, path, err);
}

/* Times that leave nothing of a cycle. */
static iso_status check_times(const iso_config *config, const iso_config_implant *m, iso_error *err) {
  const double lower_ms = 60000 / m->lower_rate_per_min;
  const double av_ms = is_tracking(m) ? m->av_delay_ms : 0;
  const bool atrial = m->mode == ISO_CONFIG_MODE_AAI;
  const double refractory_ms = is_tracking(m) ? m->pvarp_ms + m->pvarp_extension_ms
                               : atrial       ? m->atrial_refractory_ms
                                              : 0;
  char path[PATH];
  if (m->mode == ISO_CONFIG_MODE_OFF) return ISO_OK;
  if (is_tracking(m) && m->upper_rate_per_min < m->lower_rate_per_min)
    return FAIL(key_of(m, "upper_rate_per_min", path), "%g is below lower_rate_per_min, %g; swap them",
                m->upper_rate_per_min, m->lower_rate_per_min);
  if (is_tracking(m) && (m->av_delay_ms >= lower_ms || m->sensed_av_delay_ms >= lower_ms))
    return FAIL(key_of(m, "av_delay_ms", path),
                "the AV delay takes the whole cycle of %g ms of the lower rate", lower_ms);
  if (refractory_ms >= lower_ms - av_ms)
    return FAIL(key_of(m, atrial ? "atrial_refractory_ms" : "pvarp_ms", path),
                "the atrium is refractory for %g ms and is paced after %g ms: no beat would ever count",
                refractory_ms, lower_ms - av_ms);
  if (!atrial && m->ventricular_refractory_ms >= lower_ms)
    return FAIL(key_of(m, "ventricular_refractory_ms", path),
                "the ventricle is refractory for %g ms of a cycle of %g ms: no beat would ever count",
                m->ventricular_refractory_ms, lower_ms);
  if (fabs(m->vv_delay_ms) >= m->ventricular_refractory_ms && m->has_lead[LEFT])
    return FAIL(key_of(m, "vv_delay_ms", path), "it has to be shorter than ventricular_refractory_ms, %g",
                m->ventricular_refractory_ms);
  return ISO_OK;
}

/* Zones from the slowest to the fastest, that can be detected at all. */
static iso_status check_zones(const iso_config *config, const iso_config_implant *m, iso_error *err) {
  char path[PATH], key[32];
  key_of(m, "zones", path);
  if (m->nzones > ISO_CONFIG_ZONES)
    return FAIL(path, "there are %d; it takes %d at most", m->nzones, ISO_CONFIG_ZONES);
  if (m->nzones > 0 && !m->has_lead[VENTRICLE])
    return FAIL(path, "they need a lead that senses and paces the ventricle: give ventricle");
  if (m->nzones > 0 && m->redetect_count > m->redetect_of)
    return FAIL(key_of(m, "redetect_count", path), "%d of %d cannot be", m->redetect_count, m->redetect_of);
  for (int k = 0; k < m->nzones; k++) {
    const iso_config_zone *z = &m->zones[k];
    snprintf(key, sizeof key, "zones.%d", k);
    key_of(m, key, path);
    if (z->count > z->of) return FAIL(path, "%d of %d intervals cannot be; raise of", z->count, z->of);
    if (k > 0 && z->interval_ms >= m->zones[k - 1].interval_ms)
      return FAIL(path, "%g ms is not faster than the zone before it, %g ms; list them from slow to fast",
                  z->interval_ms, m->zones[k - 1].interval_ms);
    if (z->interval_ms <= m->blanking_ms)
      return FAIL(path, "intervals of %g ms are within blanking_ms, %g: none would ever be seen",
                  z->interval_ms, m->blanking_ms);
    if (z->ntherapies > ISO_CONFIG_THERAPIES)
      return FAIL(path, "there are %d therapies; it takes %d at most", z->ntherapies, ISO_CONFIG_THERAPIES);
  }
  return ISO_OK;
}

iso_status iso_config_complete_implant(iso_config *config, int k, iso_error *err) {
  iso_config_implant *m = &config->implants[k];
  char path[PATH];
  ISO_TRY(check_name(config, m, err));
  ISO_TRY(check_leads(config, m, err));
  if (isnan(m->sensed_av_delay_ms)) m->sensed_av_delay_ms = m->av_delay_ms;
  if (m->interval_ms < config->time.step_ms)
    return FAIL(key_of(m, "interval_ms", path), "%g ms is shorter than a time step of %g ms; lengthen it",
                m->interval_ms, config->time.step_ms);
  ISO_TRY(check_times(config, m, err));
  ISO_TRY(check_zones(config, m, err));
  for (int l = 0; l < ISO_CONFIG_LEADS; l++)
    if (m->has_lead[l]) ISO_TRY(complete_lead(config, m, l, err));
  return ISO_OK;
}
