/* The precision of a translation unit: device kernels are compiled once in double and once in single. */
#ifndef ISO_KERNELS_REAL_H
#define ISO_KERNELS_REAL_H

#include "kernels/types.h"

#ifdef ISO_SINGLE
typedef float real;
typedef int32_t int_real; /* an integer as wide as real, so that vector lanes match */
#define R(x) x##f
#else
typedef double real;
typedef int64_t int_real;
#define R(x) x
#endif

/* Names of this build of a kernel file: ISO_VARIANT(cells) -> cells_f64_avx2. The build defines ISO_BUILD. */
#define ISO_PASTE_(a, b) a##_##b
#define ISO_PASTE(a, b) ISO_PASTE_(a, b)
#define ISO_VARIANT(name) ISO_PASTE(name, ISO_BUILD)

#endif
