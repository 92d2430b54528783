#include "kernels/carrier.h"

#include <string.h>

/* Cm / (V_c F) of each model's own units, where its published code counts the stimulus among the potassium
 * currents. */
static const iso_carrier carriers[] = {
    {"ten_tusscher_2006", "K_i_shift", 0.185 / (0.016404 * 96485.3415)},
    {"maleckar_2009", "K_i_shift", 0.001 * 50 / (0.005884 * 96487)},
};

const iso_carrier *iso_model_carrier(const iso_model *model) {
  for (size_t i = 0; i < sizeof carriers / sizeof *carriers; i++)
    if (!strcmp(carriers[i].model, model->name)) return &carriers[i];
  return NULL;
}
