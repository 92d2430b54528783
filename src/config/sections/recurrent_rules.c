/* What waves that come again (method: recurrent_eikonal) cannot have beside them, and what only waves have.
 */
#include "base/text.h"
#include "config/sections/rules.h"

iso_status iso_config_complete_apd_field(const iso_config *config, iso_error *err) {
  if (!config->has_apd_field || config->method != ISO_METHOD_MONODOMAIN) return ISO_OK;
  return iso_config_fail(
      config, err, "apd_field",
      "with method: monodomain action potentials last as long as the models make them: give "
      "regions parameters that do, or take method: eikonal or recurrent_eikonal");
}

iso_status iso_config_complete_recurrent(const iso_config *config, iso_error *err) {
  const iso_config_outputs *o = &config->outputs;
  char list[256] = "";
  if (config->method != ISO_METHOD_RECURRENT) return ISO_OK;
  iso_text_list(list, sizeof list, 6,
                (const char *const[]){config->nimplants > 0 ? "devices" : NULL,
                                      o->ecg.electrodes ? "outputs.ecg" : NULL,
                                      o->by_slope ? "outputs.activation.by_slope" : NULL,
                                      o->singularities.interval_ms > 0 ? "outputs.singularities" : NULL,
                                      o->spectra.interval_ms > 0 ? "outputs.spectra" : NULL,
                                      o->wavefronts.interval_ms > 0 ? "outputs.wavefronts" : NULL});
  if (!*list) return ISO_OK;
  return iso_config_fail(config, err, "method",
                         "recurrent_eikonal has no potential, only times of activation and recovery, that %s "
                         "could go by; leave them out, or take method: monodomain",
                         list);
}
