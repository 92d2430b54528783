#include "anatomy/strip.h"

#include "base/ascending.h"
#include "base/memory.h"
#include "grid/geometry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char what[] = "a strip of tissue";

/* ---- the other side of the wall ---- */

static bool has_node(const int32_t face[3], int64_t node) {
  return face[0] == node || face[1] == node || face[2] == node;
}

/* Where a way from a point meets a face, INFINITY where it does not; faces that the point is on are none.
 * Moeller and Trumbore, J Graph Tools 2:21, 1997. */
static double meet_face(const iso_hull *hull, const int32_t face[3], const iso_path_point *from) {
  const double room = 1e-9; /* so that a way between two faces does not slip through */
  double a[3], b[3], to[3], p[3], q[3];
  if (has_node(face, from->low) || has_node(face, from->high)) return INFINITY;
  iso_subtract(hull->xyz[face[1]], hull->xyz[face[0]], a);
  iso_subtract(hull->xyz[face[2]], hull->xyz[face[0]], b);
  iso_subtract(from->at_mm, hull->xyz[face[0]], to);
  iso_cross(from->inward, b, p);
  const double whole = iso_dot(a, p);
  if (whole == 0) return INFINITY;
  const double u = iso_dot(to, p) / whole;
  iso_cross(to, a, q);
  const double v = iso_dot(from->inward, q) / whole, t = iso_dot(b, q) / whole;
  return u >= -room && v >= -room && u + v <= 1 + room && t > 0 ? t : INFINITY;
}

static double find_exit(const iso_hull *hull, const iso_path_point *from) {
  double least = INFINITY;
  for (int64_t f = 0; f < hull->nfaces; f++) least = fmin(least, meet_face(hull, hull->face[f], from));
  return least;
}

/* sorted: room for [n]. */
static void go_through(iso_strip *s, const iso_hull *hull, const iso_surface_path *path, double *sorted) {
  for (int64_t i = 0; i < s->n; i++) sorted[i] = s->depth_mm[i] = find_exit(hull, &path->point[i]);
  qsort(sorted, (size_t)s->n, sizeof *sorted, iso_ascending_double);
  const double most = 2 * sorted[s->n / 2];
  for (int64_t i = 0; i < s->n; i++) s->depth_mm[i] = fmin(s->depth_mm[i], most);
}

iso_status iso_strip_new(iso_strip *out, const iso_hull *hull, const iso_surface_path *path, double depth_mm,
                         iso_error *err) {
  const size_t n = (size_t)path->n;
  double *sorted = NULL;
  *out = (iso_strip){.n = path->n};
  ISO_TRY(iso_alloc(&out->top, n, sizeof *out->top, what, err));
  ISO_TRY(iso_alloc(&out->inward, n, sizeof *out->inward, what, err));
  ISO_TRY(iso_alloc(&out->depth_mm, n, sizeof *out->depth_mm, what, err));
  ISO_TRY(iso_alloc(&sorted, n, sizeof *sorted, what, err));
  for (size_t i = 0; i < n; i++) {
    memcpy(out->top[i], path->point[i].at_mm, sizeof out->top[i]);
    memcpy(out->inward[i], path->point[i].inward, sizeof out->inward[i]);
    out->depth_mm[i] = depth_mm;
  }
  if (isinf(depth_mm)) go_through(out, hull, path, sorted);
  for (size_t i = 0; i < n; i++)
    if (isinf(out->depth_mm[i]) || iso_length(out->inward[i]) == 0) out->depth_mm[i] = 0;
  free(sorted);
  return ISO_OK;
}

void iso_strip_free(iso_strip *s) {
  free(s->top);
  free(s->inward);
  free(s->depth_mm);
  *s = (iso_strip){0};
}

/* ---- distances ---- */

static void end_of(const iso_strip *s, int64_t i, double out[3]) {
  for (int d = 0; d < 3; d++) out[d] = s->top[i][d] + s->depth_mm[i] * s->inward[i][d];
}

