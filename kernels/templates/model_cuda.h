/* Template: the CUDA kernels of the model ISO_MODEL of the program; a translation unit for each, which
 * includes kernels/templates/cell_thread.h before the model. */
#include "kernels/cuda/launch_cuda.h"

#include "kernels/templates/cell_kernel.h"

/* What kernels/cuda/cells_cuda.cu knows them by. */
extern "C" void ISO_VARIANT(ISO_M(launch))(iso_device *device, const iso_cells *cells,
                                           const iso_cell_list *list) {
  if (cells->run) {
    void (*const kernel)(const iso_cells, const iso_cell_list) =
        cells->varying ? ISO_VARIANT(ISO_M(listed_varying_cells)) : ISO_VARIANT(ISO_M(listed_cells));
    ISO_LAUNCH_ON(device, main, kernel, cells->nruns, ISO_RUN, *cells, *list);
  } else {
    void (*const kernel)(const iso_cells) =
        cells->varying ? ISO_VARIANT(ISO_M(varying_cells)) : ISO_VARIANT(ISO_M(cells));
    ISO_LAUNCH_ON(device, main, kernel, iso_cuda_blocks(cells->count), ISO_CUDA_BLOCK, *cells);
  }
}
