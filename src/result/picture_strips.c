#include "result/picture_strips.h"

#include "result/json.h"

#include <math.h>
#include <string.h>

/* ---- which samples ---- */

static double value_of(const iso_picture_strip *s, int k, int64_t t) {
  return s->value[k * s->of_trace + t * s->of_time];
}

static void put_number(FILE *f, double value, bool first) {
  if (!first) fputc(',', f);
  if (isfinite(value))
    fprintf(f, "%.5g", value);
  else
    fputs("null", f);
}

/* Parts of time: with few samples each has one. */
static int64_t parts_of(const iso_picture_strip *s) {
  return s->ntimes <= ISO_PICTURE_SAMPLES ? s->ntimes : ISO_PICTURE_SAMPLES / 2;
}

static int64_t begin_of(const iso_picture_strip *s, int64_t part) { return part * s->ntimes / parts_of(s); }

static void put_times(FILE *f, const iso_picture_strip *s) {
  const int64_t n = parts_of(s);
  for (int64_t p = 0; p < n; p++) {
    put_number(f, s->time_ms[begin_of(s, p)], p == 0);
    if (n < s->ntimes) put_number(f, s->time_ms[begin_of(s, p + 1) - 1], false);
  }
}

/* The lowest and the highest of each part, in their order. */
static void put_extremes(FILE *f, const iso_picture_strip *s, int k, int64_t part) {
  int64_t low = begin_of(s, part), high = low;
  for (int64_t t = low; t < begin_of(s, part + 1); t++) {
    if (value_of(s, k, t) < value_of(s, k, low)) low = t;
    if (value_of(s, k, t) > value_of(s, k, high)) high = t;
  }
  put_number(f, value_of(s, k, low < high ? low : high), part == 0);
  put_number(f, value_of(s, k, low < high ? high : low), false);
}

static void put_trace(FILE *f, const iso_picture_strip *s, int k) {
  const int64_t n = parts_of(s);
  fputs(k ? ",{\"name\":" : "{\"name\":", f);
  iso_json_text(f, s->trace[k]);
  fputs(",\"values\":[", f);
  for (int64_t p = 0; p < n; p++) {
    if (n == s->ntimes)
      put_number(f, value_of(s, k, p), p == 0);
    else
      put_extremes(f, s, k, p);
  }
  fputs("]}", f);
}

static void put_strip(FILE *f, const iso_picture_strip *s, bool first) {
  fputs(first ? "{\"name\":" : ",{\"name\":", f);
  iso_json_text(f, s->name);
  iso_json_field(f, "variable", s->variable);
  iso_json_field(f, "unit", s->unit);
  fputs(",\"time_ms\":[", f);
  put_times(f, s);
  fputs("],\"traces\":[", f);
  for (int k = 0; k < s->ntraces; k++) put_trace(f, s, k);
  fputs("]}", f);
}

/* ---- of results ---- */

static bool is_row(const iso_variable *v, const iso_dimension *d, iso_variable_type type) {
  return !v->fill && v->ndims == 1 && v->type == type && !strcmp(v->dims[0].name, d->name);
}

static const iso_variable *find_row(const iso_results *r, const iso_dimension *d, iso_variable_type type) {
  for (int k = 0; k < r->nvariables; k++)
    if (is_row(&r->variables[k], d, type)) return &r->variables[k];
  return NULL;
}

/* Traces have two dimensions, of which the first has times (ms), and the second names. */
static bool is_trace(const iso_results *r, const iso_variable *v, iso_picture_strip *out) {
  if (v->fill || v->ndims != 2 || v->type != ISO_VARIABLE_REAL) return false;
  const iso_variable *time = find_row(r, &v->dims[0], ISO_VARIABLE_REAL);
  const iso_variable *name = find_row(r, &v->dims[1], ISO_VARIABLE_TEXT);
  if (!time || !name || time->may_lack || !time->unit || strcmp(time->unit, "ms") != 0) return false;
  *out = (iso_picture_strip){.name = v->meaning,
                             .variable = v->name,
                             .unit = v->unit,
                             .ntimes = v->dims[0].length,
                             .time_ms = time->data,
                             .ntraces = (int)v->dims[1].length,
                             .trace = name->data,
                             .value = v->data,
                             .of_trace = 1,
                             .of_time = v->dims[1].length};
  return true;
}

void iso_picture_put_strips(FILE *f, const iso_picture_spec *spec) {
  bool first = true;
  iso_picture_strip strip;
  for (int k = 0; k < spec->nstrips; k++, first = false) put_strip(f, &spec->strip[k], first);
  for (int k = 0; k < spec->results->nvariables; k++) {
    if (!is_trace(spec->results, &spec->results->variables[k], &strip)) continue;
    put_strip(f, &strip, first);
    first = false;
  }
}
