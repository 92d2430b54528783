/* Simulation-based calibration: hearts that are made, and found again. */
#include "base/atomic.h"
#include "base/csv.h"
#include "base/memory.h"
#include "base/print.h"
#include "base/share.h"
#include "base/text.h"
#include "fit/errors.h"
#include "fit/left.h"
#include "fit/search.h"
#include "fit/surprise.h"
#include "fit/work.h"
#include "study/checkpoints.h"
#include "study/targets.h"

#include <math.h>
#include <stdlib.h>

/* Of one heart. */
enum { HELD_COVERED, P_VALUE, UNSETTLED, HELD_P, SUMS };

typedef struct calibration {
  iso_fit_work work;
  int hearts, columns; /* SUMS, then truth, low, high and rank of each quantity */
  double *table;       /* [hearts][columns] */
  double *truth;       /* [nz] */
  double *value;       /* [data] measured of it */
  double *error;       /* [data] with these errors, over their standard deviations */
  double *room;        /* [members][asked.n] and [members] */
} calibration;

enum { TRUTH, LOW, HIGH, RANK, OF_EACH };

/* Measured where the data are, with their errors. */
static iso_status measure(calibration *c, uint64_t heart, iso_error *err) {
  iso_fit_work *w = &c->work;
  const uint64_t seed = (uint64_t)w->setup.config->fit.seed;
  iso_fit_draw(seed, ISO_DRAW_TRUTH, heart, w->model.at.n, c->truth);
  ISO_TRY(iso_fit_model_run(&w->model, c->truth, err));
  iso_fit_data_predict(&w->data, &w->model, c->truth, c->value);
  for (int k = 0; k < w->data.nused + w->data.nheld; k++)
    c->error[k] = iso_normal(seed, ISO_DRAW_MEASURED, heart, (uint64_t)k);
  iso_fit_errors_join(&w->data, c->error);
  for (int k = 0; k < w->data.nused + w->data.nheld; k++) c->value[k] += w->sd[k] * c->error[k];
  return ISO_OK;
}

static void rank_quantities(calibration *c, const iso_ensemble *e, double *row) {
  const iso_fit_work *w = &c->work;
  const int n = w->asked.n;
  double *member = c->room, *column = c->room + (size_t)e->members * (size_t)n, *truth = column + e->members;
  iso_fit_quantities_of(&w->asked, &w->model, c->truth, truth);
  for (int m = 0; m < e->members; m++)
    iso_fit_quantities_of(&w->asked, &w->model, e->z + (size_t)m * (size_t)e->nz,
                          member + (size_t)m * (size_t)n);
  for (int q = 0; q < n; q++) {
    double *out = row + SUMS + OF_EACH * q;
    out[TRUTH] = truth[q];
    for (int m = 0; m < e->members; m++) {
      column[m] = member[(size_t)m * (size_t)n + (size_t)q];
      out[RANK] += column[m] < truth[q];
    }
    out[LOW] = iso_fit_quantile(e->members, column, 0.05);
    out[HIGH] = iso_fit_quantile(e->members, column, 0.95);
  }
}

/* The share of points held out that are within the members' 90% bands. */
static double cover_held(calibration *c, const iso_ensemble *e, uint64_t heart) {
  const iso_fit_work *w = &c->work;
  const uint64_t seed = (uint64_t)w->setup.config->fit.seed;
  double *column = c->room;
  int covered = 0;
  for (int k = w->data.nused; k < e->ndata; k++) {
    for (int m = 0; m < e->members; m++)
      column[m] = e->predicted[(size_t)m * (size_t)e->ndata + (size_t)k] +
                  w->sd[k] * iso_normal(seed, ISO_DRAW_PREDICTED, heart << 20 | (uint64_t)m, (uint64_t)k);
    covered += c->value[k] >= iso_fit_quantile(e->members, column, 0.05) &&
               c->value[k] <= iso_fit_quantile(e->members, column, 0.95);
  }
  return w->data.nheld > 0 ? (double)covered / w->data.nheld : NAN;
}

/* What a monitor says of the points held out; NAN: there are none. */
static iso_status compare_held(const calibration *c, const iso_ensemble *e, uint64_t heart, double *p,
                               iso_error *err) {
  const iso_fit_work *w = &c->work;
  const int used = w->data.nused;
  iso_surprise found = {.p = NAN};
  if (w->data.nheld > 0)
    ISO_TRY(iso_fit_surprise(&found, e->members, w->data.nheld, e->ndata, e->predicted + used,
                             c->value + used, w->sd + used, (uint64_t)w->setup.config->fit.seed, heart, err));
  *p = found.p;
  return ISO_OK;
}

