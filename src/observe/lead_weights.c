#include "observe/lead_weights.h"

#include <math.h>

#define PI 3.14159265358979323846

void iso_lead_unbounded(const iso_mesh *mesh, const double at_mm[3], double conductivity, double *z) {
  for (iso_lid i = 0; i < mesh->nlocal; i++) {
    const double *x = mesh->xyz[i], d[3] = {x[0] - at_mm[0], x[1] - at_mm[1], x[2] - at_mm[2]};
    const double r = sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
    z[i] = 1 / (4 * PI * conductivity * (r > ISO_ELECTRODE_MM ? r : ISO_ELECTRODE_MM));
  }
}

/* By differences, so that a constant Z has no weight to the last bit. */
void iso_lead_weights(const iso_system *source, const double *z, double *weight) {
  for (iso_lid i = 0; i < source->nrows; i++) {
    double sum = 0;
    for (int64_t k = source->start[i]; k < source->start[i + 1]; k++)
      sum += source->stiffness[k] * (z[source->column[k]] - z[i]);
    weight[i] = -sum;
  }
}
