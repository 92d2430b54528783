#include "fit/ecg_file.h"

#include "base/memory.h"
#include "fit/exponential.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A QRS complex lasts longer than the least, and is in a table shorter than the most. */
#define LEAST_MS 20
#define MOST_MS 10000

#define FAIL(...) iso_fail(err, ISO_EINPUT, __VA_ARGS__)

static double length_of(const iso_ecg_record *f) { return f->time_ms[f->n - 1] - f->time_ms[0]; }

static iso_status check_size(const iso_ecg_record *f, const char *path, iso_error *err) {
  double most = 0;
  for (int k = 0; k < f->nleads; k++) most = fmax(most, iso_ecg_record_range(f, k));
  if (length_of(f) < LEAST_MS)
    return FAIL("%s: %g ms have no QRS complex; times may be in s", path, length_of(f));
  ISO_TRY(iso_ecg_check_units(f, path, err));
  for (int k = 0; k < f->nleads; k++)
    if (iso_ecg_record_range(f, k) < most / 1000)
      return FAIL("%s: the lead '%.30s' is flat; name the other ones in leads, or take it out", path,
                  f->name[k]);
  return ISO_OK;
}

/* The average in place of the record. */
static iso_status take_average(iso_ecg_file *out, const char *path, iso_error *err) {
  iso_ecg_average average;
  iso_status status = iso_ecg_average_new(&average, &out->beat, path, err);
  if (status == ISO_OK)
    status = iso_alloc(&out->sd_mV, (size_t)out->beat.nleads, sizeof *out->sd_mV, "an ECG", err);
  if (status == ISO_OK) {
    iso_ecg_average_say(&average, out->said);
    for (int k = 0; k < out->beat.nleads; k++) out->sd_mV[k] = iso_ecg_average_sd(&average, k);
    iso_ecg_reversed(&average.beat, average.qrs_ms, out->warning);
    const iso_ecg_record record = out->beat;
    out->beat = average.beat, average.beat = record;
  }
  iso_ecg_average_free(&average);
  return status;
}

iso_status iso_ecg_file_read(iso_ecg_file *out, const char *path, iso_error *err) {
  *out = (iso_ecg_file){0};
  ISO_TRY(iso_ecg_record_read(&out->beat, path, err));
  if (iso_ecg_is_recording(path) || length_of(&out->beat) > MOST_MS) ISO_TRY(take_average(out, path, err));
  iso_ecg_missing(&out->beat, out->missing);
  ISO_TRY(check_size(&out->beat, path, err));
  return iso_ecg_check_limbs(&out->beat, path, err);
}

void iso_ecg_file_free(iso_ecg_file *f) {
  iso_ecg_record_free(&f->beat);
  free(f->sd_mV);
  *f = (iso_ecg_file){0};
}

static double between(const iso_ecg_record *f, const double *value, double time_ms) {
  int k = 0;
  while (k + 2 < f->n && f->time_ms[k + 1] < time_ms) k++;
  const double x = (time_ms - f->time_ms[k]) / (f->time_ms[k + 1] - f->time_ms[k]);
  return value[k] + fmin(1, fmax(0, x)) * (value[k + 1] - value[k]);
}

double iso_ecg_file_at(const iso_ecg_file *file, int column, double time_ms, double filter_ms) {
  const iso_ecg_record *f = &file->beat;
  const double *value = f->value + (size_t)column * (size_t)f->n;
  double sum = 0, whole = 0;
  if (!(filter_ms > 0)) return between(f, value, time_ms);
  for (int k = 0; k < f->n; k++) {
    const double u = f->time_ms[k] - time_ms;
    const double before = f->time_ms[k > 0 ? k - 1 : k], after = f->time_ms[k + 1 < f->n ? k + 1 : k];
    const double weight = iso_fit_exp(-u * u / (2 * filter_ms * filter_ms)) * (after - before) / 2;
    sum += weight * value[k];
    whole += weight;
  }
  return sum / whole;
}
