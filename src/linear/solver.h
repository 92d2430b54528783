/* Conjugate gradients for left x = b, with the diagonal of left as preconditioner: implicit diffusion,
 * Laplace problems, whatever is symmetric and, on the nodes that are not constrained, positive definite.
 *
 * Scalar products are exact sums, so iterates do not depend on ranks, threads or the order of nodes. */
#ifndef ISO_LINEAR_SOLVER_H
#define ISO_LINEAR_SOLVER_H

#include "linear/constrain.h"
#include "linear/sparse.h"

typedef struct iso_solver_options {
  double tolerance; /* of the residual r relative to b, both as sqrt(r . D^-1 r) with D the diagonal of left;
                       with constraints, b is what they leave of it, b - left x_constrained */
  int iterations;   /* at most, in a solve */
} iso_solver_options;

typedef struct iso_solver {
  iso_solver_options options;
  iso_exchange *exchange;
  iso_sparse left;
  void *
      inverse_diagonal; /* real [nowned] on the device; 0 at constrained nodes and at those without entries */
  void *constrained;    /* real [nowned], 1 at constrained nodes, else 0; NULL: none on any rank */
  iso_field r, z, p, q;
  int64_t iterations; /* of all solves so far */
  double residual;    /* of the last solve, as the tolerance is meant */
} iso_solver;

/* Collective. The operator is that of the pattern of system with entries, which are read only here.
 * constraints: whose rows x will keep, at least one on some rank where left alone is singular; NULL on all
 * ranks: none. exchange: for fields of this mesh, one at a time, with nothing under way during a solve; it
 * outlives the solver. ISO_EFAIL where memory is short, on all ranks; out holds nothing then. */
iso_status iso_solver_new(iso_solver *out, iso_device *device, const iso_mesh *mesh, const iso_system *system,
                          iso_entries entries, const iso_constraints *constraints, iso_solver_options options,
                          iso_exchange *exchange, iso_error *err);
void iso_solver_free(iso_solver *solver);

/* Collective. Solves from x, whose constrained values stay. b: at constrained nodes of no consequence.
 * Returns whether the tolerance was reached, the same on all ranks; solver->residual is what was. */
bool iso_solver_solve(iso_solver *solver, const iso_field *b, iso_field *x);

#endif
