/* ECGs as EDF and EDF+ files: a header of fixed fields, then records with some samples of each signal in
 * turn. */
#include "ecg/record_parts.h"

#include "base/memory.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD = 256, PER_SIGNAL = 256, MOST_SIGNALS = 512 };

/* Where fields of all signals begin, in bytes per signal, and how long one is. */
typedef struct field {
  int begin, size;
  const char *what;
} field;
static const field label = {0, 16, "label"}, unit = {96, 8, "physical dimension"},
                   physical_least = {104, 8, "physical minimum"},
                   physical_most = {112, 8, "physical maximum"}, digital_least = {120, 8, "digital minimum"},
                   digital_most = {128, 8, "digital maximum"}, samples = {216, 8, "number of samples"};

typedef struct signal {
  char label[17], unit[9];
  double mV;           /* of its unit; 0: no voltage */
  double factor, zero; /* value = factor count + zero, in its unit */
  int samples;         /* in a record */
  size_t begin;        /* in a record, bytes */
  bool is_lead;
} signal;

typedef struct file {
  const char *path;
  char *bytes;
  size_t size;
  int nsignals, nleads, samples; /* in a record, of a lead */
  double nrecords, record_s;
  size_t record_bytes;
  signal *signal; /* [nsignals] */
} file;

#define FAIL(...) iso_fail(err, ISO_EINPUT, __VA_ARGS__)

/* Bytes without blanks around them; out [size + 1]. */
static void take_bytes(const char *at, int size, char *out) {
  while (size > 0 && at[size - 1] == ' ') size--;
  while (size > 0 && *at == ' ') at++, size--;
  memcpy(out, at, (size_t)size);
  out[size] = '\0';
}

static void take_text(const char *at, int size, char *out) {
  take_bytes(at, size, out);
  iso_text_clean(out, "");
}

static iso_status take_head_number(const file *f, int begin, int size, const char *what, double *out,
                                   iso_error *err) {
  char text[16];
  take_text(f->bytes + begin, size, text);
  if (iso_ecg_number(text, out)) return ISO_OK;
  return FAIL("%s: byte %d: the %s is '%.10s', which is no number", f->path, begin, what, text);
}

static const char *field_at(const file *f, const field *which, int k) {
  return f->bytes + HEAD + (size_t)f->nsignals * (size_t)which->begin + (size_t)k * (size_t)which->size;
}

static iso_status take_number(const file *f, const field *which, int k, double *out, iso_error *err) {
  char text[16];
  take_text(field_at(f, which, k), which->size, text);
  if (iso_ecg_number(text, out)) return ISO_OK;
  return FAIL("%s: signal %d (%s): the %s is '%.10s', which is no number", f->path, k + 1, f->signal[k].label,
              which->what, text);
}

/* ---- the header ---- */

static iso_status check_kind(const file *f, iso_error *err) {
  if (f->size < HEAD || memcmp(f->bytes, "0       ", 8))
    return FAIL("%s: is no EDF, which begins with '0' and seven blanks and has a header of %d bytes", f->path,
                HEAD);
  if (!strncmp(f->bytes + 192, "EDF+D", 5))
    return FAIL("%s: is EDF+D, with gaps between its records; cut out a part without (EDF+C)", f->path);
  return ISO_OK;
}

static iso_status read_counts(file *f, iso_error *err) {
  double head, nsignals;
  ISO_TRY(take_head_number(f, 184, 8, "header's length", &head, err));
  ISO_TRY(take_head_number(f, 236, 8, "number of records", &f->nrecords, err));
  ISO_TRY(take_head_number(f, 244, 8, "duration of a record", &f->record_s, err));
  ISO_TRY(take_head_number(f, 252, 4, "number of signals", &nsignals, err));
  if (nsignals < 1 || nsignals > MOST_SIGNALS || nsignals != floor(nsignals))
    return FAIL("%s: %g signals; 1 to %d can be read", f->path, nsignals, MOST_SIGNALS);
  f->nsignals = (int)nsignals;
  if (head != HEAD + PER_SIGNAL * nsignals || (double)f->size < head)
    return FAIL("%s: a header of %g bytes is not that of %d signals, %d, or the file ends within it", f->path,
                head, f->nsignals, HEAD + PER_SIGNAL * f->nsignals);
  if (!(f->record_s > 0))
    return FAIL("%s: records last %g s, so that samples have no time", f->path, f->record_s);
  return ISO_OK;
}

/* Samples are of 16 bits. */
static bool is_count(double x) { return x >= INT16_MIN && x <= INT16_MAX && x == floor(x); }

static iso_status read_scale(const file *f, int k, signal *s, iso_error *err) {
  double low, high, least, most;
  ISO_TRY(take_number(f, &physical_least, k, &low, err));
  ISO_TRY(take_number(f, &physical_most, k, &high, err));
  ISO_TRY(take_number(f, &digital_least, k, &least, err));
  ISO_TRY(take_number(f, &digital_most, k, &most, err));
  if (!is_count(least) || !is_count(most))
    return FAIL("%s: signal %d (%s): the digital limits %g and %g are no whole numbers from %d to %d",
                f->path, k + 1, s->label, least, most, INT16_MIN, INT16_MAX);
  if (!(most > least) || low == high || fabs(low) > 1e9 || fabs(high) > 1e9)
    return FAIL("%s: signal %d (%s): from %g to %g counts and from %g to %g %s make no scale", f->path, k + 1,
                s->label, least, most, low, high, s->unit);
  s->factor = (high - low) / (most - least);
  s->zero = low - s->factor * least;
  return ISO_OK;
}

