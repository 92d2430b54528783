/* Cell kernels for CUDA, made of the same model headers as the CPU's loops: one thread for each cell. */
#include "kernels/launch_cuda.h"

/* A constant of a model, read where the step uses it: some 100 of them, each its own in every cell, would not
 * fit a thread's registers. What identifies it is known when the kernel is compiled, but for the cell.
 * Each is of another type, so that `?:` of two takes their values, not their addresses. */
template <int number> struct ISO_VARIANT(constant) {
  const iso_cells *cells;
  int at, index; /* of the model's constants among what is prepared; of this one among them */
  iso_lid i;     /* cell */
  bool varies;

  __device__ __forceinline__ operator real() const {
    const real *uniform = (const real *)cells->parameters + at;
    if (!varies) return uniform[index];
    const int32_t row = cells->varying_row[index];
    return row < 0 ? uniform[index] : ((const real *)cells->varying)[row * cells->ld + i];
  }
};
#define ISO_CONSTANT ISO_VARIANT(constant)<__COUNTER__>
#include "kernels/models.h"
#include "kernels/prepare.h"
#include "kernels/rates.h"

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
 * registers. */
static __device__ __forceinline__ iso_lid this_cell(void) {
  int thread = (int)threadIdx.x;
#ifdef __CUDA_ARCH__
  asm volatile("mov.u32 %0, %%tid.x;" : "=r"(thread));
#endif
  return (iso_lid)(blockIdx.x * blockDim.x) + thread;
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

/* Blocks that run together on a multiprocessor: 0 leaves it to ptxas, which spills for more of them. */
static constexpr int blocks_of(int model, bool varies) {
  return model != courtemanche_1998_INDEX ? 0 : sizeof(real) == sizeof(double) ? 3 : varies ? 4 : 0;
}

#define ISO_EACH_MODEL "kernels/cell_kernel.h"
#include "kernels/each_model.h"

/* ---- launches ---- */

static size_t prepared_bytes(const iso_model *model, int exact) {
  return iso_prepared_reals(model, exact) * sizeof(real);
}

static void prepare(const iso_model *model, const double *parameters, double step_ms, int exact, void *out) {
  iso_prepare(model, parameters, step_ms, exact, sizeof(real) == sizeof(float), ISO_BY_RATE, out);
}

extern "C" const iso_cell_kernels ISO_VARIANT(iso_cells) = {prepared_bytes, prepare, NULL};

extern "C" void ISO_VARIANT(iso_cuda_cells)(iso_device *device, const iso_model *model,
                                            const iso_cells *cells) {
  switch (model->index) {
#define X(index, name)                                                                                       \
  case index:                                                                                                \
    if (cells->varying)                                                                                      \
      ISO_LAUNCH(device, cells->count, ISO_VARIANT(name##_varying_cells), *cells);                           \
    else                                                                                                     \
      ISO_LAUNCH(device, cells->count, ISO_VARIANT(name##_cells), *cells);                                   \
    break;
    ISO_MODEL_LIST(X)
#undef X
  }
}
