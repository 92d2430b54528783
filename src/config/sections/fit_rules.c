/* Rules of the section fit. */
#include "config/config_sets.h"
#include "config/sections/rules.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The median of what is known of a region's velocity beforehand. */
static iso_status check_velocity(const iso_config *config, int r, iso_error *err) {
  const iso_config_velocity *v = &config->regions[r].velocity;
  char path[64];
  if (!isnan(v->isotropic_m_per_s) || !isnan(v->longitudinal_m_per_s)) return ISO_OK;
  snprintf(path, sizeof path, "regions.%d", r);
  return FAIL(path,
              "a fit begins with velocities: give the region's, like velocity: {isotropic_m_per_s: 0.8}");
}

/* Isotropic velocities have no ratio. */
static iso_status check_ratio(const iso_config *config, iso_error *err) {
  const iso_config_fit *fit = &config->fit;
  if (!fit->has_velocity || isnan(fit->velocity.ratio_percent)) return ISO_OK;
  for (int r = 0; r < config->nregions; r++)
    if (isnan(config->regions[r].velocity.isotropic_m_per_s)) return ISO_OK;
  return FAIL("fit.velocity.ratio_spread_percent",
              "no region has a ratio, since the velocities of all are isotropic_m_per_s: give one "
              "longitudinal_m_per_s and transverse_m_per_s, or leave this out");
}

static bool has_stimulus(const iso_config *config, const char *name) {
  for (int k = 0; k < config->nstimuli; k++)
    if (!strcmp(config->stimuli[k].name, name)) return true;
  return false;
}

static iso_status check_onset(const iso_config *config, const iso_config_onset *o, iso_error *err) {
  char path[160];
  snprintf(path, sizeof path, "fit.onsets.%.100s", o->name);
  if (!o->stimulus == !!isnan(o->at_mm[0])) return FAIL(path, "give either at_mm or stimulus");
  if (!o->stimulus) return ISO_OK;
  if (!has_stimulus(config, o->stimulus)) return FAIL(path, "there is no stimulus '%.60s'", o->stimulus);
  if (o->within_mm > 0 || o->depth_within_mm > 0 || o->time_ms != 0)
    return FAIL(path, "a stimulus has its place, and its start_ms for the time; leave out within_mm, "
                      "depth_within_mm and time_ms");
  return ISO_OK;
}

static iso_status check_ecg(const iso_config *config, const iso_config_fit_ecg *e, iso_error *err) {
  char path[160];
  snprintf(path, sizeof path, "fit.ecgs.%.100s.end_ms", e->name);
  if (e->end_ms <= e->begin_ms) return FAIL(path, "it ends before it begins");
  return ISO_OK;
}

static iso_status check_scar(const iso_config *config, const iso_config_fit_scar *s, iso_error *err) {
  char path[160];
  if (iso_config_find_site(config, s->site) >= 0) return ISO_OK;
  snprintf(path, sizeof path, "fit.scars.%.100s.site", s->name);
  return FAIL(path, "there is no site '%.60s'; name where the scar is under sites", s->site);
}

static bool is_known(const iso_config_fit *fit) {
  bool known = !fit->has_velocity && !fit->has_field && !fit->has_fibre_angle && fit->nscars == 0;
  known &= !fit->has_apd;
  for (int k = 0; k < fit->nonsets; k++)
    known &=
        fit->onsets[k].within_mm == 0 && fit->onsets[k].depth_within_mm == 0 && fit->onsets[k].within_ms == 0;
  for (int k = 0; k < fit->nmaps; k++) known &= fit->maps[k].clock_sd_ms == 0;
  for (int k = 0; k < fit->necgs; k++)
    known &= fit->ecgs[k].clock_sd_ms == 0 && fit->ecgs[k].amplitude_percent == 0;
  return known;
}

iso_status iso_config_complete_twin(iso_config *config, iso_error *err) {
  iso_config_twin *twin = &config->twin;
  char *end;
  if (!config->has_twin) return ISO_OK;
  if (!config->has_fit)
    return FAIL("twin", "there is no section fit, which says what the twin's numbers mean; give the one that "
                        "it was fitted with");
  if (!strcmp(twin->member, "median") || !strcmp(twin->member, "best")) return ISO_OK;
  const long number = strtol(twin->member, &end, 10);
  if (*twin->member < '1' || *twin->member > '9' || *end || number > INT_MAX)
    return FAIL("twin.member",
                "'%.60s' is no heart of a twin: give the number of a member, from 1, or median or best; many "
                "of them are a study, with an axis {twin: NAME.twin.nc, draws: 20}",
                twin->member);
  twin->number = (int)number;
  return ISO_OK;
}

iso_status iso_config_complete_fit(const iso_config *config, iso_error *err) {
  const iso_config_fit *fit = &config->fit;
  char path[160];
  if (!config->has_fit) return ISO_OK;
  if (fit->nmaps + fit->necgs + fit->nerps == 0)
    return FAIL("fit", "there are neither maps nor ecgs nor erps; name what was measured");
  if (fit->nonsets == 0 && config->nstimuli == 0)
    return FAIL("fit", "no wave begins anywhere; give fit.onsets, or stimuli where they are known");
  if (is_known(fit))
    return FAIL(
        "fit", "everything is known, so that nothing can be fitted; give fit.velocity, fit.field, fit.scars, "
               "fit.apd or an onset with within_mm or within_ms");
  for (int k = 0; k < fit->nmaps; k++) {
    snprintf(path, sizeof path, "fit.maps.%.100s.hold_out", fit->maps[k].name);
    if (fit->maps[k].hold_out == 1)
      return FAIL(path, "every point is held out; hold out every second at most");
  }
  for (int k = 0; k < fit->necgs; k++) ISO_TRY(check_ecg(config, &fit->ecgs[k], err));
  for (int k = 0; k < fit->nonsets; k++) ISO_TRY(check_onset(config, &fit->onsets[k], err));
  for (int k = 0; k < fit->nscars; k++) ISO_TRY(check_scar(config, &fit->scars[k], err));
  for (int r = 0; r < config->nregions; r++) ISO_TRY(check_velocity(config, r, err));
  ISO_TRY(check_ratio(config, err));
  return iso_config_complete_apd(config, err);
}
