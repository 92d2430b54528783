#include "observe/spectra.h"

#include "base/median.h"
#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct iso_spectra {
  const iso_mesh *mesh;
  iso_spectra_options options;
  int64_t nsamples, first;  /* the first one's number in intervals from 0 ms */
  int64_t seen;             /* samples so far */
  int nbins, first_bin;     /* bin m is the frequency m / (nsamples interval) */
  double *cosine, *sine;    /* [nsamples] of one turn */
  double *wave;             /* [2 * nbins] the window times cosine and sine of each bin, at one sample */
  double *of_one, *of_line; /* [2 * nbins] the sums of a constant 1 and of the line from the middle on */
  double *vm;               /* [nowned] mV */
  double *level, *slope;    /* [nowned] sums of Vm, and of Vm times the distance from the middle */
  double *sum;              /* [2 * nbins][nowned] of Vm times wave */
};

static const double pi = 3.14159265358979323846;
/* Vm of a smaller sine is still, mV. */
enum { STILL_MV = 1 };

static int64_t samples_of(const iso_spectra_options *o) { return llround(o->window_ms / o->interval_ms); }

static double bin_Hz(const iso_spectra_options *o) { return 1000 / ((double)samples_of(o) * o->interval_ms); }

static int lowest_bin(const iso_spectra_options *o) { return (int)ceil(o->lowest_Hz / bin_Hz(o) - 1e-9); }

int iso_spectra_bins(const iso_spectra_options *o) {
  const int last = (int)floor(o->highest_Hz / bin_Hz(o) + 1e-9), first = lowest_bin(o);
  return last >= first && first > 0 ? last - first + 1 : 0;
}

static iso_status allocate(iso_spectra *s, iso_error *err) {
  const char *what = "spectra";
  const size_t n = (size_t)s->mesh->nowned, rows = 2 * (size_t)s->nbins;
  ISO_TRY(iso_alloc(&s->cosine, (size_t)s->nsamples, sizeof *s->cosine, what, err));
  ISO_TRY(iso_alloc(&s->sine, (size_t)s->nsamples, sizeof *s->sine, what, err));
  ISO_TRY(iso_alloc(&s->wave, rows, sizeof *s->wave, what, err));
  ISO_TRY(iso_alloc(&s->of_one, rows, sizeof *s->of_one, what, err));
  ISO_TRY(iso_alloc(&s->of_line, rows, sizeof *s->of_line, what, err));
  ISO_TRY(iso_alloc(&s->vm, n, sizeof *s->vm, what, err));
  ISO_TRY(iso_alloc(&s->level, n, sizeof *s->level, what, err));
  ISO_TRY(iso_alloc(&s->slope, n, sizeof *s->slope, what, err));
  return iso_alloc(&s->sum, rows * n, sizeof *s->sum, what, err);
}

/* How far sample k is from the middle of the window. */
static double from_middle(const iso_spectra *s, int64_t k) {
  return (double)k - 0.5 * (double)(s->nsamples - 1);
}

/* The window's sample k times cosine and sine of every bin. */
static void make_wave(const iso_spectra *s, int64_t k) {
  const double hann = 0.5 * (1 - s->cosine[k]);
  for (int b = 0; b < s->nbins; b++) {
    const int64_t turn = (s->first_bin + b) * k % s->nsamples;
    s->wave[2 * b] = hann * s->cosine[turn];
    s->wave[2 * b + 1] = hann * s->sine[turn];
  }
}

static void make_tables(iso_spectra *s) {
  for (int64_t k = 0; k < s->nsamples; k++) {
    s->cosine[k] = cos(2 * pi * (double)k / (double)s->nsamples);
    s->sine[k] = sin(2 * pi * (double)k / (double)s->nsamples);
  }
  for (int64_t k = 0; k < s->nsamples; k++) {
    make_wave(s, k);
    for (int b = 0; b < 2 * s->nbins; b++) {
      s->of_one[b] += s->wave[b];
      s->of_line[b] += s->wave[b] * from_middle(s, k);
    }
  }
}

iso_status iso_spectra_new(iso_spectra **out, const iso_mesh *mesh, const iso_spectra_options *options,
                           iso_error *err) {
  iso_spectra *s;
  *out = NULL;
  ISO_TRY(iso_alloc(&s, 1, sizeof *s, "spectra", err));
  *s = (iso_spectra){.mesh = mesh,
                     .options = *options,
                     .nsamples = samples_of(options),
                     .first = (int64_t)ceil(options->start_ms / options->interval_ms - 1e-6),
                     .nbins = iso_spectra_bins(options),
                     .first_bin = lowest_bin(options)};
  const iso_status status = allocate(s, err);
  if (status != ISO_OK) {
    iso_spectra_free(s);
    return status;
  }
  make_tables(s);
  *out = s;
  return ISO_OK;
}

