#include "fit/predict.h"

#include "base/atomic.h"
#include "base/memory.h"
#include "base/share.h"
#include "config/config_sets.h"
#include "fit/fit.h"
#include "fit/waves.h"
#include "study/checkpoints.h"
#include "study/result_names.h"
#include "study/targets.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- which beats ---- */

static iso_status find_site(const iso_config *config, const char *name, int *out, iso_error *err) {
  char none[900];
  *out = iso_config_find_site(config, name);
  if (*out >= 0) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "--site: %s",
                  iso_config_no_site(config, config->nsites, name, none, sizeof none));
}

static iso_status fill_beat(iso_prediction *p, int k, int site, iso_error *err) {
  const size_t nodes = (size_t)p->setup.mesh->nlocal, members = (size_t)p->hearts.members;
  iso_beat *b = &p->beat[k];
  b->name = p->setup.config->sites[site].name;
  ISO_TRY(iso_setup_site(&p->setup, site, &b->site, err));
  if (b->site.count == 0)
    return iso_fail(err, ISO_EINPUT, "sites.%s: no node of the heart is in it, so that it cannot be paced",
                    b->name);
  ISO_TRY(iso_alloc(&b->time_ms, nodes, sizeof *b->time_ms, "maps", err));
  ISO_TRY(iso_alloc(&b->square, nodes, sizeof *b->square, "maps", err));
  return iso_alloc(&b->outcome, (size_t)(ISO_ARRIVES + p->nbeats) * members, sizeof *b->outcome, "outcomes",
                   err);
}

static iso_status find_beats(iso_prediction *p, const iso_fit_options *options, iso_error *err) {
  const iso_config *config = p->setup.config;
  const int n = options->nsites > 0 ? options->nsites : config->nsites;
  if (n == 0)
    return iso_fail(err, ISO_EINPUT,
                    "%s: there is nothing to predict: name the places to be paced under sites", config->file);
  ISO_TRY(iso_alloc(&p->beat, (size_t)n, sizeof *p->beat, "beats", err));
  p->nbeats = n;
  for (int k = 0; k < n; k++) {
    int site = k;
    if (options->nsites > 0) ISO_TRY(find_site(config, options->sites[k], &site, err));
    ISO_TRY(fill_beat(p, k, site, err));
  }
  return ISO_OK;
}

static iso_status begin(iso_prediction *p, const iso_fit_options *options, iso_error *err) {
  ISO_TRY(iso_fit_model_new(&p->model, &p->setup, err));
  ISO_TRY(iso_fit_quantities_new(&p->asked, &p->model, err));
  ISO_TRY(iso_twin_hearts_read(&p->hearts, p->twin, err));
  ISO_TRY(iso_twin_hearts_turn(&p->hearts, p->twin, &p->model, &p->asked, err));
  ISO_TRY(iso_alloc(&p->room, (size_t)p->hearts.members, sizeof *p->room, "outcomes", err));
  return find_beats(p, options, err);
}

/* ---- waves ---- */

typedef struct visited {
  const iso_prediction *p;
  iso_beat *beat;
} visited;

static void take(void *self, int member, const double *time) {
  const visited *v = self;
  const iso_prediction *p = v->p;
  const size_t members = (size_t)p->hearts.members;
  double last = NAN, sum = 0, *out = v->beat->outcome + member;
  int64_t n = 0;
  for (iso_lid i = 0; i < p->setup.mesh->nlocal; i++) {
    iso_fit_add_value(time[i], member, &v->beat->time_ms[i], &v->beat->square[i]);
    if (!isfinite(time[i])) continue;
    last = fmax(last, time[i]);
    sum += time[i];
    n++;
  }
  out[ISO_LAST * members] = last;
  out[ISO_MEAN * members] = sum / (double)n;
  for (int s = 0; s < p->nbeats; s++) {
    const iso_selection *site = &p->beat[s].site;
    double first = INFINITY;
    for (int64_t i = 0; i < site->count; i++) first = fmin(first, time[site->node[i]]);
    out[(size_t)(ISO_ARRIVES + s) * members] = first;
  }
}

static iso_status run_beats(iso_prediction *p, MPI_Comm comm, bool with_own, iso_error *err) {
  for (int k = 0; k < p->nbeats; k++) {
    visited v = {p, &p->beat[k]};
    ISO_TRY(iso_agree(comm, iso_fit_model_pace(&p->model, &p->beat[k].site, with_own, err), err));
    ISO_TRY(iso_fit_waves(comm, &p->model, p->hearts.members, p->hearts.z, take, &v, err));
    iso_log_say(p->setup.log, ISO_LOG_INFO, "%s: %d waves", p->beat[k].name, p->hearts.members);
  }
  return ISO_OK;
}

