/* The local problem of the eikonal equation: when a wave that reached a point, a segment or a triangle at
 * given times reaches a node opposite to it, straight through one element.
 *
 * With M = D^-1 of the element, |u|^2 = u . M u, and times linear between the corners x_i, the time is
 *     min over y in the facet of t(y) + |x - y|
 * (Hopf and Lax). Where y is inside, the gradient vanishes: with the edges p_k = x_k - x_0 from the first
 * corner, G = p.p, g = p.u, u = x - x_0 and r_k = t_k - t_0,
 *     t = t_0 + r . G^-1 g + h sqrt(1 - r . G^-1 r),    y = x_0 + p . G^-1 (g - r h / sqrt(1 - r . G^-1 r)),
 * h^2 = |u|^2 - g . G^-1 g. Else y is on the facet's boundary, since the function is convex: on one of the
 * sides beyond which that point would be, where the same holds with one edge, or at a corner.
 *
 * Times may be INFINITY: the NaNs that come from it fail every comparison. No tolerance plays a part, and
 * only + - * / and square roots, so the bits are those of any compiler and machine. */
#ifndef ISO_EIKONAL_SIMPLEX_H
#define ISO_EIKONAL_SIMPLEX_H

#include <math.h>

/* Of a symmetric matrix: xx, yy, zz, xy, xz, yz. */
typedef struct iso_metric {
  double m[6];
} iso_metric;

static inline double iso_metric_dot(const iso_metric *metric, const double a[3], const double b[3]) {
  const double *m = metric->m;
  return m[0] * a[0] * b[0] + m[1] * a[1] * b[1] + m[2] * a[2] * b[2] + m[3] * (a[0] * b[1] + a[1] * b[0]) +
         m[4] * (a[0] * b[2] + a[2] * b[0]) + m[5] * (a[1] * b[2] + a[2] * b[1]);
}

/* The lesser; a where b is NaN. */
static inline double iso_least(double a, double b) { return b < a ? b : a; }

/* From a segment: t0, t1 its corners' times, pp = |x_1 - x_0|^2, pu = (x_1 - x_0) . M (x - x_0), uu and vv =
 * |x - x_0|^2 and |x - x_1|^2. *at: how far from x_0 to x_1 the wave comes from, 0 to 1. */
static inline double iso_foot_on_segment(double t0, double t1, double pp, double pu, double uu, double vv,
                                         double *at) {
  const double r = t1 - t0, one = 1 / pp, rest = 1 - r * r * one;
  if (!(rest > 0)) { /* the earlier end runs ahead */
    *at = t1 < t0;
    return t1 < t0 ? t1 + sqrt(vv) : t0 + sqrt(uu);
  }
  const double hh = uu - pu * pu * one, root = sqrt(rest), h = hh > 0 ? sqrt(hh) : 0;
  const double inside = (pu - r * h / root) * one;
  *at = inside > 0 ? inside < 1 ? inside : 1 : 0;
  if (!(inside > 0)) return t0 + sqrt(uu);
  return inside < 1 ? t0 + r * pu * one + h * root : t1 + sqrt(vv);
}

/* A triangle's edges p and q from its first corner and u to a node, by their products. */
typedef struct iso_products {
  double pp, pq, qq, pu, qu, uu;
} iso_products;

/* Sides of a triangle: from its first corner along p, along q, and across from it. */
enum { ISO_SIDE_P = 1, ISO_SIDE_Q = 2, ISO_SIDE_ACROSS = 4, ISO_SIDES = 7 };

/* From the inside of a triangle, with *beyond = 0; else *beyond are the sides beyond which the least would
 * be: it is on one of these. at: where from, x_0 + at[0] p + at[1] q. */
static inline double iso_from_inside(const double t[3], const iso_products *e, int *beyond, double at[2]) {
  const double r = t[1] - t[0], s = t[2] - t[0], det = e->pp * e->qq - e->pq * e->pq, one = 1 / det;
  const double rg = (e->qq * r - e->pq * s) * one, sg = (e->pp * s - e->pq * r) * one; /* G^-1 r */
  const double rest = 1 - (r * rg + s * sg);
  *beyond = ISO_SIDES;
  if (!(rest > 0) || !(det > 0)) return INFINITY;
  const double ug = (e->qq * e->pu - e->pq * e->qu) * one, vg = (e->pp * e->qu - e->pq * e->pu) * one;
  const double hh = e->uu - (e->pu * ug + e->qu * vg), root = sqrt(rest), h = hh > 0 ? sqrt(hh) : 0;
  const double shift = h / root, a = ug - rg * shift, b = vg - sg * shift;
  at[0] = a, at[1] = b;
  *beyond = (b > 0 ? 0 : ISO_SIDE_P) | (a > 0 ? 0 : ISO_SIDE_Q) | (a + b < 1 ? 0 : ISO_SIDE_ACROSS);
  return t[0] + (r * ug + s * vg) + h * root;
}

/* From a triangle with its sides and corners, and where from. The third side begins in x_1, from which the
 * node is u - p and its other end q - p. */
