/* Tests of diffusion in one program, a file a subject, and what they share. */
#ifndef ISO_TESTS_SOLVE_DIFFUSION_H
#define ISO_TESTS_SOLVE_DIFFUSION_H

#include "grid/mpi_main.h"
#include "solve/dense.h"

extern const iso_numerics explicitly;
/* With a tolerance that leaves only rounding. */
iso_numerics implicitly(double theta, iso_mass_kind mass);

/* Unstructured tetrahedra with an oblique tensor, two regions, no simulation yet. */
void make_block(heart *twin);
/* A Vm for it that no coarser mesh has, below 1; how: NULL. */
double rough(const double x[3], const void *how);

/* ---- charge ---- */

/* Sums of lumped mass, times Vm [n of d] and alone. */
double charge(const dense *d, const double *vm);
double total(const dense *d);

void explicit_scheme_keeps_charge(void **state);
void implicit_scheme_keeps_charge_to_its_tolerance(void **state);

#endif
