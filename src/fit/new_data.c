#include "fit/new_data.h"

#include "fit/doubles.h"
#include "fit/ecg.h"
#include "fit/lat_map.h"
#include "fit/twin_read.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what they are like ---- */

/* -1: the twin has none of this name, or none at all. */
static int find_map(const iso_config_fit *fit, const char *name) {
  for (int k = 0; k < fit->nmaps; k++)
    if (!name || !strcmp(fit->maps[k].name, name)) return k;
  return -1;
}

static int find_ecg(const iso_config_fit *fit, const char *name) {
  for (int k = 0; k < fit->necgs; k++)
    if (!name || !strcmp(fit->ecgs[k].name, name)) return k;
  return -1;
}

iso_status iso_new_data_check(const iso_config *twin, const iso_monitor_options *o, iso_error *err) {
  if (twin->fit.nmaps + twin->fit.necgs == 0)
    return iso_fail(err, ISO_EINPUT, "%s: the twin has no map or ECG that others could be compared with",
                    o->twin);
  if (o->map && find_map(&twin->fit, o->map) < 0)
    return iso_fail(err, ISO_EINPUT, "--map: %s has no map '%.100s'", o->twin, o->map);
  if (o->ecg && find_ecg(&twin->fit, o->ecg) < 0)
    return iso_fail(err, ISO_EINPUT, "--ecg: %s has no ECG '%.100s'", o->twin, o->ecg);
  return ISO_OK;
}

/* A file of NetCDF would be a twin, of its map. */
static bool ends_as_map(const char *name) {
  const char *dot = strrchr(name, '.');
  return iso_lat_map_is_vtk(name) || (dot && !strcmp(dot, ".nc"));
}

static bool is_ecg(const iso_config_fit *fit, const iso_monitor_options *o, const char *data) {
  if (iso_ecg_is_recording(data)) return true;
  if (ends_as_map(data) || fit->necgs == 0) return false;
  if (fit->nmaps == 0) return true;
  return !o->map != !o->ecg ? o->ecg != NULL : iso_ecg_is_table(data);
}

bool iso_monitor_takes(const iso_config *config, const char *name) {
  const char *dot = strrchr(name, '.');
  if (*name == '.' || !dot) return false;
  if (!strcmp(dot, ".csv")) return true;
  return (config->fit.necgs > 0 && iso_ecg_is_recording(name)) ||
         (config->fit.nmaps > 0 && iso_lat_map_is_vtk(name));
}

/* ---- as the configuration would have them ---- */

static iso_status make_map(iso_new_data *out, const iso_config *twin, const iso_monitor_options *o,
                           iso_error *err) {
  const int like = find_map(&twin->fit, o->map);
  if (like < 0)
    return iso_fail(err, ISO_EINPUT, "%s: it is a map, and %s has none that it could be compared with",
                    out->name, o->twin);
  out->map = twin->fit.maps[like];
  out->map.name = out->map.file = out->name;
  out->map.hold_out = 0;
  out->map.array = (char *)(uintptr_t)o->array;
  if (o->unit) out->map.unit = o->unit;
  if (!isnan(o->sd_ms)) out->map.sd_ms = o->sd_ms;
  out->config.fit.maps = &out->map, out->config.fit.nmaps = 1;
  return ISO_OK;
}

/* The numbers of a twin's data. */
typedef struct points {
  size_t n, nsets;
  double *set, *sample, *value; /* [n] */
} points;

static void free_points(points *p) {
  free(p->set);
  free(p->sample);
  free(p->value);
}

static iso_status read_points(const iso_twin_file *f, points *p) {
  ISO_TRY(iso_twin_length(f, "set", &p->nsets));
  ISO_TRY(iso_twin_length(f, "point", &p->n));
  ISO_TRY(iso_twin_numbers(f, "point_set", p->n, &p->set));
  ISO_TRY(iso_twin_numbers(f, "point_sample", p->n, &p->sample));
  return iso_twin_numbers(f, "point_time", p->n, &p->value);
}

/* The set of an ECG; nsets: there is none. */
static iso_status find_set(const iso_twin_file *f, size_t nsets, const char *name, size_t *out) {
  char text[257];
  for (*out = 0; *out < nsets; ++*out) {
    ISO_TRY(iso_twin_text(f, "set_kind", *out, "name_length", text));
    if (strcmp(text, iso_fit_ecg_kind.noun) != 0) continue;
    ISO_TRY(iso_twin_text(f, "set_name", *out, "name_length", text));
    if (!strcmp(text, name)) return ISO_OK;
  }
  return ISO_OK;
}

/* Another record may be longer: of one whose beginning and end nobody gave, what the twin has of it counts,
 * as far as there is a beat. With a T wave the end is given. */
static void take_times(const points *p, size_t set, const iso_ecg_record *beat, iso_config_fit_ecg *ecg) {
  double first = INFINITY, last = -INFINITY;
  for (size_t k = 0; k < p->n; k++) {
    if (p->set[k] != (double)set) continue;
    first = fmin(first, p->sample[k]), last = fmax(last, p->sample[k]);
  }
  if (!(first <= last)) return;
  if (isnan(ecg->begin_ms) && first > beat->time_ms[0]) ecg->begin_ms = first;
  if (isnan(ecg->end_ms) && last < beat->time_ms[beat->n - 1]) ecg->end_ms = last;
}

