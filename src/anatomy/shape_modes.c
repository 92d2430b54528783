#include "anatomy/shape_modes.h"

#include "anatomy/eigen.h"
#include "anatomy/sums.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

/* Of all variance: eigenvalues are right to about 1e-16 of the largest, so that a mode's direction is right
 * to 1e-6 and better. */
static const double least_share = 1e-10;

/* Of the mesh's size: coordinates are rounded to 1e-16 of it, and those of files to more. */
static const double least_sd = 1e-12;

typedef struct work {
  iso_shapes *shapes; /* from split on, what each differs from the mean */
  iso_shape_modes *out;
  double *product, *value, *vector; /* [nmeshes][nmeshes], [nmeshes], [nmeshes][nmeshes] */
} work;

/* Not collective. */
static iso_status make_rows(int rows, int64_t n, double (***out)[3], iso_error *err) {
  ISO_TRY(iso_alloc(out, (size_t)rows, sizeof **out, "shapes", err));
  for (int k = 0; k < rows; k++) ISO_TRY(iso_alloc(&(*out)[k], (size_t)n, sizeof ***out, "shapes", err));
  return ISO_OK;
}

static void free_rows(int rows, double (**row)[3]) {
  for (int k = 0; row && k < rows; k++) free(row[k]);
  free(row);
}

/* Not collective. */
static iso_status make_room(work *w, iso_error *err) {
  const size_t n = (size_t)w->shapes->nmeshes;
  ISO_TRY(iso_alloc(&w->out->mean, (size_t)w->shapes->n, sizeof *w->out->mean, "a mean shape", err));
  ISO_TRY(iso_alloc(&w->product, n * n, sizeof *w->product, "products of shapes", err));
  ISO_TRY(iso_alloc(&w->value, n, sizeof *w->value, "products of shapes", err));
  return iso_alloc(&w->vector, n * n, sizeof *w->vector, "products of shapes", err);
}

static void split(work *w) {
  const iso_shapes *s = w->shapes;
  for (int64_t i = 0; i < s->n; i++)
    for (int a = 0; a < 3; a++) {
      double sum = 0;
      for (int k = 0; k < s->nmeshes; k++) sum += s->xyz[k][i][a];
      const double mean = w->out->mean[i][a] = sum / s->nmeshes;
      for (int k = 0; k < s->nmeshes; k++) s->xyz[k][i][a] -= mean;
    }
}

static double multiply(const iso_shapes *s, double (*x)[3], double (*y)[3]) {
  return iso_exact_dot(s->comm, 3 * s->n, 1, x[0], y[0]);
}

/* The sum of all squares. */
static double find_products(work *w) {
  const int n = w->shapes->nmeshes;
  double total = 0;
  for (int j = 0; j < n; j++) {
    for (int k = 0; k <= j; k++)
      w->product[j * n + k] = w->product[k * n + j] =
          multiply(w->shapes, w->shapes->xyz[j], w->shapes->xyz[k]);
    total += w->product[j * n + j];
  }
  return total;
}

/* The farthest coordinate from the origin of the mean, on any rank. */
static double size_of(const work *w) {
  double most = 0;
  for (int64_t i = 0; i < w->shapes->n; i++)
    for (int a = 0; a < 3; a++) most = fmax(most, fabs(w->out->mean[i][a]));
  MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_DOUBLE, MPI_MAX, w->shapes->comm);
  return most;
}

/* Eigenvectors have no sign of their own. */
static double sign_of(const work *w, int k) {
  const int n = w->shapes->nmeshes;
  for (int j = 0; j < n; j++)
    if (fabs(w->vector[k * n + j]) > 1e-6) return w->vector[k * n + j] < 0 ? -1 : 1;
  return 1;
}

/* What the meshes' differences add up to with the weights of eigenvector k. */
static void add_up(work *w, int k) {
  const iso_shapes *s = w->shapes;
  iso_shape_modes *m = w->out;
  const double *weight = w->vector + k * s->nmeshes, sign = sign_of(w, k);
  for (int64_t i = 0; i < s->n; i++)
    for (int a = 0; a < 3; a++) {
      double sum = 0;
      for (int j = 0; j < s->nmeshes; j++) sum += weight[j] * s->xyz[j][i][a];
      m->mode[k][i][a] = sign * sum;
    }
  for (int j = 0; j < s->nmeshes; j++)
    m->score[j * m->nmodes + k] = sign * weight[j] * sqrt(s->nmeshes - 1.0);
}

/* By the length of the mode itself, which is right to rounding where its eigenvalue is to that of the
 * largest. */
static void scale(work *w, int k, double total) {
  const iso_shapes *s = w->shapes;
  iso_shape_modes *m = w->out;
  const double square = multiply(s, m->mode[k], m->mode[k]), rms = sqrt(square / (double)s->nnodes);
  for (int64_t i = 0; i < s->n; i++)
    for (int a = 0; a < 3; a++) m->mode[k][i][a] /= rms;
  m->sd[k] = rms / sqrt(s->nmeshes - 1.0);
  m->share[k] = square / total;
}

static iso_status find_modes(work *w, int most, iso_error *err) {
  const iso_shapes *s = w->shapes;
  iso_shape_modes *m = w->out;
  split(w);
  const double total = find_products(w), size = size_of(w);
  if (!(total / ((double)s->nnodes * s->nmeshes) > least_sd * least_sd * size * size))
    return iso_fail(err, ISO_EINPUT, "the meshes do not differ in shape; there are no modes");
  iso_symmetric_eigen(s->nmeshes, w->product, w->value, w->vector);
  while (m->nmodes < most && m->nmodes < s->nmeshes - 1 && w->value[m->nmodes] > least_share * total)
    m->nmodes++;
  const size_t n = (size_t)m->nmodes;
  iso_status status = make_rows(m->nmodes, s->n, &m->mode, err);
  if (status == ISO_OK) status = iso_alloc(&m->sd, n, sizeof *m->sd, "shapes", err);
  if (status == ISO_OK) status = iso_alloc(&m->share, n, sizeof *m->share, "shapes", err);
  if (status == ISO_OK)
    status = iso_alloc(&m->score, n * (size_t)s->nmeshes, sizeof *m->score, "shapes", err);
  ISO_TRY(iso_agree(s->comm, status, err));
  for (int k = 0; k < m->nmodes; k++) {
    add_up(w, k);
    scale(w, k, total);
  }
  return ISO_OK;
}

iso_status iso_shape_modes_new(iso_shape_modes *out, iso_shapes *shapes, int most, iso_error *err) {
  *out = (iso_shape_modes){.nmeshes = shapes->nmeshes};
  work w = {.shapes = shapes, .out = out};
  iso_status status = iso_agree(shapes->comm, make_room(&w, err), err);
  if (status == ISO_OK) status = find_modes(&w, most, err);
  free(w.product);
  free(w.value);
  free(w.vector);
  return status;
}

void iso_shape_modes_free(iso_shape_modes *modes) {
  free(modes->mean);
  free_rows(modes->nmodes, modes->mode);
  free(modes->sd);
  free(modes->share);
  free(modes->score);
  *modes = (iso_shape_modes){0};
}
