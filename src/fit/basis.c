#include "fit/basis.h"

#include "base/memory.h"
#include "eikonal/eikonal.h"
#include "fit/exponential.h"
#include "fit/left.h"
#include "grid/geometry.h"
#include "grid/shapes.h"

#include <math.h>
#include <stdlib.h>

/* In correlation lengths: no place is farther from a centre than SPACING, and bumps end where they are below
 * a fiftieth of a hundredth. */
#define SPACING 0.8
#define REACH 2.5

enum { MOST_CENTRES = 2000 };

/* The whole mesh as one region. */
static const iso_region everything;
static const iso_tissue whole = {.nregions = 1, .regions = &everything};

typedef struct maker {
  iso_basis *to;
  const iso_mesh *mesh;
  double length; /* of correlation, mm */
  const char *key;
  iso_eikonal *ruler;
  double *nearest;  /* [nlocal] to a centre so far */
  uint8_t *is_part; /* [nlocal] of an element */
  int64_t room, n;  /* entries so far, of all centres, by centre, then element */
  iso_lid *elem;
  int32_t *which;
  double *value;
} maker;

static iso_status add_entry(maker *m, iso_lid e, int which, double value, iso_error *err) {
  if (m->n == m->room) {
    const int64_t room = 2 * m->room + 1024;
    ISO_TRY(iso_realloc(&m->elem, (size_t)room, sizeof *m->elem, "a field", err));
    ISO_TRY(iso_realloc(&m->which, (size_t)room, sizeof *m->which, "a field", err));
    ISO_TRY(iso_realloc(&m->value, (size_t)room, sizeof *m->value, "a field", err));
    m->room = room;
  }
  m->elem[m->n] = e, m->which[m->n] = which, m->value[m->n] = value;
  m->n++;
  return ISO_OK;
}

/* Of the distances of an element's nodes. */
static double mean_of(const iso_mesh *mesh, iso_lid e, const double *distance) {
  const int n = iso_shape_nodes(mesh->shape[e]);
  double sum = 0;
  for (int k = 0; k < n; k++) sum += distance[mesh->conn[(int64_t)e * mesh->width + k]];
  return sum / n;
}

static iso_status fail_many(const maker *m, iso_error *err) {
  return iso_fail(err, ISO_EINPUT,
                  "%s.correlation_mm: %g mm needs more than %d numbers on this heart; take a longer one",
                  m->key, m->length, MOST_CENTRES);
}

static iso_status add_centre(maker *m, iso_lid node, iso_error *err) {
  const iso_mesh *mesh = m->mesh;
  const int which = m->to->n;
  if (which == MOST_CENTRES) return fail_many(m, err);
  m->to->centre[m->to->n++] = node;
  iso_eikonal_clear(m->ruler);
  iso_eikonal_start_at(m->ruler, 0, 1, &node);
  ISO_TRY(iso_eikonal_solve(m->ruler, NULL, err));
  const double *distance = iso_eikonal_times(m->ruler);
  for (iso_lid i = 0; i < mesh->nlocal; i++) m->nearest[i] = fmin(m->nearest[i], distance[i]);
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    const double far = mean_of(mesh, e, distance) / m->length;
    if (far < REACH) ISO_TRY(add_entry(m, e, which, iso_fit_exp(-far * far), err));
  }
  return ISO_OK;
}

/* The node of an element that is farthest from all centres, where that is too far; else -1. */
static iso_lid farthest(const maker *m) {
  iso_lid node = -1;
  double most = SPACING * m->length;
  for (iso_lid i = 0; i < m->mesh->nlocal; i++)
    if (m->is_part[i] && m->nearest[i] > most) most = m->nearest[i], node = i;
  return node;
}

/* How many centres there will be, about: as many as are as far apart straight through everything, which is
 * found at once, where each way through the tissue is a wave. More than MOST_CENTRES: that many. nearest is
 * room. */
static int expect(maker *m) {
  iso_lid node;
  int n = 0;
  for (; n <= MOST_CENTRES && (node = farthest(m)) >= 0; n++)
    for (iso_lid i = 0; i < m->mesh->nlocal; i++)
      m->nearest[i] = fmin(m->nearest[i], iso_distance(m->mesh->xyz[i], m->mesh->xyz[node]));
  for (iso_lid i = 0; i < m->mesh->nlocal; i++) m->nearest[i] = INFINITY;
  return n;
}

