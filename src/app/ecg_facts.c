#include "app/ecg_facts.h"

#include "base/atomic.h"
#include "base/csv.h"
#include "base/memory.h"
#include "base/share.h"
#include "base/text.h"
#include "ecg/average.h"
#include "ecg/measures.h"
#include "ecg/plausible.h"

#include <math.h>
#include <stdlib.h>

typedef struct facts {
  const iso_arguments *to;
  iso_ecg_record record;
  iso_ecg_average average;
  bool has_average;
  int beats;
  iso_ecg_measures measures; /* of the average, or of the record */
} facts;

/* ---- reading ---- */

/* aVF = II - I / 2 of a record; out [n]. */
static void make_foot(const iso_ecg_record *r, int one, int two, double *out) {
  const size_t n = (size_t)r->n;
  for (size_t t = 0; t < n; t++) out[t] = r->value[(size_t)two * n + t] - 0.5 * r->value[(size_t)one * n + t];
}

static iso_status measure(const iso_ecg_record *r, iso_ecg_measures *out, iso_error *err) {
  const int one = iso_ecg_record_find(r, "I"), two = iso_ecg_record_find(r, "II");
  const size_t n = (size_t)r->n;
  const double **lead = NULL;
  int *index = NULL;
  double *foot = NULL;
  iso_status status = iso_alloc(&index, (size_t)r->nleads, sizeof *index, "measures", err);
  if (status == ISO_OK) status = iso_alloc(&lead, (size_t)r->nleads, sizeof *lead, "measures", err);
  if (status == ISO_OK) status = iso_alloc(&foot, n, sizeof *foot, "measures", err);
  if (status == ISO_OK) {
    const bool limbs = one >= 0 && two >= 0;
    iso_ecg_signals s = {
        .n = r->n, .time_ms = r->time_ms, .nleads = iso_ecg_record_independent(r, index), .lead = lead};
    for (int k = 0; k < s.nleads; k++) lead[k] = r->value + (size_t)index[k] * n;
    if (limbs) make_foot(r, one, two, foot), s.limb[0] = r->value + (size_t)one * n, s.limb[1] = foot;
    status = iso_ecg_measure(&s, out, err);
  }
  free(foot);
  free(lead);
  free(index);
  return status;
}

static iso_status read_all(facts *f, const char *path, iso_error *err) {
  ISO_TRY(iso_ecg_record_read(&f->record, path, err));
  ISO_TRY(iso_ecg_check_limbs(&f->record, path, err));
  ISO_TRY(iso_ecg_count_beats(&f->record, &f->beats, err));
  if (f->beats == 0) ISO_TRY(iso_ecg_check_times(&f->record, path, err));
  if (f->beats == 0)
    return iso_fail(err, ISO_EINPUT, "%s: no QRS complex was found: is it an ECG in ms and mV?", path);
  f->has_average = f->beats >= ISO_ECG_FEWEST_BEATS;
  if (f->has_average) ISO_TRY(iso_ecg_average_new(&f->average, &f->record, path, err));
  ISO_TRY(iso_ecg_check_units(f->has_average ? &f->average.beat : &f->record, path, err));
  return measure(f->has_average ? &f->average.beat : &f->record, &f->measures, err);
}

/* ---- printing ---- */

static void say_record(const facts *f, const char *path) {
  const iso_ecg_record *r = &f->record;
  char missing[ISO_ECG_MISSING];
  const double length_s = (r->time_ms[r->n - 1] - r->time_ms[0]) / 1000;
  iso_say(f->to, "%s: %d leads, %.4g s, %.5g samples a second%s%s\n", path, r->nleads, length_s,
          (r->n - 1) / length_s, *r->date ? ", of " : "", r->date);
  if (*iso_ecg_missing(r, missing)) iso_say(f->to, "  missing    %s\n", missing);
  if (r->left_out.n == 0) return;
  iso_say(f->to, "  left out   ");
  for (int k = 0; k < r->left_out.n; k++) iso_say(f->to, "%s%s", k > 0 ? ", " : "", r->left_out.name[k]);
  iso_say(f->to, ": no lead\n");
}

