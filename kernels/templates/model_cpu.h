/* Template: all loops of the model ISO_MODEL of the program in one CPU build; a translation unit for each. */
#include "kernels/templates/cell_block.h"

#include "kernels/templates/cell_loop.h"

/* What kernels/cpu/cells_cpu.c knows the loops by. */
extern void ISO_VARIANT(ISO_M(cells))(const iso_cells *cells);
void ISO_VARIANT(ISO_M(cells))(const iso_cells *cells) { ISO_M(cells)(cells); }

/* kernels/templates/fast_element.h asks for the fast current by the model's index: there is only this one. */
ISO_INLINE real iso_model_fast(int index, const real f[]) {
  (void)index;
  return ISO_M(fast)(f);
}

#include "kernels/templates/fast_loop.h"
