/* Rules of what detectors of the section outputs are told. */
#include "config/sections/rules.h"

#include <math.h>

/* A look is a whole number of delays after the last. */
static iso_status check_singularities(const iso_config *config, iso_error *err) {
  const iso_config_singularities *s = &config->outputs.singularities;
  if (s->interval_ms == 0) return ISO_OK;
  ISO_TRY(iso_config_check_interval(config, "outputs.singularities.delay_ms", s->delay_ms, err));
  const double delays = s->interval_ms / s->delay_ms;
  if (delays > 0.5 && delays < 1e6 && fabs(delays - round(delays)) < 1e-6 * delays) return ISO_OK;
  return FAIL("outputs.singularities.interval_ms",
              "%g ms are not a whole number of delays of %g ms; change one of them", s->interval_ms,
              s->delay_ms);
}

/* Bins take 16 bytes a node each. */
enum { MOST_BINS = 1000 };

static iso_status complete_spectra(iso_config *config, iso_error *err) {
  iso_config_spectra *s = &config->outputs.spectra;
  const double duration = config->time.duration_ms;
  if (s->interval_ms == 0) return ISO_OK;
  ISO_TRY(iso_config_check_interval(config, "outputs.spectra.interval_ms", s->interval_ms, err));
  if (s->interval_ms > 500 / s->highest_Hz)
    return FAIL("outputs.spectra.interval_ms",
                "samples every %g ms cannot tell frequencies up to %g Hz: lower it to %g at most",
                s->interval_ms, s->highest_Hz, 500 / s->highest_Hz);
  if (s->lowest_Hz >= s->highest_Hz)
    return FAIL("outputs.spectra.lowest_Hz", "%g Hz is not below outputs.spectra.highest_Hz, %g",
                s->lowest_Hz, s->highest_Hz);
  const double bins = (s->highest_Hz - s->lowest_Hz) * s->window_ms / 1000;
  if (!(bins >= 1) || bins > MOST_BINS)
    return FAIL("outputs.spectra.window_ms",
                "%g ms resolve %g Hz, which is %.4g times within %g to %g Hz: make it 1 to %d times",
                s->window_ms, 1000 / s->window_ms, bins, s->lowest_Hz, s->highest_Hz, MOST_BINS);
  if (isnan(s->start_ms)) s->start_ms = fmax(0, duration - s->window_ms);
  if (s->start_ms + s->window_ms <= duration * (1 + 1e-9)) return ISO_OK;
  return FAIL("outputs.spectra.window_ms",
              "%g ms from %g ms on end after time.duration_ms, %g; shorten it, or lengthen the run",
              s->window_ms, s->start_ms, duration);
}

iso_status iso_config_complete_detectors(iso_config *config, iso_error *err) {
  const iso_config_outputs *o = &config->outputs;
  ISO_TRY(check_singularities(config, err));
  ISO_TRY(complete_spectra(config, err));
  ISO_TRY(
      iso_config_check_interval(config, "outputs.wavefronts.interval_ms", o->wavefronts.interval_ms, err));
  if (o->beats == 0 || o->conduction.beat <= o->beats) return ISO_OK;
  return FAIL("outputs.conduction.beat", "it is %d, but outputs.beats keeps %d; keep more",
              o->conduction.beat, o->beats);
}