/* The parts of b and c in the point of the triangle a b c that is nearest to a place; on a side where the
 * triangle has no area. C. Ericson, Real-Time Collision Detection, 2005, section 5.1.5. */
static void nearest_on_triangle(const double a[3], const double b[3], const double c[3], const double at[3],
                                double *u, double *v) {
  double ab[3], ac[3], to[3];
  iso_subtract(b, a, ab);
  iso_subtract(c, a, ac);
  iso_subtract(at, a, to);
  const double d1 = iso_dot(ab, to), d2 = iso_dot(ac, to), bb = iso_dot(ab, ab), cc = iso_dot(ac, ac),
               bc = iso_dot(ab, ac);
  const double d3 = d1 - bb, d4 = d2 - bc, d5 = d1 - bc, d6 = d2 - cc; /* the same from b and from c */
  const double va = d3 * d6 - d5 * d4, vb = d5 * d2 - d1 * d6, vc = d1 * d4 - d3 * d2;
  *u = *v = 0;
  if (d1 <= 0 && d2 <= 0) return;
  if (d3 >= 0 && d4 <= d3) {
    *u = 1;
  } else if (vc <= 0 && d1 >= 0 && d3 <= 0 && bb > 0) {
    *u = d1 / (d1 - d3);
  } else if (d6 >= 0 && d5 <= d6) {
    *v = 1;
  } else if (vb <= 0 && d2 >= 0 && d6 <= 0) {
    *v = d2 / (d2 - d6);
  } else if (va <= 0 && d4 - d3 >= 0 && d5 - d6 >= 0) {
    *v = (d4 - d3) / (d4 - d3 + d5 - d6);
    *u = 1 - *v;
  } else {
    *u = vb / (va + vb + vc);
    *v = vc / (va + vb + vc);
  }
}

/* Least distance to one triangle, and how far along the path from way i to the next that is. */
typedef struct nearest {
  double square, along;
  int64_t way;
} nearest;

static void look_at(nearest *best, const double a[3], const double b[3], const double c[3],
                    const double at[3], int64_t way, const double along[3]) {
  double u, v, off[3];
  nearest_on_triangle(a, b, c, at, &u, &v);
  for (int d = 0; d < 3; d++) off[d] = at[d] - (a[d] + u * (b[d] - a[d]) + v * (c[d] - a[d]));
  const double square = iso_dot(off, off);
  if (square < best->square)
    *best = (nearest){square, (1 - u - v) * along[0] + u * along[1] + v * along[2], way};
}

double iso_strip_distance(const iso_strip *s, const double at[3], double *deep) {
  nearest best = {.square = INFINITY};
  for (int64_t i = 0; i + 1 < s->n || i == 0; i++) {
    const int64_t j = i + 1 < s->n ? i + 1 : i;
    double end[3], next[3];
    end_of(s, i, end);
    end_of(s, j, next);
    look_at(&best, s->top[i], end, s->top[j], at, i, (double[]){0, 0, 1});
    look_at(&best, s->top[j], end, next, at, i, (double[]){1, 0, 1});
  }
  const int64_t i = best.way, j = i + 1 < s->n ? i + 1 : i;
  *deep = 0;
  for (int d = 0; d < 3; d++) {
    const double w = best.along, top = (1 - w) * s->top[i][d] + w * s->top[j][d];
    *deep += (at[d] - top) * ((1 - w) * s->inward[i][d] + w * s->inward[j][d]);
  }
  return sqrt(best.square);
}

void iso_strip_bounds(const iso_strip *s, double low[3], double high[3]) {
  for (int d = 0; d < 3; d++) low[d] = INFINITY, high[d] = -INFINITY;
  for (int64_t i = 0; i < s->n; i++) {
    double end[3];
    end_of(s, i, end);
    for (int d = 0; d < 3; d++) {
      low[d] = fmin(low[d], fmin(s->top[i][d], end[d]));
      high[d] = fmax(high[d], fmax(s->top[i][d], end[d]));
    }
  }
}
