#include "fit/exponential.h"

#include "kernels/math.h"

double iso_fit_exp(double x) { return iso_exp(x); }
double iso_fit_log(double x) { return iso_log(x); }
