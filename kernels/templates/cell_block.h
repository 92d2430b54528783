/* Blocks of cells that the loops of kernels/templates/cell_loop.h run over. */
#ifndef ISO_KERNELS_TEMPLATES_CELL_BLOCK_H
#define ISO_KERNELS_TEMPLATES_CELL_BLOCK_H

#include "kernels/model.h"
#include "kernels/templates/block_rates.h"

#define ISO_ALIGNED __attribute__((aligned(64)))
/* Functions of their own, in which a test finds the loops. */
#define ISO_LOOP static __attribute__((noinline))

/* Cells at a time where constants differ between them: theirs stay in the first-level cache too. */
enum { ISO_LANES = 256 / sizeof(real) };

/* Up to ISO_BLOCK cells; every pointer is at the first of them. */
typedef struct block {
  int n;
  int64_t ld, fast_ld;
  real *state;
  const real *vm;
  const real *v; /* where currents are taken */
  real *iion;
  real *fast;
} block;

/* At most so many cells from the at-th on. v [ISO_BLOCK] and unused [ISO_MAX_FAST * ISO_BLOCK] are room for
 * what the caller of the kernel does not give. */
static block block_at(const iso_cells *cells, iso_lid at, int most, real *v, real *unused) {
  const iso_lid first = cells->first + at, left = cells->count - at;
  const real *vm = (const real *)cells->vm + first;
  const real *before = cells->vm_before ? (const real *)cells->vm_before + first : vm;
  const int n = left < most ? left : most;
  if (cells->extrapolated) v = (real *)cells->extrapolated + first;
#pragma omp simd
  for (int i = 0; i < n; i++) v[i] = iso_fma(R(1.5), vm[i], R(-0.5) * before[i]);
  return (block){
      .n = n,
      .ld = cells->ld,
      .fast_ld = cells->fast ? cells->fast_ld : ISO_BLOCK,
      .state = (real *)cells->state + first,
      .vm = vm,
      .v = v,
      .iion = (real *)cells->iion + first,
      .fast = cells->fast ? (real *)cells->fast + first : unused,
  };
}

/* A build without fma instructions or optimisation does not vectorise; where it must, a test looks. */
#ifdef __clang__
#pragma clang diagnostic ignored "-Wpass-failed"
#endif

#endif
