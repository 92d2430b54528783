/* ECGs as WFDB records: a text that describes signals, and files of whole numbers.
 *
 * The grammar is that of header(5) and signal(5) of the WFDB Applications Guide (G. Moody, PhysioNet). What
 * is left out of it: records of several segments, signals with several samples in a frame or with a skew, and
 * other formats than 16 and 212. */
#include "ecg/record_parts.h"

#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SIGNALS = 128, FIELDS = 8, RATE = 250 };
enum { AT_FILE, AT_FORMAT, AT_GAIN, AT_BITS, AT_ZERO, AT_FIRST, AT_SUM, AT_BLOCK };

typedef struct signal {
  const char *file, *label; /* in the header's text */
  int line, format;
  long offset;           /* of the first sample, bytes */
  double gain, baseline; /* counts per unit, and that of 0 */
  char unit[24];
  double checksum; /* NAN: none */
} signal;

typedef struct header {
  const char *path;
  char *text, *rest;
  int line;
  int nsignals;
  double rate_hz, nsamples; /* 0: not said */
  char date[16];
  signal signal[MOST_SIGNALS];
} header;

#define FAIL(...) iso_fail(err, ISO_EINPUT, __VA_ARGS__)

/* ---- the header ---- */

/* The next line that is no comment, or NULL. */
static char *next_line(header *h) {
  while (h->rest && *h->rest) {
    char *line = h->rest, *end = strchr(line, '\n');
    h->rest = end ? end + 1 : NULL;
    if (end) *end = '\0';
    h->line++;
    line[strcspn(line, "\r")] = '\0';
    line += strspn(line, " \t");
    if (*line && *line != '#') return line;
  }
  return NULL;
}

/* Cuts a line into at most that many words; what is left of it is in *rest. */
static int split(char *line, int most, char **word, char **rest) {
  int n = 0;
  while (n < most && *(line += strspn(line, " \t"))) {
    word[n++] = line;
    line += strcspn(line, " \t");
    if (*line) *line++ = '\0';
  }
  *rest = line;
  return n;
}

/* A number of these characters where text goes on; moves it behind. */
static bool take_of(char **text, const char *characters, double *out) {
  char piece[40];
  const size_t n = strspn(*text, characters);
  if (n == 0 || n >= sizeof piece) return false;
  memcpy(piece, *text, n);
  piece[n] = '\0';
  *text += n;
  return iso_ecg_number(piece, out);
}

static bool take_number(char **text, double *out) { return take_of(text, "+-.0123456789eE", out); }
static bool take_digits(char **text, double *out) { return take_of(text, "0123456789", out); }

/* Day, month and year with dots or slashes between. */
static void read_date(const char *text, char out[16]) {
  int day, month, year, end = 0;
  if (sscanf(text, "%2d%*1[/.]%2d%*1[/.]%4d%n", &day, &month, &year, &end) != 3 || text[end]) return;
  if (day < 1 || day > 31 || month < 1 || month > 12 || year < 1000) return;
  snprintf(out, 16, "%04d-%02d-%02d", year % 10000, month % 100, day % 100);
}

static iso_status read_record_line(header *h, iso_error *err) {
  char *word[6], *rest, *line = next_line(h);
  double nsignals = 0;
  const int n = line ? split(line, 6, word, &rest) : 0;
  if (n < 2 || !iso_ecg_number(word[1], &nsignals) || nsignals != floor(nsignals))
    return FAIL("%s:%d: is no header of WFDB, which begins like 's0010 12 1000 38400'", h->path, h->line);
  if (strchr(word[0], '/'))
    return FAIL("%s:%d: the record has several segments; name the header of one", h->path, h->line);
  if (nsignals < 1 || nsignals > MOST_SIGNALS)
    return FAIL("%s:%d: %.12g signals; 1 to %d can be read", h->path, h->line, nsignals, MOST_SIGNALS);
  h->nsignals = (int)nsignals;
  h->rate_hz = RATE;
  if (n > 2 && !take_number(&word[2], &h->rate_hz))
    return FAIL("%s:%d: '%.30s' are no samples a second", h->path, h->line, word[2]);
  if (n > 3 && (!iso_ecg_number(word[3], &h->nsamples) || h->nsamples < 0))
    return FAIL("%s:%d: '%.30s' is no number of samples", h->path, h->line, word[3]);
  if (n > 5) read_date(word[5], h->date);
  return ISO_OK;
}