static iso_status set_times(iso_config_fit_ecg *ecg, const char *twin, iso_error *err) {
  iso_twin_file file;
  iso_ecg_file record;
  points p = {0};
  size_t set = 0;
  if (!isnan(ecg->begin_ms) && !isnan(ecg->end_ms)) return ISO_OK;
  iso_status status = iso_twin_open(&file, twin, err);
  if (status == ISO_OK) status = read_points(&file, &p);
  if (status == ISO_OK) status = find_set(&file, p.nsets, ecg->name, &set);
  iso_twin_close(&file);
  if (status == ISO_OK) {
    status = iso_ecg_file_read(&record, ecg->file, err);
    if (status == ISO_OK) take_times(&p, set, &record.beat, ecg);
    iso_ecg_file_free(&record);
  }
  free_points(&p);
  return status;
}

/* It keeps the name, which is that of the clock and the amplitude among the quantities. */
static iso_status make_ecg(iso_new_data *out, const iso_config *twin, const iso_monitor_options *o,
                           iso_error *err) {
  out->like = find_ecg(&twin->fit, o->ecg);
  if (out->like < 0)
    return iso_fail(err, ISO_EINPUT, "%s: it is an ECG, and %s has none that it could be compared with",
                    out->name, o->twin);
  out->ecg = twin->fit.ecgs[out->like];
  out->ecg.file = out->name;
  out->ecg.date = NULL;
  if (o->electrodes) out->ecg.electrodes = (char *)(uintptr_t)o->electrodes;
  if (!isnan(o->sd_mV)) out->ecg.sd_mV = o->sd_mV;
  out->config.fit.ecgs = &out->ecg, out->config.fit.necgs = 1;
  return set_times(&out->ecg, o->twin, err);
}

iso_status iso_new_data_make(iso_new_data *out, const iso_config *twin, const iso_monitor_options *o,
                             const char *data, iso_error *err) {
  *out = (iso_new_data){.config = *twin, .like = -1};
  snprintf(out->name, sizeof out->name, "%.1000s", data);
  out->config.fit.nmaps = out->config.fit.necgs = 0;
  out->config.fit.nerps = 0; /* neither tells of them */
  return is_ecg(&twin->fit, o, data) ? make_ecg(out, twin, o, err) : make_map(out, twin, o, err);
}

/* ---- data that the twin knows ---- */

static void warn(const iso_new_data *data, const iso_data_set *set, const char *name, int shared,
                 const iso_log *log) {
  if (2 * shared > set->nused)
    iso_log_say(log, ISO_LOG_WARNING,
                "%s: %d of its %d %s are those of %s %s, to which the twin was fitted: that they are as "
                "predicted says nothing",
                data->name, shared, set->nused, set->kind->datum, set->kind->noun, name);
}

static iso_status warn_of_maps(const iso_new_data *data, const iso_data_set *set, const iso_config *twin,
                               const iso_monitor_options *o, iso_error *err) {
  for (int k = 0; k < twin->fit.nmaps; k++) {
    iso_config_map from = twin->fit.maps[k];
    iso_lat_map known = {0};
    from.file = (char *)(uintptr_t)o->twin, from.array = from.name;
    iso_status status = iso_twin_read_map(&known, &from, err);
    const int shared = status == ISO_OK ? iso_fit_data_shared(set, &known) : 0;
    iso_lat_map_free(&known);
    ISO_TRY(status);
    warn(data, set, from.name, shared, o->log);
  }
  return ISO_OK;
}

/* Whether a lead of a twin's ECG was as high at that time. */
static bool has_sample(const points *p, size_t set, double time_ms, double mV) {
  for (size_t k = 0; k < p->n; k++)
    if (p->set[k] == (double)set && p->sample[k] == time_ms && p->value[k] == mV) return true;
  return false;
}

static iso_status warn_of_ecgs(const iso_new_data *data, const iso_data_set *set, const iso_config *twin,
                               const iso_monitor_options *o, iso_error *err) {
  iso_twin_file file;
  points p = {0};
  iso_status status = iso_twin_open(&file, o->twin, err);
  if (status == ISO_OK) status = read_points(&file, &p);
  for (int k = 0; k < twin->fit.necgs && status == ISO_OK; k++) {
    size_t of = 0;
    int shared = 0;
    status = find_set(&file, p.nsets, twin->fit.ecgs[k].name, &of);
    for (int s = 0; s < set->nused && status == ISO_OK; s++)
      shared += has_sample(&p, of, set->ecg->time_ms[s % set->ecg->nsamples], set->value[s]);
    warn(data, set, twin->fit.ecgs[k].name, shared, o->log);
  }
  iso_twin_close(&file);
  free_points(&p);
  return status;
}

iso_status iso_new_data_warn_of_known(const iso_new_data *data, const iso_data_set *set,
                                      const iso_config *twin, const iso_monitor_options *options,
                                      iso_error *err) {
  return data->like < 0 ? warn_of_maps(data, set, twin, options, err)
                        : warn_of_ecgs(data, set, twin, options, err);
}