iso_foreseen iso_prediction_of(const iso_prediction *p, int beat, int k) {
  const int n = p->hearts.members;
  const double *own = p->beat[beat].outcome + (size_t)k * (size_t)n;
  double mean = 0, square = 0, least = 0;
  for (int m = 0; m < n; m++) {
    bool is_least = true;
    iso_fit_add_value(own[m], m, &mean, &square);
    p->room[m] = own[m];
    for (int b = 0; b < p->nbeats; b++) {
      const double other = p->beat[b].outcome[(size_t)k * (size_t)n + (size_t)m];
      is_least &= b < beat ? own[m] < other : own[m] <= other;
    }
    least += is_least;
  }
  const double low = iso_fit_quantile(n, p->room, 0.05), median = iso_fit_quantile(n, p->room, 0.5);
  return (iso_foreseen){mean,     sqrt(square / (n - 1)), low, median, iso_fit_quantile(n, p->room, 0.95),
                        least / n};
}

/* ---- the maps ---- */

static iso_status add_maps(iso_prediction *p, iso_provenance *provenance, iso_fit_map *map,
                           iso_results *results, iso_error *err) {
  const iso_mesh *mesh = p->setup.mesh;
  for (int k = 0; k < p->nbeats; k++) {
    iso_beat *b = &p->beat[k];
    iso_fit_map *mean = &map[2 * k], *sd = mean + 1;
    for (iso_lid i = 0; i < mesh->nlocal; i++) b->square[i] = sqrt(b->square[i] / (p->hearts.members - 1));
    *mean = (iso_fit_map){NULL, "ms", "paced there, mean over the twin's members", mesh, b->time_ms};
    *sd = (iso_fit_map){NULL, "ms", "its standard deviation", mesh, b->square};
    ISO_TRY(
        iso_fit_map_name(provenance->memory, results, "activation_time", b->name, k + 1, &mean->name, err));
    ISO_TRY(iso_fit_map_add(results, mean, err));
    ISO_TRY(
        iso_fit_map_name(provenance->memory, results, "activation_time_sd", b->name, k + 1, &sd->name, err));
    ISO_TRY(iso_fit_map_add(results, sd, err));
  }
  return ISO_OK;
}

static iso_status save_maps(iso_prediction *p, const char *again, const char *path, iso_error *err) {
  iso_provenance provenance;
  iso_results results = {0};
  iso_fit_map *map = NULL;
  iso_status status = iso_provenance_new(&provenance, &p->setup, iso_clock() - p->began, err);
  if (status == ISO_OK) status = iso_provenance_add(&provenance, ISO_FIT_AGAIN, again, err);
  if (status == ISO_OK) status = iso_alloc(&map, 2 * (size_t)p->nbeats, sizeof *map, "maps", err);
  if (status == ISO_OK) status = add_maps(p, &provenance, map, &results, err);
  if (status == ISO_OK) status = iso_fit_maps_write(&p->model, &results, &provenance, path, err);
  iso_results_free(&results);
  iso_provenance_free(&provenance);
  free(map);
  return status;
}

/* ---- all of it ---- */

static iso_status predict(iso_prediction *p, MPI_Comm comm, const iso_fit_options *options, const char *table,
                          const char *maps, iso_error *err) {
  ISO_TRY(iso_targets_check(comm, p->setup.config, options->output, NULL, 2,
                            (const char *const[]){table, maps}, err));
  ISO_TRY(iso_output_check(comm, table, err));
  ISO_TRY(iso_ncfile_check(comm, maps, err));
  ISO_TRY(iso_agree(comm, begin(p, options, err), err));
  ISO_TRY(run_beats(p, comm, options->with_own, err));
  iso_status status = ISO_OK;
  if (iso_rank(comm) == 0) {
    status = save_maps(p, options->again, maps, err);
    if (status == ISO_OK) status = iso_prediction_save(p, table, err);
    if (status == ISO_OK && options->log && options->log->level >= ISO_LOG_INFO)
      iso_prediction_print(p, stdout);
  }
  return iso_agree(comm, status, err);
}

static void drop(iso_prediction *p) {
  for (int k = 0; k < p->nbeats; k++) {
    iso_selection_free(&p->beat[k].site);
    free(p->beat[k].time_ms);
    free(p->beat[k].square);
    free(p->beat[k].outcome);
  }
  free(p->beat);
  free(p->room);
  iso_twin_hearts_free(&p->hearts);
  iso_fit_quantities_free(&p->asked);
  if (p->model.config) iso_fit_model_free(&p->model);
  iso_setup_free(&p->setup);
}

iso_status iso_fit_predict(MPI_Comm comm, const iso_config *config, const iso_fit_options *options,
                           iso_error *err) {
  char *table = NULL, *maps = NULL;
  iso_prediction p = {.twin = options->twin, .began = iso_clock()};
  iso_timer_start(&p.timer);
  p.setup = (iso_setup){.config = config,
                        .log = iso_rank(comm) == 0 ? options->log : NULL,
                        .timer = &p.timer,
                        .no_pacing = true};
  iso_status status = iso_output_name(comm, &table, options->output, ".predictions.csv", err);
  if (status == ISO_OK) status = iso_output_name(comm, &maps, options->output, ISO_END_MAPS, err);
  if (status == ISO_OK) status = predict(&p, comm, options, table, maps, err);
  drop(&p);
  free(table);
  free(maps);
  return status;
}
