/* Rules of the section regions. */
#include "config/sections/rules.h"

#include "base/arena.h"
#include "config/config_range.h"

#include <math.h>
#include <string.h>

/* Of a paced cell, whose beat is kept step by step. */
#define MOST_CYCLE_STEPS 1e9

/* Below the inside's conductivity, because si se / (si + se) is. */
static iso_status complete_intracellular(const iso_config *config, iso_config_region *r, const char *path,
                                         iso_error *err) {
  const bool along = !isnan(r->intracellular_longitudinal_S_per_m),
             across = !isnan(r->intracellular_transverse_S_per_m);
  if (!along && !across && isnan(r->intracellular_normal_S_per_m)) return ISO_OK;
  if (!along || !across)
    return FAIL(path, "give both intracellular_longitudinal_S_per_m and intracellular_transverse_S_per_m, or "
                      "neither");
  if (isnan(r->intracellular_normal_S_per_m))
    r->intracellular_normal_S_per_m = r->intracellular_transverse_S_per_m;
  if (r->intracellular_longitudinal_S_per_m > r->longitudinal_S_per_m &&
      r->intracellular_transverse_S_per_m > r->transverse_S_per_m &&
      r->intracellular_normal_S_per_m > r->normal_S_per_m)
    return ISO_OK;
  return FAIL(path,
              "intracellular conductivities are above those of the monodomain, si se / (si + se); raise "
              "the former or lower the latter");
}

static iso_status complete_monodomain(const iso_config *config, iso_config_region *r, const char *path,
                                      iso_error *err) {
  bool along = !isnan(r->longitudinal_S_per_m), across = !isnan(r->transverse_S_per_m);
  if (!isnan(r->isotropic_S_per_m)) {
    if (along || across || !isnan(r->normal_S_per_m))
      return FAIL(path, "isotropic_S_per_m stands alone; remove it or the others");
    r->longitudinal_S_per_m = r->transverse_S_per_m = r->normal_S_per_m = r->isotropic_S_per_m;
    r->isotropic_S_per_m = NAN;
    return ISO_OK;
  }
  if (!along || !across)
    return FAIL(path, "give longitudinal_S_per_m and transverse_S_per_m, or isotropic_S_per_m alone");
  if (isnan(r->normal_S_per_m)) r->normal_S_per_m = r->transverse_S_per_m;
  return ISO_OK;
}

static iso_status complete_conductivity(const iso_config *config, int i, iso_error *err) {
  char path[64];
  iso_config_item(path, "regions", i, "conductivity");
  ISO_TRY(complete_monodomain(config, &config->regions[i], path, err));
  return complete_intracellular(config, &config->regions[i], path, err);
}

static iso_status check_velocity(const iso_config *config, int i, iso_error *err) {
  const iso_config_velocity *v = &config->regions[i].velocity;
  const bool others =
      !isnan(v->longitudinal_m_per_s) || !isnan(v->transverse_m_per_s) || !isnan(v->normal_m_per_s);
  char path[64];
  if (isnan(v->isotropic_m_per_s) || !others) return ISO_OK;
  return FAIL(iso_config_item(path, "regions", i, "velocity"),
              "isotropic_m_per_s stands alone; remove it or the others");
}

static bool share_tag(const iso_config_region *a, const iso_config_region *b, int32_t *tag) {
  for (int i = 0; i < a->ntags; i++)
    for (int j = 0; j < b->ntags; j++)
      if (a->tags[i] == b->tags[j]) {
        *tag = a->tags[i];
        return true;
      }
  return false;
}

/* Against the regions before it. */
static iso_status check_distinct(const iso_config *config, int i, iso_error *err) {
  const iso_config_region *r = &config->regions[i];
  char path[64];
  for (int j = 0; j < i; j++) {
    const iso_config_region *other = &config->regions[j];
    int32_t tag = 0;
    if (!strcmp(r->name, other->name))
      return FAIL(iso_config_item(path, "regions", i, "name"),
                  "'%s' is the name of regions.%d already; choose another", r->name, j);
    if (!r->ntags && !r->where.name && !other->ntags && !other->where.name)
      return FAIL(iso_config_item(path, "regions", i, ""),
                  "regions.%d takes all remaining tags already; give this one its tags", j);
    if (share_tag(r, other, &tag))
      return FAIL(iso_config_item(path, "regions", i, "tags"),
                  "tag %d belongs to regions.%d already; name it once", tag, j);
  }
  return ISO_OK;
}

static iso_status check_paced(const iso_config *config, int i, iso_error *err) {
  const iso_config_paced *paced = &config->regions[i].paced;
  const double steps = paced->cycle_length_ms / config->time.step_ms;
  char path[64];
  if (!config->regions[i].has_paced) return ISO_OK;
  if (paced->duration_ms >= paced->cycle_length_ms)
    return FAIL(iso_config_item(path, "regions", i, "initial.paced.duration_ms"),
                "a pulse of %g ms does not fit into a cycle length of %g ms", paced->duration_ms,
                paced->cycle_length_ms);
  if (steps >= MOST_CYCLE_STEPS)
    return FAIL(iso_config_item(path, "regions", i, "initial.paced.cycle_length_ms"),
                "%g ms are %.3g steps of %g ms, and at most %g are kept of a beat; shorten it or lengthen "
                "time.step_ms",
                paced->cycle_length_ms, steps, config->time.step_ms, MOST_CYCLE_STEPS);
  if (fabs(steps - round(steps)) < 1e-6) return ISO_OK;
  return FAIL(iso_config_item(path, "regions", i, "initial.paced.cycle_length_ms"),
              "%g ms is not a whole number of time.step_ms, %g ms; change one of them",
              paced->cycle_length_ms, config->time.step_ms);
}

iso_status iso_config_take_step(iso_config *copy, double step_ms, iso_error *err) {
  copy->time.step_ms = step_ms;
  for (int i = 0; i < copy->nregions; i++) ISO_TRY(check_paced(copy, i, err));
  return ISO_OK;
}

iso_status iso_config_complete_region(iso_config *config, int i, iso_error *err) {
  iso_config_region *r = &config->regions[i];
  char path[64];
  if (!r->name) ISO_TRY(iso_arena_print(config->memory, &r->name, err, "region%d", i));
  if (!r->variant_name) r->variant_name = (char *)r->model->variants[r->variant].name;
  if (r->ntags && r->where.name)
    return FAIL(
        iso_config_item(path, "regions", i, "site"),
        "its tags are given, too; leave one out (a site may be told by tags: tag, and further conditions)");
  if (r->where.name)
    ISO_TRY(iso_config_complete_where(config, &r->where, iso_config_item(path, "regions", i, ""), err));
  ISO_TRY(check_distinct(config, i, err));
  ISO_TRY(complete_conductivity(config, i, err));
  ISO_TRY(iso_config_check_courses(config, i, err));
  ISO_TRY(check_velocity(config, i, err));
  ISO_TRY(check_paced(config, i, err));
  ISO_TRY(iso_config_check_ranges(config, i, err));
  if (config->time.step_ms <= r->model->max_step_ms) return ISO_OK;
  return FAIL("time.step_ms", "%g ms is too long for %s, which is stable up to %g ms; lower time.step_ms",
              config->time.step_ms, r->model->name, r->model->max_step_ms);
}
