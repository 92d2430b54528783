/* What a step of a model would cost if it were nothing but its transcendental functions. */
#ifndef ISO_TESTS_KERNELS_FUNCTIONS_H
#define ISO_TESTS_KERNELS_FUNCTIONS_H

/* Exponentials and logarithms in the equations of a cell's step, by iso_model_index; a power is one of each,
 * and so is a gate's exp(-step / tau) one. Both sides of a switch count, as vectors evaluate both. */
int functions_of(int model);

/* y[i] = exp(x[i]) for n reals of a build: exponentials_f64_avx512 and the like. */
typedef void exponentials(int n, const void *x, void *y);

#endif
