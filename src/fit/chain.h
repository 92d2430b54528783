/* From members that nearly are draws of the posterior distribution to such that are.
 *
 * Members of randomised maximum likelihood are as dense as the posterior only where predictions are linear in
 * z (Oliver, arXiv:1507.08563; Ba, de Wiljes, Oliver and Reich, Comput Geosci 26:217-239, 2022): they lack a
 * factor of the determinant of second derivatives, and are off by a part of a standard deviation in the mean
 * where waves bend. Here each takes some steps of Metropolis and Hastings (Hastings, Biometrika 57:97-109,
 * 1970), which leave the posterior as it is, and bring any other distribution nearer to it.
 *
 * Steps are proposed by Laplace's approximation, the normal distribution around the best heart m with the
 * inverse covariance N = 1 + S^T S, S being the derivatives of the data over their errors there:
 *     z' - m = (z - m) + N^-1 S^T (sqrt(b (2 - b)) e + b q - b S (z - m)),
 * e from N(0, 1), q from N(0, (1 + S S^T)^-1), b from 0 to 1. This is reversible by that distribution: with w
 * = S^T S N^-1, the share of a direction that the data decide, z - m goes on by 1 - b w, and what is new has
 * the variance N^-1 (1 - (1 - b w)^2); as in the preconditioned Crank-Nicolson steps of Cotter, Roberts,
 * Stuart and White (Stat Sci 28:424-446, 2013) and their generalisation by Rudolf and Sprungk (Found Comput
 * Math 18:309-343, 2018) it is then accepted by the ratio of the posterior to the approximation alone, which
 * does not get worse with how many numbers there are. Directions that the data do not decide stay as they
 * were drawn. */
#ifndef ISO_FIT_CHAIN_H
#define ISO_FIT_CHAIN_H

#include "fit/minimise.h"

typedef struct iso_chain {
  iso_minimiser *m;
  const double *value, *sd;
  double *middle, *zero;     /* [nz] m; 0 */
  double *slopes, *normal;   /* S and the factor of N */
  double *away, *next, *z;   /* [nz] z - m of where it is and of what is proposed; room */
  double *seen, *next_seen;  /* [nused] S times these */
  double *drawn, *predicted; /* [nused], [nused + nheld] room */
} iso_chain;

/* best [nz]: the best heart, right after iso_minimise of the data has found it; or, finely, about where it
 * is, and it is found from there so exactly that it does not matter from where. m, value and sd [nused]
 * outlive the chain. *waves: those are added. ISO_EFAIL where memory is short; to be freed whatever the
 * status. */
iso_status iso_chain_new(iso_chain *out, iso_minimiser *m, const double *best, bool finely,
                         const double *value, const double *sd, int64_t *waves, iso_error *err);
void iso_chain_free(iso_chain *chain);

/* ISO_CHAIN_STEPS steps, a wave each, from z [nz], whose predictions are predicted [nused + nheld]; both
 * become those of where it comes to. seed, number: of what is drawn. Adds to *taken how many steps were
 * accepted. */
iso_status iso_chain_run(iso_chain *chain, uint64_t seed, uint64_t number, double *z, double *predicted,
                         int64_t *taken, iso_error *err);

enum { ISO_CHAIN_STEPS = 24 };

#endif