/* "16", "212x1:0+24" */
static iso_status read_format(const header *h, signal *s, char *text, iso_error *err) {
  const char *whole = text;
  double format, frame = 1, skew = 0, offset = 0;
  bool good = take_digits(&text, &format);
  if (good && *text == 'x') text++, good = take_digits(&text, &frame);
  if (good && *text == ':') text++, good = take_digits(&text, &skew);
  if (good && *text == '+') text++, good = take_digits(&text, &offset);
  if (!good || *text || offset > 1e9)
    return FAIL("%s:%d: '%.30s' is no format like 16 or 212", h->path, h->line, whole);
  if (format != 16 && format != 212)
    return FAIL("%s:%d: the format %g is not read; convert the record to 16 (xform, wrsamp)", h->path,
                h->line, format);
  if (frame != 1 || skew != 0)
    return FAIL("%s:%d: several samples in a frame, or a skew, are not read; resample the record (xform)",
                h->path, h->line);
  s->format = (int)format, s->offset = (long)offset;
  return ISO_OK;
}

/* "2000", "200(1024)/mV". The offset is the zero of the converter where none is given. */
static iso_status read_gain(const header *h, signal *s, char *text, double zero, iso_error *err) {
  const char *whole = text;
  s->baseline = zero;
  snprintf(s->unit, sizeof s->unit, "mV");
  bool good = take_number(&text, &s->gain);
  if (good && *text == '(') {
    text++;
    good = take_number(&text, &s->baseline) && *text == ')';
    text += good;
  }
  if (good && *text == '/') snprintf(s->unit, sizeof s->unit, "%.23s", text + 1), text += strlen(text);
  if (!good || *text || !(fabs(s->baseline) < 1e9))
    return FAIL("%s:%d: '%.30s' is no gain like 200, 200/mV or 200(1024)/mV", h->path, h->line, whole);
  if (!(fabs(s->gain) > 1e-9))
    return FAIL("%s:%d: a gain of %g says that nobody knows how many counts are a mV; write it there, like "
                "200/mV",
                h->path, h->line, s->gain);
  return ISO_OK;
}

static iso_status read_signal_line(header *h, signal *s, iso_error *err) {
  char *word[FIELDS], *line = next_line(h), *rest;
  double zero = 0;
  if (!line) return FAIL("%s: there are fewer lines than %d signals", h->path, h->nsignals);
  const int n = split(line, FIELDS, word, &rest);
  s->line = h->line;
  s->checksum = NAN;
  if (n < 3)
    return FAIL("%s:%d: a signal has a file, a format and a gain, like 's.dat 16 2000/mV'", h->path, h->line);
  s->file = word[AT_FILE];
  s->label = n == FIELDS ? rest + strspn(rest, " \t") : "";
  if (strchr(s->file, '/') || !strcmp(s->file, "-") || !strcmp(s->file, "~"))
    return FAIL("%s:%d: '%.60s' is no file beside the header", h->path, h->line, s->file);
  ISO_TRY(read_format(h, s, word[AT_FORMAT], err));
  for (int k = AT_BITS; k < n; k++) {
    double value;
    if (!iso_ecg_number(word[k], &value))
      return FAIL("%s:%d: '%.30s' is no number", h->path, h->line, word[k]);
    if (k == AT_ZERO) zero = value;
    if (k == AT_SUM) s->checksum = value;
  }
  return read_gain(h, s, word[AT_GAIN], zero, err);
}

