#include "study/wave.h"

#include "base/memory.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>

/* Whether a number is another one than where it is not given. */
static bool is_chosen(const char *path, double value) {
  char text[32];
  return !iso_config_is_default(path, iso_text_shortest(value, text, sizeof text));
}

static bool asks_for_reentry(const iso_config_reentry *r) {
  return is_chosen("outputs.reentry.sustained_ms", r->sustained_ms) ||
         is_chosen("outputs.reentry.window_ms", r->window_ms);
}

/* Whether nothing of the wave goes by what cells do: velocities are given, and no ECG is asked for. */
static bool ignores_cells(const iso_config *config) {
  for (int r = 0; r < config->nregions; r++) {
    const iso_config_velocity *v = &config->regions[r].velocity;
    if (isnan(v->longitudinal_m_per_s) && isnan(v->isotropic_m_per_s)) return false;
  }
  return !config->outputs.ecg.electrodes;
}

/* Whether a region says what its cells are, besides their model. */
static bool has_own_cells(const iso_config *config) {
  for (int r = 0; r < config->nregions; r++)
    if (config->regions[r].nparameters > 0 || config->regions[r].ninitial > 0) return true;
  return false;
}

/* A wave ends where all is activated whether that is asked for or not; its ECG goes on. */
void iso_wave_warn(const iso_setup *setup) {
  const iso_config *config = setup->config;
  const iso_config_outputs *o = &config->outputs;
  const iso_config_stop *stop = &config->stop;
  const bool keeps = config->checkpoint.interval_ms > 0 || config->checkpoint.every_minutes > 0;
  const bool ignores = ignores_cells(config);
  char list[512] = "";
  iso_text_list(
      list, sizeof list, 16,
      (const char *const[]){
          config->nactors > 0 ? "actors" : NULL, config->nimplants > 0 ? "devices" : NULL,
          o->nprobes > 0 ? "outputs.probes" : NULL, o->snapshot_interval_ms > 0 ? "outputs.snapshots" : NULL,
          o->by_slope ? "outputs.activation.by_slope" : NULL,
          o->conduction.beat > 0 ? "outputs.conduction" : NULL,
          o->singularities.interval_ms > 0 ? "outputs.singularities" : NULL,
          o->spectra.interval_ms > 0 ? "outputs.spectra" : NULL,
          o->wavefronts.interval_ms > 0 ? "outputs.wavefronts" : NULL,
          asks_for_reentry(&o->reentry) ? "outputs.reentry" : NULL,
          stop->all_activated && o->ecg.electrodes ? "stop.all_activated" : NULL,
          stop->sustained ? "stop.sustained" : NULL, stop->quiescent_ms > 0 ? "stop.quiescent_ms" : NULL,
          keeps ? "checkpoint" : NULL,
          ignores && has_own_cells(config) ? "regions.*.parameters and initial (velocities are given)" : NULL,
          ignores && config->ndrugs > 0 ? "drugs (velocities are given)" : NULL});
  if (*list)
    iso_log_say(setup->log, ISO_LOG_WARNING, "method: eikonal has one wave and no Vm; left out: %s", list);
}

static iso_status start(const iso_wave *w, int k, iso_error *err) {
  const iso_config_stimulus *s = &w->setup->config->stimuli[k];
  iso_selection hit;
  ISO_TRY(iso_setup_stimulated(w->setup, k, &hit, err));
  const bool again = s->pulses.count != 1;
  if (again || !(s->pulses.amplitude > 0))
    iso_log_say(w->setup->log, ISO_LOG_WARNING, "stimulus %s: %s", s->name,
                again ? "method: eikonal has one wave, that of the first pulse"
                      : "it does not depolarise, and starts no wave");
  if (s->pulses.amplitude > 0) iso_eikonal_start_at(w->eikonal, s->pulses.start_ms, hit.count, hit.node);
  iso_selection_free(&hit);
  return ISO_OK;
}

