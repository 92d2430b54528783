#include "fit/fit.h"

#include "base/atomic.h"
#include "base/share.h"
#include "base/text.h"
#include "fit/chain.h"
#include "fit/ecg.h"
#include "fit/maps.h"
#include "fit/search.h"
#include "fit/twin.h"
#include "fit/update.h"
#include "study/checkpoints.h"
#include "study/result_names.h"
#include "study/targets.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Points of a map as far apart as this are looked at together, where there is no field to say. */
#define NEAR_MM 10

typedef struct fit {
  const iso_fit_options *options;
  const iso_log *log;
  char *twin_path, *maps_path;
  iso_fit_work work;
  iso_minimum minimum;
  iso_judgement judgement;
  iso_ensemble ensemble;
  iso_fit_start start;
  iso_fit_maps maps;
} fit;

static iso_status name_outputs(fit *f, MPI_Comm comm, const iso_config *config, iso_error *err) {
  ISO_TRY(iso_output_name(comm, &f->twin_path, f->options->output, ISO_END_TWIN, err));
  ISO_TRY(iso_output_name(comm, &f->maps_path, f->options->output, ISO_END_MAPS, err));
  ISO_TRY(iso_targets_check(comm, config, f->options->output, NULL, 2,
                            (const char *const[]){f->twin_path, f->maps_path}, err));
  ISO_TRY(iso_ncfile_check(comm, f->twin_path, err));
  return iso_ncfile_check(comm, f->maps_path, err);
}

/* A search takes some five steps, as fits of docs/fit.md do. */
enum { STEPS = 5 };

#define LONG_S 600 /* somebody waits for it; longer, one comes back to it */

/* A step's equations go with the third power of how many numbers there are, and these with the square of
 * 1 / correlation_mm along a wall. */
static void warn_of_time(const fit *f, double step_s, double all_s) {
  const iso_fit_model *model = &f->work.model;
  char text[32];
  iso_log_say(f->log, ISO_LOG_WARNING,
              "this takes some %s; more ranks share the members (fit.members %d), up to one for each",
              iso_text_duration(all_s, text, sizeof text), f->work.setup.config->fit.members);
  if (2 * model->basis.n > model->at.n)
    iso_log_say(
        f->log, ISO_LOG_WARNING,
        "%d of %d numbers are of the field, with %s a step: fit.field.correlation_mm %g instead of %g "
        "makes about a quarter as many",
        model->basis.n, model->at.n, iso_text_duration(step_s, text, sizeof text),
        2 * model->config->fit.field.correlation_mm, model->config->fit.field.correlation_mm);
}

/* How long it will take, before it does. */
static iso_status foresee(fit *f, iso_error *err) {
  iso_fit_work *w = &f->work;
  const int members = w->setup.config->fit.members;
  double step_s, wave_s;
  int size;
  char step[32], all[32];
  MPI_Comm_size(w->comm, &size);
  ISO_TRY(iso_minimiser_time(&w->minimiser, w->zero, w->value, w->sd, w->z, &step_s, &wave_s, err));
  const int tried = w->setup.config->fit.necgs > 0 ? (ISO_TRIED + STEPS * ISO_STARTS) / size : 0;
  const int own = (members + size - 1) / size;
  const double all_s = step_s * (tried + STEPS * (1 + own)) + wave_s * ISO_CHAIN_STEPS * own;
  iso_log_say(f->log, ISO_LOG_INFO, "%s for a step: some %s for the best heart and %d members on %d rank%s",
              iso_text_duration(step_s, step, sizeof step), iso_text_duration(all_s, all, sizeof all),
              members, size, size > 1 ? "s" : "");
  if (all_s > LONG_S) warn_of_time(f, step_s, all_s);
  return ISO_OK;
}

/* Below, many members have not moved, and are those of randomised maximum likelihood still. */
#define FEW_TAKEN 0.05

/* From 5% to 95% of fewer than so many there is nothing beyond the lowest and the highest. */
enum { FEWEST_MEMBERS = 19 };

static void say_members(const fit *f) {
  const iso_ensemble *e = &f->ensemble;
  const double share = (double)e->taken / ((double)e->members * ISO_CHAIN_STEPS);
  iso_log_say(f->log, ISO_LOG_INFO, "%d members: %lld waves, %.0f%% of their last steps taken", e->members,
              (long long)e->waves, 100 * share);
  if (e->members < FEWEST_MEMBERS)
    iso_log_say(
        f->log, ISO_LOG_WARNING,
        "intervals of 90%% are from the lowest to the highest of %d members, which holds %.0f%%: give "
        "fit.members, %d or more",
        e->members, 100.0 * (e->members - 1) / (e->members + 1), FEWEST_MEMBERS);
  if (share < FEW_TAKEN)
    iso_log_say(
        f->log, ISO_LOG_WARNING,
        "members hardly took any of the steps that bring them to where the data have them: intervals may be "
        "off by a part of their width; see docs/fit.md");
}

