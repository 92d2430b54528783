#include "plan/circuits.h"

#include "base/atomic.h"
#include "base/memory.h"
#include "grid/ask/bins.h"
#include "result/picture.h"
#include "study/result_names.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The first member of a circuit. */
typedef struct pattern {
  char *surface;
  int row, npoints;
  double *last_ms;    /* [npoints] */
  double (*at_mm)[3]; /* [npoints], each coordinate off by half of off_mm at most */
  double off_mm;
} pattern;

typedef struct finder {
  const iso_study_table *table;
  const iso_config_circuits *same;
  iso_circuits *out;
  pattern *first; /* [out->n] */
} finder;

static void free_pattern(pattern *p) {
  free(p->surface);
  free(p->last_ms);
  free(p->at_mm);
}

double iso_circuits_overlap(int n, const double *a, double a_cycle, const double *b, double b_cycle) {
  static const double pi = 3.14159265358979323846;
  double along = 0, across = 0;
  int either = 0;
  for (int i = 0; i < n; i++) {
    either += !isnan(a[i]) || !isnan(b[i]);
    if (isnan(a[i]) || isnan(b[i])) continue;
    const double ahead = 2 * pi * (a[i] / a_cycle - b[i] / b_cycle);
    along += cos(ahead), across += sin(ahead);
  }
  return either > 0 ? hypot(along, across) / either : 0;
}

/* ---- one member ---- */

/* Whether the table leaves it open: pictures are large. */
static bool may_be_induced(const iso_study_table *t, int row) {
  const int first = iso_study_table_outcomes(t);
  for (int c = 0; c < t->ledger->noutcomes; c++)
    if (t->ledger->outcome[c] == ISO_OUTCOME_INDUCED) return iso_study_table_value(t, row, first + c) > 0;
  return true;
}

/* Its picture, of those that may have a circuit; out->rest is NULL where there is none. */
static void load(const iso_study_table *t, int row, iso_picture *out) {
  char path[PATH_MAX];
  iso_error why = {0};
  *out = (iso_picture){0};
  if (strcmp(t->cell[(size_t)(row + 1) * (size_t)t->columns - 2], "done") != 0) return;
  if (!may_be_induced(t, row)) return;
  iso_member_path(t->ledger->folder, row, ISO_END_PICTURE, path, sizeof path);
  if (iso_picture_load(out, path, &why) == ISO_OK) return;
  iso_picture_free(out);
}

/* p: to be freed whatever the status; without points where the member has no circuit. */
static iso_status take(const finder *f, int row, iso_circuit_of_member *m, pattern *p, iso_error *err) {
  iso_picture picture;
  *p = (pattern){.row = row};
  *m = (iso_circuit_of_member){.overlap = NAN, .cycle_ms = NAN, .exit_mm = {NAN, NAN, NAN}};
  load(f->table, row, &picture);
  if (!picture.rest) return ISO_OK;
  iso_status status = ISO_OK;
  m->cycle_ms = iso_picture_number(&picture, "cycle_length");
  m->exit_mm[0] = iso_picture_number(&picture, "exit_x");
  m->exit_mm[1] = iso_picture_number(&picture, "exit_y");
  m->exit_mm[2] = iso_picture_number(&picture, "exit_z");
  if (iso_picture_number(&picture, "induced") > 0 && m->cycle_ms > 0) {
    status = iso_picture_map(&picture, "last_activation_time", &p->npoints, &p->last_ms, err);
    int nplaces = 0;
    if (status == ISO_OK) status = iso_picture_points(&picture, &nplaces, &p->at_mm, &p->off_mm, err);
    if (nplaces != p->npoints) p->npoints = 0;
    p->surface = picture.surface, picture.surface = NULL;
  }
  iso_picture_free(&picture);
  return status;
}

/* ---- which circuit ---- */

/* Last activations of two members on the points of both surfaces together: NAN where a member has no such
 * point, for its lesions have taken the tissue or laid it open. */
typedef struct together {
  int n;
  double *a, *b;   /* [n] */
  int64_t *number; /* [points of a] 0, 1, ... */
} together;

static void join_points(together *t, const pattern *a, const pattern *b, const iso_bins *points_of_a) {
  const double within = sqrt(3) * (a->off_mm + b->off_mm) / 2;
  for (int i = 0; i < a->npoints; i++) t->a[i] = a->last_ms[i], t->b[i] = NAN;
  t->n = a->npoints;
  for (int i = 0; i < b->npoints; i++) {
    double distance;
    const int64_t same = iso_bins_nearest(points_of_a, b->at_mm[i], t->number, &distance);
    if (same >= 0 && distance <= within)
      t->b[same] = b->last_ms[i];
    else
      t->a[t->n] = NAN, t->b[t->n++] = b->last_ms[i];
  }
}