/* Of the owned nodes, what is within the duration. */
static void take_times(iso_wave *w) {
  const iso_mesh *mesh = w->setup->mesh;
  const double *time = iso_eikonal_times(w->eikonal), end_ms = w->setup->config->time.duration_ms;
  double extremes[2] = {INFINITY, INFINITY}; /* least of times, and of their negatives */
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    w->activation_ms[i] = time[i] <= end_ms ? time[i] : NAN;
    if (!(time[i] <= end_ms)) continue;
    w->activated++;
    extremes[0] = fmin(extremes[0], time[i]), extremes[1] = fmin(extremes[1], -time[i]);
  }
  MPI_Allreduce(MPI_IN_PLACE, &w->activated, 1, MPI_INT64_T, MPI_SUM, mesh->comm);
  MPI_Allreduce(MPI_IN_PLACE, extremes, 2, MPI_DOUBLE, MPI_MIN, mesh->comm);
  w->first_ms = w->activated ? extremes[0] : NAN, w->last_ms = w->activated ? -extremes[1] : NAN;
}

/* Junctions of networks; the group of a link is the number of its network. */
iso_status iso_wave_delay_junctions(iso_wave *w, iso_error *err) {
  const iso_config_mesh *mesh = &w->setup->config->mesh;
  const int n = mesh->nnetworks;
  iso_delays *delays;
  if (n == 0) return ISO_OK;
  ISO_TRY(iso_alloc_all(w->setup->mesh->comm, &delays, (size_t)n, sizeof *delays, "networks", err));
  for (int k = 0; k < n; k++) {
    const iso_config_network *from = &mesh->networks[k];
    delays[k] = (iso_delays){.forward = from->forward_ms,
                             .back = isnan(from->back_ms) ? INFINITY : from->back_ms,
                             .way = from->junction_way};
  }
  iso_status status = iso_eikonal_set_delays(w->eikonal, n, delays, err);
  free(delays);
  return status;
}

iso_status iso_wave_new(iso_wave *out, iso_setup *setup, MPI_Comm comm, iso_error *err) {
  *out = (iso_wave){.setup = setup};
  ISO_TRY(iso_setup_heart(setup, comm, err));
  iso_status status = iso_alloc(&out->activation_ms, (size_t)setup->mesh->nowned, sizeof *out->activation_ms,
                                "activation times", err);
  ISO_TRY(iso_agree(comm, status, err));
  ISO_TRY(iso_wave_parts_make(setup, err));
  out->speeds = setup->parts->speeds, out->eikonal = setup->parts->eikonal;
  iso_eikonal_clear(out->eikonal);
  status = iso_wave_delay_junctions(out, err);
  for (int k = 0; status == ISO_OK && k < setup->config->nstimuli; k++) status = start(out, k, err);
  const iso_phase before = iso_timer_enter(setup->timer, ISO_PHASE_DIFFUSION);
  iso_log_now(setup->log, "following the wave");
  out->processor_s = -iso_processor_clock();
  if (status == ISO_OK) status = iso_eikonal_solve(out->eikonal, &out->work, err);
  out->processor_s += iso_processor_clock();
  iso_timer_enter(setup->timer, before);
  if (status == ISO_OK) take_times(out);
  return status;
}

void iso_wave_free(iso_wave *w) {
  free(w->activation_ms);
  *w = (iso_wave){0};
}

static void fill(const void *self, int64_t row, double *owned) {
  const iso_wave *w = self;
  (void)row;
  for (iso_lid i = 0; i < w->setup->mesh->nowned; i++) owned[i] = w->activation_ms[i];
}

iso_status iso_wave_report(const iso_wave *w, iso_results *results, iso_error *err) {
  const iso_variable variable = {.name = "activation_time",
                                 .unit = "ms",
                                 .meaning = "time of the first activation",
                                 .type = ISO_VARIABLE_REAL,
                                 .may_lack = true,
                                 .fill = fill,
                                 .self = w};
  return iso_agree(w->setup->mesh->comm, iso_results_add(results, &variable, err), err);
}
