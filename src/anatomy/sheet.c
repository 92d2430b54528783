#include "anatomy/sheet.h"

#include "base/memory.h"
#include "grid/geometry.h"
#include "grid/share/whole.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const purpose = "a surface";

/* ---- from a slice ---- */

static iso_status refuse_others(MPI_Comm comm, const iso_slice *slice, const char *name, iso_error *err) {
  int64_t others = 0;
  for (int64_t e = 0; e < slice->nelem; e++) others += slice->shape[e] != ISO_TRIANGLE;
  MPI_Allreduce(MPI_IN_PLACE, &others, 1, MPI_INT64_T, MPI_SUM, comm);
  if (others == 0 && slice->nelems > 0) return ISO_OK;
  return iso_fail(err, ISO_EINPUT,
                  "%s: %lld of its %lld elements are no triangles, which a surface is made of", name,
                  (long long)others, (long long)slice->nelems);
}

static iso_status take(iso_sheet *s, MPI_Comm comm, const iso_slice *slice, iso_error *err) {
  int64_t(*mine)[3] = NULL;
  iso_status status = iso_alloc(&mine, (size_t)slice->nelem, sizeof *mine, purpose, err);
  status = iso_agree(comm, status, err);
  for (int64_t e = 0; e < slice->nelem && status == ISO_OK; e++)
    for (int k = 0; k < 3; k++) mine[e][k] = slice->conn[e * slice->width + k];
  if (status == ISO_OK)
    status =
        iso_gather_whole(comm, slice->nelem, mine, sizeof *mine, purpose, &s->ntriangle, &s->triangle, err);
  free(mine);
  ISO_TRY(status);
  return iso_gather_whole(comm, slice->nnode, slice->xyz, sizeof *slice->xyz, purpose, &s->nnode, &s->xyz,
                          err);
}

typedef struct {
  int64_t low, high, triangle;
  int corner;
} side;

static int by_nodes(const void *a, const void *b) {
  const side *s = a, *t = b;
  if (s->low != t->low) return s->low < t->low ? -1 : 1;
  return s->high < t->high ? -1 : s->high > t->high;
}

static iso_status find_rim(iso_sheet *s, iso_error *err) {
  const int64_t n = 3 * s->ntriangle;
  side *all = NULL;
  ISO_TRY(iso_alloc(&s->rim, (size_t)s->ntriangle, 1, purpose, err));
  ISO_TRY(iso_alloc(&all, (size_t)n, sizeof *all, purpose, err));
  for (int64_t i = 0; i < n; i++) {
    const int64_t a = s->triangle[i / 3][i % 3], b = s->triangle[i / 3][(i + 1) % 3];
    all[i] = (side){a < b ? a : b, a < b ? b : a, i / 3, (int)(i % 3)};
  }
  qsort(all, (size_t)n, sizeof *all, by_nodes);
  for (int64_t i = 0, j; i < n; i = j) {
    for (j = i + 1; j < n && by_nodes(&all[i], &all[j]) == 0;) j++;
    if (j == i + 1) s->rim[all[i].triangle] |= (uint8_t)(1 << all[i].corner);
  }
  free(all);
  return ISO_OK;
}

static iso_status find_balls(iso_sheet *s, iso_error *err) {
  ISO_TRY(iso_alloc(&s->ball, (size_t)s->ntriangle, sizeof *s->ball, purpose, err));
  for (int64_t t = 0; t < s->ntriangle; t++) {
    const int64_t *node = s->triangle[t];
    for (int d = 0; d < 3; d++)
      s->ball[t][d] = (s->xyz[node[0]][d] + s->xyz[node[1]][d] + s->xyz[node[2]][d]) / 3;
    for (int k = 0; k < 3; k++) {
      const double far = iso_distance(s->ball[t], s->xyz[node[k]]);
      if (far > s->ball[t][3]) s->ball[t][3] = far;
    }
  }
  return ISO_OK;
}

iso_status iso_sheet_new(iso_sheet *s, MPI_Comm comm, const iso_slice *slice, const char *name,
                         iso_error *err) {
  *s = (iso_sheet){0};
  iso_status status = refuse_others(comm, slice, name, err);
  if (status == ISO_OK) status = take(s, comm, slice, err);
  if (status == ISO_OK) {
    status = find_rim(s, err);
    if (status == ISO_OK) status = find_balls(s, err);
    status = iso_agree(comm, status, err);
  }
  if (status != ISO_OK) iso_sheet_free(s);
  return status;
}

void iso_sheet_free(iso_sheet *s) {
  free(s->xyz);
  free(s->triangle);
  free(s->rim);
  free(s->ball);
  *s = (iso_sheet){0};
}

/* ---- the nearest place ---- */

/* The place of a segment nearest to x. */
static void nearest_of_segment(const double a[3], const double b[3], const double x[3], double out[3]) {
  double along[3], from[3];
  iso_subtract(b, a, along);
  iso_subtract(x, a, from);
  const double square = iso_dot(along, along);
  double t = square > 0 ? iso_dot(from, along) / square : 0;
  t = t < 0 ? 0 : t > 1 ? 1 : t;
  for (int d = 0; d < 3; d++) out[d] = a[d] + t * along[d];
}

/* Into *best, where the triangle has a nearer place: the foot of the perpendicular if it is inside, else the
 * nearest one of the edges. */
static void look_at(const iso_sheet *s, int64_t t, const double x[3], iso_foot *best) {
  const double *p[3], *a = s->xyz[s->triangle[t][0]];
  double u[3], v[3], w[3], normal[3], foot[3];
  for (int k = 0; k < 3; k++) p[k] = s->xyz[s->triangle[t][k]];
  iso_subtract(p[1], a, u);
  iso_subtract(p[2], a, v);
  iso_subtract(x, a, w);
  iso_cross(u, v, normal);
  const double area = sqrt(iso_dot(normal, normal));
  if (!(area > 0)) return;
  for (int d = 0; d < 3; d++) normal[d] /= area;
  const double height = iso_dot(w, normal);
  for (int d = 0; d < 3; d++) foot[d] = x[d] - height * normal[d];
  bool inside = true;
  for (int k = 0; k < 3; k++) {
    double edge[3], to[3], turn[3];
    iso_subtract(p[(k + 1) % 3], p[k], edge);
    iso_subtract(foot, p[k], to);
    iso_cross(edge, to, turn);
    inside &= iso_dot(turn, normal) >= 0;
  }
  for (int k = 0; k < (inside ? 1 : 3); k++) {
    if (!inside) nearest_of_segment(p[k], p[(k + 1) % 3], x, foot);
    const double distance = iso_distance(foot, x);
    if (!(distance < best->distance)) continue;
    best->distance = distance;
    best->on_rim = !inside && (s->rim[t] >> k & 1);
    memcpy(best->x, foot, sizeof foot);
    memcpy(best->normal, normal, sizeof normal);
  }
}

iso_foot iso_sheet_nearest(const iso_sheet *s, const double x[3]) {
  iso_foot best = {.distance = INFINITY};
  for (int64_t t = 0; t < s->ntriangle; t++)
    if (iso_distance(s->ball[t], x) - s->ball[t][3] < best.distance) look_at(s, t, x, &best);
  return best;
}

bool iso_sheet_lay_down(double v[3], const double normal[3]) {
  const double up = iso_dot(v, normal);
  for (int d = 0; d < 3; d++) v[d] -= up * normal[d];
  const double length = iso_length(v);
  if (!(length > 1e-12)) return false;
  for (int d = 0; d < 3; d++) v[d] /= length;
  return true;
}
