/* The members of a twin, and what their numbers mean. */
#include "fit/twin_read.h"

#include "base/memory.h"
#include "fit/twin.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 1000000 };

static iso_status read_texts(const iso_twin_file *f, const char *name, int n, char (**out)[257]) {
  ISO_TRY(iso_alloc(out, (size_t)n, sizeof **out, "a twin", f->err));
  for (int k = 0; k < n; k++) ISO_TRY(iso_twin_text(f, name, (size_t)k, "name_length", (*out)[k]));
  return ISO_OK;
}

/* Of the file; empty where it has none. */
static iso_status read_attribute(const iso_twin_file *f, const char *name, char out[17]) {
  size_t length;
  memset(out, 0, 17);
  if (nc_inq_attlen(f->nc, NC_GLOBAL, name, &length) != NC_NOERR) return ISO_OK;
  if (length == 16 && nc_get_att_text(f->nc, NC_GLOBAL, name, out) == NC_NOERR) return ISO_OK;
  return iso_fail(f->err, ISO_EINPUT, "%s: this is no twin of this program (its attribute %s)", f->path,
                  name);
}

static iso_status read_hearts(iso_twin_hearts *h, const iso_twin_file *f) {
  size_t members, nz, asked, nsets;
  ISO_TRY(iso_twin_length(f, "member", &members));
  ISO_TRY(iso_twin_length(f, "number", &nz));
  ISO_TRY(iso_twin_length(f, "quantity", &asked));
  ISO_TRY(iso_twin_length(f, "set", &nsets));
  if (members < 2 || members > MOST || nz > MOST || asked > MOST || nsets > MOST)
    return iso_fail(f->err, ISO_EINPUT, "%s: this is no twin of this program (%zu members of %zu numbers)",
                    f->path, members, nz);
  h->members = (int)members, h->nz = (int)nz, h->asked = (int)asked, h->nsets = (int)nsets;
  ISO_TRY(iso_twin_numbers(f, "member_number", members * nz, &h->z));
  ISO_TRY(iso_twin_numbers(f, "best_number", nz, &h->best));
  ISO_TRY(iso_twin_numbers(f, "member", members * asked, &h->value));
  ISO_TRY(iso_twin_numbers(f, "quantity_best", asked, &h->best_value));
  ISO_TRY(iso_twin_numbers(f, "set_clock_number", nsets, &h->clock));
  ISO_TRY(read_attribute(f, "mesh_checksum", h->mesh));
  ISO_TRY(read_attribute(f, ISO_TWIN_PLACES, h->places));
  ISO_TRY(read_texts(f, "quantity_name", h->asked, &h->quantity));
  return read_texts(f, "set_name", h->nsets, &h->set);
}

iso_status iso_twin_hearts_read(iso_twin_hearts *out, const char *path, iso_error *err) {
  iso_twin_file file;
  *out = (iso_twin_hearts){0};
  iso_status status = iso_twin_open(&file, path, err);
  if (status == ISO_OK) status = read_hearts(out, &file);
  iso_twin_close(&file);
  return status;
}

void iso_twin_hearts_free(iso_twin_hearts *h) {
  free(h->z);
  free(h->best);
  free(h->value);
  free(h->best_value);
  free(h->quantity);
  free(h->set);
  free(h->clock);
  *h = (iso_twin_hearts){0};
}

/* Numbers first..first + n - 1 of each of some rows. */
static void leave_out(int rows, int nz, int first, int n, double *z) {
  double *to = z;
  for (int r = 0; r < rows; r++)
    for (int i = 0; i < nz; i++, z++)
      if (i < first || i >= first + n) *to++ = *z;
}

void iso_twin_hearts_leave_ecgs(iso_twin_hearts *h, const iso_config_fit *fit, int keep) {
  int first = h->nz;
  for (int k = fit->necgs - 1; k >= 0; k--) {
    const int n = (fit->ecgs[k].clock_sd_ms > 0) + (fit->ecgs[k].amplitude_percent > 0);
    first -= n;
    if (k == keep || n == 0 || first < 0) continue;
    leave_out(h->members, h->nz, first, n, h->z);
    leave_out(1, h->nz, first, n, h->best);
    h->nz -= n;
  }
}

static iso_status fail_other(const char *path, const char *why, iso_error *err) {
  return iso_fail(err, ISO_EINPUT,
                  "%s: the configuration is not of this twin's heart, or knows something else beforehand "
                  "(%s); give the one that it was fitted with",
                  path, why);
}

/* ---- from the twin's places to a model's ---- */

/* Which map has number i as its clock; -1: it is none. */
static int clock_of(const iso_fit_model *model, int i) {
  for (int k = 0; k < model->config->fit.nmaps; k++)
    if (model->at.clock[k] == i) return k;
  return -1;
}

static bool was_clock(const iso_twin_hearts *h, int i) {
  for (int s = 0; s < h->nsets; s++)
    if (h->clock[s] == i) return true;
  return false;
}

static int old_clock(const iso_twin_hearts *h, const char *map) {
  for (int s = 0; s < h->nsets; s++)
    if (!strcmp(h->set[s], map) && h->clock[s] >= 0 && h->clock[s] < h->nz) return (int)h->clock[s];
  return -1;
}

