#include "fit/monitor.h"

#include "base/memory.h"
#include "base/print.h"
#include "base/share.h"
#include "fit/changes.h"
#include "fit/ecg.h"
#include "fit/expect.h"
#include "fit/new_data.h"
#include "fit/search.h"
#include "fit/twin_read.h"
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

iso_status iso_monitor_load(iso_config *out, MPI_Comm comm, const iso_monitor_options *options,
                            const char *folder, iso_error *err) {
  enum { PATH_ROOM = 4200 };
  char file[PATH_ROOM], *text = NULL;
  const char *twin = options->twin, *slash = strrchr(twin, '/');
  snprintf(file, sizeof file, "%.3000s/%.1000s", folder, slash ? slash + 1 : twin);
  iso_status status = iso_agree(comm, read_text(twin, &text, err), err);
  if (status == ISO_OK) status = iso_study_load_text(out, comm, file, text, err);
  free(text);
  ISO_TRY(status);
  status = iso_new_data_check(out, options, err);
  if (status != ISO_OK) iso_config_free(out);
  return status;
}

/* ---- one file ---- */

typedef struct monitor {
  const iso_monitor_options *options;
  iso_new_data data;
  iso_fit_work work;
  iso_twin_hearts hearts;
  iso_expected expected;
} monitor;

/* The new map has a clock of its own, of which nothing is known yet. */
static iso_status take_hearts(monitor *m, const iso_config *twin, iso_error *err) {
  const iso_fit_model *model = &m->work.model;
  iso_twin_hearts *h = &m->hearts;
  const int clock = m->data.like < 0 ? model->at.clock[0] : -1;
  ISO_TRY(iso_twin_hearts_read(h, m->options->twin, err));
  iso_twin_hearts_leave_ecgs(h, &twin->fit, m->data.like);
  ISO_TRY(iso_twin_hearts_turn(h, m->options->twin, model, &m->work.asked, err));
  for (int k = 0; k < h->members && clock >= 0; k++)
    h->z[(size_t)k * (size_t)h->nz + (size_t)clock] =
        iso_normal((uint64_t)m->data.config.fit.seed, ISO_DRAW_CLOCK, (uint64_t)k, 0);
  return ISO_OK;
}

/* By how much the points are later than members predict, in the middle. */
static iso_status late(const monitor *m, double *out, iso_error *err) {
  const int n = m->work.data.nused;
  double *rest;
  ISO_TRY(iso_alloc(&rest, (size_t)n, sizeof *rest, "predictions", err));
  for (int k = 0; k < n; k++) rest[k] = m->work.value[k] - m->expected.mean[k];
  *out = iso_fit_quantile(n, rest, 0.5);
  free(rest);
  return ISO_OK;
}

enum { DETAIL = 200 };

static iso_status detail_points(const monitor *m, char text[DETAIL], iso_error *err) {
  double late_ms;
  ISO_TRY(late(m, &late_ms, err));
  snprintf(text, DETAIL, "%d points, %.2g ms %s than predicted in the middle", m->work.data.nused,
           fabs(late_ms), late_ms < 0 ? "earlier" : "later");
  return ISO_OK;
}

/* Where samples are least as expected, together. */
static void detail_samples(const monitor *m, char text[DETAIL]) {
  const iso_fit_work *w = &m->work;
  const iso_fit_ecg *e = w->data.set[0].ecg;
  iso_worst_samples worst;
  iso_fit_worst_samples(&worst, &w->data, m->expected.mean, w->value, w->sd);
  int n = snprintf(text, DETAIL, "%d leads of %d samples", e->nleads, e->nsamples);
  if (worst.lead >= 0)
    snprintf(text + n, (size_t)(DETAIL - n),
             ", most of all %.40s %.2g mV %s than predicted from %.4g to %.4g ms", e->name[worst.lead],
             fabs(worst.above_mV), worst.above_mV < 0 ? "lower" : "higher", worst.from_ms, worst.to_ms);
}