static void say_beats(const facts *f) {
  char text[ISO_ECG_SAID];
  if (f->has_average)
    iso_say(f->to, "  beat       %s\n", iso_ecg_average_say(&f->average, text));
  else
    iso_say(f->to, "  beats      %d, as they are: an average needs %d\n", f->beats, ISO_ECG_FEWEST_BEATS);
}

static void say_number(const facts *f, const char *name, double value, const char *unit) {
  if (isnan(value))
    iso_say(f->to, "  %-10s not found\n", name);
  else
    iso_say(f->to, "  %-10s %.0f %s\n", name, value, unit);
}

static void say_measures(const facts *f) {
  const iso_ecg_measures *m = &f->measures;
  const double rr = f->has_average ? f->average.rr_ms : m->rr_ms;
  if (!isnan(rr)) iso_say(f->to, "  RR         %.0f ms, %.0f beats a minute\n", rr, 60000 / rr);
  say_number(f, "QRS", m->qrs_duration_ms, "ms");
  say_number(f, "QT", m->qt_ms, "ms");
  if (!isnan(rr)) say_number(f, "QTc", m->qt_ms / cbrt(rr / 1000), "ms (Fridericia)");
  say_number(f, "axis", m->qrs_axis_deg, "degrees");
}

static void say_leads(const facts *f) {
  const iso_ecg_record *r = f->has_average ? &f->average.beat : &f->record;
  iso_say(f->to, "  lead       from largest to least, mV%s\n",
          f->has_average ? "; of one beat and of the mean, standard deviation during QRS, uV" : "");
  for (int k = 0; k < r->nleads; k++) {
    iso_say(f->to, "  %-10s %8.3f", r->name[k], iso_ecg_record_range(r, k));
    if (f->has_average)
      iso_say(f->to, " %8.1f %8.1f", 1000 * f->average.beat_sd_mV[k],
              1000 * iso_ecg_average_sd(&f->average, k));
    iso_say(f->to, "\n");
  }
}

static void say_all(const facts *f, const char *path) {
  char text[ISO_ECG_REVERSED];
  say_record(f, path);
  say_beats(f);
  say_measures(f);
  say_leads(f);
  if (f->has_average && *iso_ecg_reversed(&f->average.beat, f->average.qrs_ms, text))
    iso_say(f->to, "  WARNING    %s\n", text);
}

/* ---- the average beat ---- */

static void put_beat(const void *self, FILE *stream) {
  const iso_ecg_record *r = self;
  char number[32];
  fputs("t_ms", stream);
  for (int k = 0; k < r->nleads; k++) {
    fputc(',', stream);
    iso_csv_put(stream, r->name[k]);
  }
  for (int t = 0; t < r->n; t++) {
    fprintf(stream, "\n%g", r->time_ms[t]);
    for (int k = 0; k < r->nleads; k++)
      fprintf(stream, ",%s", iso_text_shortest(r->value[k * r->n + t], number, sizeof number));
  }
  fputc('\n', stream);
}

static iso_status write_beat(const facts *f, const char *path, const char *csv, iso_error *err) {
  if (f->has_average) return iso_atomic_write(csv, false, put_beat, &f->average.beat, err);
  return iso_fail(err, ISO_EINPUT, "%s: %d beats make no average; %d are needed for --output", path, f->beats,
                  ISO_ECG_FEWEST_BEATS);
}

iso_status iso_ecg_facts(const iso_arguments *to, const char *path, const char *csv, iso_error *err) {
  facts f = {.to = to};
  iso_status status = ISO_OK;
  if (iso_rank(to->comm) == 0) {
    status = read_all(&f, path, err);
    if (status == ISO_OK && csv) status = write_beat(&f, path, csv, err);
    if (status == ISO_OK) say_all(&f, path);
    iso_ecg_average_free(&f.average);
    iso_ecg_record_free(&f.record);
  }
  return iso_agree(to->comm, status, err);
}