/* From what is known beforehand, as a fit begins. */
static iso_status try_heart(calibration *c, int heart, iso_error *err) {
  iso_fit_work *w = &c->work;
  const iso_config_fit *fit = &w->setup.config->fit;
  double *row = c->table + (size_t)heart * (size_t)c->columns;
  const uint64_t number = (uint64_t)heart + 1; /* 0: the fit itself */
  iso_minimum minimum;
  iso_ensemble e;
  ISO_TRY(measure(c, number, err));
  ISO_TRY(iso_fit_search(MPI_COMM_SELF, &w->minimiser, w->zero, c->value, w->sd, (uint64_t)fit->seed, number,
                         w->z, &minimum, err));
  const iso_ensemble_spec members = {.members = fit->members,
                                     .best = w->z,
                                     .value = c->value,
                                     .sd = w->sd,
                                     .seed = (uint64_t)fit->seed,
                                     .whose = number};
  iso_status status = iso_ensemble_new(&e, MPI_COMM_SELF, &w->minimiser, &members, err);
  if (status == ISO_OK) {
    row[P_VALUE] = iso_chi_square_above(minimum.misfit + minimum.penalty, w->data.nused);
    row[UNSETTLED] = e.unsettled;
    row[HELD_COVERED] = cover_held(c, &e, number);
    rank_quantities(c, &e, row);
    if (status == ISO_OK) status = compare_held(c, &e, number, &row[HELD_P], err);
  }
  iso_ensemble_free(&e);
  return status;
}

static iso_status try_hearts(calibration *c, iso_error *err) {
  int rank, size;
  MPI_Comm_rank(c->work.comm, &rank);
  MPI_Comm_size(c->work.comm, &size);
  iso_fit_left left = iso_fit_left_begin(c->work.setup.log, "hearts", c->hearts);
  for (int heart = rank; heart < c->hearts; heart += size) {
    ISO_TRY(try_heart(c, heart, err));
    iso_fit_left_say(&left, heart - rank + size);
  }
  return ISO_OK;
}

/* ---- the table ---- */

static void put_number(double value, const char *after, FILE *stream) {
  char text[32];
  fprintf(stream, "%s%s", isnan(value) ? "" : iso_text_shortest(value, text, sizeof text), after);
}

static void put_table(const void *self, FILE *stream) {
  static const char *const of_each[OF_EACH] = {"truth", "low", "high", "rank"};
  const calibration *c = self;
  fputs("heart,held_out_covered,p_value,members_unsettled,held_out_p", stream);
  for (int q = 0; q < c->work.asked.n; q++)
    for (int k = 0; k < OF_EACH; k++) {
      char name[160];
      snprintf(name, sizeof name, "%s %s", c->work.asked.quantity[q].name, of_each[k]);
      fputc(',', stream);
      iso_csv_put(stream, name);
    }
  fputc('\n', stream);
  for (int h = 0; h < c->hearts; h++) {
    const double *row = c->table + (size_t)h * (size_t)c->columns;
    fprintf(stream, "%d,", h + 1);
    for (int k = 0; k < c->columns; k++) put_number(row[k], k + 1 < c->columns ? "," : "\n", stream);
  }
}

enum { BINS = 10 };

/* Of a rank from 0 to members. */
static int bin_of(double rank, int members) {
  const int at = (int)(BINS * (rank + 0.5) / (members + 1));
  return at < BINS ? at : BINS - 1;
}

/* How uneven the ranks of truths are: the share of chi-square distributions of ten bins above theirs. As many
 * are expected in a bin as it has ranks, which are not the same everywhere unless members + 1 is a multiple
 * of ten. */
static double evenness(const calibration *c, int q) {
  double bin[BINS] = {0}, wanted[BINS] = {0}, sum = 0;
  const int members = c->work.setup.config->fit.members;
  int nbins = 0; /* that have ranks */
  for (int rank = 0; rank <= members; rank++)
    wanted[bin_of(rank, members)] += (double)c->hearts / (members + 1);
  for (int h = 0; h < c->hearts; h++) {
    const double rank = c->table[(size_t)h * (size_t)c->columns + SUMS + (size_t)(OF_EACH * q + RANK)];
    bin[bin_of(rank, members)]++;
  }
  for (int b = 0; b < BINS; b++) {
    if (!(wanted[b] > 0)) continue;
    sum += (bin[b] - wanted[b]) * (bin[b] - wanted[b]) / wanted[b];
    nbins++;
  }
  return iso_chi_square_above(sum, nbins - 1);
}

