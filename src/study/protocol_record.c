#include "study/protocol_record.h"

#include "base/memory.h"
#include "base/share.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRIAL_REALS = 2, TRIAL_WHOLES = 3, SITE_WHOLES = 2, BEAT_REALS = 4 };

struct iso_protocol_record {
  const iso_mesh *mesh;
  const iso_config_protocol *protocol;
  int nsites;
  iso_site_row *site; /* [nsites] */
  int ntrials;
  iso_trial_row *trial; /* [ntrials] */
  int nbeats;
  iso_restitution_row *beat; /* [nbeats] */
  int nconcluded;
  double *concluded; /* [nconcluded] NULL: it is not over */
  /* What is published. */
  double *beat_real; /* [BEAT_REALS][nbeats] */
  const char **trial_site, **site_name;
  double *trial_real, *erp;          /* [TRIAL_REALS][ntrials], [ISO_EXTRAS][nsites] */
  int32_t *trial_whole, *site_whole; /* [TRIAL_WHOLES][ntrials], [SITE_WHOLES][nsites] */
};

const char *iso_protocol_site_name(const iso_config_protocol *p, int site) {
  if (p->nsites > 0) return p->sites[site];
  return p->where.name ? p->where.name : "train";
}

iso_status iso_protocol_record_new(iso_protocol_record **out, const iso_mesh *mesh,
                                   const iso_config_protocol *protocol, iso_error *err) {
  iso_protocol_record *r = NULL;
  *out = NULL;
  ISO_TRY(iso_alloc(&r, 1, sizeof *r, "a protocol", err));
  *r = (iso_protocol_record){
      .mesh = mesh, .protocol = protocol, .nsites = protocol->nsites > 0 ? protocol->nsites : 1};
  iso_status status = iso_alloc(&r->site, (size_t)r->nsites, sizeof *r->site, "a protocol", err);
  if (status != ISO_OK) {
    iso_protocol_record_free(r);
    return status;
  }
  for (int k = 0; k < r->nsites; k++)
    r->site[k] = (iso_site_row){.erp_ms = {NAN, NAN, NAN}, .induced = ISO_NOT_LOOKED_FOR};
  *out = r;
  return ISO_OK;
}

void iso_protocol_record_free(iso_protocol_record *r) {
  if (!r) return;
  free(r->site);
  free(r->trial);
  free(r->beat);
  free(r->concluded);
  free(r->beat_real);
  free(r->trial_site);
  free(r->site_name);
  free(r->trial_real);
  free(r->erp);
  free(r->trial_whole);
  free(r->site_whole);
  free(r);
}

iso_status iso_protocol_record_add(iso_protocol_record *r, const iso_trial_row *row, iso_error *err) {
  ISO_TRY(iso_realloc(&r->trial, (size_t)r->ntrials + 1, sizeof *r->trial, "trials", err));
  r->trial[r->ntrials++] = *row;
  return ISO_OK;
}

iso_status iso_protocol_record_restitution(iso_protocol_record *r, const iso_restitution_row *row,
                                           iso_error *err) {
  ISO_TRY(iso_realloc(&r->beat, (size_t)r->nbeats + 1, sizeof *r->beat, "restitution", err));
  r->beat[r->nbeats++] = *row;
  return ISO_OK;
}

double iso_protocol_record_slope(const iso_protocol_record *r) {
  double slope = NAN;
  for (int k = 1; k < r->nbeats; k++) {
    const iso_restitution_row *a = &r->beat[k - 1], *b = &r->beat[k];
    const double rest_ms = b->rest_ms - a->rest_ms;
    if (!(rest_ms >= (b->interval_ms - a->interval_ms) / 2)) continue; /* or one has none */
    slope = fmax(slope, (b->apd_ms - a->apd_ms) / rest_ms);            /* passes over NANs */
  }
  return slope;
}

const iso_restitution_row *iso_protocol_record_beats(const iso_protocol_record *r, int *n) {
  *n = r->nbeats;
  return r->beat;
}

iso_trial_row *iso_protocol_record_last(iso_protocol_record *r) { return &r->trial[r->ntrials - 1]; }
iso_site_row *iso_protocol_record_site(iso_protocol_record *r, int site) { return &r->site[site]; }
int iso_protocol_record_trials(const iso_protocol_record *r) { return r->ntrials; }

/* ---- results ---- */

