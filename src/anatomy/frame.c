#include "anatomy/frame.h"

#include "grid/geometry.h"

#include <math.h>
#include <string.h>

#define DEGREE (3.14159265358979323846 / 180)

static void scale(double v[3], double factor) {
  for (int d = 0; d < 3; d++) v[d] *= factor;
}

/* Whether v had a direction, in which it is a unit vector then. */
static int normalise(double v[3]) {
  double most = 0;
  for (int d = 0; d < 3; d++) most = fmax(most, fabs(v[d]));
  if (!(most > 0) || !isfinite(most)) return 0;
  scale(v, 1 / most); /* so that squares neither overflow nor vanish */
  scale(v, 1 / iso_length(v));
  return 1;
}

/* What of v is across the unit vector u; twice, so that little of v across u is so to rounding, too. Whether
 * anything is. */
static int across(double v[3], const double u[3]) {
  if (!normalise(v)) return 0;
  for (int again = 0; again < 2; again++) {
    const double along = iso_dot(u, v);
    for (int d = 0; d < 3; d++) v[d] -= along * u[d];
    if (again == 0 && !(iso_length(v) > 1e-12)) return 0;
    normalise(v);
  }
  return 1;
}

/* The coordinate axis that is the least along u, across it. */
static void any_across(double v[3], const double u[3]) {
  int least = 0;
  for (int d = 1; d < 3; d++)
    if (fabs(u[d]) < fabs(u[least])) least = d;
  memset(v, 0, 3 * sizeof *v);
  v[least] = 1;
  across(v, u);
}

/* major: exact; minor: as near as that allows. */
static void pair(double major[3], double minor[3]) {
  if (!normalise(major)) {
    if (normalise(minor))
      any_across(major, minor);
    else
      major[0] = 1, major[1] = major[2] = 0;
  }
  if (!across(minor, major)) any_across(minor, major);
}

iso_frame iso_frame_of(const double first[3], const double second[3]) {
  iso_frame q;
  memcpy(q.axis[1], first, sizeof q.axis[1]);
  memcpy(q.axis[2], second, sizeof q.axis[2]);
  pair(q.axis[1], q.axis[2]);
  iso_cross(q.axis[1], q.axis[2], q.axis[0]);
  return q;
}

iso_frame iso_frame_on_wall(const double longitudinal[3], const double transmural[3]) {
  iso_frame q;
  memcpy(q.axis[1], longitudinal, sizeof q.axis[1]);
  memcpy(q.axis[2], transmural, sizeof q.axis[2]);
  pair(q.axis[2], q.axis[1]);
  iso_cross(q.axis[1], q.axis[2], q.axis[0]);
  return q;
}

/* a' = c a + s b, b' = c b - s a */
static void turn(double a[3], double b[3], double angle) {
  const double c = cos(angle), s = sin(angle);
  for (int d = 0; d < 3; d++) {
    const double x = a[d], y = b[d];
    a[d] = c * x + s * y;
    b[d] = c * y - s * x;
  }
}

iso_frame iso_frame_orient(const iso_frame *frame, double alpha_deg, double beta_deg) {
  iso_frame q = *frame;
  turn(q.axis[0], q.axis[1], alpha_deg * DEGREE);
  turn(q.axis[2], q.axis[1], beta_deg * DEGREE);
  return q;
}

/* Rodrigues' formula. */
iso_frame iso_frame_tilt(const iso_frame *frame, const double about[3], double angle_deg) {
  const double c = cos(angle_deg * DEGREE), s = sin(angle_deg * DEGREE);
  iso_frame q = *frame;
  if (angle_deg == 0) return q;
  for (int k = 0; k < 3; k++) {
    double turned[3];
    const double along = iso_dot(about, frame->axis[k]);
    iso_cross(about, frame->axis[k], turned);
    for (int d = 0; d < 3; d++)
      q.axis[k][d] = c * frame->axis[k][d] + s * turned[d] + (1 - c) * along * about[d];
  }
  return q;
}

/* ---- as unit quaternions (w, x, y, z) of the matrix whose columns are the axes ---- */

static double dot4(const double a[4], const double b[4]) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3];
}

static void normalise4(double q[4]) {
  const double length = sqrt(dot4(q, q));
  for (int i = 0; i < 4; i++) q[i] /= length;
}

/* Each row is the quaternion times four of its own parts: the largest is taken (S. Shepperd, J. Guidance and
 * Control 1, 223 (1978)). */
static void to_quaternion(const iso_frame *f, double q[4]) {
  const double m00 = f->axis[0][0], m11 = f->axis[1][1], m22 = f->axis[2][2];
  const double square[4] = {1 + m00 + m11 + m22, 1 + m00 - m11 - m22, 1 - m00 + m11 - m22,
                            1 - m00 - m11 + m22};
  const double wx = f->axis[1][2] - f->axis[2][1], wy = f->axis[2][0] - f->axis[0][2],
               wz = f->axis[0][1] - f->axis[1][0], yz = f->axis[1][2] + f->axis[2][1],
               xz = f->axis[2][0] + f->axis[0][2], xy = f->axis[0][1] + f->axis[1][0];
  const double row[4][4] = {
      {square[0], wx, wy, wz}, {wx, square[1], xy, xz}, {wy, xy, square[2], yz}, {wz, xz, yz, square[3]}};
  int k = 0;
  for (int i = 1; i < 4; i++)
    if (square[i] > square[k]) k = i;
  memcpy(q, row[k], sizeof row[k]);
  normalise4(q);
}

static void from_quaternion(const double q[4], iso_frame *f) {
  const double w = q[0], x = q[1], y = q[2], z = q[3];
  const double column[3][3] = {{1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y)},
                               {2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x)},
                               {2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)}};
  memcpy(f->axis, column, sizeof column);
}

/* a, or a times i, j or k on the right, which are half turns about the frame's own axes: the one nearest to
 * b, with its sign. */
static double nearest(const double a[4], const double b[4], double out[4]) {
  const double turned[4][4] = {{a[0], a[1], a[2], a[3]},
                               {-a[1], a[0], a[3], -a[2]},
                               {-a[2], -a[3], a[0], a[1]},
                               {-a[3], a[2], -a[1], a[0]}};
  int best = 0;
  for (int k = 1; k < 4; k++)
    if (fabs(dot4(turned[k], b)) > fabs(dot4(turned[best], b))) best = k;
  const double dot = dot4(turned[best], b), sign = dot < 0 ? -1 : 1;
  for (int i = 0; i < 4; i++) out[i] = sign * turned[best][i];
  return fabs(dot);
}

/* K. Shoemake, SIGGRAPH 1985; a straight line where the two are so near that the sine says nothing. */
static void slerp(const double a[4], const double b[4], double dot, double t, double out[4]) {
  double from = 1 - t, to = t;
  if (dot < 0.9999) {
    const double angle = acos(dot);
    from = sin((1 - t) * angle) / sin(angle);
    to = sin(t * angle) / sin(angle);
  }
  for (int i = 0; i < 4; i++) out[i] = from * a[i] + to * b[i];
  normalise4(out);
}

iso_frame iso_frame_between(const iso_frame *a, const iso_frame *b, double t) {
  double qa[4], qb[4], near[4], q[4];
  iso_frame out;
  to_quaternion(a, qa);
  to_quaternion(b, qb);
  slerp(near, qb, nearest(qa, qb, near), t, q);
  from_quaternion(q, &out);
  return out;
}
