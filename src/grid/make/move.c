#include "grid/make/move.h"

#include "grid/geometry.h"
#include "grid/share/batches.h"
#include "grid/share/node_fibres.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Of an element, before and after. */
typedef struct element {
  int shape;
  double was[ISO_MAX_NODES][3], is[ISO_MAX_NODES][3];
} element;

/* Three vectors that move with the tissue, in rows, before and after. */
typedef struct frames {
  double was[3][3], is[3][3];
} frames;

typedef struct mover {
  iso_slice *slice;
  const double (*to)[3];
  double (*was)[3], (*is)[3]; /* of the open batch */
  iso_status status; /* of the first element that is refused; all batches are walked all the same, so that no
                        rank waits for another */
  iso_error *err;
} mover;

#define POINTS(x) ((const double(*)[3])(x))

/* ---- elements that do not survive ---- */

/* The least length, area or volume that is one. */
static double least_of(int shape, const double x[8][3]) {
  const double diameter = iso_element_diameter(shape, x);
  double size = diameter;
  for (int d = 1; d < iso_shape_dimension(shape); d++) size *= diameter;
  return ISO_NO_VOLUME * size;
}

static bool is_sound(int shape, const double x[8][3]) {
  return iso_element_measure(shape, x) > least_of(shape, x) &&
         (shape != ISO_HEXAHEDRON || iso_hexahedron_least_determinant(x) > 0);
}

static iso_status refuse(const mover *m, int64_t e, const element *x) {
  static const char *const what[4] = {NULL, "length", "area", "volume"};
  static const char *const unit[4] = {NULL, "mm", "mm2", "mm3"};
  const int dimension = iso_shape_dimension(x->shape);
  const double was = iso_element_measure(x->shape, POINTS(x->was)),
               is = iso_element_measure(x->shape, POINTS(x->is)), least = least_of(x->shape, POINTS(x->is));
  const char *how = is < -least ? "turns over" : is > least ? "folds into itself" : "is flat";
  return iso_fail(m->err, ISO_EINPUT, "element %lld (counted from 0) %s: its %s goes from %.4g to %.4g %s",
                  (long long)(m->slice->first_elem + e), how, what[dimension], was, is, unit[dimension]);
}

/* Files may have elements turned over, which count as sound ones that are turned back. */
static iso_status check(const mover *m, int64_t e, const element *x) {
  element turned = *x;
  if (iso_element_measure(x->shape, POINTS(x->was)) < 0) {
    iso_turn_points(x->shape, turned.was);
    iso_turn_points(x->shape, turned.is);
  }
  if (!is_sound(x->shape, POINTS(turned.was)) || is_sound(x->shape, POINTS(turned.is))) return ISO_OK;
  return refuse(m, e, &turned);
}

/* ---- directions ---- */

static void scale_to_unit(double v[3]) {
  const double length = iso_length(v);
  for (int a = 0; a < 3; a++) v[a] = length > 0 ? v[a] / length : 0;
}

/* At right angles to v, a unit vector. */
static void find_across(const double v[3], double out[3]) {
  const int least = fabs(v[0]) <= fabs(v[1]) && fabs(v[0]) <= fabs(v[2]) ? 0
                    : fabs(v[1]) <= fabs(v[2])                           ? 1
                                                                         : 2;
  double axis[3] = {0};
  axis[least] = 1;
  iso_cross(v, axis, out);
  scale_to_unit(out);
}

/* Of a line: its ends' difference, the axis of the shortest turn, and what is across both. */
static void frame_line(const element *x, frames *f) {
  double from[3], to[3];
  iso_subtract(x->was[1], x->was[0], f->was[0]);
  iso_subtract(x->is[1], x->is[0], f->is[0]);
  memcpy(from, f->was[0], sizeof from);
  memcpy(to, f->is[0], sizeof to);
  scale_to_unit(from);
  scale_to_unit(to);
  iso_cross(from, to, f->was[1]);
  if (iso_length(f->was[1]) < 1e-8) find_across(from, f->was[1]); /* its direction is lost to rounding */
  scale_to_unit(f->was[1]);
  memcpy(f->is[1], f->was[1], sizeof f->is[1]);
  iso_cross(from, f->was[1], f->was[2]);
  iso_cross(to, f->is[1], f->is[2]);
}

