/* Conservation of charge by both schemes. */
#include "solve/diffusion.h"

#include <float.h>

double charge(const dense *d, const double *vm) {
  double sum = 0;
  for (int i = 0; i < d->n; i++) sum += d->lumped[i] * vm[i];
  return sum;
}

double total(const dense *d) {
  double sum = 0;
  for (int i = 0; i < d->n; i++) sum += d->lumped[i];
  return sum;
}

enum { CHARGE_STEPS = 50 };

/* How far charge strays in CHARGE_STEPS steps from a rough field, relative to the total mass times the
 * largest |V|, which is below 1. */
static double lost_charge(const dense *d, heart *twin, const iso_numerics *numerics, double step_ms,
                          int *stages) {
  heart_simulation(twin, numerics, step_ms);
  heart_set(twin, -1, rough, NULL);
  double *v = heart_vm(twin), before = charge(d, v);
  heart_run(twin, CHARGE_STEPS * step_ms);
  double *vm = heart_vm(twin), after = charge(d, vm);
  *stages = iso_simulation_describe(twin->simulation).stages;
  free(v);
  free(vm);
  heart_free_simulation(twin);
  return fabs(after - before) / total(d);
}

/* Each node's new value is a sum of at most 31 terms (26 neighbours, 5 fields) of at most 4 (coefficients of
 * the scheme are below 2, and dt L below 2 for each stage at the bound), each rounded twice. */
void explicit_scheme_keeps_charge(void **state) {
  (void)state;
  heart twin;
  dense system;
  make_block(&twin);
  dense_new(&system, &twin);
  for (double step = 0.5 / system.eigenvalue; step <= 0.8; step *= 2) { /* from 1 stage on */
    int stages;
    const double lost = lost_charge(&system, &twin, &explicitly, step, &stages);
    const double room = CHARGE_STEPS * stages * 31 * 4 * 2 * (DBL_EPSILON / 2);
    if (!(lost <= room)) fail_msg("lost %g of at most %g", lost, room);
  }
  dense_free(&system);
  heart_free(&twin);
}

/* The solver stops at a residual r with r . r / D <= tolerance^2 b . b / D, D the diagonal and b the
 * right-hand side. The charge lost is 1 . r <= sqrt(1 . D) sqrt(r . r / D). With lambda the bound on the
 * spectrum and m the lumped mass, m / 2.5 <= D <= m (1 + theta dt lambda) and |b| <= m (1 + (1 - theta) dt
 * lambda) max |V|. */
void implicit_scheme_keeps_charge_to_its_tolerance(void **state) {
  (void)state;
  heart twin;
  dense system;
  make_block(&twin);
  dense_new(&system, &twin);
  for (int mass = 0; mass < 2; mass++)
    for (double tolerance = 1e-6; tolerance > 1e-13; tolerance *= 1e-3) {
      iso_numerics numerics = implicitly(0.5, mass ? ISO_MASS_CONSISTENT : ISO_MASS_LUMPED);
      numerics.cg_tolerance = tolerance;
      int stages;
      const double z = 0.5 * 0.5 * system.eigenvalue;
      const double lost = lost_charge(&system, &twin, &numerics, 0.5, &stages);
      const double room =
          CHARGE_STEPS * (tolerance * sqrt(2.5 * (1 + z)) * (1 + z) + 31 * DBL_EPSILON * (1 + z));
      if (!(lost <= room)) fail_msg("lost %g of at most %g", lost, room);
    }
  dense_free(&system);
  heart_free(&twin);
}
