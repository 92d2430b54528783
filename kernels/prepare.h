/* What kernels read besides the fields: a model's constants and tables of rates for given parameters and
 * step.
 *
 * Evaluated in double precision by one build for all, so that every build, instruction set and device reads
 * the same numbers (rounded to single for a single-precision build). The layout is in kernels/model_types.h.
 */
#ifndef ISO_KERNELS_PREPARE_H
#define ISO_KERNELS_PREPARE_H

#include "kernels/model.h"

/* Coefficients of the cubics in one row of a table: those of a power side by side for vectors of rates, or
 * those of a rate for a thread that reads one rate at a time. */
typedef enum { ISO_BY_POWER, ISO_BY_RATE } iso_table_order;

/* One model's part of the functions below. */
typedef struct iso_preparation {
  int nconstants;
  size_t (*reals)(int exact);
  void (*prepare)(const double *parameters, double step_ms, int exact, int single, iso_table_order order,
                  void *out);
  void (*derive)(const double *parameters, double step_ms, double *constants);
  int (*same_tables)(const double *a, const double *b, double step_ms);
} iso_preparation;

#ifdef __cplusplus
extern "C" {
#endif

/* Reals of a build's precision that iso_prepare writes. exact: no tables. */
size_t iso_prepared_reals(const iso_model *model, int exact);

/* parameters [nparameters]; out [iso_prepared_reals] of float if single, else of double. */
void iso_prepare(const iso_model *model, const double *parameters, double step_ms, int exact, int single,
                 iso_table_order order, void *out);

#ifdef __cplusplus
}
#endif

/* Constants of a model: what iso_cells.varying may replace. */
int iso_model_constants(const iso_model *model);

/* constants [iso_model_constants] of parameters [nparameters], as iso_prepare writes them. */
void iso_derive(const iso_model *model, const double *parameters, double step_ms, double *constants);

/* Whether two sets of parameters have the same tables of rates; trivially so for a model without tables. */
int iso_same_tables(const iso_model *model, const double *a, const double *b, double step_ms);

#endif
