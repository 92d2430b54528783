#include "fit/conductivities.h"

#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS = ISO_CONDUCTIVITY_LEVELS };

iso_config_velocity iso_velocity_as_asked(const iso_config_region *region, const iso_speeds *s) {
  const iso_config_velocity *given = &region->velocity;
  iso_config_velocity v = {NAN, NAN, NAN, NAN};
  const bool alike = s->along == s->across && s->along == s->normal;
  const bool by_direction = !isnan(given->longitudinal_m_per_s) || !isnan(given->transverse_m_per_s);
  if (!isnan(given->isotropic_m_per_s) || (alike && !by_direction)) {
    v.isotropic_m_per_s = s->along;
    return v;
  }
  v.longitudinal_m_per_s = s->along, v.transverse_m_per_s = s->across;
  if (!isnan(given->normal_m_per_s) || s->normal != s->across) v.normal_m_per_s = s->normal;
  return v;
}

/* ---- levels ---- */

static double speed_in(const iso_speeds *s, iso_tune_direction direction) {
  const double of[] = {s->along, s->across, s->normal, s->along};
  return of[direction];
}

static void find_range(const iso_twin_drawn *d, int r, iso_tune_direction direction, double range[2]) {
  range[0] = INFINITY, range[1] = 0;
  for (int k = 0; k < d->n; k++) {
    const double one = speed_in(&d->speeds[(size_t)k * (size_t)d->nregions + (size_t)r], direction);
    range[0] = fmin(range[0], one * d->reach[r][0]), range[1] = fmax(range[1], one * d->reach[r][1]);
  }
}

static iso_speeds level_of(const iso_twin_drawn *d, int r, int l) {
  double at[3], range[2];
  for (int k = 0; k < 3; k++) {
    find_range(d, r, (iso_tune_direction)k, range);
    at[k] = range[0] * pow(range[1] / range[0], (double)l / (LEVELS - 1));
  }
  return (iso_speeds){at[ISO_ALONG_FIBRE], at[ISO_ACROSS_FIBRE], at[ISO_NORMAL_TO_SHEET], 0};
}

/* As of one heart alone: the waves of all levels would be the same. */
#define NARROW 1.001

static bool is_narrow(const iso_twin_drawn *d) {
  double range[2];
  for (int r = 0; r < d->nregions; r++)
    for (int k = 0; k < 3; k++) {
      find_range(d, r, (iso_tune_direction)k, range);
      if (range[1] > NARROW * range[0]) return false;
    }
  return true;
}

static iso_status take(iso_conductivities *c, const iso_tuning *t, int l, iso_error *err) {
  if (l == 0) {
    ISO_TRY(iso_alloc(&c->of, (size_t)t->n, sizeof *c->of, "conductivities", err));
    c->n = t->n;
  }
  for (int k = 0; k < c->n; k++) {
    c->of[k].region = t->item[k].region, c->of[k].direction = t->item[k].direction;
    c->of[k].m_per_s[l] = t->item[k].velocity_m_per_s, c->of[k].S_per_m[l] = t->item[k].found_S_per_m;
  }
  return ISO_OK;
}

/* regions [config->nregions]: room. */
static iso_status find_level(iso_conductivities *c, MPI_Comm comm, const iso_config *config,
                             const iso_twin_drawn *d, int l, iso_config_region *regions, iso_error *err) {
  iso_config asks = *config;
  iso_tuning t;
  asks.regions = regions;
  memcpy(regions, config->regions, (size_t)config->nregions * sizeof *regions);
  for (int r = 0; r < config->nregions; r++) {
    const iso_speeds speeds = level_of(d, r, l);
    regions[r].velocity = iso_velocity_as_asked(&config->regions[r], &speeds);
  }
  ISO_TRY(iso_tune(comm, &asks, &(iso_tune_options){.edge_mm = NAN}, &t, err));
  const iso_status status = take(c, &t, l, err);
  iso_tuning_free(&t);
  return iso_agree(comm, status, err);
}

iso_status iso_conductivities_new(iso_conductivities *out, MPI_Comm comm, const iso_config *config,
                                  const iso_twin_drawn *d, iso_error *err) {
  iso_config_region *regions;
  *out = (iso_conductivities){0};
  ISO_TRY(iso_alloc_all(comm, &regions, (size_t)config->nregions, sizeof *regions, "regions", err));
  iso_status status = ISO_OK;
  const int levels = is_narrow(d) ? 1 : LEVELS;
  for (int l = 0; l < levels && status == ISO_OK; l++)
    status = find_level(out, comm, config, d, l, regions, err);
  for (int k = 0; k < out->n; k++)
    for (int l = levels; l < LEVELS; l++)
      out->of[k].m_per_s[l] = out->of[k].m_per_s[0], out->of[k].S_per_m[l] = out->of[k].S_per_m[0];
  free(regions);
  return status;
}

void iso_conductivities_free(iso_conductivities *c) {
  free(c->of);
  *c = (iso_conductivities){0};
}

/* ---- one member ---- */

/* Of one velocity alone the waves are within 0.2% of each other; then the root's law does. */
static double power_between(const iso_conductivity *c, int from, int to) {
  const double v = log(c->m_per_s[to] / c->m_per_s[from]), s = log(c->S_per_m[to] / c->S_per_m[from]);
  return v > 0.01 && s > 0 ? s / v : 2;
}

double iso_conductivity_power(const iso_conductivities *c, int region) {
  double sum = 0;
  int n = 0;
  for (int k = 0; k < c->n; k++) {
    if (c->of[k].region != region) continue;
    sum += power_between(&c->of[k], 0, LEVELS - 1);
    n++;
  }
  return n > 0 ? sum / n : 2;
}

double iso_conductivity_of(const iso_conductivity *c, const iso_speeds *speeds) {
  const double wanted = speed_in(speeds, c->direction);
  int l = 0;
  char text[32];
  while (l + 2 < LEVELS && wanted > c->m_per_s[l + 1]) l++;
  const double slope = power_between(c, l, l + 1);
  snprintf(text, sizeof text, "%.4g", c->S_per_m[l] * exp(slope * log(wanted / c->m_per_s[l])));
  return strtod(text, NULL);
}