/* Samples of the signals of a file take turns, so that one elsewhere in the list would be read as another. */
static iso_status check_order(const header *h, iso_error *err) {
  for (int k = 2; k < h->nsignals; k++) {
    const signal *s = &h->signal[k];
    if (!strcmp(s->file, s[-1].file)) continue;
    for (int l = 0; l < k - 1; l++)
      if (!strcmp(s->file, h->signal[l].file))
        return FAIL("%s:%d: signals of one file stand one below the other, and line %d has '%.60s', too",
                    h->path, s->line, h->signal[l].line, s->file);
  }
  return ISO_OK;
}

static iso_status read_header(header *h, const char *path, iso_error *err) {
  size_t size = 0;
  h->path = path;
  ISO_TRY(iso_ecg_load(path, &h->text, &size, err));
  if (memchr(h->text, '\0', size)) return FAIL("%s: is no text, and a header of WFDB is one", path);
  h->rest = h->text;
  ISO_TRY(read_record_line(h, err));
  for (int k = 0; k < h->nsignals; k++) ISO_TRY(read_signal_line(h, &h->signal[k], err));
  return check_order(h, err);
}

/* ---- samples ---- */

/* Signals side by side in one file. */
typedef struct group {
  int first, end;
  char path[4096];
  unsigned char *bytes;
  size_t size;
} group;

static iso_status name_file(const header *h, const signal *s, char path[4096], iso_error *err) {
  const char *slash = strrchr(h->path, '/');
  const int folder = slash ? (int)(slash - h->path) + 1 : 0;
  const int n = snprintf(path, 4096, "%.*s%s", folder, h->path, s->file);
  return n > 0 && n < 4096 ? ISO_OK : FAIL("%s:%d: the name of its file is too long", h->path, s->line);
}

static iso_status open_group(const header *h, group *g, iso_error *err) {
  const signal *first = &h->signal[g->first];
  for (g->end = g->first + 1; g->end < h->nsignals; g->end++) {
    const signal *s = &h->signal[g->end];
    if (strcmp(s->file, first->file)) break;
    if (s->format != first->format || s->offset != first->offset)
      return FAIL("%s:%d: signals of one file have one format; this one differs from line %d", h->path,
                  s->line, first->line);
  }
  ISO_TRY(name_file(h, first, g->path, err));
  return iso_ecg_load(g->path, (char **)&g->bytes, &g->size, err);
}

/* How many numbers the file has. */
static double numbers_in(const header *h, const group *g) {
  const signal *s = &h->signal[g->first];
  const double bytes = (double)g->size - (double)s->offset;
  return bytes < 0 ? 0 : floor(s->format == 16 ? bytes / 2 : bytes / 1.5);
}

static int number_at(const unsigned char *at, int format, size_t k) {
  if (format == 16) return iso_ecg_int16(at + 2 * k);
  at += k / 2 * 3; /* 212: two numbers of 12 bits in three bytes, the upper bits of both in the middle one */
  const int bits = k % 2 == 0 ? at[0] | (at[1] & 0x0F) << 8 : at[2] | (at[1] & 0xF0) << 4;
  return bits < 2048 ? bits : bits - 4096;
}

