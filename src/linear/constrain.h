/* Dirichlet rows: nodes whose values are given. They are a property of a solution, not of the matrix, which
 * stays symmetric and need not be made twice: the solver leaves them as they are and solves for the others.
 */
#ifndef ISO_LINEAR_CONSTRAIN_H
#define ISO_LINEAR_CONSTRAIN_H

#include "linear/field.h"

typedef struct iso_constraints {
  int64_t count;       /* on this rank; may be 0 */
  const iso_lid *node; /* [count] owned nodes, distinct */
  const double *value; /* [count] in the unit of the solution */
} iso_constraints;

/* Gives x its values at the constrained nodes; its ghosts are stale then. ISO_EFAIL where memory is short. */
iso_status iso_constrain(const iso_constraints *constraints, iso_field *x, iso_error *err);

#endif
