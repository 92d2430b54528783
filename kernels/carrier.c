#include "kernels/carrier.h"

#include <string.h>

/* Cm / (V_c F) of each model's own units, where its published code counts the stimulus among the potassium
 * currents. */
static const iso_carrier carriers[] = {
    {"ten_tusscher_2006", "K_i_shift", 0.185 / (0.016404 * 96485.3415)},
    {"maleckar_2009", "K_i_shift", 0.001 * 50 / (0.005884 * 96487)},
    {"trovato_2020", "K_sl_shift", 3.98937e-4 / (96485 * 0.15 * 1.577065e-4)},
    /* Of these two, over V_myo + V_ss: potassium of the subspace is kept as a difference. */
    {"tor_ord_2019", "K_i_shift", 1.533576e-4 / (96485 * 0.70 * 3.7994e-5)},
    {"ohara_rudy_2011", "K_i_shift", 1.533576e-4 / (96485 * 0.70 * 3.7994e-5)},
};

const iso_carrier *iso_model_carrier(const iso_model *model) {
  for (size_t i = 0; i < sizeof carriers / sizeof *carriers; i++)
    if (!strcmp(carriers[i].model, model->name)) return &carriers[i];
  return NULL;
}