/* A signal of the file to column, [n] mV. */
static iso_status take_signal(const header *h, const group *g, int k, iso_ecg_record *out, int column,
                              iso_error *err) {
  const signal *s = &h->signal[k];
  const size_t across = (size_t)(g->end - g->first);
  const int none = s->format == 16 ? -32768 : -2048;
  double *value = out->value + (size_t)column * (size_t)out->n;
  const double mV = iso_ecg_millivolts(s->unit);
  unsigned sum = 0;
  for (int t = 0; t < out->n; t++) {
    const int x = number_at(g->bytes + s->offset, s->format, (size_t)t * across + (size_t)(k - g->first));
    if (x == none)
      return FAIL("%s: %s has no sample at %g ms; cut the record there, or take the lead out of the header",
                  g->path, out->name[column], out->time_ms[t]);
    sum += (unsigned)x;
    value[t] = (x - s->baseline) / s->gain * mV;
  }
  /* Sums of 16 bits, with either sign. */
  if (!isnan(s->checksum) && fmod(s->checksum - (double)(sum & 0xFFFF), 65536) != 0)
    return FAIL("%s: the samples of %s are not those of its checksum in %s:%d; fetch the record again, or "
                "leave the checksum out if it was cut",
                g->path, out->name[column], h->path, s->line);
  return ISO_OK;
}

/* Fills the columns of a group's signals, from *column on. */
static iso_status take_group(header *h, group *g, iso_ecg_record *out, int *column, iso_error *err) {
  const int across = g->end - g->first;
  if (numbers_in(h, g) < (double)out->n * across)
    return FAIL("%s: has %.0f numbers, not %d samples of %d signals as %s says", g->path, numbers_in(h, g),
                out->n, across, h->path);
  for (int k = g->first; k < g->end; k++) {
    const signal *s = &h->signal[k];
    if (iso_ecg_millivolts(s->unit) == 0) continue;
    ISO_TRY(iso_ecg_record_name(out, *column, s->label, strlen(s->label), err));
    ISO_TRY(take_signal(h, g, k, out, (*column)++, err));
  }
  return ISO_OK;
}

static iso_status make_room(header *h, const group *g, iso_ecg_record *out, iso_error *err) {
  int nleads = 0;
  for (int k = 0; k < h->nsignals; k++) {
    const signal *s = &h->signal[k];
    char text[100];
    nleads += iso_ecg_millivolts(s->unit) > 0;
    snprintf(text, sizeof text, "%.40s (in %.20s)", s->label, s->unit);
    if (iso_ecg_millivolts(s->unit) == 0) ISO_TRY(iso_names_add(&out->left_out, text, err));
  }
  if (h->nsamples == 0) h->nsamples = floor(numbers_in(h, g) / (g->end - g->first));
  memcpy(out->date, h->date, sizeof out->date);
  return iso_ecg_record_room(out, h->path, nleads, h->nsamples, h->rate_hz, err);
}

static iso_status read_groups(header *h, iso_ecg_record *out, iso_error *err) {
  int column = 0;
  iso_status status = ISO_OK;
  for (group g = {0}; g.first < h->nsignals && status == ISO_OK; g.first = g.end) {
    status = open_group(h, &g, err);
    if (status == ISO_OK && g.first == 0) status = make_room(h, &g, out, err);
    if (status == ISO_OK) status = take_group(h, &g, out, &column, err);
    free(g.bytes);
    g.bytes = NULL;
  }
  return status;
}

iso_status iso_ecg_read_wfdb(iso_ecg_record *out, const char *path, iso_error *err) {
  header *h;
  ISO_TRY(iso_alloc(&h, 1, sizeof *h, "an ECG", err));
  iso_status status = read_header(h, path, err);
  if (status == ISO_OK) status = read_groups(h, out, err);
  free(h->text);
  free(h);
  return status;
}

iso_status iso_ecg_wfdb_files(iso_names *files, const char *path, iso_error *err) {
  header *h;
  char file[4096];
  ISO_TRY(iso_alloc(&h, 1, sizeof *h, "an ECG", err));
  iso_status status = read_header(h, path, err);
  for (int k = 0; k < h->nsignals && status == ISO_OK; k++) {
    if (k > 0 && !strcmp(h->signal[k].file, h->signal[k - 1].file)) continue;
    status = name_file(h, &h->signal[k], file, err);
    if (status == ISO_OK) status = iso_names_add(files, file, err);
  }
  free(h->text);
  free(h);
  return status;
}