void iso_spectra_free(iso_spectra *s) {
  if (!s) return;
  free(s->cosine);
  free(s->sine);
  free(s->wave);
  free(s->of_one);
  free(s->of_line);
  free(s->vm);
  free(s->level);
  free(s->slope);
  free(s->sum);
  free(s);
}

/* ---- looking ---- */

/* Nodes in parts whose Vm stays in a near cache while all bins take it. */
static void add_sample(iso_spectra *s) {
  enum { PART = 1024 };
  const iso_lid n = s->mesh->nowned;
  const double line = from_middle(s, s->seen);
  make_wave(s, s->seen);
  for (iso_lid i = 0; i < n; i++) s->level[i] += s->vm[i], s->slope[i] += line * s->vm[i];
  for (iso_lid begin = 0; begin < n; begin += PART) {
    const iso_lid end = n - begin < PART ? n : begin + PART;
    for (int b = 0; b < 2 * s->nbins; b++) {
      double *sum = s->sum + (size_t)b * (size_t)n;
      const double wave = s->wave[b];
      for (iso_lid i = begin; i < end; i++) sum[i] += wave * s->vm[i];
    }
  }
}

static iso_status look(void *self, const iso_view *view, iso_error *err) {
  iso_spectra *s = self;
  const int64_t k = (int64_t)floor((view->time_ms + 1e-6 * view->step_ms) / s->options.interval_ms);
  if (k - s->first != s->seen || s->seen == s->nsamples) return ISO_OK;
  ISO_TRY(iso_agree(s->mesh->comm, iso_view_vm(view, s->vm, err), err));
  add_sample(s);
  s->seen++;
  return ISO_OK;
}

/* ---- what it comes to ---- */

typedef struct peak {
  double Hz, regularity; /* NAN: the node is still */
} peak;

/* Of node i in bin b, with the node's line taken off: level + slope times the distance from the middle. */
static double power(const iso_spectra *s, iso_lid i, int b, double level, double slope) {
  double part[2];
  for (int k = 0; k < 2; k++) {
    const int row = 2 * b + k;
    part[k] = s->sum[(size_t)row * (size_t)s->mesh->nowned + (size_t)i] - level * s->of_one[row] -
              slope * s->of_line[row];
  }
  return part[0] * part[0] + part[1] * part[1];
}

/* The band's power of a sine of 1 mV: the window spreads it over three bins, by 1/4, 1 and 1/4. */
static double least_power(const iso_spectra *s) {
  const double height = 0.25 * STILL_MV * (double)s->nsamples;
  return 1.5 * height * height;
}

static peak peak_of(const iso_spectra *s, iso_lid i) {
  const double n = (double)s->nsamples, level = s->level[i] / n, slope = s->slope[i] * 12 / (n * (n * n - 1)),
               bin = bin_Hz(&s->options);
  double most = -1, all = 0, near = 0;
  int at = 0;
  for (int b = 0; b < s->nbins; b++) {
    const double p = power(s, i, b, level, slope);
    all += p;
    if (p > most) most = p, at = b;
  }
  if (!(all >= least_power(s))) return (peak){NAN, NAN};
  for (int b = 0; b < s->nbins; b++)
    if (abs(b - at) * bin <= s->options.width_Hz + 1e-9) near += power(s, i, b, level, slope);
  return (peak){(s->first_bin + at) * bin, near / all};
}

static void fill_frequency(const void *self, int64_t row, double *owned) {
  const iso_spectra *s = self;
  (void)row;
  for (iso_lid i = 0; i < s->mesh->nowned; i++) owned[i] = peak_of(s, i).Hz;
}

static void fill_regularity(const void *self, int64_t row, double *owned) {
  const iso_spectra *s = self;
  (void)row;
  for (iso_lid i = 0; i < s->mesh->nowned; i++) owned[i] = peak_of(s, i).regularity;
}

/* Collective. The lowest node of the highest frequency, and where it is. */
static void find_highest(const iso_mesh *mesh, const double *Hz, iso_spectra_summary *out) {
  double high = -INFINITY;
  int64_t node = INT64_MAX;
  for (iso_lid i = 0; i < mesh->nowned; i++) high = fmax(high, Hz[i]); /* fmax passes NaN over */
  MPI_Allreduce(MPI_IN_PLACE, &high, 1, MPI_DOUBLE, MPI_MAX, mesh->comm);
  if (isinf(high)) return;
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (Hz[i] == high && mesh->gid[i] < node) node = mesh->gid[i];
  MPI_Allreduce(MPI_IN_PLACE, &node, 1, MPI_INT64_T, MPI_MIN, mesh->comm);
  for (int d = 0; d < 3; d++) out->highest_mm[d] = -INFINITY;
  for (iso_lid i = 0; i < mesh->nowned; i++)
    for (int d = 0; d < 3 && mesh->gid[i] == node; d++) out->highest_mm[d] = mesh->xyz[i][d];
  MPI_Allreduce(MPI_IN_PLACE, out->highest_mm, 3, MPI_DOUBLE, MPI_MAX, mesh->comm);
  out->highest_Hz = high, out->highest_node = node;
}