/* The same in all hearts, as the height of a place on a flat sheet. */
static bool is_known(const calibration *c, int q) {
  const iso_fit_work *w = &c->work;
  for (int k = 1; k < ISO_PRIOR_DRAWS; k++)
    if (w->prior[k * w->asked.n + q] != w->prior[q]) return false;
  return true;
}

static void print_summary(const calibration *c) {
  double held = 0, low_p = 0, held_p = 0;
  iso_print(stdout, "  %-34s %18s %22s\n", "of made hearts", "in 90% intervals", "ranks are even (p)");
  int all = 0, asked = 0;
  for (int q = 0; q < c->work.asked.n; q++) {
    int in = 0;
    if (is_known(c, q)) continue;
    asked++;
    for (int h = 0; h < c->hearts; h++) {
      const double *x = c->table + (size_t)h * (size_t)c->columns + SUMS + OF_EACH * q;
      in += x[TRUTH] >= x[LOW] && x[TRUTH] <= x[HIGH];
    }
    all += in;
    iso_print(stdout, "  %-34s %17.1f%% %22.2g\n", c->work.asked.quantity[q].name, 100.0 * in / c->hearts,
              evenness(c, q));
  }
  for (int h = 0; h < c->hearts; h++) {
    const double *row = c->table + (size_t)h * (size_t)c->columns;
    held += row[HELD_COVERED] / c->hearts;
    low_p += row[P_VALUE] < 0.01;
    held_p += row[HELD_P] < 0.05;
  }
  iso_print(stdout, "  %-34s %17.1f%%\n", "all together", 100.0 * all / c->hearts / asked);
  if (!isnan(held)) iso_print(stdout, "  %-34s %17.1f%%\n", "points held out", 100 * held);
  iso_print(stdout, "  %-34s %17.1f%% (1%% wanted)\n", "false alarms at p below 0.01",
            100 * low_p / c->hearts);
  if (!isnan(held))
    iso_print(stdout, "  %-34s %17.1f%% (5%% wanted)\n", "and of a monitor at p below 0.05",
              100 * held_p / c->hearts);
}

static iso_status make_room(calibration *c, iso_error *err) {
  const iso_fit_work *w = &c->work;
  const size_t members = (size_t)w->setup.config->fit.members, n = (size_t)w->asked.n;
  const size_t all = (size_t)(w->data.nused + w->data.nheld);
  c->columns = SUMS + OF_EACH * w->asked.n;
  ISO_TRY(iso_alloc(&c->table, (size_t)c->hearts * (size_t)c->columns, sizeof *c->table, "made hearts", err));
  ISO_TRY(iso_alloc(&c->truth, (size_t)w->model.at.n, sizeof *c->truth, "made hearts", err));
  ISO_TRY(iso_alloc(&c->value, all, sizeof *c->value, "made hearts", err));
  ISO_TRY(iso_alloc(&c->error, all, sizeof *c->error, "made hearts", err));
  return iso_alloc(&c->room, members * n + members + n, sizeof *c->room, "made hearts", err);
}

static iso_status calibrate(calibration *c, MPI_Comm comm, const iso_config *config,
                            const iso_fit_options *options, const char *path, iso_error *err) {
  ISO_TRY(iso_targets_check(comm, config, options->output, NULL, 1, &path, err));
  ISO_TRY(iso_output_check(comm, path, err));
  ISO_TRY(iso_fit_work_new(&c->work, comm, config, options->log, err));
  iso_status status = make_room(c, err);
  if (status == ISO_OK) status = try_hearts(c, err);
  ISO_TRY(iso_agree(comm, status, err));
  for (int h = 0; h < c->hearts; h++) /* one rank has each: exact sums */
    MPI_Allreduce(MPI_IN_PLACE, c->table + (size_t)h * (size_t)c->columns, c->columns, MPI_DOUBLE, MPI_SUM,
                  comm);
  status = iso_rank(comm) == 0 ? iso_atomic_write(path, false, put_table, c, err) : ISO_OK;
  ISO_TRY(iso_agree(comm, status, err));
  if (iso_rank(comm) == 0 && options->log && options->log->level >= ISO_LOG_INFO) print_summary(c);
  return ISO_OK;
}

iso_status iso_fit_calibrate(MPI_Comm comm, const iso_config *config, const iso_fit_options *options,
                             iso_error *err) {
  calibration c = {.hearts = options->hearts};
  char *path;
  ISO_TRY(iso_output_name(comm, &path, options->output, ".calibration.csv", err));
  const iso_status status = calibrate(&c, comm, config, options, path, err);
  iso_fit_work_free(&c.work);
  free(c.table);
  free(c.truth);
  free(c.value);
  free(c.error);
  free(c.room);
  free(path);
  return status;
}
