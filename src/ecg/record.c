#include "ecg/record_parts.h"

#include "base/input.h"
#include "base/memory.h"
#include "base/text.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FAIL(...) iso_fail(err, ISO_EINPUT, __VA_ARGS__)

static bool ends_with(const char *path, const char *end) {
  const size_t n = strlen(path), m = strlen(end);
  return n > m && !strcasecmp(path + n - m, end);
}

bool iso_ecg_is_recording(const char *path) { return ends_with(path, ".hea") || ends_with(path, ".edf"); }

static iso_status check_names(const iso_ecg_record *r, const char *path, iso_error *err) {
  for (int k = 0; k < r->nleads; k++)
    for (int l = 0; l < k; l++)
      if (!strcmp(r->name[k], r->name[l]))
        return FAIL("%s: two leads have the name '%.30s'; rename one in the file", path, r->name[k]);
  return ISO_OK;
}

iso_status iso_ecg_record_read(iso_ecg_record *out, const char *path, iso_error *err) {
  *out = (iso_ecg_record){0};
  if (ends_with(path, ".dat"))
    return FAIL("%s: the samples of a WFDB record are read by its header; name that, the .hea beside it",
                path);
  if (ends_with(path, ".bdf")) return FAIL("%s: BDF, EDF with 24 bits, is not read; convert it to EDF", path);
  if (ends_with(path, ".hea"))
    ISO_TRY(iso_ecg_read_wfdb(out, path, err));
  else if (ends_with(path, ".edf"))
    ISO_TRY(iso_ecg_read_edf(out, path, err));
  else
    ISO_TRY(iso_ecg_read_table(out, path, err));
  return check_names(out, path, err);
}

void iso_ecg_record_free(iso_ecg_record *r) {
  for (int k = 0; k < r->nleads; k++) free(r->name[k]);
  free(r->name);
  free(r->time_ms);
  free(r->value);
  iso_names_free(&r->left_out);
  *r = (iso_ecg_record){0};
}

iso_status iso_ecg_record_files(iso_names *files, const char *path, iso_error *err) {
  return ends_with(path, ".hea") ? iso_ecg_wfdb_files(files, path, err) : ISO_OK;
}

/* ---- for the readers ---- */

iso_status iso_ecg_load(const char *path, char **bytes, size_t *size, iso_error *err) {
  const size_t most = 4 * (size_t)ISO_ECG_MOST_NUMBERS + (1 << 20);
  const char *why = NULL;
  FILE *file = iso_input_stream(path, &why);
  *bytes = NULL;
  if (!file) return FAIL("%s: cannot be read: %s", path, why);
  fseek(file, 0, SEEK_END);
  const long length = ftell(file);
  rewind(file);
  iso_status status = ISO_OK;
  if (length < 0 || (size_t)length > most)
    status = FAIL("%s: is larger than %zu MiB; cut out some minutes", path, most >> 20);
  if (status == ISO_OK) status = iso_alloc(bytes, (size_t)length + 1, 1, "an ECG", err);
  *size = status == ISO_OK ? fread(*bytes, 1, (size_t)length, file) : 0;
  if (status == ISO_OK && *size != (size_t)length) status = FAIL("%s: cannot be read to its end", path);
  fclose(file);
  return status;
}

iso_status iso_ecg_record_room(iso_ecg_record *out, const char *path, int nleads, double n, double rate_hz,
                               iso_error *err) {
  if (nleads == 0) return FAIL("%s: none of its signals is a lead: their units are no V, mV or uV", path);
  if (!(rate_hz >= 1 && rate_hz <= 1e6))
    return FAIL("%s: %g samples a second are not those of an ECG", path, rate_hz);
  if (!(n >= 2)) return FAIL("%s: there are fewer than two samples", path);
  if (!(n * nleads <= ISO_ECG_MOST_NUMBERS))
    return FAIL("%s: %.0f samples of %d leads are too many; cut out some minutes", path, n, nleads);
  ISO_TRY(iso_alloc(&out->name, (size_t)nleads, sizeof *out->name, "an ECG", err));
  out->nleads = nleads;
  out->n = (int)n;
  ISO_TRY(iso_alloc(&out->time_ms, (size_t)n, sizeof *out->time_ms, "an ECG", err));
  ISO_TRY(iso_alloc(&out->value, (size_t)n * (size_t)nleads, sizeof *out->value, "an ECG", err));
  for (int i = 0; i < out->n; i++) out->time_ms[i] = 1000.0 * i / rate_hz;
  return ISO_OK;
}

