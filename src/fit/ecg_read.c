/* From a file with an ECG and one with electrodes to data. */
#include "base/memory.h"
#include "fit/ecg.h"
#include "fit/ecg_file.h"
#include "fit/errors.h"
#include "fit/exponential.h"
#include "fit/t_wave.h"
#include "observe/lead_weights.h"
#include "study/ecg.h"
#include "study/electrodes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Samples nearer than this to an end of the file, in standard deviations of the filter, lack part of what it
 * is a mean over. */
#define ENDS 3

typedef struct reading {
  const iso_fit_model *model;
  const iso_config_fit_ecg *from;
  iso_ecg_file file;
  iso_electrodes electrodes;
  iso_leads leads;
  int *column; /* [ecg->nleads] */
  iso_fit_ecg *ecg;
  iso_error *err;
} reading;

static const char *path_of(const reading *r, const char *key, char path[180]) {
  snprintf(path, 180, "fit.ecgs.%.100s%s", r->from->name, key);
  return path;
}

#define FAIL(r, key, ...)                                                                                    \
  iso_config_fail((r)->model->config, (r)->err, path_of(r, key, (char[180]){0}), __VA_ARGS__)

/* ---- leads ---- */

static iso_status add_lead(reading *r, const char *name) {
  const int k = r->ecg->nleads, column = iso_ecg_record_find(&r->file.beat, name);
  if (column < 0) return FAIL(r, ".leads", "%s has no lead '%.30s'", r->from->file, name);
  if (!iso_leads_find(&r->leads, name))
    return FAIL(r, ".electrodes", "the lead '%.30s' needs electrodes that %s lacks", name,
                r->from->electrodes);
  ISO_TRY(iso_alloc(&r->ecg->name[k], strlen(name) + 1, 1, "an ECG", r->err));
  memcpy(r->ecg->name[k], name, strlen(name) + 1);
  r->column[k] = column;
  r->ecg->nleads++;
  return ISO_OK;
}

/* Two of the limb leads, I and II where they are there, and all others: what is left follows from these. */
static iso_status add_independent(reading *r) {
  int limbs = 0;
  for (int k = 0; k < r->leads.n; k++) { /* the limb leads come first, I and II before the others */
    const iso_lead *lead = &r->leads.lead[k];
    if (iso_ecg_record_find(&r->file.beat, lead->name) < 0) continue;
    if (lead->kind == ISO_LEAD_LIMB && limbs++ >= 2) continue;
    ISO_TRY(add_lead(r, lead->name));
  }
  if (r->ecg->nleads > 0) return ISO_OK;
  return FAIL(r, ".file", "no lead of %s is one of the electrodes in %s", r->from->file, r->from->electrodes);
}

static iso_status add_asked(reading *r) {
  int limbs = 0;
  for (int k = 0; k < r->from->nleads; k++) {
    for (int l = 0; l < k; l++)
      if (!strcmp(r->from->leads[k], r->from->leads[l]))
        return FAIL(r, ".leads", "'%.30s' is there twice, and would count twice", r->from->leads[k]);
    ISO_TRY(add_lead(r, r->from->leads[k]));
    limbs += iso_leads_find(&r->leads, r->from->leads[k])->kind == ISO_LEAD_LIMB;
  }
  if (limbs > 2)
    return FAIL(r, ".leads", "%d limb leads, of which two decide the others: only independent ones count",
                limbs);
  return ISO_OK;
}

static iso_status find_leads(reading *r) {
  iso_error why = {0};
  const size_t most = (size_t)r->file.beat.nleads + (size_t)r->from->nleads;
  ISO_TRY(iso_electrodes_read(&r->electrodes, MPI_COMM_SELF, r->from->electrodes, r->err));
  const iso_status status = iso_leads_new(&r->leads, r->electrodes.n, r->electrodes.name, 0, NULL, &why);
  if (status != ISO_OK) return iso_fail(r->err, status, "%s", why.message);
  ISO_TRY(iso_alloc(&r->ecg->name, most, sizeof *r->ecg->name, "an ECG", r->err));
  ISO_TRY(iso_alloc(&r->column, most, sizeof *r->column, "an ECG", r->err));
  return r->from->nleads > 0 ? add_asked(r) : add_independent(r);
}