static iso_status make_columns(iso_protocol_record *r, iso_error *err) {
  const size_t n = (size_t)r->ntrials, m = (size_t)r->nsites;
  ISO_TRY(iso_realloc(&r->trial_site, n + 1, sizeof *r->trial_site, "trials", err));
  ISO_TRY(iso_realloc(&r->trial_real, TRIAL_REALS * n + 1, sizeof *r->trial_real, "trials", err));
  ISO_TRY(iso_realloc(&r->trial_whole, TRIAL_WHOLES * n + 1, sizeof *r->trial_whole, "trials", err));
  ISO_TRY(iso_realloc(&r->site_name, m, sizeof *r->site_name, "trials", err));
  ISO_TRY(iso_realloc(&r->erp, ISO_EXTRAS * m, sizeof *r->erp, "trials", err));
  ISO_TRY(iso_realloc(&r->site_whole, SITE_WHOLES * m, sizeof *r->site_whole, "trials", err));
  for (size_t k = 0; k < n; k++) {
    const iso_trial_row *t = &r->trial[k];
    r->trial_site[k] = iso_protocol_site_name(r->protocol, t->site);
    r->trial_real[k] = t->interval_ms, r->trial_real[n + k] = t->time_ms;
    r->trial_whole[k] = t->stimulus, r->trial_whole[n + k] = t->captured;
    r->trial_whole[2 * n + k] = t->induced;
  }
  for (size_t k = 0; k < m; k++) {
    r->site_name[k] = iso_protocol_site_name(r->protocol, (int)k);
    for (size_t e = 0; e < ISO_EXTRAS; e++) r->erp[e * m + k] = r->site[k].erp_ms[e];
    r->site_whole[k] = r->site[k].pulses, r->site_whole[m + k] = r->site[k].induced;
  }
  return ISO_OK;
}

static iso_status publish(iso_results *results, const char *name, const char *unit, const char *meaning,
                          iso_variable_type type, const iso_dimension *rows, const void *data,
                          iso_error *err) {
  const iso_variable variable = {.name = name,
                                 .unit = unit,
                                 .meaning = meaning,
                                 .type = type,
                                 .may_lack = type == ISO_VARIABLE_REAL,
                                 .ndims = 1,
                                 .dims = {*rows},
                                 .data = data};
  return iso_results_add(results, &variable, err);
}

static iso_status publish_trials(const iso_protocol_record *r, iso_results *results, iso_error *err) {
  const iso_dimension rows = {"num_protocol_trials", r->ntrials};
  const int n = r->ntrials;
  if (n == 0) return ISO_OK;
  ISO_TRY(publish(results, "protocol_trial_site", NULL, "where a premature pulse was tried",
                  ISO_VARIABLE_TEXT, &rows, r->trial_site, err));
  ISO_TRY(publish(results, "protocol_trial_stimulus", "1", "which: 2 is S2, 3 is S3", ISO_VARIABLE_WHOLE,
                  &rows, r->trial_whole, err));
  ISO_TRY(publish(results, "protocol_trial_interval", "ms", "from the pulse before", ISO_VARIABLE_REAL, &rows,
                  r->trial_real, err));
  ISO_TRY(publish(results, "protocol_trial_time", "ms", "when it began", ISO_VARIABLE_REAL, &rows,
                  r->trial_real + n, err));
  ISO_TRY(publish(results, "protocol_trial_captured", "1", "whether it captured", ISO_VARIABLE_WHOLE, &rows,
                  r->trial_whole + n, err));
  return publish(results, "protocol_trial_induced", "1",
                 "1: re-entry followed; 0: none; -1: it was not looked for", ISO_VARIABLE_WHOLE, &rows,
                 r->trial_whole + 2 * n, err);
}

static iso_status publish_sites(const iso_protocol_record *r, iso_results *results, iso_error *err) {
  static const char *const erp[] = {"protocol_s2_erp", "protocol_s3_erp", "protocol_s4_erp"};
  const iso_dimension rows = {"num_protocol_sites", r->nsites};
  const int m = r->nsites;
  ISO_TRY(publish(results, "protocol_site", NULL, "where premature pulses were given", ISO_VARIABLE_TEXT,
                  &rows, r->site_name, err));
  for (int e = 0; e < ISO_EXTRAS; e++)
    if (r->protocol->has_extra[e])
      ISO_TRY(publish(results, erp[e], "ms", "effective refractory period", ISO_VARIABLE_REAL, &rows,
                      r->erp + e * m, err));
  ISO_TRY(publish(results, "protocol_site_pulses", "1", "premature pulses after the train",
                  ISO_VARIABLE_WHOLE, &rows, r->site_whole, err));
  return publish(results, "protocol_site_induced", "1",
                 "1: re-entry followed; 0: none; -1: it was not looked for", ISO_VARIABLE_WHOLE, &rows,
                 r->site_whole + m, err);
}

