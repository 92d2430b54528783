/* Rules of the sections time and numerics, and what numerics.accuracy means, given or not. The step that
 * follows from the mesh, too, is chosen in study/accuracy.c. */
#include "config/sections/rules.h"

#include "base/handy.h"

#include <math.h>

/* As given; or adaptive, where the reference is not asked for and the scheme takes it. */
static iso_pace pace_of(const iso_config *config) {
  iso_numerics scheme = config->numerics.scheme;
  if (iso_config_given(config, "numerics.pace")) return scheme.pace;
  scheme.pace = ISO_PACE_ADAPTIVE;
  const bool fixed = config->numerics.accuracy == ISO_ACCURACY_REFERENCE;
  return fixed || iso_numerics_pace_refused(&scheme) ? ISO_PACE_FIXED : ISO_PACE_ADAPTIVE;
}

/* Without a word a run is of standard accuracy, but where its pace is fixed: then it has double precision and
 * the step that its models are used with. */
void iso_config_complete_accuracy(iso_config *config) {
  iso_config_numerics *n = &config->numerics;
  n->scheme.pace = pace_of(config);
  if (n->accuracy == ISO_ACCURACY_NONE && n->scheme.pace == ISO_PACE_ADAPTIVE)
    n->accuracy = ISO_ACCURACY_STANDARD;
  const bool any = n->accuracy != ISO_ACCURACY_NONE, reference = n->accuracy == ISO_ACCURACY_REFERENCE;
  if (!iso_config_given(config, "numerics.precision"))
    n->precision = any && !reference ? ISO_PRECISION_SINGLE : ISO_PRECISION_DOUBLE;
  if (any && !iso_config_given(config, "numerics.cg_tolerance"))
    n->scheme.cg_tolerance = reference ? 1e-10 : 1e-6;
  n->step_follows = any && !iso_config_given(config, "time.step_ms");
}

/* 0.05 ms, or what every model is stable with, as people would choose it. */
static double usual_step(const iso_config *config) {
  double most = 0.05;
  for (int r = 0; r < config->nregions; r++) most = fmin(most, config->regions[r].model->max_step_ms);
  return iso_handy_below(most);
}

iso_status iso_config_complete_time(iso_config *config, iso_error *err) {
  if (isnan(config->time.step_ms)) config->time.step_ms = usual_step(config);
  if (config->time.step_ms <= config->time.duration_ms) return ISO_OK;
  return FAIL("time.step_ms", "a step of %g ms is longer than the run of %g ms; lower it",
              config->time.step_ms, config->time.duration_ms);
}

iso_status iso_config_complete_numerics(iso_config *config, iso_error *err) {
  iso_numerics *n = &config->numerics.scheme;
  const char *key, *why = iso_numerics_refused(n, &key);
  if (why) return FAIL(key, "%s", why);
  /* Chosen on the N-version benchmark, see docs/numerics.md. */
  if (isnan(n->smoothing)) n->smoothing = n->fast_current == ISO_FAST_SMOOTHED ? 0.65 : 0.2;
  return ISO_OK;
}

iso_status iso_config_check_interval(const iso_config *config, const char *path, double interval,
                                     iso_error *err) {
  if (interval == 0 || interval >= config->time.step_ms) return ISO_OK;
  return FAIL(path, "%g ms is shorter than a time step of %g ms; lengthen it or lower time.step_ms", interval,
              config->time.step_ms);
}
