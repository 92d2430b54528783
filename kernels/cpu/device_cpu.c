/* The table of one build of the CPU device. */
#include "kernels/cpu/device_cpu.h"
#include "kernels/cpu/device_host.h"
#include "kernels/cpu/runs_cpu.h"

extern const iso_cell_kernels ISO_VARIANT(iso_cells);

/* The launch's cells from the n-th on: every array moved there, so that kernels count from 0. */
static iso_cells cells_from(const iso_cells *all, int64_t n, int64_t count) {
  iso_cells part = *all;
  int64_t node = all->first + n;
  part.first = 0;
  part.count = (iso_lid)count;
  part.state = (real *)all->state + n;
  part.varying = all->varying ? (const real *)all->varying + n : NULL;
  part.vm = (const real *)all->vm + node;
  part.vm_before = all->vm_before ? (const real *)all->vm_before + node : NULL;
  part.extrapolated = all->extrapolated ? (real *)all->extrapolated + node : NULL;
  part.iion = (real *)all->iion + node;
  part.fast = all->fast ? (real *)all->fast + node : NULL;
  return part;
}

typedef struct cell_task {
  const iso_cells *all;
  void (*step)(const iso_cells *cells);
} cell_task;

static void step_cells(const void *with, int64_t first, int64_t last) {
  const cell_task *t = with;
  if (first >= last) return;
  const iso_cells part = cells_from(t->all, first - t->all->first, last - first);
  t->step(&part);
}

void ISO_VARIANT(iso_cpu_cells)(iso_device *device, const iso_model *model, const iso_cells *all) {
  const cell_task task = {all, model->own ? ((const iso_host_own *)model->own->kernels)->cells
                                          : ISO_VARIANT(iso_cells).step[iso_model_index(model)]};
  const iso_runs runs = ISO_RUNS_OF(all, all->first, all->first + all->count);
  iso_over_runs(device, &runs, 64, step_cells, &task);
}

const iso_cpu_build ISO_VARIANT(iso_cpu_build) = {
    .cells = &ISO_VARIANT(iso_cells),
    .ops = {.close = iso_host_close,
            .failure = iso_host_failure,
            .alloc = iso_host_alloc,
            .release = iso_host_release,
            .host_alloc = iso_host_alloc,
            .host_release = iso_host_release,
            .memory = iso_host_memory,
            .upload = iso_host_upload,
            .download = iso_host_download,
            .sync = iso_host_sync,
            .replay = iso_host_replay,
            .record = iso_host_record,
            .recorded = iso_host_record,
            .forget = iso_host_record,
            .load_own = iso_host_load_own,
            .release_own = iso_host_release_own,
            .wait_packed = iso_host_sync,
#define X(result, name, parameters) .name = ISO_VARIANT(iso_cpu_##name),
            ISO_EACH_LAUNCH(X)
#undef X
    },
};