/* ---- weights ---- */

/* electrode [electrodes.n][nlocal]. */
static iso_status weigh_electrodes(const reading *r, double *electrode) {
  const iso_mesh *mesh = r->model->places.mesh;
  iso_system sources;
  double *z;
  ISO_TRY(iso_alloc(&z, (size_t)mesh->nlocal, sizeof *z, "weights of electrodes", r->err));
  const iso_status status = iso_ecg_sources(&sources, r->model->wave.setup, r->err);
  for (int k = 0; k < r->electrodes.n && status == ISO_OK; k++) {
    iso_lead_unbounded(mesh, r->electrodes.at_mm[k], r->from->medium_S_per_m, z);
    iso_lead_weights(&sources, z, electrode + (size_t)k * (size_t)mesh->nlocal);
  }
  if (status == ISO_OK) iso_system_free(&sources);
  free(z);
  return status;
}

static void weigh_leads(const reading *r, const double *electrode) {
  const size_t n = (size_t)r->model->places.mesh->nlocal;
  const double mV = r->ecg->potential ? 1 : r->from->upstroke_mV;
  for (int k = 0; k < r->ecg->nleads; k++) {
    const iso_lead *lead = iso_leads_find(&r->leads, r->ecg->name[k]);
    double *weight = r->ecg->weight + (size_t)k * n;
    for (int j = 0; j < lead->n; j++)
      for (size_t i = 0; i < n; i++)
        weight[i] += mV * lead->factor[j] * electrode[(size_t)lead->electrode[j] * n + i];
  }
}

static iso_status weigh(reading *r) {
  const size_t n = (size_t)r->model->places.mesh->nlocal;
  double *electrode;
  ISO_TRY(iso_alloc(&r->ecg->weight, (size_t)r->ecg->nleads * n, sizeof *r->ecg->weight, "weights", r->err));
  ISO_TRY(iso_alloc(&electrode, (size_t)r->electrodes.n * n, sizeof *electrode, "weights", r->err));
  const iso_status status = weigh_electrodes(r, electrode);
  if (status == ISO_OK) weigh_leads(r, electrode);
  free(electrode);
  return status;
}

/* ---- samples ---- */

/* More samples, behind those that there are. */
static iso_status add_times(reading *r, double first_ms, double interval_ms, int n) {
  iso_fit_ecg *e = r->ecg;
  ISO_TRY(iso_realloc(&e->time_ms, (size_t)(e->nsamples + n), sizeof *e->time_ms, "an ECG", r->err));
  for (int s = 0; s < n; s++) e->time_ms[e->nsamples++] = first_ms + s * interval_ms;
  return ISO_OK;
}

/* Samples [from..nsamples) are those of the file, or between two that are no farther apart than they are:
 * errors of others would not be independent, and in a gap nothing was measured. */
static iso_status check_measured(const reading *r, const char *key, double interval_ms, int from) {
  const iso_ecg_record *beat = &r->file.beat;
  for (int s = from, k = 0; s < r->ecg->nsamples; s++) {
    const double time = r->ecg->time_ms[s];
    while (k + 2 < beat->n && beat->time_ms[k + 1] <= time) k++;
    const double before = beat->time_ms[k], after = beat->time_ms[k + 1];
    const double within = 1e-6 * interval_ms; /* for rounding of the file's times */
    if (time - before <= within || after - time <= within || after - before <= interval_ms + within) continue;
    return FAIL(r, key,
                "a sample at %g ms is between those of %s at %g and %g ms, where nothing was measured: take "
                "samples no closer than the file's, and none in a gap",
                time, r->from->file, before, after);
  }
  return ISO_OK;
}

