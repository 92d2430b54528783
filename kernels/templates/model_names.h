/* Names and sizes that the templates over models share, and the shape of the tables of rates. */
#ifndef ISO_KERNELS_TEMPLATES_MODEL_NAMES_H
#define ISO_KERNELS_TEMPLATES_MODEL_NAMES_H

#include "kernels/math.h"

#include <stddef.h>

/* ISO_M(step) is ten_tusscher_2006_step where ISO_MODEL is ten_tusscher_2006. */
#define ISO_M(name) ISO_PASTE(ISO_MODEL, name)

#define ISO_EACH_STATE(X) ISO_M(STATES)(X)
#define ISO_EACH_PARAMETER(X) ISO_M(PARAMETERS)(X)
#define ISO_EACH_VARIANT(X) ISO_M(VARIANTS)(X)
#define ISO_EACH_CONSTANT(X) ISO_M(CONSTANTS)(X)
#define ISO_EACH_GATE(X) ISO_M(GATES)(X)
#define ISO_EACH_CURRENT(X) ISO_M(CURRENTS)(X)

#define ISO_REALS(type) ((int)(sizeof(type) / sizeof(real)))
#define ISO_FIELD_INDEX(type, field) ((int)(offsetof(type, field) / sizeof(real)))
#define ISO_ROUNDED(n, multiple) (((n) + (multiple)-1) / (multiple) * (multiple))

/* A table of rates holds, for each interval of V, cubics in x in [-1/2, 1/2], the place within the interval:
 * [ISO_TABLE_ROWS][4 coefficients, constant first][rates]. Intervals are 1/2 mV wide, so that the switches of
 * the models (-40 mV, -100 mV) fall on their ends. V outside the range counts as the nearer end. */
#define ISO_TABLE_FROM_MV (-120)
#define ISO_TABLE_PER_MV 2
#define ISO_TABLE_ROWS 440 /* to 100 mV */

/* Chebyshev nodes of a cubic on [-1/2, 1/2]: +-cos(pi/8)/2 and +-cos(3 pi/8)/2. */
#define ISO_CHEBYSHEV_A 0.46193976625564337
#define ISO_CHEBYSHEV_B 0.1913417161825449

/* Rates in a row are padded to a multiple of this many. */
#define ISO_GROUP 4

/* What prepare makes begins with one real: 1 where rates are to be evaluated, 0 where tables follow. Its
 * parts are multiples of this many reals, for alignment. */
#define ISO_PREPARED_HEAD 16

#endif
