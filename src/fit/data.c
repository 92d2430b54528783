#include "fit/data.h"

#include "base/ascending.h"
#include "base/memory.h"
#include "fit/doubles.h"
#include "fit/ecg.h"
#include "fit/erp.h"
#include "fit/errors.h"
#include "fit/t_wave.h"
#include "grid/geometry.h"
#include "grid/hash.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A beat is longer than a ms and shorter than this: other numbers are seconds, or microseconds. */
#define LONGEST_MS 2000

/* ---- local activation times ---- */

static void predict_lat(const iso_data_set *set, const iso_fit_model *model, const double *z, double *value) {
  const double *time = iso_fit_model_times(model, model->map_beat[set->number]);
  const int clock = model->at.clock[set->number];
  const double late = clock >= 0 ? set->from->clock_sd_ms * z[clock] : 0;
  for (int k = 0; k < set->nused + set->nheld; k++) {
    const iso_place *p = &set->at[k].place;
    value[k] = late;
    for (int i = 0; i < p->n; i++) value[k] += p->weight[i] * time[p->node[i]];
  }
}

static void slope_lat(const iso_data_set *set, iso_fit_model *model, const double *z, int k, double *slope) {
  (void)z;
  const iso_place *p = &set->at[k].place;
  const int clock = model->at.clock[set->number];
  if (clock >= 0) slope[clock] += set->from->clock_sd_ms;
  iso_fit_model_slope(model, model->map_beat[set->number], p->n, p->node, p->weight, slope);
}

static const iso_data_kind lat_kind = {"ms", "map", "points", predict_lat, slope_lat};

/* ---- reading ---- */

typedef struct reading {
  const iso_fit_model *model;
  const iso_config_map *from;
  char path[160];
  iso_lat_map map;
  iso_place *place; /* [map.n] */
  iso_error *err;
} reading;

static const char *path_of(const reading *r, const char *key, char path[180]) {
  snprintf(path, 180, "%s%s", r->path, key);
  return path;
}

#define FAIL(r, key, ...)                                                                                    \
  iso_config_fail((r)->model->config, (r)->err, path_of(r, key, (char[180]){0}), __VA_ARGS__)

static void widen(double box[2][3], const double x[3]) {
  for (int d = 0; d < 3; d++) box[0][d] = fmin(box[0][d], x[d]), box[1][d] = fmax(box[1][d], x[d]);
}

/* Another unit that would make the map about as large as the heart; NULL: none. */
static const char *likely_unit(const reading *r) {
  static const char *const names[] = {"um", "mm", "cm", "m"};
  static const double mm[] = {1e-3, 1, 10, 1000};
  const iso_mesh *mesh = r->model->places.mesh;
  double heart[2][3] = {{INFINITY, INFINITY, INFINITY}, {-INFINITY, -INFINITY, -INFINITY}}, map[2][3],
         own = 1;
  memcpy(map, heart, sizeof map);
  for (iso_lid i = 0; i < mesh->nlocal; i++) widen(heart, mesh->xyz[i]);
  for (int k = 0; k < r->map.n; k++) widen(map, r->map.point[k].at_mm);
  for (int k = 0; k < 4; k++)
    if (!strcmp(names[k], r->from->unit)) own = mm[k];
  const double ratio = iso_distance(heart[0], heart[1]) / iso_distance(map[0], map[1]);
  for (int k = 0; k < 4; k++)
    if (mm[k] != own && ratio * own > mm[k] / 2 && ratio * own < mm[k] * 2) return names[k];
  return NULL;
}

static iso_status fail_off(const reading *r) {
  double *far, middle;
  ISO_TRY(iso_alloc(&far, (size_t)r->map.n, sizeof *far, "distances", r->err));
  for (int k = 0; k < r->map.n; k++) far[k] = r->place[k].distance_mm;
  qsort(far, (size_t)r->map.n, sizeof *far, iso_ascending_double);
  middle = far[r->map.n / 2];
  free(far);
  const char *unit = likely_unit(r);
  if (unit)
    return FAIL(r, ".unit",
                "the map is %.3g mm from the heart in the middle, and would be as large as it in %s", middle,
                unit);
  return FAIL(
      r, "",
      "the map is off the heart: %.3g mm in the middle, with farthest_mm %g; bring both into one frame%s",
      middle, r->from->farthest_mm,
      r->model->config->nlesions > 0 ? "; tissue of lesions is no part of it" : "");
}

