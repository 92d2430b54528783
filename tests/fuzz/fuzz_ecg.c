/* Any bytes are an ECG or a refusal: an EDF file, or a header of WFDB and its samples, apart by a line that
 * holds only "@". What is read has leads with names and numbers, and makes an average beat or none. */
#include "ecg/average.h"
#include "ecg/plausible.h"
#include "fuzz_input.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void require(int condition) {
  if (!condition) abort();
}

static void check(const iso_ecg_record *r) {
  require(r->n >= 2 && r->nleads >= 1);
  for (int k = 0; k < r->nleads; k++) require(r->name[k] && *r->name[k]);
  for (long i = 0; i < (long)r->n * r->nleads; i++) require(isfinite(r->value[i]));
  for (int i = 1; i < r->n; i++) require(r->time_ms[i] > r->time_ms[i - 1]);
}

static void average(const iso_ecg_record *r) {
  iso_ecg_average a;
  iso_error err = {0};
  char text[ISO_ECG_REVERSED];
  const iso_status status = iso_ecg_average_new(&a, r, "m", &err);
  require(status == ISO_OK || (status == ISO_EINPUT && err.message[0]));
  if (status == ISO_OK) iso_ecg_reversed(&a.beat, a.qrs_ms, text);
  iso_ecg_average_free(&a);
}

static void read_file(const char *path) {
  iso_ecg_record r;
  iso_error err = {0};
  const iso_status status = iso_ecg_record_read(&r, path, &err);
  if (status == ISO_OK)
    check(&r), average(&r);
  else
    require(status == ISO_EINPUT && err.message[0] && !strchr(err.message, '\n'));
  iso_ecg_record_free(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  size_t n = 0;
  if (size > 0 && data[0] == '0') {
    read_file(fuzz_file(2, ".edf", data, size));
    return 0;
  }
  while (n < size && !(data[n] == '@' && n + 1 < size && data[n + 1] == '\n')) n++;
  const size_t passed = n + 2 < size ? n + 2 : size;
  const char *header = fuzz_file(0, ".hea", data, n);
  fuzz_file(1, ".dat", data + passed, size - passed);
  read_file(header);
  return 0;
}