static iso_status check_ends(const reading *r) {
  const iso_ecg_record *beat = &r->file.beat;
  const double first = beat->time_ms[0], last = beat->time_ms[beat->n - 1];
  if (r->from->begin_ms < first || r->from->begin_ms > last)
    return FAIL(r, ".begin_ms", "%s has times from %g to %g ms", r->from->file, first, last);
  if (r->from->end_ms < first || r->from->end_ms > last)
    return FAIL(r, ".end_ms", "%s has times from %g to %g ms", r->from->file, first, last);
  return ISO_OK;
}

static iso_status find_times(reading *r) {
  const iso_config_fit_ecg *from = r->from;
  const double room = ENDS * r->ecg->filter_ms;
  ISO_TRY(check_ends(r));
  const double first =
      fmax(isnan(from->begin_ms) ? -INFINITY : from->begin_ms, r->file.beat.time_ms[0] + room);
  const double last =
      fmin(isnan(from->end_ms) ? INFINITY : from->end_ms, r->file.beat.time_ms[r->file.beat.n - 1] - room);
  /* 1e-9: an end that is a whole number of intervals away counts */
  const double n = floor((last - first) / from->interval_ms + 1e-9) + 1;
  if (!(n >= ISO_FEWEST))
    return FAIL(r, "",
                "from %g to %g ms, what the filter needs at the ends left out, a sample each %g ms makes "
                "fewer than %d",
                first, last, from->interval_ms, ISO_FEWEST);
  ISO_TRY(add_times(r, first, from->interval_ms, (int)n));
  return check_measured(r, ".interval_ms", from->interval_ms, 0);
}

static iso_status find_t_times(reading *r) {
  const iso_config_t_wave *t = &r->from->t_wave;
  const iso_ecg_record *beat = &r->file.beat;
  const double room = ENDS * r->ecg->filter_ms;
  const double first = beat->time_ms[0] + room, last = beat->time_ms[beat->n - 1] - room;
  const double n = floor((t->to_ms - t->from_ms) / t->interval_ms + 1e-9) + 1;
  if (t->from_ms < first || t->to_ms > last)
    return FAIL(
        r, ".t_wave",
        "it goes from %g to %g ms, and %s, what the filter needs at the ends left out, from %g to %g ms",
        t->from_ms, t->to_ms, r->from->file, first, last);
  if (!(n >= ISO_FEWEST))
    return FAIL(r, ".t_wave", "from %g to %g ms, a sample each %g ms makes fewer than %d", t->from_ms,
                t->to_ms, t->interval_ms, ISO_FEWEST);
  ISO_TRY(add_times(r, t->from_ms, t->interval_ms, (int)n));
  return check_measured(r, ".t_wave.interval_ms", t->interval_ms, r->ecg->nqrs);
}

static iso_status take_samples(reading *r, iso_data_set *set) {
  const iso_fit_ecg *e = r->ecg;
  const size_t n = (size_t)e->nleads * (size_t)e->nsamples;
  ISO_TRY(iso_alloc(&set->value, n, sizeof *set->value, "an ECG", r->err));
  ISO_TRY(iso_alloc(&set->sd, n, sizeof *set->sd, "an ECG", r->err));
  ISO_TRY(iso_alloc(&set->predicted, n, sizeof *set->predicted, "an ECG", r->err));
  for (int k = 0; k < e->nleads; k++)
    for (int s = 0; s < e->nsamples; s++, set->nused++) {
      set->value[set->nused] = iso_ecg_file_at(&r->file, r->column[k], e->time_ms[s], e->filter_ms);
      set->sd[set->nused] = isnan(r->from->sd_mV) ? r->file.sd_mV[r->column[k]] : r->from->sd_mV;
    }
  return ISO_OK;
}

