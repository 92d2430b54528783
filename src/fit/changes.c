#include "fit/changes.h"

#include "base/memory.h"
#include "base/print.h"
#include "fit/exponential.h"

#include <math.h>
#include <stdlib.h>

typedef struct changes {
  const iso_fit_model *model;
  const iso_fit_quantities *asked;
  int members;
  const double *before, *now;
  double *was, *is; /* [members][asked->n] */
  double *room;     /* [members] */
  FILE *stream;
} changes;

static const double *z_of(const changes *c, const double *all, int member) {
  return all + (size_t)member * (size_t)c->model->at.n;
}

/* Of c->room: 5%, 50%, 95%. */
static void take_interval(const changes *c, double out[3]) {
  static const double share[3] = {0.05, 0.5, 0.95};
  for (int k = 0; k < 3; k++) out[k] = iso_fit_quantile(c->members, c->room, share[k]);
}

static double median(const changes *c, const double *value, int q) {
  for (int m = 0; m < c->members; m++) c->room[m] = value[(size_t)m * (size_t)c->asked->n + (size_t)q];
  return iso_fit_quantile(c->members, c->room, 0.5);
}

static void print_quantity(const changes *c, int q) {
  const iso_fit_quantity *about = &c->asked->quantity[q];
  const double was = median(c, c->was, q), is = median(c, c->is, q);
  double change[3];
  for (int m = 0; m < c->members; m++) {
    const size_t at = (size_t)m * (size_t)c->asked->n + (size_t)q;
    c->room[m] = about->is_logarithmic ? 100 * (c->is[at] / c->was[at] - 1) : c->is[at] - c->was[at];
  }
  take_interval(c, change);
  if (change[0] == 0 && change[2] == 0) return; /* it is known, or nothing new is */
  iso_print(c->stream, "  %-34s %10.4g %10.4g  %-5s %+10.3g %+10.3g %+10.3g %-3s %s\n", about->name, was, is,
            about->unit, change[1], change[0], change[2], about->is_logarithmic ? "%" : about->unit,
            change[0] > 0   ? "more"
            : change[2] < 0 ? "less"
                            : "");
}

/* Of the velocity at an element, in per cent. */
static void change_at(const changes *c, iso_lid e, double out[3]) {
  for (int m = 0; m < c->members; m++)
    c->room[m] = 100 * (iso_fit_exp(iso_fit_model_factor(c->model, e, z_of(c, c->now, m)) -
                                    iso_fit_model_factor(c->model, e, z_of(c, c->before, m))) -
                        1);
  take_interval(c, out);
}

/* How much a change is for sure, on one side of 0. */
static double surely(const double change[3]) { return fmax(0, fmax(change[0], -change[2])); }

static void print_place(const changes *c) {
  const iso_fit_model *m = c->model;
  double most = 0, change[3] = {0}, one[3];
  iso_lid where = -1;
  for (int k = 0; k < m->basis.n; k++) {
    change_at(c, m->places.around.elem[m->places.around.first[m->basis.centre[k]]], one);
    if (!(surely(one) > most)) continue;
    most = surely(one), where = m->basis.centre[k];
    for (int d = 0; d < 3; d++) change[d] = one[d];
  }
  if (where < 0) return;
  const double *x = m->places.mesh->xyz[where];
  iso_print(
      c->stream,
      "  most for sure has changed the velocity around (%.1f, %.1f, %.1f) mm: by %+.3g%% (%+.3g to %+.3g)\n",
      x[0], x[1], x[2], change[1], change[0], change[2]);
}

static void print_all(const changes *c) {
  const int n = c->asked->n;
  for (int m = 0; m < c->members; m++) {
    iso_fit_quantities_of(c->asked, c->model, z_of(c, c->before, m), c->was + (size_t)m * (size_t)n);
    iso_fit_quantities_of(c->asked, c->model, z_of(c, c->now, m), c->is + (size_t)m * (size_t)n);
  }
  iso_print(c->stream, "  %-34s %10s %10s  %-5s %10s %10s %10s\n", "", "before", "now", "", "change", "5%",
            "95%");
  for (int q = 0; q < n; q++) print_quantity(c, q);
  print_place(c);
}

iso_status iso_changes_print(const iso_fit_model *model, const iso_fit_quantities *asked, int members,
                             const double *before, const double *now, FILE *stream, iso_error *err) {
  const size_t all = (size_t)members * (size_t)asked->n;
  changes c = {model, asked, members, before, now, NULL, NULL, NULL, stream};
  if (!stream) return ISO_OK;
  iso_status status = iso_alloc(&c.was, all, sizeof *c.was, "changes", err);
  if (status == ISO_OK) status = iso_alloc(&c.is, all, sizeof *c.is, "changes", err);
  if (status == ISO_OK) status = iso_alloc(&c.room, (size_t)members, sizeof *c.room, "changes", err);
  if (status == ISO_OK) print_all(&c);
  free(c.was);
  free(c.is);
  free(c.room);
  return status;
}
