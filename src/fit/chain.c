#include "fit/chain.h"

#include "base/memory.h"
#include "fit/dense.h"
#include "fit/exponential.h"
#include "fit/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Long ones that forget where they came from, and short ones for where the approximation is bad: b of a step.
 */
static const double length_of[] = {1, 0.5, 0.25};
enum { LENGTHS = sizeof length_of / sizeof *length_of };

static iso_status allocate(iso_chain *c, size_t nz, size_t n, size_t all, iso_error *err) {
  double **const of_numbers[] = {&c->middle, &c->zero, &c->away, &c->next, &c->z};
  double **const of_data[] = {&c->seen, &c->next_seen, &c->drawn};
  for (size_t k = 0; k < sizeof of_numbers / sizeof *of_numbers; k++)
    ISO_TRY(iso_alloc(of_numbers[k], nz, sizeof **of_numbers[k], "members", err));
  for (size_t k = 0; k < sizeof of_data / sizeof *of_data; k++)
    ISO_TRY(iso_alloc(of_data[k], n, sizeof **of_data[k], "members", err));
  ISO_TRY(iso_alloc(&c->slopes, n * nz, sizeof *c->slopes, "members", err));
  ISO_TRY(iso_alloc(&c->normal, nz * nz, sizeof *c->normal, "members", err));
  return iso_alloc(&c->predicted, all, sizeof *c->predicted, "members", err);
}

/* What a step may still gain, of squared standard deviations, where the best heart is found finely. */
#define FINELY 1e-5

iso_status iso_chain_new(iso_chain *out, iso_minimiser *m, const double *best, bool finely,
                         const double *value, const double *sd, int64_t *waves, iso_error *err) {
  const size_t nz = (size_t)m->model->at.n, n = (size_t)m->data->nused;
  iso_status status = ISO_OK;
  iso_minimum minimum = {0};
  *out = (iso_chain){.m = m, .value = value, .sd = sd};
  ISO_TRY(allocate(out, nz, n, n + (size_t)m->data->nheld, err));
  memcpy(out->middle, best, nz * sizeof *best);
  if (finely) {
    m->enough = FINELY;
    status = iso_minimise(m, out->zero, value, sd, out->middle, &minimum, err);
    m->enough = ISO_SETTLED;
  }
  *waves += minimum.waves;
  memcpy(out->slopes, m->slopes, n * nz * sizeof *m->slopes);
  memcpy(out->normal, m->normal, nz * nz * sizeof *m->normal);
  return status;
}

void iso_chain_free(iso_chain *c) {
  free(c->middle);
  free(c->zero);
  free(c->slopes);
  free(c->normal);
  free(c->away);
  free(c->next);
  free(c->z);
  free(c->seen);
  free(c->next_seen);
  free(c->drawn);
  free(c->predicted);
  *c = (iso_chain){0};
}

/* out [nused] = S x */
static void see(const iso_chain *c, const double *x, double *out) {
  const size_t nz = (size_t)c->m->model->at.n, n = (size_t)c->m->data->nused;
  for (size_t k = 0; k < n; k++) {
    const double *row = c->slopes + k * nz;
    out[k] = 0;
    for (size_t i = 0; i < nz; i++) out[k] += row[i] * x[i];
  }
}

/* x [nz] becomes N^-1 (x + S^T y), y [nused] */
static void answer(const iso_chain *c, const double *y, double *x) {
  const size_t nz = (size_t)c->m->model->at.n, n = (size_t)c->m->data->nused;
  for (size_t k = 0; k < n; k++) {
    const double *row = c->slopes + k * nz;
    for (size_t i = 0; i < nz; i++) x[i] += row[i] * y[k];
  }
  iso_solve_factorised((int)nz, c->normal, x);
}

/* ---- a step ---- */

typedef struct draws {
  uint64_t seed, number, next;
} draws;

static double draw(draws *d) { return iso_normal(d->seed, ISO_DRAW_CHAIN, d->number, d->next++); }

static void propose(iso_chain *c, double b, draws *d) {
  const int nz = c->m->model->at.n, n = c->m->data->nused;
  double *y = c->drawn, *image = c->next_seen;
  for (int i = 0; i < nz; i++) c->next[i] = draw(d);
  for (int k = 0; k < n; k++) y[k] = draw(d);
  answer(c, y, c->next);
  see(c, c->next, image); /* what y differs from it by has the distribution of q */
  for (int k = 0; k < n; k++) y[k] = sqrt(b * (2 - b)) * draw(d) + b * (y[k] - image[k] - c->seen[k]);
  memset(c->next, 0, (size_t)nz * sizeof *c->next);
  answer(c, y, c->next);
  for (int i = 0; i < nz; i++) c->next[i] += c->away[i];
}

/* Twice the logarithm of the approximation over the posterior at z, but for a constant. away, seen: z - m,
 * and S times it, which is found. */
static double exceed(const iso_chain *c, const double *z, const double *predicted, const double *away,
                     double *seen) {
  double misfit, penalty, sum = 0;
  iso_minimiser_sums(c->m, c->zero, c->value, c->sd, z, predicted, &misfit, &penalty);
  see(c, away, seen);
  for (int k = 0; k < c->m->data->nused; k++) sum += seen[k] * seen[k];
  for (int i = 0; i < c->m->model->at.n; i++) sum += away[i] * away[i];
  return misfit + penalty - sum;
}

static void swap(double **a, double **b) {
  double *was = *a;
  *a = *b, *b = was;
}

iso_status iso_chain_run(iso_chain *c, uint64_t seed, uint64_t number, double *z, double *predicted,
                         int64_t *taken, iso_error *err) {
  const size_t nz = (size_t)c->m->model->at.n, all = (size_t)(c->m->data->nused + c->m->data->nheld);
  draws d = {seed, number, 0};
  for (size_t i = 0; i < nz; i++) c->away[i] = z[i] - c->middle[i];
  double excess = exceed(c, z, predicted, c->away, c->seen);
  for (int step = 0; step < ISO_CHAIN_STEPS; step++) {
    propose(c, length_of[step % LENGTHS], &d);
    for (size_t i = 0; i < nz; i++) c->z[i] = c->middle[i] + c->next[i];
    ISO_TRY(iso_fit_model_run(c->m->model, c->z, err));
    iso_fit_data_predict(c->m->data, c->m->model, c->z, c->predicted);
    const double found = exceed(c, c->z, c->predicted, c->next, c->next_seen);
    if (!(iso_uniform(seed, ISO_DRAW_ACCEPTED, number, (uint64_t)step) < iso_fit_exp((excess - found) / 2)))
      continue;
    excess = found;
    memcpy(z, c->z, nz * sizeof *z);
    memcpy(predicted, c->predicted, all * sizeof *predicted);
    swap(&c->away, &c->next);
    swap(&c->seen, &c->next_seen);
    *taken += 1;
  }
  return ISO_OK;
}
