/* Verification: the cell model of Pathmanathan and Gray, Int J Numer Meth Biomed Eng 30:525-544 (2014),
 * doi 10.1002/cnm.2615, with which the monodomain equation has an exact solution. No tissue behaves like
 * this; V and time carry no unit in the paper. With w = u1 + u3 - V, u1' = w^2 u2^2 + w u2^2 (V - u3) / 2,
 * u2' = -w u2^3,   u3' = 0, Iion / Cm = -w u2^2 (V - u3) / 2 + g (V - u3).
 *
 * Time scheme: the explicit midpoint rule, of second order. With earlier 0.5 it is forward Euler, as in the
 * program whose errors are published with the problem. */
#ifndef ISO_KERNELS_MODELS_PATHMANATHAN_GRAY_2014_H
#define ISO_KERNELS_MODELS_PATHMANATHAN_GRAY_2014_H

#include "kernels/math.h"

#define pathmanathan_gray_2014_TITLE                                                                         \
  "Pathmanathan and Gray 2014, for verification: exact solution, not a cell"
#define pathmanathan_gray_2014_PAPER                                                                         \
  "Pathmanathan P, Gray RA. Int J Numer Meth Biomed Eng 30:525-544, 2014. doi:10.1002/cnm.2615"
#define pathmanathan_gray_2014_VM_REST 0.0
#define pathmanathan_gray_2014_ACTIVATION 0.5
#define pathmanathan_gray_2014_MAX_STEP 0.5 /* its rates are about 1 per unit of time */
#define pathmanathan_gray_2014_NFAST 3
#define pathmanathan_gray_2014_TABLED 0 /* its rates are cheaper than a table */

#define pathmanathan_gray_2014_STATES(X)                                                                     \
  X(u1, "1", 0, "first of the exact solution; set by the problem, like u2")                                  \
  X(u2, "1", 0, "second of the exact solution")                                                              \
  X(u3, "1", 0, "constant")

#define pathmanathan_gray_2014_PARAMETERS(X)                                                                 \
  X(g, "1/ms", 0, "beta / (chi Cm) of the paper: what diffusion takes, times -1")                            \
  X(earlier, "1", 0, "part of a step by which rates are taken before its middle; half: forward Euler")

#define pathmanathan_gray_2014_VARIANTS(X) X(standard, "as published")
#define pathmanathan_gray_2014_CHANGES_standard(X)

#define pathmanathan_gray_2014_CONSTANTS(X)                                                                  \
  X(step, step)                                                                                              \
  X(to_rates, 0.5 * step - p->earlier * step)                                                                \
  X(g, p->g)

/* V at the start of the step, and where the currents are taken. */
#define pathmanathan_gray_2014_GATES(X) X(V)
#define pathmanathan_gray_2014_CURRENTS(X) X(V)

#define ISO_MODEL pathmanathan_gray_2014
#include "kernels/model_types.h"

ISO_INLINE pathmanathan_gray_2014_gates
pathmanathan_gray_2014_gates_at(const pathmanathan_gray_2014_constants *k, real v) {
  (void)k;
  pathmanathan_gray_2014_gates at = {v};
  return at;
}

ISO_INLINE pathmanathan_gray_2014_currents
pathmanathan_gray_2014_currents_at(const pathmanathan_gray_2014_constants *k, real v) {
  (void)k;
  pathmanathan_gray_2014_currents at = {v};
  return at;
}

/* What stands for the fast inward current, from {w, u2, V - u3}. */
ISO_INLINE real pathmanathan_gray_2014_fast(const real f[]) { return R(-0.5) * f[0] * (f[1] * f[1]) * f[2]; }

/* s moved from where its rates are taken: at, by dt. */
ISO_INLINE pathmanathan_gray_2014_state pathmanathan_gray_2014_moved(const pathmanathan_gray_2014_state *s,
                                                                     const pathmanathan_gray_2014_state *at,
                                                                     real v, real dt) {
  const real w = at->u1 + at->u3 - v, w_square = w * (at->u2 * at->u2);
  pathmanathan_gray_2014_state out = *s;
  out.u1 = iso_fma(dt, w_square * (w + R(0.5) * (v - at->u3)), s->u1);
  out.u2 = iso_fma(-dt, w_square * at->u2, s->u2);
  return out;
}

/* Advances one cell; v is where the currents are taken. Returns the ionic current in uA/uF. */
ISO_INLINE real pathmanathan_gray_2014_step(const pathmanathan_gray_2014_constants *k,
                                            const pathmanathan_gray_2014_gates *g,
                                            const pathmanathan_gray_2014_currents *c, real v,
                                            pathmanathan_gray_2014_state *s, real fast[]) {
  (void)c;
  const pathmanathan_gray_2014_state middle = pathmanathan_gray_2014_moved(s, s, g->V, k->to_rates);
  *s = pathmanathan_gray_2014_moved(s, &middle, g->V, k->step);
  fast[0] = s->u1 + s->u3 - v;
  fast[1] = s->u2;
  fast[2] = v - s->u3;
  return iso_fma(k->g, v - s->u3, pathmanathan_gray_2014_fast(fast));
}

#endif