static iso_status say(const monitor *m, iso_error *err) {
  const iso_surprise *found = &m->expected.found;
  const bool changed = found->p < m->options->alarm;
  char detail[DETAIL];
  if (m->data.like < 0)
    ISO_TRY(detail_points(m, detail, err));
  else
    detail_samples(m, detail);
  if (m->options->out)
    iso_print(m->options->out, "%s: %s (p %.2g; %s; distance %.3g, of members up to %.3g)\n", m->data.name,
              changed ? "NOT what the twin predicted" : "as predicted", found->p, detail, found->distance,
              found->farthest);
  return ISO_OK;
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

/* The heart that goes best with the new data alone, from that of the twin or from anywhere: work.z, of which
 * the minimiser was asked last. */
static iso_status find_best(monitor *m, MPI_Comm comm, iso_minimum *out, iso_error *err) {
  iso_fit_work *w = &m->work;
  const size_t nz = (size_t)w->model.at.n;
  double *from_twin = m->expected.best;
  iso_minimum near;
  ISO_TRY(iso_agree(comm, iso_minimise(&w->minimiser, w->zero, w->value, w->sd, from_twin, &near, err), err));
  ISO_TRY(iso_fit_search(comm, &w->minimiser, w->zero, w->value, w->sd, (uint64_t)m->data.config.fit.seed, 0,
                         w->z, out, err));
  if (out->misfit + out->penalty <= near.misfit + near.penalty) return ISO_OK;
  memcpy(w->z, from_twin, nz * sizeof *w->z);
  return iso_agree(comm, iso_minimise(&w->minimiser, w->zero, w->value, w->sd, w->z, out, err), err);
}

/* Beyond, as a fit has it, no heart of the kind explains the data. */
#define UNLIKELY 0.01

static void warn_of_misfit(const monitor *m, const iso_minimum *best) {
  const double p = iso_chi_square_above(best->misfit + best->penalty, m->work.data.nused);
  if (p < UNLIKELY)
    iso_log_say(m->options->log, ISO_LOG_WARNING,
                "%s: no such heart explains it either (p %.2g): electrodes may be elsewhere, or its errors "
                "larger, and what is named as changed is only what comes nearest",
                m->data.name, p);
}

/* Of a map members begin where they are: its best heart is found from there. An ECG has several that are only
 * the best nearby. */
static iso_status fit_members(monitor *m, MPI_Comm comm, iso_ensemble *now, iso_error *err) {
  iso_fit_work *w = &m->work;
  const iso_twin_hearts *h = &m->hearts;
  const bool is_map = m->data.like < 0;
  iso_minimum best;
  *now = (iso_ensemble){0};
  if (!is_map) {
    ISO_TRY(find_best(m, comm, &best, err));
    warn_of_misfit(m, &best);
    iso_fit_warn_of_electrodes(&w->data, w->value, m->expected.mean, m->options->log);
  }
  const iso_ensemble_spec members = {.members = h->members,
                                     .best = is_map ? h->best : w->z,
                                     .each = is_map ? h->z : NULL,
                                     .value = w->value,
                                     .sd = w->sd,
                                     .seed = (uint64_t)m->data.config.fit.seed,
                                     .again = true,
                                     .log = m->options->log};
  return iso_ensemble_new(now, comm, &w->minimiser, &members, err);
}

/* Members of the new data alone. */
static iso_status refit(monitor *m, MPI_Comm comm, iso_error *err) {
  iso_fit_work *w = &m->work;
  iso_ensemble now;
  iso_status status = fit_members(m, comm, &now, err);
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

static iso_status compare(monitor *m, const iso_config *twin, MPI_Comm comm, double *p, iso_error *err) {
  iso_fit_work *w = &m->work;
  iso_twin_hearts *h = &m->hearts;
  ISO_TRY(iso_fit_work_new(w, comm, &m->data.config, m->options->log, err));
  ISO_TRY(iso_agree(comm, take_hearts(m, twin, err), err));
  ISO_TRY(check_alarm(m, err));
  ISO_TRY(iso_agree(comm, iso_new_data_warn_of_known(&m->data, &w->data.set[0], twin, m->options, err), err));
  ISO_TRY(iso_fit_expect(&m->expected, comm, w, h->members, h->best, h->z, w->value, 0, err));
  ISO_TRY(iso_agree(comm, say(m, err), err));
  *p = m->expected.found.p;
  return *p < m->options->alarm ? refit(m, comm, err) : ISO_OK;
}

iso_status iso_fit_monitor(MPI_Comm comm, const iso_config *config, const iso_monitor_options *options,
                           const char *data, double *p, iso_error *err) {
  monitor m = {.options = options};
  ISO_TRY(iso_agree(comm, iso_new_data_make(&m.data, config, options, data, err), err));
  const iso_status status = compare(&m, config, comm, p, err);
  iso_expected_free(&m.expected);
  iso_twin_hearts_free(&m.hearts);
  iso_fit_work_free(&m.work);
  return status;
}