static iso_status publish_beats(iso_protocol_record *r, iso_results *results, iso_error *err) {
  static const char *const name[BEAT_REALS] = {"restitution_interval", "restitution_rest", "restitution_apd",
                                               "restitution_velocity"},
                           *const unit[BEAT_REALS] = {"ms", "ms", "ms", "m/s"},
                           *const meaning[BEAT_REALS] = {
                               "from the last S1 pulse to S2",
                               "from recovery to the next activation: the diastolic interval",
                               "action potential duration of the beat of S2", "its velocity"};
  const iso_dimension rows = {"num_restitution", r->nbeats};
  const size_t n = (size_t)r->nbeats;
  if (n == 0) return ISO_OK;
  ISO_TRY(iso_realloc(&r->beat_real, BEAT_REALS * n, sizeof *r->beat_real, "restitution", err));
  for (size_t k = 0; k < n; k++) {
    const iso_restitution_row *b = &r->beat[k];
    const double all[BEAT_REALS] = {b->interval_ms, b->rest_ms, b->apd_ms, b->velocity_m_per_s};
    for (size_t c = 0; c < BEAT_REALS; c++) r->beat_real[c * n + k] = all[c];
  }
  for (size_t c = 0; c < BEAT_REALS; c++)
    ISO_TRY(
        publish(results, name[c], unit[c], meaning[c], ISO_VARIABLE_REAL, &rows, r->beat_real + c * n, err));
  return ISO_OK;
}

static iso_status report(void *self, iso_results *results, iso_error *err) {
  iso_protocol_record *r = self;
  iso_status status = make_columns(r, err);
  if (status == ISO_OK) status = publish_trials(r, results, err);
  if (status == ISO_OK) status = publish_sites(r, results, err);
  if (status == ISO_OK) status = publish_beats(r, results, err);
  return iso_agree(r->mesh->comm, status, err);
}

/* ---- saving ---- */

enum { TRIAL = 6, SITE = ISO_EXTRAS + 2 }; /* numbers of a row */

iso_status iso_protocol_record_conclude(iso_protocol_record *r, int n, const double *number, iso_error *err) {
  ISO_TRY(iso_realloc(&r->concluded, (size_t)n, sizeof *number, "a protocol", err));
  memcpy(r->concluded, number, (size_t)n * sizeof *number);
  r->nconcluded = n;
  return ISO_OK;
}

const double *iso_protocol_record_concluded(const iso_protocol_record *r, int n) {
  return r->nconcluded == n ? r->concluded : NULL;
}

/* Room in an archive for rows of width numbers. */
static iso_status room(iso_archive *archive, const char *name, const char *meaning, int rows, int width,
                       double **number, iso_error *err) {
  const iso_archive_array array = {.name = name,
                                   .unit = "1",
                                   .meaning = meaning,
                                   .place = ISO_ARCHIVE_ALL,
                                   .type = ISO_ARCHIVE_DOUBLE,
                                   .count = (int64_t)rows * width};
  void *values;
  ISO_TRY(iso_archive_room(archive, &array, &values, err));
  *number = values;
  return ISO_OK;
}

