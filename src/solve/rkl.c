#include "solve/rkl.h"

int iso_rkl_stages(double step, double eigenvalue) {
  int s = 2;
  while (s <= ISO_RKL_MOST && step * eigenvalue * 1.01 > 0.5 * (s * s + s - 2)) s++;
  return s;
}

double iso_rkl_longest(int stages, double eigenvalue) {
  return 0.5 * (stages * stages + stages - 2) / (1.01 * eigenvalue);
}

bool iso_rkl_is_short(double step, double eigenvalue) { return step * eigenvalue <= 0.8; }

iso_status iso_rkl_check(double step, double eigenvalue, iso_gid node, iso_error *err) {
  const int s = ISO_RKL_MOST;
  if (iso_rkl_stages(step, eigenvalue) <= s) return ISO_OK;
  return iso_fail(
      err, ISO_EINPUT,
      "time.step_ms: %g ms is unstable for this mesh: the explicit scheme takes at most %.3g ms with %d "
      "stages (the smallest elements are at node %lld); reduce time.step_ms, mend those elements, or set "
      "numerics.diffusion to implicit",
      step, iso_rkl_longest(s, eigenvalue), s, (long long)node);
}

/* b_j, eq. (16) of the paper. */
static double b(int j) { return j < 2 ? 1.0 / 3.0 : (j * j + j - 2.0) / (2.0 * j * (j + 1.0)); }

/* The time of Y_j in steps, which follows from the coefficients. */
static double time_of(int s, int j) {
  const double all = s * s + s - 2.0;
  return j == 0 ? 0 : j == 1 ? 4.0 / (3.0 * all) : (j * j + j - 2.0) / all;
}

iso_rkl_stage iso_rkl_stage_of(int s, int j) {
  const double w1 = 4.0 / (s * s + s - 2.0);
  if (j == 1) return (iso_rkl_stage){.start = 1, .apply = b(1) * w1};
  const double mu = (2.0 * j - 1) / j * b(j) / b(j - 1), nu = -(j - 1.0) / j * b(j) / b(j - 2);
  const double mu_l = mu * w1, gamma_l = -(1 - b(j - 1)) * mu_l;
  return (iso_rkl_stage){.newest = mu,
                         .older = nu,
                         .start = 1 - mu - nu,
                         .apply = mu_l,
                         .slope = gamma_l,
                         .at = time_of(s, j - 1)};
}
