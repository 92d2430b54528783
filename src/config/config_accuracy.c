/* What numerics.accuracy means. The step, which depends on the mesh, too, is chosen in study/accuracy.c. */
#include "config/config_read.h"

void iso_config_complete_accuracy(iso_config *config) {
  static const struct {
    iso_precision precision;
    iso_pace pace;
    double cg_tolerance;
  } means[] = {[ISO_ACCURACY_DRAFT] = {ISO_PRECISION_SINGLE, ISO_PACE_ADAPTIVE, 1e-6},
               [ISO_ACCURACY_STANDARD] = {ISO_PRECISION_SINGLE, ISO_PACE_ADAPTIVE, 1e-6},
               [ISO_ACCURACY_REFERENCE] = {ISO_PRECISION_DOUBLE, ISO_PACE_FIXED, 1e-10}};
  iso_config_numerics *n = &config->numerics;
  if (n->accuracy == ISO_ACCURACY_NONE) return;
  if (!iso_config_given(config, "numerics.precision")) n->precision = means[n->accuracy].precision;
  if (!iso_config_given(config, "numerics.cg_tolerance"))
    n->scheme.cg_tolerance = means[n->accuracy].cg_tolerance;
  n->step_follows = !iso_config_given(config, "time.step_ms");
  if (iso_config_given(config, "numerics.pace")) return;
  n->scheme.pace = means[n->accuracy].pace;
  if (iso_numerics_pace_refused(&n->scheme)) n->scheme.pace = ISO_PACE_FIXED; /* beside what is given */
}
