/* Rules of what a fit knows of action potentials: fit.apd, and the T waves of its ECGs. */
#include "config/sections/rules.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static iso_status check_gradient(const iso_config *config, const iso_config_apd_gradient *g, iso_error *err) {
  char path[180];
  snprintf(path, sizeof path, "fit.apd.gradients.%.100s", g->name);
  if (!g->by == !g->field) return FAIL(path, "give either by, a coordinate, or field and variable");
  if (!g->field == !!g->variable) return FAIL(path, "field and variable belong together");
  if (g->field) return ISO_OK;
  if (!strcmp(g->by, "rotational"))
    return FAIL(path, "rotational goes round, and begins again where it ends; take transmural, apicobasal, "
                      "transventricular or a field");
  return iso_config_needs_coordinates(config, path, err);
}

static iso_status check_t_wave(const iso_config *config, const iso_config_fit_ecg *e, iso_error *err) {
  char path[160];
  snprintf(path, sizeof path, "fit.ecgs.%.100s.t_wave", e->name);
  if (!(e->t_wave.to_ms > e->t_wave.from_ms)) return FAIL(path, "it ends before it begins");
  if (e->end_ms <= e->t_wave.from_ms) return ISO_OK;
  snprintf(path, sizeof path, "fit.ecgs.%.100s.end_ms", e->name);
  return FAIL(path, "say where the QRS complex ends, not after t_wave.from_ms (%g)", e->t_wave.from_ms);
}

static iso_status check_erp(const iso_config *config, const iso_config_fit_erp *e, iso_error *err) {
  char path[180];
  snprintf(path, sizeof path, "fit.erps.%.100s.erp_ms", e->name);
  if (e->erp_ms < e->cycle_ms && config->fit.has_apd) return ISO_OK;
  if (e->erp_ms < e->cycle_ms)
    return FAIL(path, "durations of action potentials are known, so that it tells nothing; give fit.apd");
  return FAIL(path, "%g ms is no shorter than the cycle of %g ms, whose beats would be blocked", e->erp_ms,
              e->cycle_ms);
}

iso_status iso_config_complete_apd(const iso_config *config, iso_error *err) {
  const iso_config_fit *fit = &config->fit;
  bool is_seen = fit->nerps > 0;
  for (int k = 0; k < fit->nerps; k++) ISO_TRY(check_erp(config, &fit->erps[k], err));
  for (int k = 0; k < fit->necgs; k++) {
    if (fit->ecgs[k].has_t_wave) ISO_TRY(check_t_wave(config, &fit->ecgs[k], err));
    is_seen |= fit->ecgs[k].has_t_wave;
  }
  if (!fit->has_apd) return ISO_OK;
  if (!fit->apd.has_regions && !fit->apd.has_field && fit->apd.ngradients == 0)
    return FAIL("fit.apd", "give regions, gradients or a field, which say what of it is not known");
  if (!is_seen)
    return FAIL("fit.apd", "nothing that was measured tells how long action potentials are; give an ECG its "
                           "t_wave, or fit.erps, or leave this out");
  for (int k = 0; k < fit->apd.ngradients; k++) ISO_TRY(check_gradient(config, &fit->apd.gradients[k], err));
  return ISO_OK;
}