static iso_status add_centres(maker *m, const iso_log *log, iso_error *err) {
  const int expected = expect(m);
  if (expected > MOST_CENTRES) return fail_many(m, err);
  iso_fit_left left = iso_fit_left_begin(log, "centres of the field", expected);
  for (iso_lid node; (node = farthest(m)) >= 0;) {
    ISO_TRY(add_centre(m, node, err));
    iso_fit_left_say(&left, m->to->n);
  }
  return ISO_OK;
}

/* By element, and normalised. */
static iso_status sort_entries(maker *m, iso_error *err) {
  iso_basis *b = m->to;
  const iso_lid nelem = m->mesh->nelem;
  ISO_TRY(iso_alloc(&b->start, (size_t)nelem + 2, sizeof *b->start, "a field", err));
  ISO_TRY(iso_alloc(&b->which, (size_t)m->n, sizeof *b->which, "a field", err));
  ISO_TRY(iso_alloc(&b->value, (size_t)m->n, sizeof *b->value, "a field", err));
  for (int64_t k = 0; k < m->n; k++) b->start[m->elem[k] + 2]++;
  for (iso_lid e = 0; e < nelem; e++) b->start[e + 2] += b->start[e + 1];
  for (int64_t k = 0; k < m->n; k++) {
    const int64_t at = b->start[m->elem[k] + 1]++;
    b->which[at] = m->which[k], b->value[at] = m->value[k];
  }
  for (iso_lid e = 0; e < nelem; e++) {
    double square = 0;
    for (int64_t k = b->start[e]; k < b->start[e + 1]; k++) square += b->value[k] * b->value[k];
    for (int64_t k = b->start[e]; k < b->start[e + 1]; k++) b->value[k] /= sqrt(square);
  }
  return ISO_OK;
}

static iso_status make(maker *m, const iso_log *log, iso_error *err) {
  static const iso_speeds unit = {1, 1, 1, 0}; /* mm/ms: times are distances */
  const iso_mesh *mesh = m->mesh;
  const size_t nodes = (size_t)mesh->nlocal;
  ISO_TRY(iso_alloc(&m->to->centre, MOST_CENTRES, sizeof *m->to->centre, "a field", err));
  ISO_TRY(iso_alloc(&m->nearest, nodes, sizeof *m->nearest, "a field", err));
  ISO_TRY(iso_alloc(&m->is_part, nodes, sizeof *m->is_part, "a field", err));
  ISO_TRY(iso_eikonal_new(&m->ruler, mesh, 1, err));
  ISO_TRY(iso_eikonal_set_speeds(m->ruler, &whole, &unit, err));
  for (iso_lid i = 0; i < mesh->nlocal; i++) m->nearest[i] = INFINITY;
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++)
      m->is_part[mesh->conn[(int64_t)e * mesh->width + k]] = 1;
  ISO_TRY(add_centres(m, log, err));
  return sort_entries(m, err);
}

iso_status iso_basis_new(iso_basis *out, const iso_mesh *mesh, double correlation_mm, const char *key,
                         const iso_log *log, iso_error *err) {
  maker m = {.to = out, .mesh = mesh, .length = correlation_mm, .key = key};
  *out = (iso_basis){0};
  if (!(correlation_mm > 0)) return ISO_OK;
  const iso_status status = make(&m, log, err);
  iso_eikonal_free(m.ruler);
  free(m.nearest);
  free(m.is_part);
  free(m.elem);
  free(m.which);
  free(m.value);
  return status;
}

void iso_basis_free(iso_basis *b) {
  free(b->centre);
  free(b->start);
  free(b->which);
  free(b->value);
  *b = (iso_basis){0};
}

double iso_basis_at(const iso_basis *b, iso_lid e, const double *z) {
  double sum = 0;
  if (b->n == 0) return 0;
  for (int64_t k = b->start[e]; k < b->start[e + 1]; k++) sum += b->value[k] * z[b->which[k]];
  return sum;
}
