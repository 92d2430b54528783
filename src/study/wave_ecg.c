#include "study/wave_ecg.h"

#include "base/memory.h"
#include "linear/device_memory.h"
#include "study/recovery.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Vm of all owned nodes at a time, on the host and on the device. */
typedef struct sampler {
  const iso_wave_ecg *ecg;
  const iso_action_potential **shape; /* [nowned] */
  double *vm_mV;                      /* [nowned] */
  void *device_vm;                    /* real [nowned] */
} sampler;

static const iso_setup *setup_of(const iso_wave_ecg *ecg) { return ecg->wave->setup; }

static const void *vm_of(void *self) { return ((const sampler *)self)->device_vm; }

/* Not collective. */
static iso_status make_sampler(sampler *s, iso_error *err) {
  const iso_setup *setup = setup_of(s->ecg);
  const size_t n = (size_t)setup->mesh->nowned, bytes = n * setup->device->real_bytes;
  ISO_TRY(iso_alloc(&s->vm_mV, n, sizeof *s->vm_mV, "Vm of a wave", err));
  ISO_TRY(iso_alloc(&s->shape, n, sizeof *s->shape, "Vm of a wave", err));
  for (size_t i = 0; i < n; i++)
    s->shape[i] =
        &setup->parts->templates.region[iso_tissue_of_node(&setup->tissue, setup->mesh->node_tag[i])];
  s->device_vm = iso_device_alloc(setup->device, bytes);
  return s->device_vm ? ISO_OK : iso_fail_device(err, setup->device, bytes, "Vm of a wave");
}

static void free_sampler(sampler *s) {
  if (s->device_vm) iso_device_release(setup_of(s->ecg)->device, s->device_vm);
  free(s->vm_mV);
  free(s->shape);
}

static void evaluate(sampler *s, double time_ms) {
  const iso_setup *setup = setup_of(s->ecg);
  const double *activation_ms = s->ecg->wave->activation_ms;
  for (iso_lid i = 0; i < setup->mesh->nowned; i++)
    s->vm_mV[i] = iso_action_potential_at(s->shape[i], time_ms - activation_ms[i], s->ecg->apd_ms[i]);
  iso_device_upload_real(setup->device, s->device_vm, 0, setup->mesh->nowned, s->vm_mV);
}

static iso_status sample(sampler *s, iso_error *err) {
  const iso_config *config = setup_of(s->ecg)->config;
  const double interval_ms = config->outputs.ecg.interval_ms;
  const iso_guest guest = iso_ecg_guest(s->ecg->study.ecg, interval_ms);
  const iso_view_source source = {.self = s, .vm_on_device = vm_of};
  const int64_t n =
      iso_setup_steps(&(iso_config_time){.duration_ms = config->time.duration_ms, .step_ms = interval_ms});
  for (int64_t k = 0; k <= n; k++) {
    const iso_view view = {.mesh = setup_of(s->ecg)->mesh,
                           .step = k,
                           .time_ms = (double)k * interval_ms,
                           .step_ms = interval_ms,
                           .source = &source};
    evaluate(s, view.time_ms);
    ISO_TRY(guest.look(guest.self, &view, err));
  }
  return ISO_OK;
}

/* Recovery within the duration counts. */
static void forget_late_recovery(const iso_wave *wave, double *apd_ms) {
  const double end_ms = wave->setup->config->time.duration_ms;
  for (iso_lid i = 0; i < wave->setup->mesh->nowned; i++)
    if (!(wave->activation_ms[i] + apd_ms[i] <= end_ms)) apd_ms[i] = NAN;
}

static iso_status sample_all(iso_wave_ecg *ecg, iso_error *err) {
  MPI_Comm comm = setup_of(ecg)->mesh->comm;
  sampler s = {.ecg = ecg};
  iso_status status = iso_agree(comm, make_sampler(&s, err), err);
  if (status == ISO_OK) status = sample(&s, err);
  free_sampler(&s);
  return status;
}

/* What apd_field says, which durations are times: *out [nowned], to be freed whatever the status; NULL: there
 * is none. */
static iso_status read_factor(const iso_setup *setup, double **out, iso_error *err) {
  const size_t n = (size_t)setup->mesh->nowned;
  if (!setup->config->has_apd_field) return ISO_OK;
  ISO_TRY(iso_alloc_all(setup->mesh->comm, out, n, sizeof **out, "apd_field", err));
  for (size_t i = 0; i < n; i++) (*out)[i] = 1;
  return iso_setup_stretch(setup, *out, err);
}

