#include "fit/twin.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

const char *iso_twin_identified(double ratio) {
  return isnan(ratio) ? "known" : ratio < 0.5 ? "yes" : ratio < 0.9 ? "partly" : "no";
}

/* Column c of rows [n][width]. */
static void take_column(int n, int width, const double *rows, int c, double *out) {
  for (int k = 0; k < n; k++) out[k] = rows[(size_t)k * (size_t)width + (size_t)c];
}

static void take_interval(int n, double *value, double interval[3]) {
  static const double at[3] = {0.05, 0.5, 0.95};
  for (int k = 0; k < 3; k++) interval[k] = iso_fit_quantile(n, value, at[k]);
}

/* Where members began: they are compared with these and not with other draws, so that what the data say
 * nothing of is as wide as before, however few they are. */
static void draw_begun(const iso_twin *t, double *z, double *begun) {
  const iso_fit_work *w = t->work;
  for (int m = 0; m < t->ensemble->members; m++) {
    iso_fit_draw((uint64_t)w->setup.config->fit.seed, ISO_DRAW_MEMBER, (uint64_t)m, t->ensemble->nz, z);
    iso_fit_quantities_of(&w->asked, &w->model, z, begun + (size_t)m * (size_t)w->asked.n);
  }
}

/* begun [members][asked.n]; room [the larger of members and ISO_PRIOR_DRAWS]. */
static void fill_rows(iso_twin *t, const double *begun, double *room) {
  const iso_fit_work *w = t->work;
  const int n = w->asked.n, members = t->ensemble->members;
  iso_fit_quantities_of(&w->asked, &w->model, w->z, room);
  for (int q = 0; q < n; q++) t->row[q].best = room[q];
  for (int q = 0; q < n; q++) {
    iso_twin_row *row = &t->row[q];
    take_column(ISO_PRIOR_DRAWS, n, w->prior, q, room);
    take_interval(ISO_PRIOR_DRAWS, room, row->prior);
    take_column(members, n, begun, q, room);
    const double before = iso_fit_width(&w->asked.quantity[q], members, room);
    take_column(members, n, t->member, q, room);
    take_interval(members, room, row->found);
    row->ratio = before > 0 ? iso_fit_width(&w->asked.quantity[q], members, room) / before : NAN;
  }
}

/* What members predict, each with an error of its own as the data have them. */
static void fill_bands(iso_twin *t, double *room) {
  const iso_fit_work *w = t->work;
  const iso_ensemble *e = t->ensemble;
  const uint64_t seed = (uint64_t)w->setup.config->fit.seed;
  int covered = 0;
  for (int k = 0; k < e->ndata; k++) {
    double *band = t->band + 3 * (size_t)k;
    take_column(e->members, e->ndata, e->predicted, k, room);
    for (int m = 0; m < e->members; m++)
      room[m] += w->sd[k] * iso_normal(seed, ISO_DRAW_PREDICTED, (uint64_t)m, (uint64_t)k);
    take_interval(e->members, room, band);
    covered += k >= w->data.nused && w->value[k] >= band[0] && w->value[k] <= band[2];
  }
  t->covered = w->data.nheld > 0 ? (double)covered / w->data.nheld : NAN;
}

iso_status iso_twin_new(iso_twin *out, const iso_fit_work *work, const iso_minimum *minimum,
                        const iso_judgement *judgement, const iso_ensemble *ensemble, iso_error *err) {
  const size_t n = (size_t)work->asked.n, members = (size_t)ensemble->members;
  double *room;
  *out = (iso_twin){.work = work, .minimum = minimum, .judgement = judgement, .ensemble = ensemble};
  ISO_TRY(iso_alloc(&out->row, n, sizeof *out->row, "a twin", err));
  ISO_TRY(iso_alloc(&out->member, members * n, sizeof *out->member, "a twin", err));
  ISO_TRY(iso_alloc(&out->band, 3 * (size_t)ensemble->ndata, sizeof *out->band, "a twin", err));
  const size_t most = members + ISO_PRIOR_DRAWS + n + (size_t)ensemble->nz;
  ISO_TRY(iso_alloc(&room, most + members * n, sizeof *room, "a twin", err));
  for (size_t m = 0; m < members; m++)
    iso_fit_quantities_of(&work->asked, &work->model, ensemble->z + m * (size_t)ensemble->nz,
                          out->member + m * n);
  draw_begun(out, room, room + most);
  fill_rows(out, room + most, room);
  fill_bands(out, room);
  free(room);
  return ISO_OK;
}

void iso_twin_free(iso_twin *t) {
  free(t->row);
  free(t->member);
  free(t->band);
  *t = (iso_twin){0};
}
