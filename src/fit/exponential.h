/* exp and log with the same bits everywhere (kernels/math.h), where their names mean something else. */
#ifndef ISO_FIT_EXPONENTIAL_H
#define ISO_FIT_EXPONENTIAL_H

double iso_fit_exp(double x);
double iso_fit_log(double x);

#endif