static inline double iso_foot_on_triangle(const double t[3], const iso_products *e, double at[2]) {
  int beyond;
  double best = iso_from_inside(t, e, &beyond, at), one, s;
  if (beyond == 0) return best;
  const double vv = e->uu - 2 * e->pu + e->pp, ww = e->uu - 2 * e->qu + e->qq;
  best = INFINITY;
  at[0] = at[1] = 0;
  if (beyond & ISO_SIDE_P) {
    best = iso_foot_on_segment(t[0], t[1], e->pp, e->pu, e->uu, vv, &s);
    at[0] = s, at[1] = 0;
  }
  if (beyond & ISO_SIDE_Q) {
    one = iso_foot_on_segment(t[0], t[2], e->qq, e->qu, e->uu, ww, &s);
    if (one < best) best = one, at[0] = 0, at[1] = s;
  }
  if (beyond & ISO_SIDE_ACROSS) {
    one =
        iso_foot_on_segment(t[1], t[2], e->pp - 2 * e->pq + e->qq, e->pp - e->pq - e->pu + e->qu, vv, ww, &s);
    if (one < best) best = one, at[0] = 1 - s, at[1] = s;
  }
  return best;
}

static inline double iso_from_whole_triangle(const double t[3], const iso_products *e) {
  double at[2];
  return iso_foot_on_triangle(t, e, at);
}

/* From a facet of n = 1, 2 or 3 corners x at times t. weight [n]: where from, as the mean of the corners with
 * these weights, which sum to 1 and are not negative; they are also how the time goes with those of the
 * corners. */
static inline double iso_foot_on_facet(const iso_metric *metric, int n, const double *const x[3],
                                       const double t[3], const double to[3], double weight[3]) {
  double u[3], p[3], q[3], at[2], time;
  iso_products e = {0};
  for (int d = 0; d < 3; d++) u[d] = to[d] - x[0][d];
  e.uu = iso_metric_dot(metric, u, u);
  weight[0] = 1;
  if (n == 1) return t[0] + sqrt(e.uu);
  for (int d = 0; d < 3; d++) p[d] = x[1][d] - x[0][d];
  e.pp = iso_metric_dot(metric, p, p), e.pu = iso_metric_dot(metric, p, u);
  if (n == 2) {
    time = iso_foot_on_segment(t[0], t[1], e.pp, e.pu, e.uu, e.uu - 2 * e.pu + e.pp, &weight[1]);
    weight[0] = 1 - weight[1];
    return time;
  }
  for (int d = 0; d < 3; d++) q[d] = x[2][d] - x[0][d];
  e.qq = iso_metric_dot(metric, q, q), e.qu = iso_metric_dot(metric, q, u);
  e.pq = iso_metric_dot(metric, p, q);
  time = iso_foot_on_triangle(t, &e, at);
  weight[0] = 1 - at[0] - at[1], weight[1] = at[0], weight[2] = at[1];
  return time;
}

static inline double iso_from_facet(const iso_metric *metric, int n, const double *const x[3],
                                    const double t[3], const double to[3]) {
  double weight[3];
  return iso_foot_on_facet(metric, n, x, t, to, weight);
}

/* The corners across from each of a tetrahedron. */
static const unsigned char iso_across[4][3] = {{1, 2, 3}, {0, 2, 3}, {0, 1, 3}, {0, 1, 2}};

/* Of the face across from node k of a tetrahedron. square: |edge|^2 in the order of iso_shapes: 01, 12, 20,
 * 03, 13, 23. */
static inline iso_products iso_products_across(const double square[6], int k) {
  static const unsigned char edge[4][4] = {{0, 0, 2, 3}, {0, 0, 1, 4}, {2, 1, 0, 5}, {3, 4, 5, 0}};
  const unsigned char *f = iso_across[k];
  const double uu = square[edge[k][f[0]]], pp = square[edge[f[0]][f[1]]], qq = square[edge[f[0]][f[2]]];
  return (iso_products){.uu = uu,
                        .pp = pp,
                        .qq = qq,
                        .pq = 0.5 * (pp + qq - square[edge[f[1]][f[2]]]),
                        .pu = 0.5 * (pp + uu - square[edge[k][f[1]]]),
                        .qu = 0.5 * (qq + uu - square[edge[k][f[2]]])};
}

/* To node k of a tetrahedron from the face across. t: of all four corners. */
static inline double iso_through_tetrahedron(const double square[6], const double t[4], int k) {
  const iso_products e = iso_products_across(square, k);
  const unsigned char *f = iso_across[k];
  return iso_from_whole_triangle((const double[]){t[f[0]], t[f[1]], t[f[2]]}, &e);
}

/* Less than the distance of node k of a tetrahedron from the plane of the face across, by a little more than
 * rounding can be: nothing gets through sooner than this after the face's earliest corner. */
static inline float iso_height_of_tetrahedron(const double square[6], int k) {
  const iso_products e = iso_products_across(square, k);
  const double det = e.pp * e.qq - e.pq * e.pq;
  const double along = e.qq * e.pu * e.pu - 2 * e.pq * e.pu * e.qu + e.pp * e.qu * e.qu;
  const double hh = e.uu - along / det - 1e-10 * e.uu;
  return det > 1e-10 * e.pp * e.qq && hh > 0 ? (float)(sqrt(hh) * (1 - 1e-6)) : 0;
}

#endif
