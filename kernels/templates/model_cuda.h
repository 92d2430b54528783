/* Template: the CUDA kernels of the model ISO_MODEL of the program; a translation unit for each, which
 * includes kernels/templates/cell_thread.h before the model. */
#include "kernels/cuda/launch_cuda.h"

#include "kernels/templates/cell_kernel.h"

/* What kernels/cuda/cells_cuda.cu knows them by. */
extern "C" void ISO_VARIANT(ISO_M(launch))(iso_device *device, const iso_cells *cells) {
  void (*const kernel)(const iso_cells) =
      cells->varying ? ISO_VARIANT(ISO_M(varying_cells)) : ISO_VARIANT(ISO_M(cells));
  ISO_LAUNCH_ON(device, main, kernel, iso_cells_blocks(cells), iso_cells_threads(cells), *cells);
}