static iso_status check_times(const reading *r) {
  double least = INFINITY, most = -INFINITY;
  for (int k = 0; k < r->map.n; k++)
    least = fmin(least, r->map.point[k].lat_ms), most = fmax(most, r->map.point[k].lat_ms);
  if (most - least > LONGEST_MS)
    return FAIL(r, "",
                "times from %g to %g ms are no beat; they may be in us, or have other numbers for none",
                least, most);
  if (most - least < 1)
    return FAIL(r, "", "times from %g to %g ms are all the same; they may be in s", least, most);
  return ISO_OK;
}

static iso_status find_places(reading *r) {
  int far = 0;
  ISO_TRY(iso_alloc(&r->place, (size_t)r->map.n, sizeof *r->place, "places of a map", r->err));
  for (int k = 0; k < r->map.n; k++) {
    r->place[k] = iso_places_nearest(&r->model->places, r->map.point[k].at_mm);
    far += r->place[k].distance_mm > r->from->farthest_mm;
  }
  if (2 * far > r->map.n) return fail_off(r);
  if (r->map.n - far < ISO_FEWEST)
    return FAIL(r, "", "%d points were measured on the heart; a fit needs %d", r->map.n - far, ISO_FEWEST);
  return check_times(r);
}

/* ---- sets ---- */

static bool is_held(const iso_config_map *from, int k) {
  return from->hold_out > 0 && k % from->hold_out == from->hold_out - 1;
}

/* Those of one kind, in the file's order. */
static iso_status take_points(const reading *r, iso_data_set *set, bool held) {
  for (int k = 0, count = 0; k < r->map.n; k++) {
    if (r->place[k].distance_mm > r->from->farthest_mm || is_held(r->from, count++) != held) continue;
    const iso_lat_point *p = &r->map.point[k];
    const int at = set->nused + set->nheld;
    set->at[at] = (iso_lat_datum){*p, r->place[k]};
    set->value[at] = p->lat_ms;
    set->sd[at] = isnan(p->sd_ms) ? r->from->sd_ms : p->sd_ms;
    set->farthest_mm = fmax(set->farthest_mm, r->place[k].distance_mm);
    if (isnan(set->sd[at]))
      return FAIL(r, "", "%s has no sd_ms for point %lld; say how large its errors are: sd_ms", r->from->file,
                  (long long)p->number);
    *(held ? &set->nheld : &set->nused) += 1;
  }
  return ISO_OK;
}

static iso_status fill_set(reading *r, iso_data_set *set) {
  const size_t n = (size_t)r->map.n;
  ISO_TRY(find_places(r));
  ISO_TRY(iso_alloc(&set->at, n, sizeof *set->at, "a map", r->err));
  ISO_TRY(iso_alloc(&set->value, n, sizeof *set->value, "a map", r->err));
  ISO_TRY(iso_alloc(&set->sd, n, sizeof *set->sd, "a map", r->err));
  ISO_TRY(iso_alloc(&set->predicted, n, sizeof *set->predicted, "a map", r->err));
  ISO_TRY(take_points(r, set, false));
  ISO_TRY(take_points(r, set, true));
  if (r->from->paced)
    set->site = iso_fit_beat_site(&r->model->beat[r->model->map_beat[set->number]], r->model->places.mesh);
  set->unmeasured = r->map.unmeasured;
  set->nfar = r->map.n - set->nused - set->nheld + (r->map.far > 0 ? r->map.far : 0);
  return ISO_OK;
}

static iso_status read_set(const iso_fit_model *model, int k, iso_data_set *set, iso_error *err) {
  reading r = {.model = model, .from = &model->config->fit.maps[k], .err = err};
  snprintf(r.path, sizeof r.path, "fit.maps.%.100s", r.from->name);
  *set = (iso_data_set){.kind = &lat_kind,
                        .name = r.from->name,
                        .source = r.from->source,
                        .date = r.from->date,
                        .file = r.from->file,
                        .number = k,
                        .from = r.from};
  iso_status status = iso_lat_map_read(&r.map, r.from, err);
  if (status == ISO_OK) status = fill_set(&r, set);
  iso_lat_map_free(&r.map);
  free(r.place);
  return status;
}