/* from [at.n]: the twin's number; -1: it has none. All but clocks are in the same order. Whether they are as
 * many. */
static bool match(const iso_twin_hearts *h, const iso_fit_model *model, int *from) {
  int next = 0;
  for (int i = 0; i < model->at.n; i++) {
    const int map = clock_of(model, i);
    if (map >= 0) {
      from[i] = old_clock(h, model->config->fit.maps[map].name);
      continue;
    }
    while (next < h->nz && was_clock(h, next)) next++;
    if (next == h->nz) return false;
    from[i] = next++;
  }
  while (next < h->nz && was_clock(h, next)) next++;
  return next == h->nz;
}

static void move(int rows, int was, int n, const int *from, double **z, double *to) {
  for (int r = 0; r < rows; r++)
    for (int i = 0; i < n; i++)
      to[(size_t)r * (size_t)n + (size_t)i] =
          from[i] < 0 ? 0 : (*z)[(size_t)r * (size_t)was + (size_t)from[i]];
  free(*z);
  *z = to;
}

static iso_status turn(iso_twin_hearts *h, const char *path, const iso_fit_model *model, int *from,
                       iso_error *err) {
  const size_t n = (size_t)model->at.n;
  double *z, *best;
  if (!match(h, model, from)) return fail_other(path, "other numbers are fitted", err);
  ISO_TRY(iso_alloc(&z, (size_t)h->members * n, sizeof *z, "a twin", err));
  move(h->members, h->nz, model->at.n, from, &h->z, z);
  ISO_TRY(iso_alloc(&best, n, sizeof *best, "a twin", err));
  move(1, h->nz, model->at.n, from, &h->best, best);
  h->nz = model->at.n;
  return ISO_OK;
}

/* ---- whether they mean the same ---- */

static bool is_other(const char was[17], uint64_t is) {
  char text[17];
  snprintf(text, sizeof text, "%016llx", (unsigned long long)is);
  return *was && strcmp(was, text) != 0;
}

static iso_status check_heart(const iso_twin_hearts *h, const char *path, const iso_fit_model *model,
                              iso_error *err) {
  if (is_other(h->mesh, model->places.mesh->checksum))
    return fail_other(path, "another mesh, or other tags, fibres or named surfaces", err);
  if (is_other(h->places, iso_fit_model_places(model)))
    return fail_other(path, "a scar, or a stimulus whose time is fitted, is elsewhere", err);
  return ISO_OK;
}

/* Of numbers that another machine has printed. */
#define SAME 1e-9

/* Where quantity q is among those of the twin; -1: nowhere, as the clock of a new map. Clocks of a map and an
 * ECG of one name have one name, and only maps are more or fewer, which come first: counted from the end. */
static int find(const iso_twin_hearts *h, const iso_fit_quantities *asked, int q) {
  const char *name = asked->quantity[q].name;
  int after = 0;
  for (int other = q + 1; other < asked->n; other++) after += !strcmp(asked->quantity[other].name, name);
  for (int k = h->asked - 1; k >= 0; k--)
    if (!strcmp(h->quantity[k], name) && after-- == 0) return k;
  return -1;
}

/* Of one heart: z, and the quantities that the twin has of it. value [asked->n]: room. */
static iso_status compare_heart(const iso_twin_hearts *h, const char *path, const iso_fit_model *model,
                                const iso_fit_quantities *asked, const double *z, const double *twin,
                                double *value, iso_error *err) {
  iso_fit_quantities_of(asked, model, z, value);
  for (int q = 0; q < asked->n; q++) {
    const int k = find(h, asked, q);
    const double was = k < 0 ? NAN : twin[k];
    if (k < 0 && !strncmp(asked->quantity[q].name, "clock of ", 9)) continue;
    if (!(fabs(value[q] - was) <= SAME * (1 + fabs(was))))
      return fail_other(path, asked->quantity[q].name, err);
  }
  return ISO_OK;
}

static iso_status compare(const iso_twin_hearts *h, const char *path, const iso_fit_model *model,
                          const iso_fit_quantities *asked, double *value, iso_error *err) {
  for (int m = 0; m < h->members; m++)
    ISO_TRY(compare_heart(h, path, model, asked, h->z + (size_t)m * (size_t)h->nz,
                          h->value + (size_t)m * (size_t)h->asked, value, err));
  return compare_heart(h, path, model, asked, h->best, h->best_value, value, err);
}

iso_status iso_twin_hearts_turn(iso_twin_hearts *h, const char *path, const iso_fit_model *model,
                                const iso_fit_quantities *asked, iso_error *err) {
  double *value = NULL;
  int *from;
  ISO_TRY(check_heart(h, path, model, err));
  ISO_TRY(iso_alloc(&from, (size_t)model->at.n, sizeof *from, "a twin", err));
  iso_status status = turn(h, path, model, from, err);
  free(from);
  if (status == ISO_OK) status = iso_alloc(&value, (size_t)asked->n, sizeof *value, "a twin", err);
  if (status == ISO_OK) status = compare(h, path, model, asked, value, err);
  free(value);
  return status;
}
