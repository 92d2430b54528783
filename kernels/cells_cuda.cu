/* Cell kernels for CUDA, made of the same model headers as the CPU's loops: one thread for each cell. */
#include "kernels/model.h"
#include "kernels/models.h"
#include "kernels/rates.h"

/* Rate r of a row of a table at place x; see kernels/model_names.h. The order of operations is that of
 * iso_table_rates. */
static __device__ __forceinline__ real rate_at(const real *row, int nrates, int r, real x) {
  const real *at = row + r;
  return iso_fma(iso_fma(iso_fma(at[3 * nrates], x, at[2 * nrates]), x, at[nrates]), x, at[0]);
}

#define ISO_EACH_MODEL "kernels/cell_kernel.h"
#include "kernels/each_model.h"
