/* What numerics.accuracy means, given or not. The step, which depends on the mesh, too, is chosen in
 * study/accuracy.c. */
#include "config/config_read.h"

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