static iso_status stretch(iso_wave_ecg *ecg, iso_error *err) {
  const iso_setup *setup = setup_of(ecg);
  ISO_TRY(read_factor(setup, &ecg->apd_factor, err));
  for (iso_lid i = 0; i < setup->mesh->nowned && ecg->apd_factor; i++) ecg->apd_ms[i] *= ecg->apd_factor[i];
  return ISO_OK;
}

iso_status iso_wave_ecg_check(iso_setup *setup, iso_error *err) {
  double *factor = NULL;
  iso_ecg_study study = {0};
  iso_status status = read_factor(setup, &factor, err);
  free(factor);
  if (status == ISO_OK) status = iso_ecg_study_new(&study, setup, err);
  if (status == ISO_OK) status = iso_ecg_study_find_lead(&study, setup->config, err);
  iso_ecg_study_free(&study);
  return status;
}

iso_status iso_wave_ecg_new(iso_wave_ecg *out, const iso_wave *wave, iso_error *err) {
  const iso_setup *setup = wave->setup;
  *out = (iso_wave_ecg){.wave = wave};
  const iso_phase before = iso_timer_enter(setup->timer, ISO_PHASE_CELLS);
  iso_status status =
      iso_alloc(&out->apd_ms, (size_t)setup->mesh->nowned, sizeof *out->apd_ms, "recovery", err);
  status = iso_agree(setup->mesh->comm, status, err);
  if (status == ISO_OK) status = iso_wave_parts_record(wave->setup, err);
  if (status == ISO_OK) status = iso_spread_recovery(setup, &setup->parts->templates, out->apd_ms, err);
  if (status == ISO_OK) status = stretch(out, err);
  iso_timer_enter(setup->timer, ISO_PHASE_OBSERVERS);
  if (status == ISO_OK) status = iso_ecg_study_new(&out->study, setup, err);
  if (status == ISO_OK) status = iso_ecg_study_find_lead(&out->study, setup->config, err);
  if (status == ISO_OK) status = sample_all(out, err);
  if (status == ISO_OK) forget_late_recovery(wave, out->apd_ms);
  iso_timer_enter(setup->timer, before);
  return status;
}

void iso_wave_ecg_free(iso_wave_ecg *ecg) {
  iso_ecg_study_free(&ecg->study);
  free(ecg->apd_ms);
  free(ecg->apd_factor);
  *ecg = (iso_wave_ecg){0};
}

/* ---- maps ---- */

static void fill_apd(const void *self, int64_t row, double *owned) {
  const iso_wave_ecg *ecg = self;
  (void)row;
  for (iso_lid i = 0; i < setup_of(ecg)->mesh->nowned; i++) owned[i] = ecg->apd_ms[i];
}

static void fill_repolarisation(const void *self, int64_t row, double *owned) {
  const iso_wave_ecg *ecg = self;
  (void)row;
  for (iso_lid i = 0; i < setup_of(ecg)->mesh->nowned; i++)
    owned[i] = ecg->wave->activation_ms[i] + ecg->apd_ms[i];
}

static void fill_factor(const void *self, int64_t row, double *owned) {
  const iso_wave_ecg *ecg = self;
  (void)row;
  memcpy(owned, ecg->apd_factor, (size_t)setup_of(ecg)->mesh->nowned * sizeof *owned);
}

iso_status iso_wave_ecg_report(const iso_wave_ecg *ecg, iso_results *results, iso_error *err) {
  const iso_variable variables[] = {{.name = "repolarisation_time",
                                     .unit = "ms",
                                     .meaning = "time of the first repolarisation",
                                     .type = ISO_VARIABLE_REAL,
                                     .may_lack = true,
                                     .fill = fill_repolarisation,
                                     .self = ecg},
                                    {.name = "apd",
                                     .unit = "ms",
                                     .meaning = "action potential duration of the first beat",
                                     .type = ISO_VARIABLE_REAL,
                                     .may_lack = true,
                                     .fill = fill_apd,
                                     .self = ecg},
                                    {.name = "apd_factor",
                                     .unit = "1",
                                     .meaning = "what durations of action potentials are times: apd_field",
                                     .type = ISO_VARIABLE_REAL,
                                     .fill = fill_factor,
                                     .self = ecg}};
  const int n = ecg->apd_factor ? 3 : 2;
  iso_status status = ISO_OK;
  for (int k = 0; k < n && status == ISO_OK; k++) status = iso_results_add(results, &variables[k], err);
  return iso_agree(setup_of(ecg)->mesh->comm, status, err);
}