/* The same on every rank. */
static iso_status find_best(fit *f, iso_error *err) {
  iso_fit_work *w = &f->work;
  const iso_config_fit *asked = &w->setup.config->fit;
  const double reach_mm = asked->has_field ? asked->field.correlation_mm / 2 : NEAR_MM;
  if (f->options->update) {
    ISO_TRY(iso_fit_start_new(&f->start, w, f->options->update, w->z, err));
    ISO_TRY(iso_minimise(&w->minimiser, w->zero, w->value, w->sd, w->z, &f->minimum, err));
  } else {
    ISO_TRY(iso_fit_search(w->comm, &w->minimiser, w->zero, w->value, w->sd, (uint64_t)asked->seed, 0, w->z,
                           &f->minimum, err));
  }
  ISO_TRY(iso_fit_judge(&f->judgement, &w->minimiser, &f->minimum, w->value, w->sd, reach_mm, err));
  iso_log_say(f->log, ISO_LOG_INFO, "best heart: reduced chi-square %.3g after %d steps and %d waves",
              f->judgement.reduced_chi_square, f->minimum.steps, f->minimum.waves);
  iso_fit_warn_of_electrodes(&w->data, w->value, w->minimiser.predicted, f->log);
  return ISO_OK;
}

static iso_status save(const fit *f, const iso_twin *twin, iso_error *err) {
  iso_provenance provenance;
  iso_status status = iso_provenance_new(&provenance, &f->work.setup, iso_clock() - f->work.began, err);
  if (status == ISO_OK && f->options->again)
    status = iso_provenance_add(&provenance, ISO_FIT_AGAIN, f->options->again, err);
  if (status == ISO_OK) status = iso_fit_maps_save(&f->maps, &provenance, f->maps_path, err);
  if (status == ISO_OK) status = iso_twin_save(twin, &provenance, f->twin_path, err);
  iso_provenance_free(&provenance);
  return status;
}

/* What isochrone info says of it, too. */
static iso_status tell(const fit *f, iso_error *err) {
  int nc;
  if (!f->log || f->log->level < ISO_LOG_INFO) return ISO_OK;
  if (iso_nc_open(f->twin_path, &nc) != NC_NOERR)
    return iso_fail(err, ISO_EFAIL, "%s: it was written and cannot be read", f->twin_path);
  const iso_status status = iso_twin_print(nc, f->twin_path, stdout, err);
  nc_close(nc);
  return status;
}

/* Rank 0's. */
static iso_status write_results(const fit *f, iso_error *err) {
  iso_twin twin;
  iso_status status = iso_twin_new(&twin, &f->work, &f->minimum, &f->judgement, &f->ensemble, err);
  if (status == ISO_OK) status = save(f, &twin, err);
  iso_twin_free(&twin);
  return status == ISO_OK ? tell(f, err) : status;
}

static iso_status fit_all(fit *f, MPI_Comm comm, const iso_config *config, iso_error *err) {
  ISO_TRY(name_outputs(f, comm, config, err));
  ISO_TRY(iso_fit_work_new(&f->work, comm, config, f->log, err));
  iso_fit_work *w = &f->work;
  ISO_TRY(iso_agree(comm, foresee(f, err), err));
  ISO_TRY(iso_agree(comm, find_best(f, err), err));
  const iso_ensemble_spec members = {.members = config->fit.members,
                                     .best = w->z,
                                     .each = f->start.member,
                                     .value = w->value,
                                     .sd = w->sd,
                                     .seed = (uint64_t)config->fit.seed,
                                     .log = f->log};
  ISO_TRY(iso_ensemble_new(&f->ensemble, comm, &w->minimiser, &members, err));
  say_members(f);
  ISO_TRY(iso_fit_maps_new(&f->maps, w, &f->ensemble, err));
  return iso_agree(comm, iso_rank(comm) == 0 ? write_results(f, err) : ISO_OK, err);
}

static iso_status need_fit(const iso_config *config, iso_error *err) {
  char path[48];
  if (!config->has_fit)
    return iso_fail(err, ISO_EINPUT,
                    "%s: there is no section fit, which says what was measured and what is known "
                    "beforehand; see docs/fit.md",
                    config->file);
  for (int k = 0; k < config->nlesions; k++)
    if (config->lesions[k].from_ms > 0) {
      snprintf(path, sizeof path, "lesions.%d.from_ms", k);
      return iso_config_fail(config, err, path,
                             "a fit has lesions from the beginning alone; take 0, or leave it out");
    }
  return ISO_OK;
}

iso_status iso_fit(MPI_Comm comm, const iso_config *config, const iso_fit_options *options, iso_error *err) {
  fit f = {.options = options, .log = options->log};
  ISO_TRY(need_fit(config, err));
  if (options->hearts > 0) return iso_fit_calibrate(comm, config, options, err);
  if (options->twin) return iso_fit_predict(comm, config, options, err);
  const iso_status status = fit_all(&f, comm, config, err);
  iso_fit_maps_free(&f.maps);
  iso_fit_start_free(&f.start);
  iso_ensemble_free(&f.ensemble);
  iso_fit_work_free(&f.work);
  free(f.twin_path);
  free(f.maps_path);
  return status;
}
