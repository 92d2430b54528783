/* The assembled system of a small mesh as full matrices by global number, the same on every rank. */
#ifndef ISO_TESTS_SOLVE_DENSE_H
#define ISO_TESTS_SOLVE_DENSE_H

#include "linear/system.h"
#include "solve/fixture.h"

typedef struct dense {
  int n;             /* nodes */
  double *stiffness; /* [n][n] mS; the diagonal as iso_system_diagonal gives it */
  double *mass;      /* [n][n] consistent, uF; the diagonal is lumped minus the rest of the row */
  double *lumped;    /* [n] uF */
  double (*xyz)[3];  /* [n] */
  double eigenvalue; /* bound on the spectrum of lumped^-1 K, 1/ms */
} dense;

/* Collective. */
void dense_new(dense *out, const heart *h);
void dense_free(dense *d);

/* out = A x for a full matrix [n][n]. */
void dense_apply(int n, const double *a, const double *x, double *out);

#endif