iso_spectra_summary iso_spectra_summarise(const iso_spectra *s) {
  const iso_mesh *mesh = s->mesh;
  double *value = s->vm; /* which nobody needs between samples */
  iso_spectra_summary out = {.known = s->seen == s->nsamples,
                             .dominant_Hz = NAN,
                             .regularity = NAN,
                             .highest_Hz = NAN,
                             .highest_node = -1,
                             .highest_mm = {NAN, NAN, NAN}};
  if (!out.known) return out;
  fill_regularity(s, 0, value);
  out.regularity = iso_median(mesh->comm, mesh->nowned, value);
  fill_frequency(s, 0, value);
  out.dominant_Hz = iso_median(mesh->comm, mesh->nowned, value);
  find_highest(mesh, value, &out);
  return out;
}

static iso_status publish(const iso_spectra *s, iso_results *results, iso_error *err) {
  const iso_variable all[] = {{"dominant_frequency", "Hz", "of the largest power of Vm in the band",
                               .may_lack = true, .fill = fill_frequency, .self = s},
                              {"regularity_index", "1", "share of the band's power near that frequency",
                               .may_lack = true, .fill = fill_regularity, .self = s}};
  for (size_t k = 0; k < sizeof all / sizeof *all; k++) ISO_TRY(iso_results_add(results, &all[k], err));
  return ISO_OK;
}

static iso_status report(void *self, iso_results *results, iso_error *err) {
  const iso_spectra *s = self;
  if (s->seen < s->nsamples) return ISO_OK;
  return iso_agree(s->mesh->comm, publish(s, results, err), err);
}

/* ---- saving ---- */

enum { NAME = 32 };

static char *name_of(int row, char name[NAME]) {
  snprintf(name, NAME, "spectra.sum%d", row);
  return name;
}

static iso_status save_all(const iso_spectra *s, iso_archive *archive, iso_error *err) {
  char name[NAME];
  ISO_TRY(iso_archive_put_count(archive, "spectra.seen", "1", "samples so far", s->seen, err));
  ISO_TRY(iso_archive_put_nodes(archive, "spectra.level", "mV", "sum of the samples", ISO_ARCHIVE_DOUBLE,
                                s->level, err));
  ISO_TRY(iso_archive_put_nodes(archive, "spectra.slope", "mV", "sum of them by place", ISO_ARCHIVE_DOUBLE,
                                s->slope, err));
  for (int b = 0; b < 2 * s->nbins; b++)
    ISO_TRY(iso_archive_put_nodes(archive, name_of(b, name), "mV", "projection on a wave", ISO_ARCHIVE_DOUBLE,
                                  s->sum + (size_t)b * (size_t)s->mesh->nowned, err));
  return ISO_OK;
}

static iso_status save(void *self, iso_archive *archive, iso_error *err) {
  const iso_spectra *s = self;
  return iso_agree(s->mesh->comm, save_all(s, archive, err), err);
}

static iso_status restore_all(iso_spectra *s, const iso_archive *archive, iso_error *err) {
  char name[NAME];
  ISO_TRY(iso_archive_get_count(archive, "spectra.seen", &s->seen, err));
  ISO_TRY(iso_archive_get_nodes(archive, "spectra.level", ISO_ARCHIVE_DOUBLE, s->level, err));
  ISO_TRY(iso_archive_get_nodes(archive, "spectra.slope", ISO_ARCHIVE_DOUBLE, s->slope, err));
  for (int b = 0; b < 2 * s->nbins; b++)
    ISO_TRY(iso_archive_get_nodes(archive, name_of(b, name), ISO_ARCHIVE_DOUBLE,
                                  s->sum + (size_t)b * (size_t)s->mesh->nowned, err));
  return ISO_OK;
}

static iso_status restore(void *self, const iso_archive *archive, iso_error *err) {
  iso_spectra *s = self;
  return iso_agree(s->mesh->comm, restore_all(s, archive, err), err);
}

iso_guest iso_spectra_guest(iso_spectra *s) {
  return (iso_guest){.name = "spectra",
                     .stop_ms = INFINITY,
                     .every_ms = s->options.interval_ms,
                     .self = s,
                     .look = look,
                     .report = report,
                     .save = save,
                     .restore = restore};
}