/* The model's errors besides: those of a T wave begin anew. sd is that of both. */
static iso_status add_model_errors(const reading *r, iso_data_set *set) {
  const iso_fit_ecg *e = r->ecg;
  const double model = r->from->model_sd_mV, for_ms = r->from->model_correlation_ms;
  if (!(model > 0)) return ISO_OK;
  ISO_TRY(iso_alloc(&set->follow, (size_t)set->nused, sizeof *set->follow, "an ECG", r->err));
  for (int k = 0; k < set->nused; k++) {
    const int s = k % e->nsamples;
    const double square = set->sd[k] * set->sd[k] + model * model;
    if (s > 0 && s != e->nqrs)
      set->follow[k].keep = iso_fit_exp((e->time_ms[s - 1] - e->time_ms[s]) / for_ms);
    set->follow[k].share = model * model / square;
    set->sd[k] = sqrt(square);
  }
  iso_fit_errors_prepare(set->nused, set->follow);
  return ISO_OK;
}

static iso_status read_all(reading *r, iso_data_set *set) {
  ISO_TRY(iso_ecg_file_read(&r->file, r->from->file, r->err));
  memcpy(r->ecg->missing, r->file.missing, sizeof r->ecg->missing);
  memcpy(r->ecg->said, r->file.said, sizeof r->ecg->said);
  memcpy(r->ecg->warning, r->file.warning, sizeof r->ecg->warning);
  memcpy(r->ecg->date, r->file.beat.date, sizeof r->ecg->date);
  if (!set->date && *r->ecg->date) set->date = r->ecg->date;
  if (isnan(r->from->sd_mV) && !r->file.sd_mV)
    return FAIL(r, ".sd_mV", "say how large errors are: of one beat alone nobody knows");
  ISO_TRY(find_leads(r));
  r->ecg->filter_ms = isnan(r->from->low_pass_hz) ? 0 : iso_filter_ms(r->from->low_pass_hz);
  ISO_TRY(iso_upstroke_new(&r->ecg->upstroke, r->from->upstroke_ms, r->ecg->filter_ms, r->err));
  ISO_TRY(find_times(r));
  r->ecg->nqrs = r->ecg->nsamples;
  if (r->from->has_t_wave) ISO_TRY(find_t_times(r));
  ISO_TRY(take_samples(r, set));
  if (r->from->has_t_wave) ISO_TRY(iso_fit_t_wave_check(r->ecg, r->model, set->value, set->sd, r->err));
  if (r->from->has_t_wave) ISO_TRY(iso_fit_t_wave_potentials(r->ecg, r->model, r->err));
  ISO_TRY(add_model_errors(r, set));
  if (r->from->paced)
    set->site = iso_fit_beat_site(&r->model->beat[r->model->ecg_beat[r->ecg->number]], r->model->places.mesh);
  return weigh(r);
}

iso_status iso_fit_ecg_read(iso_data_set *set, const iso_fit_model *model, int k, iso_error *err) {
  reading r = {.model = model, .from = &model->config->fit.ecgs[k], .err = err};
  *set = (iso_data_set){.kind = &iso_fit_ecg_kind,
                        .name = r.from->name,
                        .source = r.from->source,
                        .date = r.from->date,
                        .file = r.from->file,
                        .number = k};
  ISO_TRY(iso_alloc(&set->ecg, 1, sizeof *set->ecg, "an ECG", err));
  r.ecg = set->ecg;
  r.ecg->number = k;
  const iso_status status = read_all(&r, set);
  iso_ecg_file_free(&r.file);
  iso_electrodes_free(&r.electrodes);
  iso_leads_free(&r.leads);
  free(r.column);
  return status;
}

void iso_fit_ecg_free(iso_fit_ecg *e) {
  if (!e) return;
  for (int k = 0; k < e->nleads; k++) free(e->name[k]);
  iso_curve_free(&e->upstroke);
  for (int r = 0; e->potential && r < e->nregions; r++) iso_potential_free(&e->potential[r]);
  free(e->potential);
  free(e->lasting_ms);
  free(e->name);
  free(e->weight);
  free(e->time_ms);
  free(e);
}
