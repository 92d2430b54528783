#include "fit/monitor.h"

#include "base/memory.h"
#include "base/print.h"
#include "base/share.h"
#include "fit/changes.h"
#include "fit/doubles.h"
#include "fit/surprise.h"
#include "fit/twin_read.h"
#include "fit/work.h"
#include "study/load.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the twin's heart ---- */

static iso_status read_text(const char *twin, char **text, iso_error *err) {
  iso_twin_file file;
  iso_status status = iso_twin_open(&file, twin, err);
  if (status == ISO_OK) status = iso_twin_configuration(&file, text);
  iso_twin_close(&file);
  return status;
}

static iso_status check_maps(const iso_config *config, const char *twin, iso_error *err) {
  if (config->fit.necgs > 0)
    return iso_fail(err, ISO_EINPUT, "%s: a twin of an ECG cannot be monitored; give one of maps alone",
                    twin);
  if (config->fit.nmaps > 0) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "%s: the twin has no map that others could be compared with", twin);
}

iso_status iso_monitor_load(iso_config *out, MPI_Comm comm, const char *twin, const char *folder,
                            iso_error *err) {
  enum { PATH_ROOM = 4200 };
  char file[PATH_ROOM], *text = NULL;
  const char *slash = strrchr(twin, '/');
  snprintf(file, sizeof file, "%.3000s/%.1000s", folder, slash ? slash + 1 : twin);
  iso_status status = iso_agree(comm, read_text(twin, &text, err), err);
  if (status == ISO_OK) status = iso_study_load_text(out, comm, file, text, err);
  free(text);
  ISO_TRY(status);
  status = check_maps(out, twin, err);
  if (status != ISO_OK) iso_config_free(out);
  return status;
}

/* ---- one file ---- */

typedef struct monitor {
  const iso_monitor_options *options;
  iso_config config; /* the twin's, with the new map alone */
  iso_config_map map;
  char name[1100];
  iso_fit_work work;
  iso_twin_hearts hearts;
  double *predicted; /* [members][nused] */
} monitor;

static iso_status make_map(monitor *m, const iso_config *config, const char *data, iso_error *err) {
  const iso_monitor_options *o = m->options;
  const iso_config_map *like = NULL;
  for (int k = 0; k < config->fit.nmaps && !like; k++)
    if (!o->map || !strcmp(config->fit.maps[k].name, o->map)) like = &config->fit.maps[k];
  if (!like) return iso_fail(err, ISO_EINPUT, "--map: %s has no map '%.100s'", o->twin, o->map);
  m->config = *config;
  m->map = *like;
  snprintf(m->name, sizeof m->name, "%.1000s", data);
  m->map.name = m->map.file = m->name;
  m->map.hold_out = 0;
  m->map.array = (char *)(uintptr_t)o->array;
  if (o->unit) m->map.unit = o->unit;
  if (!isnan(o->sd_ms)) m->map.sd_ms = o->sd_ms;
  m->config.fit.maps = &m->map, m->config.fit.nmaps = 1;
  m->config.fit.nerps = 0; /* no map tells of them */
  return ISO_OK;
}

/* The new map has a clock of its own, of which nothing is known yet. */
static iso_status take_hearts(monitor *m, iso_error *err) {
  const iso_fit_model *model = &m->work.model;
  iso_twin_hearts *h = &m->hearts;
  const int clock = model->at.clock[0];
  ISO_TRY(iso_twin_hearts_read(h, m->options->twin, err));
  ISO_TRY(iso_twin_hearts_turn(h, m->options->twin, model, &m->work.asked, err));
  for (int k = 0; k < h->members && clock >= 0; k++)
    h->z[(size_t)k * (size_t)h->nz + (size_t)clock] =
        iso_normal((uint64_t)m->config.fit.seed, ISO_DRAW_CLOCK, (uint64_t)k, 0);
  return iso_alloc(&m->predicted, (size_t)h->members * (size_t)m->work.data.nused, sizeof *m->predicted,
                   "predictions", err);
}

static iso_status predict_own(monitor *m, int rank, int size, iso_error *err) {
  iso_fit_work *w = &m->work;
  const iso_twin_hearts *h = &m->hearts;
  for (int k = rank; k < h->members; k += size) {
    const double *z = h->z + (size_t)k * (size_t)h->nz;
    ISO_TRY(iso_fit_model_run(&w->model, z, err));
    iso_fit_data_predict(&w->data, &w->model, z, m->predicted + (size_t)k * (size_t)w->data.nused);
  }
  return ISO_OK;
}

/* Each member is one rank's, and zeros are on the others: exact sums. */
static iso_status predict(monitor *m, MPI_Comm comm, iso_error *err) {
  const int n = m->work.data.nused;
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  ISO_TRY(iso_agree(comm, predict_own(m, rank, size, err), err));
  for (int k = 0; k < m->hearts.members; k++)
    MPI_Allreduce(MPI_IN_PLACE, m->predicted + (size_t)k * (size_t)n, n, MPI_DOUBLE, MPI_SUM, comm);
  return ISO_OK;
}