static void say_quality(const iso_data_set *set, const iso_log *log) {
  const iso_fit_ecg *ecg = set->ecg;
  if (*ecg->said) iso_log_say(log, ISO_LOG_INFO, "ECG %s: %s", set->name, ecg->said);
  if (*ecg->missing) iso_log_say(log, ISO_LOG_INFO, "ECG %s: has no %s", set->name, ecg->missing);
  if (*ecg->warning) iso_log_say(log, ISO_LOG_WARNING, "ECG %s: %s", set->name, ecg->warning);
}

static void say(const iso_data_set *set, const iso_log *log) {
  if (set->erp)
    iso_log_say(log, ISO_LOG_INFO, "ERP %s: %g ms, within %g", set->name, set->value[0], set->sd[0]);
  if (set->erp) return;
  if (set->ecg) {
    iso_log_say(log, ISO_LOG_INFO, "ECG %s: %d leads of %d samples each, through a filter of %.3g ms",
                set->name, set->ecg->nleads, set->ecg->nsamples, set->ecg->filter_ms);
    say_quality(set, log);
    return;
  }
  iso_log_say(log, ISO_LOG_INFO, "map %s: %d points used, %d held out, at most %.3g mm from the heart",
              set->name, set->nused, set->nheld, set->farthest_mm);
  if (set->unmeasured + set->nfar > 0)
    iso_log_say(log, ISO_LOG_WARNING,
                "map %s: left out are %d points without a time and %d more than %g mm away", set->name,
                set->unmeasured, set->nfar, set->from->farthest_mm);
}

/* What an ECG sees of a heart through which no wave goes is nothing. */
static iso_status check_seen(const iso_fit_data *data, const iso_fit_model *model, const double *z,
                             const double *value, iso_error *err) {
  for (int s = 0, first = 0; s < data->nsets; first += data->set[s].nused, s++) {
    double most = 0;
    for (int k = 0; k < data->set[s].nused; k++) most = fmax(most, fabs(value[first + k]));
    if (data->set[s].ecg && !(most > 0))
      return iso_fail(err, ISO_EINPUT,
                      "%s: no wave that is thought of beforehand runs from its begin_ms to its end_ms; give "
                      "onsets with such times, or clock_ms",
                      data->set[s].file);
    if (data->set[s].ecg && data->set[s].ecg->potential)
      ISO_TRY(iso_fit_t_wave_meets(data->set[s].ecg, model, z, err));
  }
  return ISO_OK;
}

/* The heart as it is thought to be beforehand has a wave at every point. z, value: room. */
static iso_status check_reached(const iso_fit_data *data, iso_fit_model *model, const double *z,
                                double *value, iso_error *err) {
  ISO_TRY(iso_fit_model_run(model, z, err));
  iso_fit_data_predict(data, model, z, value);
  for (int k = 0; k < data->nused + data->nheld; k++) {
    int of;
    if (isfinite(value[k])) continue;
    const iso_data_set *set = iso_fit_data_find(data, k, &of);
    if (set->at)
      return iso_fail(
          err, ISO_EINPUT, "%s: no wave reaches point %lld; give that part of the heart an onset%s",
          set->file, (long long)set->at[of].point.number,
          model->config->nlesions > 0 ? ", leave the point out if lesions have cut it off, or correct these"
                                      : "");
    return iso_fail(err, ISO_EINPUT,
                    "%s %s: the heart that is thought of beforehand has none; give all of it onsets",
                    set->kind->noun, set->name);
  }
  return check_seen(data, model, z, value, err);
}

static iso_status try_prior(const iso_fit_data *data, iso_fit_model *model, iso_error *err) {
  double *z, *value = NULL;
  ISO_TRY(iso_alloc(&z, (size_t)model->at.n, sizeof *z, "numbers", err));
  iso_status status = iso_alloc(&value, (size_t)(data->nused + data->nheld), sizeof *value, "data", err);
  if (status == ISO_OK) status = check_reached(data, model, z, value, err);
  free(z);
  free(value);
  return status;
}

/* Maps come first, then ECGs, then ERPs. */
static iso_status read_any(const iso_fit_data *data, const iso_fit_model *model, int k, iso_data_set *set,
                           iso_error *err) {
  const iso_config_fit *fit = &model->config->fit;
  if (k < fit->nmaps) return read_set(model, k, set, err);
  k -= fit->nmaps;
  if (k < fit->necgs) return iso_fit_ecg_read(set, model, k, err);
  return iso_fit_erp_read(set, model, k - fit->necgs, &data->restitution, err);
}

