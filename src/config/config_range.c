#include "config/config_range.h"

#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_MV 500.0

/* A region's variant, and what a configuration makes of its values. */
typedef struct cell {
  const iso_config *config;
  int region;
  const iso_model *model;
  double *parameters, *states; /* with the configuration's numbers */
} cell;

static bool not_negative(const iso_quantity *quantity, double of_variant) {
  const char *unit = quantity->unit;
  if (!strcmp(unit, "1") || strstr(unit, "mV")) return false;
  return of_variant > 0 ||
         (of_variant == 0 && !strchr(unit, 'A')); /* a current of 0 tells nothing of a sign */
}

static double of_variant(const iso_model *model, int variant, int parameter) {
  const iso_variant *v = &model->variants[variant];
  double value = model->parameters[parameter].value;
  for (int i = 0; i < v->nchanges; i++)
    if (!strcmp(v->changes[i].name, model->parameters[parameter].name)) value = v->changes[i].value;
  return value;
}

bool iso_range_not_negative(const iso_model *model, int variant, int parameter) {
  return not_negative(&model->parameters[parameter], of_variant(model, variant, parameter));
}

static iso_status refuse(const cell *c, iso_error *err, const char *part, const char *key, const char *what) {
  char path[128];
  snprintf(path, sizeof path, "regions.%d.%s.%.60s", c->region, part, key);
  return iso_config_fail(c->config, err, path, "in region '%.60s', %s", c->config->regions[c->region].name,
                         what);
}

static iso_status refuse_scale(const cell *c, iso_error *err, const char *part, const char *key,
                               double scale) {
  char what[100];
  snprintf(what, sizeof what, "a scale of %.10g is out of range: it must be at least 0", scale);
  return refuse(c, err, part, key, what);
}

static iso_status check_parameter(const cell *c, const iso_setting *setting, iso_error *err) {
  const iso_quantity *p = &c->model->parameters[setting->index];
  char what[160];
  if (iso_setting_varies(setting)) return ISO_OK; /* known when it is read */
  if (setting->scales && setting->value < 0)
    return refuse_scale(c, err, "parameters", p->name, setting->value);
  if (c->parameters[setting->index] >= 0 ||
      !iso_range_not_negative(c->model, c->config->regions[c->region].variant, setting->index))
    return ISO_OK;
  snprintf(what, sizeof what, "%.10g %s is out of range: it must be at least 0 %s",
           c->parameters[setting->index], p->unit, p->unit);
  return refuse(c, err, "parameters", p->name, what);
}

static iso_status check_state(const cell *c, const iso_setting *setting, iso_error *err) {
  const iso_quantity *q = &c->model->states[setting->index];
  const double value = c->states[setting->index],
               above = iso_model_reference(c->model, setting->index, c->parameters, c->states);
  char what[200];
  if (setting->scales && setting->value < 0) return refuse_scale(c, err, "initial", q->name, setting->value);
  if (q->kind == ISO_KIND_FRACTION && !(value >= 0 && value <= 1)) {
    snprintf(what, sizeof what, "%.10g is out of range: a gate or fraction is from 0 to 1", value);
    return refuse(c, err, "initial", q->name, what);
  }
  const bool is_concentration = q->kind == ISO_KIND_CONCENTRATION || q->kind == ISO_KIND_ABOVE;
  if (!is_concentration || value + above >= 0) return ISO_OK;
  if (q->kind == ISO_KIND_CONCENTRATION)
    snprintf(what, sizeof what, "%.10g mM is out of range: a concentration is at least 0 mM", value);
  else
    snprintf(
        what, sizeof what,
        "%.10g mM is out of range: it is kept as a difference to %.10g mM, so it must be at least %.10g mM",
        value, above, -above);
  return refuse(c, err, "initial", q->name, what);
}

static iso_status check_vm(const cell *c, iso_error *err) {
  const double vm = c->config->regions[c->region].initial_vm_mV;
  char what[100];
  if (isnan(vm) || fabs(vm) <= MOST_MV) return ISO_OK;
  snprintf(what, sizeof what, "%.10g mV is out of range: it must be from %g to %g mV", vm, -MOST_MV, MOST_MV);
  return refuse(c, err, "initial", "V", what);
}

static iso_status check(cell *c, iso_error *err) {
  const iso_config_region *r = &c->config->regions[c->region];
  iso_settings_apply(r->nparameters, r->parameters, c->parameters);
  iso_settings_apply(r->ninitial, r->initial, c->states);
  for (int k = 0; k < r->nparameters; k++) ISO_TRY(check_parameter(c, &r->parameters[k], err));
  ISO_TRY(check_vm(c, err));
  for (int k = 0; k < r->ninitial; k++) ISO_TRY(check_state(c, &r->initial[k], err));
  return ISO_OK;
}

iso_status iso_config_check_ranges(const iso_config *config, int region, iso_error *err) {
  const iso_config_region *r = &config->regions[region];
  const size_t np = (size_t)r->model->nparameters, ns = (size_t)r->model->nstates;
  double *values, vm;
  if (r->nparameters == 0 && r->ninitial == 0 && isnan(r->initial_vm_mV)) return ISO_OK;
  ISO_TRY(iso_alloc(&values, np + ns, sizeof *values, "a model's values", err));
  cell c = {config, region, r->model, values, values + np};
  iso_model_defaults(r->model, r->variant, c.parameters, c.states, &vm);
  iso_status status = check(&c, err);
  free(values);
  return status;
}
