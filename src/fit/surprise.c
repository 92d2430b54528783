#include "fit/surprise.h"

#include "base/memory.h"
#include "fit/dense.h"
#include "fit/random.h"

#include <math.h>
#include <stdlib.h>

typedef struct crowd {
  int members, n, stride;
  const double *predicted, *sd;
  int left_out;         /* -1: none */
  int rows;             /* members that are in */
  double *mean;         /* [n] */
  double *row;          /* [members][n] deviations over sd and the root of rows - 1 */
  double *normal;       /* [members][members] the factor of 1 + row row^T */
  double *rest, *along; /* [n], [members]: room */
} crowd;

static double at(const crowd *c, int member, int k) {
  return c->predicted[(size_t)member * (size_t)c->stride + (size_t)k];
}

/* 1 + row row^T, its lower half. */
static void multiply(crowd *c) {
  const size_t n = (size_t)c->n, rows = (size_t)c->rows;
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j <= i; j++) {
      double sum = i == j;
      for (size_t k = 0; k < n; k++) sum += c->row[i * n + k] * c->row[j * n + k];
      c->normal[i * rows + j] = sum;
    }
}

static iso_status gather(crowd *c, int left_out, iso_error *err) {
  const int in = c->members - (left_out >= 0);
  c->left_out = left_out, c->rows = 0;
  for (int k = 0; k < c->n; k++) {
    double sum = 0;
    for (int m = 0; m < c->members; m++)
      if (m != left_out) sum += at(c, m, k);
    c->mean[k] = sum / in;
  }
  for (int m = 0; m < c->members; m++) {
    if (m == left_out) continue;
    double *row = c->row + (size_t)c->rows++ * (size_t)c->n;
    for (int k = 0; k < c->n; k++) row[k] = (at(c, m, k) - c->mean[k]) / c->sd[k] / sqrt(in - 1);
  }
  multiply(c);
  if (iso_factorise(c->rows, c->normal)) return ISO_OK;
  return iso_fail(err, ISO_EFAIL, "what members predict is no number; this is a bug: please report it");
}

/* r^T (1 + row^T row)^-1 r of c->rest, by the identity of Woodbury. */
static double distance(crowd *c) {
  double all = 0, known = 0;
  for (int k = 0; k < c->n; k++) all += c->rest[k] * c->rest[k];
  double *solved = c->along + c->rows;
  for (int i = 0; i < c->rows; i++) {
    const double *row = c->row + (size_t)i * (size_t)c->n;
    c->along[i] = 0;
    for (int k = 0; k < c->n; k++) c->along[i] += row[k] * c->rest[k];
    solved[i] = c->along[i];
  }
  iso_solve_factorised(c->rows, c->normal, solved);
  for (int i = 0; i < c->rows; i++) known += c->along[i] * solved[i];
  return all - known;
}

static double distance_of(crowd *c, const double *value) {
  for (int k = 0; k < c->n; k++) c->rest[k] = (value[k] - c->mean[k]) / c->sd[k];
  return distance(c);
}

static double distance_of_member(crowd *c, int m, uint64_t seed, uint64_t number) {
  for (int k = 0; k < c->n; k++)
    c->rest[k] =
        (at(c, m, k) - c->mean[k]) / c->sd[k] + iso_normal(seed, ISO_DRAW_REPEATED, number, (uint64_t)k);
  return distance(c);
}

static iso_status count(crowd *c, const double *value, uint64_t seed, uint64_t whose, iso_surprise *out,
                        iso_error *err) {
  int64_t farther = 0;
  ISO_TRY(gather(c, -1, err));
  const double own = distance_of(c, value);
  double most = 0;
  for (int m = 0; m < c->members; m++) {
    ISO_TRY(gather(c, m, err));
    const double there = distance_of(c, value); /* in the member's place */
    for (int r = 0; r < ISO_REPEATS; r++) {
      const uint64_t number = (whose << 20 | (uint64_t)m) * ISO_REPEATS + (uint64_t)r;
      const double its = distance_of_member(c, m, seed, number);
      farther += its >= there;
      most = fmax(most, its);
    }
  }
  *out = (iso_surprise){(1 + (double)farther / ISO_REPEATS) / (c->members + 1), sqrt(own), sqrt(most)};
  return ISO_OK;
}

iso_status iso_fit_surprise(iso_surprise *out, int members, int n, int stride, const double *predicted,
                            const double *value, const double *sd, uint64_t seed, uint64_t whose,
                            iso_error *err) {
  const size_t rows = (size_t)members;
  crowd c = {.members = members, .n = n, .stride = stride, .predicted = predicted, .sd = sd};
  iso_status status = iso_alloc(&c.mean, (size_t)n, sizeof *c.mean, "a comparison", err);
  if (status == ISO_OK) status = iso_alloc(&c.row, rows * (size_t)n, sizeof *c.row, "a comparison", err);
  if (status == ISO_OK) status = iso_alloc(&c.normal, rows * rows, sizeof *c.normal, "a comparison", err);
  if (status == ISO_OK) status = iso_alloc(&c.rest, (size_t)n, sizeof *c.rest, "a comparison", err);
  if (status == ISO_OK) status = iso_alloc(&c.along, 2 * rows, sizeof *c.along, "a comparison", err);
  if (status == ISO_OK) status = count(&c, value, seed, whose, out, err);
  free(c.mean);
  free(c.row);
  free(c.normal);
  free(c.rest);
  free(c.along);
  return status;
}
