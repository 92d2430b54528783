#include "app/find.h"

#include "base/memory.h"
#include "base/text.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_NAMES = 256, MOST_VALUES = 100000 };

static iso_status fail_name(const char *what, const char *name, int n, const char *const *names,
                            iso_error *err) {
  char list[1200] = "", meant[128];
  iso_text_list(list, sizeof list, n, names);
  const char *nearest = iso_text_nearest(name, n, names);
  return iso_fail(err, ISO_EINPUT, "there is no %s '%.60s'%s There are: %s", what, name,
                  iso_text_meant("", nearest, meant, sizeof meant), list);
}

iso_status iso_find_model(const char *name, const iso_model **out, iso_error *err) {
  const char *names[MOST_NAMES] = {NULL};
  *out = iso_model_find(name);
  if (*out) return ISO_OK;
  for (int i = 0; i < iso_nmodels && i < MOST_NAMES; i++) names[i] = iso_models[i]->name;
  return fail_name("model", name, MOST_NAMES, names, err);
}

iso_status iso_find_variant(const iso_model *model, const char *name, int *out, iso_error *err) {
  const char *names[MOST_NAMES] = {NULL};
  char what[96];
  *out = name ? iso_model_variant(model, name) : 0;
  if (*out >= 0) return ISO_OK;
  for (int i = 0; i < model->nvariants && i < MOST_NAMES; i++) names[i] = model->variants[i].name;
  snprintf(what, sizeof what, "variant of %s", model->name);
  return fail_name(what, name, MOST_NAMES, names, err);
}

iso_status iso_find_parameter(const iso_model *model, const char *name, int *out, iso_error *err) {
  const char *names[MOST_NAMES] = {NULL};
  char what[96];
  *out = iso_model_parameter(model, name);
  if (*out >= 0) return ISO_OK;
  for (int i = 0; i < model->nparameters && i < MOST_NAMES; i++) names[i] = model->parameters[i].name;
  snprintf(what, sizeof what, "parameter of %s", model->name);
  return fail_name(what, name, MOST_NAMES, names, err);
}

static iso_status fail_values(const char *option, const char *text, iso_error *err) {
  return iso_fail(err, ISO_EINPUT, "%s: expected numbers like 1,2.5 or ranges FROM:TO:STEP, got '%.60s'",
                  option, text);
}

/* A finite number at *at, which moves behind it. */
static bool read_number(const char **at, double *out) {
  char *end;
  *out = strtod(*at, &end);
  bool good = end != *at && isfinite(*out);
  *at = end;
  return good;
}

/* One number, or one range: values from + k step for k in [0, count). */
static bool read_range(const char **at, double *from, double *step, double *count) {
  double to;
  *step = 0, *count = 1;
  if (!read_number(at, from)) return false;
  if (**at != ':') return true;
  ++*at;
  if (!read_number(at, &to) || **at != ':') return false;
  ++*at;
  if (!read_number(at, step)) return false;
  /* The end belongs to the range though 0.1 is no binary number. */
  *count = floor((to - *from) / *step * (1 + 1e-12) + 1e-9) + 1;
  return *count >= 1;
}

iso_status iso_find_values(const char *option, const char *text, int *n, double **values, iso_error *err) {
  *n = 0, *values = NULL;
  for (const char *at = text;; at++) {
    double from, step, count;
    if (!read_range(&at, &from, &step, &count)) return fail_values(option, text, err);
    if (!(*n + count <= MOST_VALUES))
      return iso_fail(err, ISO_EINPUT, "%s: more than %d values; lengthen the step", option, MOST_VALUES);
    ISO_TRY(iso_realloc(values, (size_t)(*n + (int)count), sizeof **values, "values", err));
    for (int k = 0; k < (int)count; k++) (*values)[(*n)++] = from + k * step;
    if (!*at) return ISO_OK;
    if (*at != ',') return fail_values(option, text, err);
  }
}
