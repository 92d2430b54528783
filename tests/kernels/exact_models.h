/* The models of kernels/models in long double and with the C library's functions: see exact_real.h. */
#ifndef ISO_TESTS_KERNELS_EXACT_MODELS_H
#define ISO_TESTS_KERNELS_EXACT_MODELS_H

#include "kernels/model.h"

/* What a cell with that V, mV, and states [nstates] does: slopes [nstates] per ms, and the ionic current,
 * uA/uF, is returned. */
double exact_slopes(const iso_model *model, const double *parameters, double v, const double *states,
                    double *slopes);

/* What n of the scheme's steps make of states [nstates] at that V: out [nstates], and the ionic current's
 * charge, uA/uF ms, is returned. */
double exact_steps(const iso_model *model, const double *parameters, double v, double step_ms, int n,
                   const double *states, double *out);

#endif
