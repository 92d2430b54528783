/* What the kernels of kernels/templates/cell_kernel.h take for the cell of one thread of a GPU. To be
 * included before any model's header, whose constants it makes of another type. */
#ifndef ISO_KERNELS_TEMPLATES_CELL_THREAD_H
#define ISO_KERNELS_TEMPLATES_CELL_THREAD_H

#include "kernels/cell_list.h"
#include "kernels/real.h"

/* A constant of a model, read where the step uses it: some 100 of them, each its own in every cell, would not
 * fit a thread's registers. What identifies it is known when the kernel is compiled, but for the cell.
 * Each is of another type, so that `?:` of two takes their values, not their addresses. */
template <typename name> struct ISO_VARIANT(constant) {
  const iso_cell_kind *kind;
  int64_t ld;
  int at, index; /* of the model's constants among what is prepared; of this one among them */
  iso_lid i;     /* cell */
  bool varies;

  /* Of the host, too, as the models' functions are, which call it. */
  __host__ __device__ __forceinline__ operator real() const {
    const real *uniform = (const real *)kind->parameters + at;
    if (!varies) return uniform[index];
    const int32_t row = kind->varying_row[index];
    return row < 0 ? uniform[index] : ((const real *)kind->varying)[row * ld + i];
  }
};
#define ISO_CONSTANT(name) ISO_VARIANT(constant)<struct constant_##name>

/* Blocks that run together on a multiprocessor: 0 leaves it to ptxas. See ISO_BLOCKS in model_types.h. */
template <typename state> static constexpr int blocks_of(bool) { return 0; }
#define ISO_BLOCKS(model, blocks)                                                                            \
  template <> constexpr int blocks_of<model##_state>(bool varies) { return blocks; }

#include "kernels/templates/rates.h"

namespace {
/* The cubic of one rate, in ISO_BY_RATE: one or two loads. */
struct alignas(16) cubic {
  real c[4];
};
} // namespace

/* Rate r of a row of a table at place x. The order of operations is that of iso_table_rates. */
static __device__ __forceinline__ real rate_at(const real *row, int r, real x) {
  const cubic p = ((const cubic *)row)[r];
  return iso_fma(iso_fma(iso_fma(p.c[3], x, p.c[2]), x, p.c[1]), x, p.c[0]);
}

/* Which cell this thread has, read anew: it and the addresses made of it, kept through a step, would take
 * registers. With runs, each has a block. */
static __device__ __forceinline__ iso_lid this_cell(const iso_cells &cells, bool in_runs) {
  int thread = (int)threadIdx.x;
#ifdef __CUDA_ARCH__
  asm volatile("mov.u32 %0, %%tid.x;" : "=r"(thread));
#endif
  return (in_runs ? cells.run[blockIdx.x][0] - cells.first : (iso_lid)(blockIdx.x * blockDim.x)) + thread;
}

/* Whether it has one. */
static __device__ __forceinline__ bool has_cell(const iso_cells &cells, const iso_cell_list *list,
                                                iso_lid i) {
  if (!list) return i < cells.count;
  return i < cells.run[blockIdx.x][1] - cells.first && (!list->count || (int)blockIdx.x < *list->count);
}

/* What this thread's cell reads. */
static __device__ __forceinline__ iso_cell_kind kind_of(const iso_cells &cells, const iso_cell_list *list) {
  if (list && list->kind) return list->kinds[list->kind[blockIdx.x]];
  return {cells.vm, cells.parameters, cells.varying, cells.varying_row};
}

/* Threads of a block. */
enum { ISO_CELL_BLOCK = 128 };

#if defined __CUDA_ARCH__ && __CUDA_ARCH__ >= 800
#define ISO_FETCHES
#endif

/* Copies one real from global to shared memory, on its way until fetched() has returned; for this thread
 * alone. Such copies take no registers while they last, so that all are under way at once. */
static __device__ __forceinline__ void fetch(real *shared, const real *global) {
#ifdef ISO_FETCHES
  asm volatile("cp.async.ca.shared.global [%0], [%1], %2;" ::"r"((unsigned)__cvta_generic_to_shared(shared)),
               "l"(global), "n"(sizeof(real))
               : "memory");
#else
  *shared = *global;
#endif
}
static __device__ __forceinline__ void fetched(void) {
#ifdef ISO_FETCHES
  asm volatile("cp.async.wait_all;" ::: "memory");
#endif
}

#ifdef __CUDA_ARCH__
/* x, computed before anything that follows is. */
static __device__ __forceinline__ real done(real x) {
#ifdef ISO_SINGLE
  asm volatile("" : "+f"(x));
#else
  asm volatile("" : "+d"(x));
#endif
  return x;
}
#endif

#endif