static void frame_one(int shape, const double x[8][3], double frame[3][3]) {
  const double middle[3] = {0};
  if (shape == ISO_HEXAHEDRON) {
    iso_hexahedron_jacobian(x, middle, frame);
    return;
  }
  for (int k = 0; k < 2; k++) iso_subtract(x[k + 1], x[0], frame[k]);
  if (shape == ISO_TETRAHEDRON) {
    iso_subtract(x[3], x[0], frame[2]);
  } else {
    iso_cross(frame[0], frame[1], frame[2]);
    scale_to_unit(frame[2]);
  }
}

static frames frames_of(const element *x) {
  frames f;
  if (x->shape == ISO_LINE) {
    frame_line(x, &f);
  } else {
    frame_one(x->shape, POINTS(x->was), f.was);
    frame_one(x->shape, POINTS(x->is), f.is);
  }
  return f;
}

/* F v of unit length: the parts of v along the three vectors stay. What has no frame stays as it is. */
static void deform(const frames *f, const float v[3], double out[3]) {
  const double from[3] = {v[0], v[1], v[2]};
  const double whole = iso_determinant(f->was[0], f->was[1], f->was[2]);
  memcpy(out, from, sizeof from);
  if (whole == 0) return;
  memset(out, 0, sizeof from);
  for (int k = 0; k < 3; k++) {
    const double part = iso_determinant(from, f->was[(k + 1) % 3], f->was[(k + 2) % 3]) / whole;
    for (int a = 0; a < 3; a++) out[a] += part * f->is[k][a];
  }
  scale_to_unit(out);
}

static void turn(const element *x, float fibre[3], float *sheet) {
  const frames f = frames_of(x);
  double along[3], across[3];
  deform(&f, fibre, along);
  for (int a = 0; a < 3; a++) fibre[a] = (float)along[a];
  if (!sheet) return;
  deform(&f, sheet, across);
  const double both = iso_dot(along, across);
  for (int a = 0; a < 3; a++) across[a] -= both * along[a];
  scale_to_unit(across);
  for (int a = 0; a < 3; a++) sheet[a] = (float)across[a];
}

/* ---- all of them ---- */

static void move_batch(mover *m, const iso_batches *b) {
  iso_slice *slice = m->slice;
  for (int64_t e = b->first; e < b->end && m->status == ISO_OK; e++) {
    const iso_lid *conn = b->conn + (e - b->first) * slice->width;
    element x = {.shape = slice->shape[e]};
    for (int k = 0; k < iso_shape_nodes(x.shape); k++) {
      memcpy(x.was[k], m->was[conn[k]], sizeof x.was[k]);
      memcpy(x.is[k], m->is[conn[k]], sizeof x.is[k]);
    }
    m->status = check(m, e, &x);
    if (m->status == ISO_OK && slice->fibre) turn(&x, slice->fibre[e], slice->sheet ? slice->sheet[e] : NULL);
  }
}

static iso_status move_all(mover *m, iso_batches *b, iso_error *err) {
  for (int64_t k = 0; k < b->n; k++) {
    ISO_TRY(iso_batches_open(b, k, err));
    ISO_TRY(iso_batches_fetch(b, m->slice->xyz, sizeof *m->slice->xyz, &m->was, err));
    ISO_TRY(iso_batches_fetch(b, m->to, sizeof *m->to, &m->is, err));
    move_batch(m, b);
  }
  return iso_agree(b->comm, m->status, err);
}

iso_status iso_slice_move(MPI_Comm comm, iso_slice *slice, const double (*to)[3], iso_error *err) {
  iso_batches batches = {0};
  mover m = {.slice = slice, .to = to, .err = err};
  ISO_TRY(iso_slice_element_fibres(comm, slice, err));
  iso_status status = iso_batches_new(&batches, comm, slice, err);
  if (status == ISO_OK) status = move_all(&m, &batches, err);
  iso_batches_free(&batches);
  free(m.was);
  free(m.is);
  ISO_TRY(status);
  for (int64_t i = 0; i < slice->nnode; i++) memcpy(slice->xyz[i], to[i], sizeof *slice->xyz);
  return ISO_OK;
}
