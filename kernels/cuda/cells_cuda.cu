/* Launches of the cell kernels, each of which is in a translation unit of its model. */
#include "kernels/cuda/launch_cuda.h"
#include "kernels/model_list.h"
#include "kernels/prepare.h"

static size_t prepared_bytes(const iso_model *model, int exact) {
  return iso_prepared_reals(model, exact) * sizeof(real);
}

static void prepare(const iso_model *model, const double *parameters, double step_ms, int exact, void *out) {
  iso_prepare(model, parameters, step_ms, exact, sizeof(real) == sizeof(float), ISO_BY_RATE, out);
}

extern "C" const iso_cell_kernels ISO_VARIANT(iso_cells) = {prepared_bytes, prepare, NULL};

#ifdef ISO_NVRTC
static void own_cells(iso_device *device, const iso_cuda_own *own, iso_cells cells, iso_cell_list list) {
  if (iso_cuda_of(device)->failure[0]) return;
  cudaLaunchConfig_t config = {};
  config.gridDim = dim3((unsigned)(cells.run ? cells.nruns : iso_cuda_blocks(cells.count)));
  config.blockDim = dim3(cells.run ? (unsigned)ISO_RUN : (unsigned)ISO_CUDA_BLOCK);
  config.stream = iso_cuda_of(device)->main;
  iso_cuda_well(
      device, cells.run ? cudaLaunchKernelEx(
                              &config, cells.varying ? own->listed_varying : own->listed_uniform, cells, list)
                        : cudaLaunchKernelEx(&config, cells.varying ? own->varying : own->uniform, cells));
}
#endif

#define X(index, name)                                                                                       \
  extern "C" void ISO_VARIANT(name##_launch)(iso_device * device, const iso_cells *cells,                    \
                                             const iso_cell_list *list);
ISO_MODEL_LIST(X)
#undef X
static void (*const launches[])(iso_device *device, const iso_cells *cells, const iso_cell_list *list) = {
#define X(index, name) ISO_VARIANT(name##_launch),
    ISO_MODEL_LIST(X)
#undef X
};

extern "C" void ISO_VARIANT(iso_cuda_listed_cells)(iso_device *device, const iso_model *model,
                                                   const iso_cells *cells, const iso_cell_list *list) {
#ifdef ISO_NVRTC
  if (model->own) {
    own_cells(device, (const iso_cuda_own *)model->own->kernels, *cells, *list);
    return;
  }
#endif
  launches[iso_model_index(model)](device, cells, list);
}

extern "C" void ISO_VARIANT(iso_cuda_cells)(iso_device *device, const iso_model *model,
                                            const iso_cells *cells) {
  const iso_cell_list all = {};
  ISO_VARIANT(iso_cuda_listed_cells)(device, model, cells, &all);
}