/* The usual name, or NULL. */
static const char *usual(const char *label) {
  static const char *const names[] = {"I",  "II", "III", "aVR", "aVL", "aVF", "V1",  "V2",  "V3",
                                      "V4", "V5", "V6",  "V7",  "V8",  "V9",  "V3R", "V4R", "V5R"};
  static const char *const before[] = {"ECG", "EKG", "lead"};
  for (size_t k = 0; k < sizeof before / sizeof *before; k++) {
    const size_t n = strlen(before[k]);
    if (!strncasecmp(label, before[k], n) && (label[n] == ' ' || label[n] == '_')) label += n + 1;
  }
  for (size_t k = 0; k < sizeof names / sizeof *names; k++)
    if (!strcasecmp(label, names[k])) return names[k];
  return NULL;
}

iso_status iso_ecg_record_name(iso_ecg_record *out, int column, const char *label, size_t size,
                               iso_error *err) {
  char text[81];
  while (size > 0 && isspace((unsigned char)*label)) label++, size--;
  snprintf(text, sizeof text, "%.*s", (int)size, label);
  iso_text_clean(text, "");
  for (size_t n = strlen(text); n > 0 && text[n - 1] == ' ';) text[--n] = '\0';
  if (!*text) snprintf(text, sizeof text, "signal %d", column + 1);
  const char *name = usual(text) ? usual(text) : text;
  ISO_TRY(iso_alloc(&out->name[column], strlen(name) + 1, 1, "an ECG", err));
  memcpy(out->name[column], name, strlen(name) + 1);
  return ISO_OK;
}

double iso_ecg_millivolts(const char *unit) {
  static const struct {
    const char *unit;
    double mV;
  } units[] = {{"mV", 1},           {"uV", 1e-3},    {"\xC2\xB5V", 1e-3},
               {"\xCE\xBCV", 1e-3}, {"\xB5V", 1e-3}, {"V", 1e3}};
  for (size_t k = 0; k < sizeof units / sizeof *units; k++)
    if (!strcmp(unit, units[k].unit)) return units[k].mV;
  return 0;
}

bool iso_ecg_number(const char *text, double *out) {
  char *end = NULL;
  const bool plain = *text && strspn(text, "+-.0123456789eE") == strlen(text);
  *out = plain ? strtod(text, &end) : NAN;
  return plain && !*end && isfinite(*out);
}

/* ---- leads ---- */

int iso_ecg_record_find(const iso_ecg_record *r, const char *lead) {
  static const char *const limb[][2] = {{"I", "E1"}, {"II", "E2"}, {"III", "E3"}};
  for (int k = 0; k < r->nleads; k++) {
    if (!strcmp(r->name[k], lead)) return k;
    for (int i = 0; i < 3; i++)
      if (!strcmp(limb[i][0], lead) && !strcmp(limb[i][1], r->name[k])) return k;
  }
  return -1;
}

static bool is_chest(const char *name) { return name[0] == 'V' && isdigit((unsigned char)name[1]); }

int iso_ecg_record_independent(const iso_ecg_record *r, int *index) {
  const int limb[2] = {iso_ecg_record_find(r, "I"), iso_ecg_record_find(r, "II")};
  int n = 0;
  for (int k = 0; k < r->nleads; k++)
    if ((limb[0] < 0 && limb[1] < 0) || k == limb[0] || k == limb[1] || is_chest(r->name[k])) index[n++] = k;
  return n;
}

double iso_ecg_record_range(const iso_ecg_record *r, int column) {
  double low = INFINITY, high = -INFINITY;
  for (int t = 0; t < r->n; t++) {
    const double x = r->value[(size_t)column * (size_t)r->n + (size_t)t];
    if (!isfinite(x)) return INFINITY;
    low = fmin(low, x), high = fmax(high, x);
  }
  return high - low;
}