static iso_status save_all(const iso_protocol_record *r, iso_archive *archive, iso_error *err) {
  double *n;
  ISO_TRY(room(archive, "protocol.concluded", "what it came to", r->nconcluded, 1, &n, err));
  memcpy(n, r->concluded, (size_t)r->nconcluded * sizeof *n);
  ISO_TRY(room(archive, "protocol.trials", "site, stimulus, interval (ms), time (ms), captured, induced",
               r->ntrials, TRIAL, &n, err));
  for (int k = 0; k < r->ntrials; k++, n += TRIAL) {
    const iso_trial_row *t = &r->trial[k];
    n[0] = t->site, n[1] = t->stimulus, n[2] = t->interval_ms, n[3] = t->time_ms;
    n[4] = t->captured, n[5] = t->induced;
  }
  ISO_TRY(
      room(archive, "protocol.sites", "refractory periods (ms), pulses, induced", r->nsites, SITE, &n, err));
  for (int k = 0; k < r->nsites; k++, n += SITE) {
    memcpy(n, r->site[k].erp_ms, sizeof r->site[k].erp_ms);
    n[ISO_EXTRAS] = r->site[k].pulses, n[ISO_EXTRAS + 1] = r->site[k].induced;
  }
  ISO_TRY(room(archive, "protocol.beats", "interval, rest, APD (ms), velocity (m/s)", r->nbeats, BEAT_REALS,
               &n, err));
  for (int k = 0; k < r->nbeats; k++, n += BEAT_REALS) {
    const iso_restitution_row *b = &r->beat[k];
    n[0] = b->interval_ms, n[1] = b->rest_ms, n[2] = b->apd_ms, n[3] = b->velocity_m_per_s;
  }
  return ISO_OK;
}

/* Rows of an archive, *rows of width numbers. */
static iso_status rows_of(const iso_archive *archive, const char *name, int width, int *rows,
                          const double **number, iso_error *err) {
  const iso_archive_array *array;
  ISO_TRY(iso_archive_get(archive, name, ISO_ARCHIVE_ALL, ISO_ARCHIVE_DOUBLE, &array, err));
  *rows = (int)(array->count / width), *number = array->values;
  return ISO_OK;
}

static iso_status restore_sites(iso_protocol_record *r, const iso_archive *archive, iso_error *err) {
  const double *n;
  int rows;
  ISO_TRY(rows_of(archive, "protocol.sites", SITE, &rows, &n, err));
  if (rows != r->nsites) return iso_fail(err, ISO_EINPUT, "the saved state is of another protocol");
  for (int k = 0; k < rows; k++, n += SITE) {
    memcpy(r->site[k].erp_ms, n, sizeof r->site[k].erp_ms);
    r->site[k].pulses = (int)n[ISO_EXTRAS], r->site[k].induced = (iso_induction)(int)n[ISO_EXTRAS + 1];
  }
  return ISO_OK;
}

static iso_status restore_all(iso_protocol_record *r, const iso_archive *archive, iso_error *err) {
  const double *n;
  int rows;
  r->ntrials = r->nbeats = 0;
  ISO_TRY(rows_of(archive, "protocol.trials", TRIAL, &rows, &n, err));
  for (int k = 0; k < rows; k++, n += TRIAL) {
    const iso_trial_row row = {(int)n[0], (int)n[1], n[2], n[3], n[4] != 0, (iso_induction)(int)n[5]};
    ISO_TRY(iso_protocol_record_add(r, &row, err));
  }
  ISO_TRY(rows_of(archive, "protocol.beats", BEAT_REALS, &rows, &n, err));
  for (int k = 0; k < rows; k++, n += BEAT_REALS)
    ISO_TRY(iso_protocol_record_restitution(r, &(iso_restitution_row){n[0], n[1], n[2], n[3]}, err));
  ISO_TRY(restore_sites(r, archive, err));
  ISO_TRY(rows_of(archive, "protocol.concluded", 1, &rows, &n, err));
  return iso_protocol_record_conclude(r, rows, n, err);
}

static iso_status save(void *self, iso_archive *archive, iso_error *err) {
  const iso_protocol_record *r = self;
  return iso_agree(r->mesh->comm, r->concluded ? save_all(r, archive, err) : ISO_OK, err);
}

/* A state of its trials knows nothing of the record. */
static iso_status restore(void *self, const iso_archive *archive, iso_error *err) {
  iso_protocol_record *r = self;
  const bool is_over = iso_archive_find(archive, "protocol.concluded");
  return iso_agree(r->mesh->comm, is_over ? restore_all(r, archive, err) : ISO_OK, err);
}

static iso_status look(void *self, const iso_view *view, iso_error *err) {
  (void)self, (void)view, (void)err;
  return ISO_OK;
}

iso_guest iso_protocol_record_guest(iso_protocol_record *r) {
  return (iso_guest){.name = "protocol",
                     .start_ms = INFINITY,
                     .stop_ms = INFINITY,
                     .every_ms = 1,
                     .self = r,
                     .look = look,
                     .report = report,
                     .save = save,
                     .restore = restore};
}
