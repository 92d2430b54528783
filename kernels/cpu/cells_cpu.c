/* Cell kernels of one CPU build: the table of its models' loops. */
#include "kernels/model_list.h"
#include "kernels/prepare.h"
#include "kernels/real.h"

static size_t prepared_bytes(const iso_model *model, int exact) {
  return iso_prepared_reals(model, exact) * sizeof(real);
}

static void prepare(const iso_model *model, const double *parameters, double step_ms, int exact, void *out) {
  iso_prepare(model, parameters, step_ms, exact, sizeof(real) == sizeof(float), ISO_BY_POWER, out);
}

#define X(index, name) extern void ISO_VARIANT(name##_cells)(const iso_cells *cells);
ISO_MODEL_LIST(X)
#undef X

static void (*const step[])(const iso_cells *cells) = {
#define X(index, name) [index] = ISO_VARIANT(name##_cells),
    ISO_MODEL_LIST(X)
#undef X
};

extern const iso_cell_kernels ISO_VARIANT(iso_cells);
const iso_cell_kernels ISO_VARIANT(iso_cells) = {
    .prepared_bytes = prepared_bytes,
    .prepare = prepare,
    .step = step,
};
