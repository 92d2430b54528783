/* The table of one build of the CPU device. */
#include "kernels/device_cpu.h"
#include "kernels/device_host.h"

extern const iso_cell_kernels ISO_VARIANT(iso_cells);

static void cells(iso_device *device, const iso_model *model, const iso_cells *all) {
  void (*step)(const iso_cells *) = ISO_VARIANT(iso_cells).step[model->index];
  ISO_THREADS_BEGIN(device, all->count, 64)
  iso_cells part = *all;
  part.first = all->first + (iso_lid)first;
  part.count = (iso_lid)(last - first);
  if (part.count > 0) step(&part);
  ISO_THREADS_END
}

const iso_cpu_build ISO_VARIANT(iso_cpu_build) = {
    .cells = &ISO_VARIANT(iso_cells),
    .ops =
        {
            .close = iso_host_close,
            .alloc = iso_host_alloc,
            .release = iso_host_release,
            .upload = iso_host_upload,
            .download = iso_host_download,
            .sync = iso_host_sync,
            .cells = cells,
            .product = ISO_VARIANT(iso_cpu_product),
            .combine = ISO_VARIANT(iso_cpu_combine),
            .multiply = ISO_VARIANT(iso_cpu_multiply),
            .add_at = ISO_VARIANT(iso_cpu_add_at),
            .pack = ISO_VARIANT(iso_cpu_pack),
            .unpack = ISO_VARIANT(iso_cpu_unpack),
            .fast_scratch = ISO_VARIANT(iso_cpu_fast_scratch),
            .fast = ISO_VARIANT(iso_cpu_fast),
            .watch = ISO_VARIANT(iso_cpu_watch),
            .dot = ISO_VARIANT(iso_cpu_dot),
            .max = ISO_VARIANT(iso_cpu_max),
        },
};