static iso_status overlap_of(const pattern *a, double a_cycle, const pattern *b, double b_cycle,
                             double *overlap, iso_error *err) {
  if (a->npoints == b->npoints && strcmp(a->surface, b->surface) == 0) {
    *overlap = iso_circuits_overlap(a->npoints, a->last_ms, a_cycle, b->last_ms, b_cycle);
    return ISO_OK;
  }
  together t = {0};
  iso_bins bins = {0};
  const size_t most = (size_t)a->npoints + (size_t)b->npoints;
  iso_status status = iso_alloc(&t.a, most, sizeof *t.a, "circuits", err);
  if (status == ISO_OK) status = iso_alloc(&t.b, most, sizeof *t.b, "circuits", err);
  if (status == ISO_OK) status = iso_alloc(&t.number, (size_t)a->npoints, sizeof *t.number, "circuits", err);
  if (status == ISO_OK) status = iso_bins_new(&bins, a->npoints, (const double(*)[3])a->at_mm, err);
  if (status == ISO_OK) {
    for (int i = 0; i < a->npoints; i++) t.number[i] = i;
    join_points(&t, a, b, &bins);
    *overlap = iso_circuits_overlap(t.n, t.a, a_cycle, t.b, b_cycle);
  }
  iso_bins_free(&bins);
  free(t.a);
  free(t.b);
  free(t.number);
  return status;
}

/* By how much of p's circuit the member has; NAN: it has another one. */
static iso_status agreement(const finder *f, const pattern *p, const pattern *mine, iso_circuit_of_member *m,
                            iso_error *err) {
  const iso_circuit_of_member *first = &f->out->member[p->row];
  double apart = 0;
  m->overlap = NAN;
  for (int d = 0; d < 3; d++)
    apart += (m->exit_mm[d] - first->exit_mm[d]) * (m->exit_mm[d] - first->exit_mm[d]);
  if (!(sqrt(apart) <= f->same->exit_mm)) return ISO_OK;
  if (!(fabs(m->cycle_ms - first->cycle_ms) <= 0.01 * f->same->cycle_percent * first->cycle_ms))
    return ISO_OK;
  double overlap = 0;
  ISO_TRY(overlap_of(p, first->cycle_ms, mine, m->cycle_ms, &overlap, err));
  if (overlap >= f->same->overlap) m->overlap = overlap;
  return ISO_OK;
}

/* p is the finder's, or is freed. */
static iso_status number_member(finder *f, int row, pattern *p, iso_error *err) {
  iso_circuits *out = f->out;
  iso_circuit_of_member *m = &out->member[row];
  iso_status status = ISO_OK;
  for (int c = 0; c < out->n && m->number == 0 && status == ISO_OK; c++) {
    status = agreement(f, &f->first[c], p, m, err);
    if (!isnan(m->overlap)) m->number = c + 1;
  }
  out->nmembers++;
  if (status == ISO_OK && m->number == 0)
    status = iso_realloc(&f->first, (size_t)out->n + 1, sizeof *f->first, "circuits", err);
  if (status != ISO_OK || m->number > 0) {
    free_pattern(p);
    return status;
  }
  f->first[out->n++] = *p;
  m->number = out->n, m->overlap = 1;
  return ISO_OK;
}

iso_status iso_circuits_find(iso_circuits *out, const iso_study_table *table, const iso_config_circuits *same,
                             iso_error *err) {
  finder f = {.table = table, .same = same, .out = out};
  *out = (iso_circuits){0};
  iso_status status = iso_alloc(&out->member, (size_t)table->rows, sizeof *out->member, "circuits", err);
  for (int row = 0; row < table->rows && status == ISO_OK; row++) {
    pattern p;
    status = take(&f, row, &out->member[row], &p, err);
    if (status == ISO_OK && p.npoints > 0)
      status = number_member(&f, row, &p, err);
    else
      free_pattern(&p);
  }
  for (int c = 0; c < out->n; c++) free_pattern(&f.first[c]);
  free(f.first);
  return status;
}

void iso_circuits_free(iso_circuits *circuits) {
  free(circuits->member);
  *circuits = (iso_circuits){0};
}

/* ---- as a table ---- */

typedef struct rows {
  const iso_circuits *circuits;
  int n;
} rows;

static void print_rows(const void *self, FILE *f) {
  const iso_circuits *circuits = ((const rows *)self)->circuits;
  const int n = ((const rows *)self)->n;
  fputs("circuit,member,cycle_length_ms,exit_x_mm,exit_y_mm,exit_z_mm,overlap\n", f);
  for (int c = 1; c <= circuits->n; c++)
    for (int row = 0; row < n; row++) {
      const iso_circuit_of_member *m = &circuits->member[row];
      if (m->number != c) continue;
      fprintf(f, "%d,%d,%.9g,%.9g,%.9g,%.9g,%.6f\n", c, row + 1, m->cycle_ms, m->exit_mm[0], m->exit_mm[1],
              m->exit_mm[2], m->overlap);
    }
}

iso_status iso_circuits_save(const iso_circuits *circuits, const iso_study_table *table, const char *path,
                             iso_error *err) {
  return iso_atomic_write(path, false, print_rows, &(rows){circuits, table->rows}, err);
}
