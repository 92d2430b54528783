#include "plan/spread.h"

#include "base/memory.h"
#include "fit/quantities.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- cases and hearts ---- */

static const iso_members *members_of(const iso_spreads *s) { return s->table->ledger->members; }

/* The number of a row among the combinations of axes that draw, or of the others; *of: how many there are. */
static int number_of(const iso_members *m, int row, bool drawn, int *of) {
  int number = 0, stride = 1;
  for (int a = m->naxes - 1; a >= 0; row /= m->axis[a--].ncases) {
    if (iso_members_draws(&m->axis[a]) != drawn) continue;
    number += stride * (row % m->axis[a].ncases);
    stride *= m->axis[a].ncases;
  }
  *of = stride;
  return number;
}

static iso_status arrange(iso_spreads *s, iso_error *err) {
  const iso_members *m = members_of(s);
  number_of(m, 0, false, &s->cases);
  number_of(m, 0, true, &s->hearts);
  ISO_TRY(iso_alloc(&s->row, (size_t)m->n, sizeof *s->row, "cases", err));
  for (int row = 0, all; row < m->n; row++) {
    const size_t c = (size_t)number_of(m, row, false, &all), h = (size_t)number_of(m, row, true, &all);
    s->row[c * (size_t)s->hearts + h] = row;
  }
  return ISO_OK;
}

int iso_spreads_row(const iso_spreads *s, int c, int heart) {
  return s->row[(size_t)c * (size_t)s->hearts + (size_t)heart];
}

static bool is_refused(const iso_study_table *t, int row) {
  return t->ledger->naccept > 0 && strcmp(iso_study_table_cell(t, row, t->columns - 3), "1") != 0;
}

bool iso_spreads_counts(const iso_spreads *s, int c, int heart) {
  const iso_study_table *t = s->table;
  const int row = iso_spreads_row(s, c, heart);
  return !strcmp(iso_study_table_cell(t, row, t->columns - 2), "done") && !is_refused(t, row);
}

/* Of an outcome, by its number in the table; NAN: not done, not accepted, or there is none. */
static double value_of(const iso_spreads *s, int c, int heart, int outcome) {
  const iso_study_table *t = s->table;
  const int row = iso_spreads_row(s, c, heart);
  return is_refused(t, row) ? NAN : iso_study_table_value(t, row, iso_study_table_outcomes(t) + outcome);
}

/* ---- distributions ---- */

#define NORMAL_95 1.6448536269514722 /* 95% of the standard normal distribution are below */

iso_spread iso_spread_share(double count, int n) {
  const double z = NORMAL_95, p = count / n, shrunk = 1 + z * z / n;
  const double middle = (p + z * z / (2 * n)) / shrunk;
  const double half = z / shrunk * sqrt(p * (1 - p) / n + z * z / (4.0 * n * n));
  /* The ends that are so by definition, not but for rounding. */
  return (iso_spread){n, true, p, count > 0 ? middle - half : 0, count < n ? middle + half : 1};
}

/* room [hearts]. */
static iso_spread distribution(const iso_spreads *s, int c, int outcome, double *room) {
  double sum = 0;
  int n = 0;
  for (int h = 0; h < s->hearts; h++) {
    const double value = value_of(s, c, h, outcome);
    if (isnan(value)) continue;
    room[n++] = value;
    sum += value;
  }
  const bool is_share = iso_outcome_is_yes_or_no(s->table->ledger->outcome[outcome]);
  if (n == 0) return (iso_spread){0, is_share, NAN, NAN, NAN};
  if (is_share) return iso_spread_share(sum, n);
  const double low = iso_fit_quantile(n, room, 0.05), middle = iso_fit_quantile(n, room, 0.5);
  return (iso_spread){n, false, middle, low, iso_fit_quantile(n, room, 0.95)};
}

/* Which case is the best in a heart; -1: one of them does not say. */
static int best_in(const iso_spreads *s, int heart) {
  const iso_ledger *l = s->table->ledger;
  double best = NAN;
  int which = -1;
  for (int c = 0; c < s->cases; c++) {
    const double value = value_of(s, c, heart, l->rank_by);
    if (isnan(value)) return -1;
    if (which >= 0 && !(l->largest_first ? value > best : value < best)) continue;
    best = value, which = c;
  }
  return which;
}

static iso_status rank(iso_spreads *s, iso_error *err) {
  int n = 0;
  if (s->table->ledger->rank_by < 0 || s->cases < 2) return ISO_OK;
  ISO_TRY(iso_alloc(&s->best, (size_t)s->cases, sizeof *s->best, "ranks", err));
  for (int c = 0; c < s->cases; c++) s->best[c].value = 0;
  for (int h = 0; h < s->hearts; h++) {
    const int which = best_in(s, h);
    if (which < 0) continue;
    s->best[which].value++;
    n++;
  }
  for (int c = 0; c < s->cases; c++)
    s->best[c] = n > 0 ? iso_spread_share(s->best[c].value, n) : (iso_spread){0, true, NAN, NAN, NAN};
  return ISO_OK;
}

iso_status iso_spreads_new(iso_spreads *out, const iso_study_table *table, iso_error *err) {
  const iso_members *m = table->ledger->members;
  const size_t outcomes = (size_t)table->ledger->noutcomes;
  double *room;
  bool draws = false;
  *out = (iso_spreads){.table = table};
  for (int a = 0; a < m->naxes; a++) draws |= iso_members_draws(&m->axis[a]);
  if (!draws) return ISO_OK;
  ISO_TRY(arrange(out, err));
  ISO_TRY(iso_alloc(&out->of, (size_t)out->cases * outcomes, sizeof *out->of, "cases", err));
  ISO_TRY(iso_alloc(&room, (size_t)out->hearts, sizeof *room, "cases", err));
  for (int c = 0; c < out->cases; c++)
    for (size_t k = 0; k < outcomes; k++)
      out->of[(size_t)c * outcomes + k] = distribution(out, c, (int)k, room);
  free(room);
  return rank(out, err);
}

void iso_spreads_free(iso_spreads *s) {
  free(s->row);
  free(s->of);
  free(s->best);
  *s = (iso_spreads){0};
}