iso_status iso_fit_data_new(iso_fit_data *out, iso_fit_model *model, const iso_log *log, iso_error *err) {
  const iso_config_fit *fit = &model->config->fit;
  const int n = fit->nmaps + fit->necgs + fit->nerps;
  *out = (iso_fit_data){0};
  ISO_TRY(iso_fit_erp_measure(&out->restitution, model, err));
  ISO_TRY(iso_alloc(&out->set, (size_t)n, sizeof *out->set, "data", err));
  for (int k = 0; k < n; k++) {
    iso_data_set *set = &out->set[k];
    out->nsets = k + 1;
    ISO_TRY(read_any(out, model, k, set, err));
    out->nused += set->nused;
    out->nheld += set->nheld;
    say(set, log);
  }
  ISO_TRY(iso_fit_data_refuse_doubles(out, model->config, log, err));
  return try_prior(out, model, err);
}

void iso_fit_data_free(iso_fit_data *data) {
  for (int k = 0; k < data->nsets; k++) {
    free(data->set[k].value);
    free(data->set[k].sd);
    free(data->set[k].follow);
    free(data->set[k].predicted);
    free(data->set[k].at);
    iso_fit_ecg_free(data->set[k].ecg);
    iso_fit_erp_free(data->set[k].erp);
  }
  iso_restitutions_free(&data->restitution);
  free(data->set);
  *data = (iso_fit_data){0};
}

/* ---- all of them ---- */

const iso_data_set *iso_fit_data_find(const iso_fit_data *data, int k, int *of) {
  const bool held = k >= data->nused;
  int left = held ? k - data->nused : k;
  for (const iso_data_set *set = data->set;; set++) {
    const int n = held ? set->nheld : set->nused;
    if (left < n) {
      *of = held ? set->nused + left : left;
      return set;
    }
    left -= n;
  }
}

void iso_fit_data_measured(const iso_fit_data *data, double *value, double *sd) {
  for (int k = 0; k < data->nused + data->nheld; k++) {
    int of;
    const iso_data_set *set = iso_fit_data_find(data, k, &of);
    value[k] = set->value[of], sd[k] = set->sd[of];
  }
}

/* A set's numbers to where they are among all. */
static void spread(const iso_fit_data *data, const iso_data_set *set, const double *own, double *all) {
  int used = 0, held = data->nused;
  for (const iso_data_set *s = data->set; s < set; s++) used += s->nused, held += s->nheld;
  memcpy(all + used, own, (size_t)set->nused * sizeof *all);
  memcpy(all + held, own + set->nused, (size_t)set->nheld * sizeof *all);
}

uint64_t iso_data_set_hash(const iso_data_set *set) {
  const size_t n = (size_t)(set->nused + set->nheld);
  uint64_t h = iso_hash_words(n, set->value, n * sizeof *set->value);
  h = iso_hash_words(h, set->sd, n * sizeof *set->sd);
  if (set->follow) h = iso_hash_words(h, set->follow, (size_t)set->nused * sizeof *set->follow);
  for (size_t k = 0; k < n && set->at; k++)
    h = iso_hash_words(h, set->at[k].point.at_mm, sizeof set->at[k].point.at_mm);
  return set->site ? iso_hash(h ^ set->site) : h;
}

void iso_fit_data_predict(const iso_fit_data *data, const iso_fit_model *model, const double *z,
                          double *value) {
  for (int s = 0; s < data->nsets; s++) {
    const iso_data_set *set = &data->set[s];
    set->kind->predict(set, model, z, set->predicted);
    spread(data, set, set->predicted, value);
  }
}

void iso_fit_data_slopes(const iso_fit_data *data, iso_fit_model *model, const double *z, double *slopes) {
  const size_t n = (size_t)model->at.n;
  memset(slopes, 0, (size_t)data->nused * n * sizeof *slopes);
  for (int s = 0; s < data->nsets; s++)
    for (int k = 0; k < data->set[s].nused; k++, slopes += n)
      data->set[s].kind->slope(&data->set[s], model, z, k, slopes);
}