/* By how much the points are later than members predict, in the middle. */
static iso_status late(const monitor *m, double *out, iso_error *err) {
  const int n = m->work.data.nused, members = m->hearts.members;
  double *rest;
  ISO_TRY(iso_alloc(&rest, (size_t)n, sizeof *rest, "predictions", err));
  for (int k = 0; k < n; k++) {
    double sum = 0;
    for (int i = 0; i < members; i++) sum += m->predicted[(size_t)i * (size_t)n + (size_t)k];
    rest[k] = m->work.value[k] - sum / members;
  }
  *out = iso_fit_quantile(n, rest, 0.5);
  free(rest);
  return ISO_OK;
}

static void say(const monitor *m, const iso_surprise *found, double late_ms) {
  const bool changed = found->p < m->options->alarm;
  if (!m->options->out) return;
  iso_print(
      m->options->out,
      "%s: %s (p %.2g; %d points, %.2g ms %s than predicted in the middle; distance %.3g, of members up to "
      "%.3g)\n",
      m->name, changed ? "NOT what the twin predicted" : "as predicted", found->p, m->work.data.nused,
      fabs(late_ms), late_ms < 0 ? "earlier" : "later", found->distance, found->farthest);
}

/* What the new data say nothing of is as it was, and not as it was beforehand: no datum connects it with the
 * others. */
static void keep_unseen(const iso_twin_hearts *before, iso_ensemble *now) {
  for (int k = 0; k < now->members; k++)
    for (int i = 0; i < now->nz; i++) {
      const size_t at = (size_t)k * (size_t)now->nz + (size_t)i;
      if (!now->seen[i]) now->z[at] = before->z[at];
    }
}

/* Members of the new data alone. */
static iso_status refit(monitor *m, MPI_Comm comm, iso_error *err) {
  iso_fit_work *w = &m->work;
  iso_ensemble now;
  iso_status status =
      iso_ensemble_new(&now, comm, &w->minimiser, m->hearts.members, m->hearts.best, m->hearts.z, w->value,
                       w->sd, (uint64_t)m->config.fit.seed, ISO_ENSEMBLE_AGAIN, m->options->log, err);
  if (status == ISO_OK) keep_unseen(&m->hearts, &now);
  if (status == ISO_OK && iso_rank(comm) == 0)
    status = iso_changes_print(&w->model, &w->asked, now.members, m->hearts.z, now.z, m->options->out, err);
  iso_ensemble_free(&now);
  return iso_agree(comm, status, err);
}

/* So few members never say that anything is rarer than one of them. */
static iso_status check_alarm(const monitor *m, iso_error *err) {
  const int members = m->hearts.members;
  if (m->options->alarm * (members + 1) > 1) return ISO_OK;
  return iso_fail(err, ISO_EINPUT,
                  "--alarm: with %d members p is never below %.2g; give more, or fit more members", members,
                  1.0 / (members + 1));
}

/* A twin predicts what it was fitted to better than anything else, held out or not. */
static iso_status warn_of_known(const monitor *m, const iso_config *twin, iso_error *err) {
  const iso_data_set *set = &m->work.data.set[0];
  for (int k = 0; k < twin->fit.nmaps; k++) {
    iso_config_map from = twin->fit.maps[k];
    iso_lat_map known = {0};
    from.file = (char *)(uintptr_t)m->options->twin, from.array = from.name;
    iso_status status = iso_twin_read_map(&known, &from, err);
    const int shared = status == ISO_OK ? iso_fit_data_shared(set, &known) : 0;
    iso_lat_map_free(&known);
    ISO_TRY(status);
    if (2 * shared > set->nused)
      iso_log_say(
          m->options->log, ISO_LOG_WARNING,
          "%s: %d of its %d points are those of map %s, to which the twin was fitted: that they are as "
          "predicted says nothing",
          m->name, shared, set->nused, from.name);
  }
  return ISO_OK;
}

static iso_status compare(monitor *m, const iso_config *twin, MPI_Comm comm, double *p, iso_error *err) {
  iso_fit_work *w = &m->work;
  double late_ms = 0;
  iso_surprise found = {0};
  ISO_TRY(iso_fit_work_new(w, comm, &m->config, m->options->log, err));
  ISO_TRY(iso_agree(comm, take_hearts(m, err), err));
  ISO_TRY(check_alarm(m, err));
  ISO_TRY(iso_agree(comm, warn_of_known(m, twin, err), err));
  ISO_TRY(predict(m, comm, err));
  iso_status status = iso_fit_surprise(&found, m->hearts.members, w->data.nused, w->data.nused, m->predicted,
                                       w->value, w->sd, (uint64_t)m->config.fit.seed, 0, err);
  if (status == ISO_OK) status = late(m, &late_ms, err);
  ISO_TRY(iso_agree(comm, status, err));
  say(m, &found, late_ms);
  *p = found.p;
  return *p < m->options->alarm ? refit(m, comm, err) : ISO_OK;
}

iso_status iso_fit_monitor(MPI_Comm comm, const iso_config *config, const iso_monitor_options *options,
                           const char *data, double *p, iso_error *err) {
  monitor m = {.options = options};
  ISO_TRY(make_map(&m, config, data, err));
  const iso_status status = compare(&m, config, comm, p, err);
  free(m.predicted);
  iso_twin_hearts_free(&m.hearts);
  iso_fit_work_free(&m.work);
  return status;
}
