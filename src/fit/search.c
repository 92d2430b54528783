#include "fit/search.h"

#include "base/memory.h"
#include "fit/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct search {
  iso_minimiser *m;
  MPI_Comm comm;
  const double *zero, *value, *sd;
  int nz;
  uint64_t seed, whose;
  double tried[ISO_TRIED];  /* both sums of each draw */
  double *start;            /* [ISO_STARTS][nz] z 0 first, then the best draws, the best first */
  double least[ISO_STARTS]; /* what was found from there; INFINITY: there is no such draw */
  double *drawn;            /* [nz] */
} search;

static bool has_ecg(const iso_fit_data *data) {
  for (int s = 0; s < data->nsets; s++)
    if (data->set[s].ecg) return true;
  return false;
}

/* Both sums of a heart as it is. */
static iso_status weigh(const search *s, const double *z, double *sum, iso_error *err) {
  iso_minimiser *m = s->m;
  double misfit, penalty;
  ISO_TRY(iso_fit_model_run(m->model, z, err));
  iso_fit_data_predict(m->data, m->model, z, m->next);
  iso_minimiser_sums(m, s->zero, s->value, s->sd, z, m->next, &misfit, &penalty);
  *sum = misfit + penalty;
  return ISO_OK;
}

static void draw(const search *s, int k, double *z) {
  for (int i = 0; i < s->nz; i++)
    z[i] = iso_normal(s->seed, ISO_DRAW_START, s->whose << 20 | (uint64_t)k, (uint64_t)i);
}

/* Numbers [n] of which each is on one rank, and all bits 0 on the others: they stay what they are. */
static void share(const search *s, double *number, int n) {
  MPI_Allreduce(MPI_IN_PLACE, number, n * (int)sizeof *number, MPI_BYTE, MPI_BOR, s->comm);
}

static iso_status try_own(search *s, int rank, int size, iso_error *err) {
  for (int k = rank; k < ISO_TRIED; k += size) {
    draw(s, k, s->drawn);
    ISO_TRY(weigh(s, s->drawn, &s->tried[k], err));
  }
  return ISO_OK;
}

/* The best of what was tried, of two alike the earlier one. */
static void choose(search *s) {
  bool taken[ISO_TRIED] = {false};
  for (int k = 1; k < ISO_STARTS; k++) {
    int best = -1;
    for (int i = 0; i < ISO_TRIED; i++)
      if (!taken[i] && s->tried[i] < (best < 0 ? INFINITY : s->tried[best])) best = i;
    s->least[k] = best < 0 ? INFINITY : 0;
    if (best < 0) continue;
    taken[best] = true;
    draw(s, best, s->start + (size_t)k * (size_t)s->nz);
  }
}

/* Of the others only zeros stay. */
static iso_status go_from_own(search *s, int rank, int size, int counts[2], iso_error *err) {
  for (int k = 0; k < ISO_STARTS; k++) {
    double *z = s->start + (size_t)k * (size_t)s->nz;
    iso_minimum found;
    const bool own = k % size == rank;
    if (!own) s->least[k] = 0;
    if (!own || s->least[k] == INFINITY) {
      memset(z, 0, (size_t)s->nz * sizeof *z);
      continue;
    }
    ISO_TRY(iso_minimise(s->m, s->zero, s->value, s->sd, z, &found, err));
    s->least[k] = found.misfit + found.penalty;
    counts[0] += found.waves, counts[1] += found.steps;
  }
  return ISO_OK;
}

static iso_status find(search *s, double *z, iso_minimum *out, iso_error *err) {
  const size_t n = (size_t)s->nz;
  int rank, size, counts[2] = {0, 0}, best = -1;
  MPI_Comm_rank(s->comm, &rank);
  MPI_Comm_size(s->comm, &size);
  iso_status status = iso_alloc(&s->start, ISO_STARTS * n, sizeof *s->start, "a search", err);
  if (status == ISO_OK) status = iso_alloc(&s->drawn, n, sizeof *s->drawn, "a search", err);
  if (status == ISO_OK) status = try_own(s, rank, size, err);
  ISO_TRY(iso_agree(s->comm, status, err));
  share(s, s->tried, ISO_TRIED);
  choose(s);
  ISO_TRY(iso_agree(s->comm, go_from_own(s, rank, size, counts, err), err));
  share(s, s->start, (int)(ISO_STARTS * n));
  share(s, s->least, ISO_STARTS);
  MPI_Allreduce(MPI_IN_PLACE, counts, 2, MPI_INT, MPI_SUM, s->comm);
  for (int k = 0; k < ISO_STARTS; k++)
    if (s->least[k] < (best < 0 ? INFINITY : s->least[best])) best = k;
  if (best >= 0) memcpy(z, s->start + (size_t)best * n, n * sizeof *z);
  *out = (iso_minimum){.waves = ISO_TRIED + counts[0], .steps = counts[1]};
  return ISO_OK;
}

iso_status iso_fit_search(MPI_Comm comm, iso_minimiser *m, const double *zero, const double *value,
                          const double *sd, uint64_t seed, uint64_t whose, double *z, iso_minimum *out,
                          iso_error *err) {
  search s = {.m = m,
              .comm = comm,
              .zero = zero,
              .value = value,
              .sd = sd,
              .nz = m->model->at.n,
              .seed = seed,
              .whose = whose};
  iso_minimum before = {0};
  iso_status status = ISO_OK;
  *out = (iso_minimum){0};
  for (int i = 0; i < s.nz; i++) z[i] = 0;
  if (has_ecg(m->data)) status = find(&s, z, &before, err);
  free(s.start);
  free(s.drawn);
  if (status == ISO_OK) status = iso_agree(comm, iso_minimise(m, zero, value, sd, z, out, err), err);
  out->waves += before.waves, out->steps += before.steps;
  return status;
}