static iso_status read_signal(file *f, int k, iso_error *err) {
  signal *s = &f->signal[k];
  double n;
  take_text(field_at(f, &label, k), label.size, s->label);
  take_bytes(field_at(f, &unit, k), unit.size, s->unit);
  s->mV = iso_ecg_millivolts(s->unit); /* which knows a byte that is no UTF-8 */
  iso_text_clean(s->unit, "");
  ISO_TRY(take_number(f, &samples, k, &n, err));
  if (n < 0 || n > ISO_ECG_MOST_NUMBERS || n != floor(n))
    return FAIL("%s: signal %d (%s): %g samples in a record", f->path, k + 1, s->label, n);
  s->samples = (int)n;
  s->begin = f->record_bytes;
  f->record_bytes += 2 * (size_t)n;
  s->is_lead = s->mV > 0 && n > 0 && strcmp(s->label, "EDF Annotations") != 0;
  return s->is_lead ? read_scale(f, k, s, err) : ISO_OK;
}

static iso_status leave_out(const signal *s, iso_names *left_out, iso_error *err) {
  char text[80];
  if (!strcmp(s->label, "EDF Annotations")) return ISO_OK;
  if (s->is_lead)
    snprintf(text, sizeof text, "%s (%d samples in a record)", s->label, s->samples);
  else
    snprintf(text, sizeof text, "%s (in '%s')", s->label, s->unit);
  return iso_names_add(left_out, text, err);
}

/* Leads are the voltages with as many samples as most of them have; others are left out. */
static iso_status choose_leads(file *f, iso_names *left_out, iso_error *err) {
  int most = 0;
  for (int k = 0; k < f->nsignals; k++) {
    int same = 0;
    for (int l = 0; l < f->nsignals; l++)
      same += f->signal[l].is_lead && f->signal[l].samples == f->signal[k].samples;
    if (f->signal[k].is_lead && same > most) most = same, f->samples = f->signal[k].samples;
  }
  for (int k = 0; k < f->nsignals; k++) {
    signal *s = &f->signal[k];
    if (s->is_lead && s->samples == f->samples) {
      f->nleads++;
      continue;
    }
    ISO_TRY(leave_out(s, left_out, err));
    s->is_lead = false;
  }
  return ISO_OK;
}

static iso_status count_records(file *f, iso_error *err) {
  const double there =
      f->record_bytes == 0
          ? 0
          : floor((double)(f->size - HEAD - PER_SIGNAL * (size_t)f->nsignals) / (double)f->record_bytes);
  if (f->nrecords < 0) f->nrecords = there; /* -1: was not known when the header was written */
  if (f->nrecords > there || f->nrecords != floor(f->nrecords))
    return FAIL("%s: has %g records, not %g as its header says; fetch it again", f->path, there, f->nrecords);
  return ISO_OK;
}

/* dd.mm.yy; 85 is 1985 and 84 is 2084 (EDF+). */
static void read_date(const char *at, char out[16]) {
  int day, month, year;
  char text[9];
  take_text(at, 8, text);
  if (sscanf(text, "%2d.%2d.%2d", &day, &month, &year) != 3) return;
  if (day < 1 || day > 31 || month < 1 || month > 12 || year < 0) return;
  snprintf(out, 16, "%04d-%02d-%02d", (year < 85 ? 2000 : 1900) + year % 100, month % 100, day % 100);
}

/* ---- samples ---- */

static iso_status take_leads(const file *f, iso_ecg_record *out, iso_error *err) {
  const unsigned char *begin = (const unsigned char *)f->bytes + HEAD + PER_SIGNAL * (size_t)f->nsignals;
  int column = 0;
  for (int k = 0; k < f->nsignals; k++) {
    const signal *s = &f->signal[k];
    if (!s->is_lead) continue;
    double *value = out->value + (size_t)column * (size_t)out->n;
    for (size_t t = 0; t < (size_t)out->n; t++) {
      const size_t record = t / (size_t)f->samples, within = t % (size_t)f->samples;
      value[t] =
          s->mV *
          (s->factor * iso_ecg_int16(begin + record * f->record_bytes + s->begin + 2 * within) + s->zero);
    }
    ISO_TRY(iso_ecg_record_name(out, column++, s->label, strlen(s->label), err));
  }
  return ISO_OK;
}

static iso_status read_file(file *f, iso_ecg_record *out, iso_error *err) {
  ISO_TRY(iso_ecg_load(f->path, &f->bytes, &f->size, err));
  ISO_TRY(check_kind(f, err));
  ISO_TRY(read_counts(f, err));
  ISO_TRY(iso_alloc(&f->signal, (size_t)f->nsignals, sizeof *f->signal, "an ECG", err));
  for (int k = 0; k < f->nsignals; k++) ISO_TRY(read_signal(f, k, err));
  ISO_TRY(count_records(f, err));
  ISO_TRY(choose_leads(f, &out->left_out, err));
  read_date(f->bytes + 168, out->date);
  ISO_TRY(
      iso_ecg_record_room(out, f->path, f->nleads, f->nrecords * f->samples, f->samples / f->record_s, err));
  return take_leads(f, out, err);
}

iso_status iso_ecg_read_edf(iso_ecg_record *out, const char *path, iso_error *err) {
  file f = {.path = path};
  const iso_status status = read_file(&f, out, err);
  free(f.signal);
  free(f.bytes);
  return status;
}
