/* Rotation and translation onto the mean. */
#include "anatomy/eigen.h"
#include "anatomy/shape_modes.h"
#include "anatomy/sums.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ROUNDS = 1000 };

/* Of the mean's size, root mean square over nodes: rounding moves a long and thin mesh by less, about 1e-16
 * times its length over its width. */
static const double at_rest = 1e-12;

static void centre_of(const iso_shapes *s, double (*x)[3], double centre[3]) {
  for (int a = 0; a < 3; a++) centre[a] = iso_exact_dot(s->comm, s->n, 3, &x[0][a], NULL) / (double)s->nnodes;
}

static void shift(const iso_shapes *s, double (*x)[3], const double by[3], double sign) {
  for (int64_t i = 0; i < s->n; i++)
    for (int a = 0; a < 3; a++) x[i][a] += sign * by[a];
}

static double square_of(const iso_shapes *s, double (*x)[3]) {
  return iso_exact_dot(s->comm, 3 * s->n, 1, x[0], x[0]) / (double)s->nnodes;
}

/* The rotation of a unit quaternion (w, x, y, z). */
static void rotation_of(const double q[4], double r[3][3]) {
  const double w = q[0], x = q[1], y = q[2], z = q[3];
  const double out[3][3] = {
      {w * w + x * x - y * y - z * z, 2 * (x * y - w * z), 2 * (x * z + w * y)},
      {2 * (x * y + w * z), w * w - x * x + y * y - z * z, 2 * (y * z - w * x)},
      {2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z},
  };
  memcpy(r, out, sizeof out);
}

/* Of both about their centres: what brings from nearest to onto (Horn's section 4). */
static void find_rotation(const iso_shapes *s, double (*from)[3], double (*onto)[3], double r[3][3]) {
  double c[3][3], value[4], vector[4][4];
  for (int a = 0; a < 3; a++)
    for (int b = 0; b < 3; b++) c[a][b] = iso_exact_dot(s->comm, s->n, 3, &from[0][a], &onto[0][b]);
  double m[4][4] = {
      {c[0][0] + c[1][1] + c[2][2], c[1][2] - c[2][1], c[2][0] - c[0][2], c[0][1] - c[1][0]},
      {c[1][2] - c[2][1], c[0][0] - c[1][1] - c[2][2], c[0][1] + c[1][0], c[2][0] + c[0][2]},
      {c[2][0] - c[0][2], c[0][1] + c[1][0], -c[0][0] + c[1][1] - c[2][2], c[1][2] + c[2][1]},
      {c[0][1] - c[1][0], c[2][0] + c[0][2], c[1][2] + c[2][1], -c[0][0] - c[1][1] + c[2][2]},
  };
  iso_symmetric_eigen(4, m[0], value, vector[0]);
  rotation_of(vector[0], r);
}

static void rotate(const iso_shapes *s, double (*x)[3], double r[3][3]) {
  for (int64_t i = 0; i < s->n; i++) {
    const double was[3] = {x[i][0], x[i][1], x[i][2]};
    for (int a = 0; a < 3; a++) x[i][a] = r[a][0] * was[0] + r[a][1] * was[1] + r[a][2] * was[2];
  }
}

static void mean_of(const iso_shapes *s, double (*mean)[3]) {
  for (int64_t i = 0; i < s->n; i++)
    for (int a = 0; a < 3; a++) {
      double sum = 0;
      for (int k = 0; k < s->nmeshes; k++) sum += s->xyz[k][i][a];
      mean[i][a] = sum / s->nmeshes;
    }
}

/* mean becomes that of the meshes turned onto it; how far it went, and its size, both as mean squares. */
static void turn_all(const iso_shapes *s, double (*mean)[3], double (*next)[3], double *moved, double *size) {
  double r[3][3];
  for (int k = 0; k < s->nmeshes; k++) {
    find_rotation(s, s->xyz[k], mean, r);
    rotate(s, s->xyz[k], r);
  }
  mean_of(s, next);
  *size = square_of(s, next);
  for (int64_t i = 0; i < s->n; i++)
    for (int a = 0; a < 3; a++) {
      const double is = next[i][a];
      next[i][a] = is - mean[i][a];
      mean[i][a] = is;
    }
  *moved = square_of(s, next);
}

/* All about their centres; mean begins as the first. */
static iso_status align(const iso_shapes *s, double (*mean)[3], double (*first)[3], double (*room)[3],
                        int *rounds, iso_error *err) {
  double moved = INFINITY, size = 0, r[3][3];
  for (*rounds = 0; *rounds < MOST_ROUNDS && moved > at_rest * at_rest * size; ++*rounds)
    turn_all(s, mean, room, &moved, &size);
  if (moved > at_rest * at_rest * size)
    return iso_fail(err, ISO_EINPUT,
                    "after %d rounds the mean of the meshes still turns: they have no common orientation; "
                    "align them beforehand, and use --align none",
                    (int)MOST_ROUNDS);
  find_rotation(s, mean, first, r);
  for (int k = 0; k < s->nmeshes; k++) rotate(s, s->xyz[k], r);
  return ISO_OK;
}

iso_status iso_shapes_align(iso_shapes *s, int *rounds, iso_error *err) {
  const size_t n = (size_t)s->n;
  double(*mean)[3] = NULL, (*first)[3] = NULL, (*room)[3] = NULL, centre[3], where[3] = {0};
  iso_status status = iso_alloc(&mean, n, sizeof *mean, "a mean shape", err);
  if (status == ISO_OK) status = iso_alloc(&first, n, sizeof *first, "a mean shape", err);
  if (status == ISO_OK) status = iso_alloc(&room, n, sizeof *room, "a mean shape", err);
  status = iso_agree(s->comm, status, err);
  for (int k = 0; k < s->nmeshes && status == ISO_OK; k++) {
    centre_of(s, s->xyz[k], centre);
    shift(s, s->xyz[k], centre, -1);
    if (k == 0) memcpy(where, centre, sizeof where);
  }
  for (int64_t i = 0; i < s->n && status == ISO_OK; i++) {
    memcpy(mean[i], s->xyz[0][i], sizeof *mean);
    memcpy(first[i], s->xyz[0][i], sizeof *first);
  }
  if (status == ISO_OK) status = align(s, mean, first, room, rounds, err);
  for (int k = 0; k < s->nmeshes && status == ISO_OK; k++) shift(s, s->xyz[k], where, 1);
  free(mean);
  free(first);
  free(room);
  return status;
}
