#include "kernels/prepare.h"

#include "kernels/model_list.h"

#define X(index, name) extern const iso_preparation name##_preparation;
ISO_MODEL_LIST(X)
#undef X

static const iso_preparation *const preparations[] = {
#define X(index, name) [index] = &name##_preparation,
    ISO_MODEL_LIST(X)
#undef X
};

static const iso_preparation *of(const iso_model *model) {
  return model->own ? model->own->preparation : preparations[iso_model_index(model)];
}

size_t iso_prepared_reals(const iso_model *model, int exact) { return of(model)->reals(exact); }

void iso_prepare(const iso_model *model, const double *parameters, double step_ms, int exact, int single,
                 iso_table_order order, void *out) {
  of(model)->prepare(parameters, step_ms, exact, single, order, out);
}

int iso_model_constants(const iso_model *model) { return of(model)->nconstants; }

void iso_derive(const iso_model *model, const double *parameters, double step_ms, double *constants) {
  of(model)->derive(parameters, step_ms, constants);
}

int iso_same_tables(const iso_model *model, const double *a, const double *b, double step_ms) {
  return of(model)->same_tables(a, b, step_ms);
}
