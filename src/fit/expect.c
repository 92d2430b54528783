#include "fit/expect.h"

#include "base/memory.h"
#include "base/share.h"
#include "fit/align.h"
#include "fit/ecg.h"
#include "fit/errors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct comparison {
  iso_fit_work *work;
  iso_expected *out;
  const double *best, *z, *value;
  int n;          /* data */
  bool aligns;    /* it is an ECG with a clock of its own */
  iso_aligner by; /* its clock */
  double *target; /* [n] what the best heart predicts, laid over the data */
  double *own;    /* [at.n] room for a member's numbers */
  double *apart;  /* [members + 1][n] of members and data over their errors, parted, ready to be compared */
} comparison;

static iso_status make_room(comparison *c, iso_error *err) {
  const size_t members = (size_t)c->out->members, n = (size_t)c->n, nz = (size_t)c->work->model.at.n;
  ISO_TRY(iso_alloc(&c->out->predicted, members * n, sizeof *c->out->predicted, "predictions", err));
  ISO_TRY(iso_alloc(&c->out->mean, n, sizeof *c->out->mean, "predictions", err));
  ISO_TRY(iso_alloc(&c->out->best, nz, sizeof *c->out->best, "numbers", err));
  ISO_TRY(iso_alloc(&c->target, n, sizeof *c->target, "predictions", err));
  ISO_TRY(iso_alloc(&c->own, nz, sizeof *c->own, "numbers", err));
  memcpy(c->out->best, c->best, nz * sizeof *c->best);
  return iso_alloc(&c->apart, (members + 1) * n, sizeof *c->apart, "predictions", err);
}

/* ---- what members predict ---- */

/* Every rank's, the same. */
static iso_status lay_best(comparison *c, iso_error *err) {
  double *z = c->out->best;
  if (!c->aligns) return ISO_OK;
  ISO_TRY(iso_fit_model_run(&c->work->model, z, err));
  iso_fit_align_anywhere(&c->by, c->value, z, c->target);
  return ISO_OK;
}

static iso_status predict_own(comparison *c, int rank, int size, iso_error *err) {
  iso_fit_work *w = c->work;
  const size_t nz = (size_t)w->model.at.n;
  for (int k = rank; k < c->out->members; k += size) {
    double *predicted = c->out->predicted + (size_t)k * (size_t)c->n;
    memcpy(c->own, c->z + (size_t)k * nz, nz * sizeof *c->own);
    ISO_TRY(iso_fit_model_run(&w->model, c->own, err));
    if (c->aligns) {
      c->own[c->by.clock] += c->out->best[c->by.clock] - c->best[c->by.clock];
      iso_fit_align(&c->by, c->target, c->own, predicted);
    } else {
      iso_fit_data_predict(&w->data, &w->model, c->own, predicted);
    }
  }
  return ISO_OK;
}

/* Each member is one rank's, and zeros are on the others: exact sums. */
static iso_status predict(comparison *c, MPI_Comm comm, iso_error *err) {
  const size_t n = (size_t)c->n;
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  ISO_TRY(iso_agree(comm, predict_own(c, rank, size, err), err));
  for (int k = 0; k < c->out->members; k++)
    MPI_Allreduce(MPI_IN_PLACE, c->out->predicted + (size_t)k * n, c->n, MPI_DOUBLE, MPI_SUM, comm);
  for (size_t i = 0; i < n; i++) {
    for (int k = 0; k < c->out->members; k++) c->out->mean[i] += c->out->predicted[(size_t)k * n + i];
    c->out->mean[i] /= c->out->members;
  }
  return ISO_OK;
}

/* ---- how far the data are ---- */

/* A row over its errors, which are then independent, each with standard deviation 1. */
static void part(const comparison *c, const double *from, double *row) {
  for (int i = 0; i < c->n; i++) row[i] = from[i] / c->work->sd[i];
  iso_fit_errors_part(&c->work->data, 1, row);
}

static iso_status compare(comparison *c, uint64_t whose, iso_error *err) {
  const int members = c->out->members;
  const size_t n = (size_t)c->n;
  double *data = c->apart + (size_t)members * n, *sd = c->target; /* which is used no more */
  for (int k = 0; k < members; k++) part(c, c->out->predicted + (size_t)k * n, c->apart + (size_t)k * n);
  part(c, c->value, data);
  for (int i = 0; i < c->n; i++) sd[i] = 1;
  return iso_fit_surprise(&c->out->found, members, c->n, c->n, c->apart, data, sd,
                          (uint64_t)c->work->setup.config->fit.seed, whose, err);
}

iso_status iso_fit_expect(iso_expected *out, MPI_Comm comm, iso_fit_work *w, int members, const double *best,
                          const double *z, const double *value, uint64_t whose, iso_error *err) {
  const iso_fit_ecg *ecg = w->data.set[0].ecg;
  comparison c = {.work = w, .out = out, .best = best, .z = z, .value = value, .n = w->data.nused};
  *out = (iso_expected){.members = members};
  c.by = (iso_aligner){.model = &w->model, .data = &w->data, .sd = w->sd, .clock = -1};
  if (ecg) c.by.clock = w->model.at.ecg_clock[ecg->number];
  c.aligns = c.by.clock >= 0;
  if (c.aligns) c.by.sd_ms = w->setup.config->fit.ecgs[ecg->number].clock_sd_ms;
  iso_status status = make_room(&c, err);
  if (status == ISO_OK) status = lay_best(&c, err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = predict(&c, comm, err);
  if (status == ISO_OK) status = iso_agree(comm, compare(&c, whose, err), err);
  free(c.target);
  free(c.own);
  free(c.apart);
  return status;
}

void iso_expected_free(iso_expected *e) {
  free(e->predicted);
  free(e->mean);
  free(e->best);
  *e = (iso_expected){0};
}
