/* The models' tables as the host reads them. */
#include "kernels/model.h"
#include "kernels/model_list.h"

#include <string.h>

#define X(index, name) extern const iso_model name##_model;
ISO_MODEL_LIST(X)
#undef X

const iso_model *const iso_models[] = {
#define X(index, name) [index] = &name##_model,
    ISO_MODEL_LIST(X)
#undef X
};
const int iso_nmodels = (int)(sizeof iso_models / sizeof *iso_models);

int iso_model_index(const iso_model *model) {
  for (int i = 0; i < iso_nmodels; i++)
    if (iso_models[i] == model) return i;
  return -1;
}

const iso_model *iso_model_find(const char *name) {
  for (int i = 0; i < iso_nmodels; i++)
    if (strcmp(iso_models[i]->name, name) == 0) return iso_models[i];
  return NULL;
}

static int find(const iso_quantity *quantities, int n, const char *name) {
  for (int i = 0; i < n; i++)
    if (strcmp(quantities[i].name, name) == 0) return i;
  return -1;
}

int iso_model_state(const iso_model *model, const char *name) {
  return find(model->states, model->nstates, name);
}

int iso_model_parameter(const iso_model *model, const char *name) {
  return find(model->parameters, model->nparameters, name);
}

int iso_model_variant(const iso_model *model, const char *name) {
  for (int i = 0; i < model->nvariants; i++)
    if (strcmp(model->variants[i].name, name) == 0) return i;
  return -1;
}

double iso_model_reference(const iso_model *model, int state, const double *parameters,
                           const double *states) {
  const char *name = model->states[state].reference;
  if (!name) return 0;
  const int parameter = iso_model_parameter(model, name), base = iso_model_state(model, name);
  if (parameter >= 0) return parameters[parameter];
  return base >= 0 && base != state ? states[base] + iso_model_reference(model, base, parameters, states) : 0;
}

int iso_model_carrier(const iso_model *model) {
  int state = model->nstates - 1;
  while (state >= 0 && model->states[state].carried == 0) state--;
  return state;
}

static void change(const iso_model *model, const iso_change *c, double *parameters, double *states,
                   double *vm) {
  const int parameter = iso_model_parameter(model, c->name), state = iso_model_state(model, c->name);
  if (parameter >= 0)
    parameters[parameter] = c->value;
  else if (state >= 0)
    states[state] = c->value;
  else if (strcmp(c->name, "vm") == 0)
    *vm = c->value;
}

void iso_model_defaults(const iso_model *model, int variant, double *parameters, double *states, double *vm) {
  const iso_variant *v = &model->variants[variant];
  for (int i = 0; i < model->nparameters; i++) parameters[i] = model->parameters[i].value;
  for (int i = 0; i < model->nstates; i++) states[i] = model->states[i].value;
  *vm = model->vm_rest_mV;
  for (int i = 0; i < v->nchanges; i++) change(model, &v->changes[i], parameters, states, vm);
}
