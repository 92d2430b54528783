/* Models of the user's own, compiled for the device in use. */
#include "study/setup.h"

#include "base/memory.h"
#include "study/load.h"

#include <stdio.h>

static void say_fast(const iso_setup *setup, const iso_own_model *own) {
  if (own->model.nfast == 0 || setup->config->numerics.scheme.fast_current == ISO_FAST_NODAL) return;
  iso_log_say(setup->log, ISO_LOG_INFO,
              "%s: the fast inward current of a model of your own is taken at the nodes, not interpolated",
              own->header);
}

bool iso_setup_takes_own(iso_device *device, const iso_log *log) {
  char message[600];
  iso_kernel_compiler compiler;
  const bool takes = iso_device_compiler(device, &compiler, message, sizeof message);
  if (!takes) iso_log_say(log, ISO_LOG_WARNING, "this run is on the CPU: %s", message);
  return takes;
}

iso_status iso_setup_own(iso_setup *setup, MPI_Comm comm, iso_error *err) {
  const iso_own_models from = iso_study_own_models(setup->config);
  if (from.n == 0) return ISO_OK;
  iso_status status = iso_alloc(&setup->own, (size_t)from.n, sizeof *setup->own, "own models", err);
  ISO_TRY(iso_agree(comm, status, err));
  for (; setup->nown < from.n; setup->nown++) {
    say_fast(setup, &from.model[setup->nown]);
    ISO_TRY(iso_own_model_for(&setup->own[setup->nown], &from.model[setup->nown], setup->device, comm, err));
  }
  return ISO_OK;
}

iso_fast_current iso_setup_fast_current(const iso_setup *setup, int region) {
  const iso_model *model = iso_setup_model(setup, region);
  return model->nfast == 0 || model->own ? ISO_FAST_NODAL : setup->config->numerics.scheme.fast_current;
}

iso_fast_current iso_setup_coarsest_fast_current(const iso_setup *setup) {
  for (int r = 0; r < setup->config->nregions; r++)
    if (iso_setup_fast_current(setup, r) == ISO_FAST_NODAL) return ISO_FAST_NODAL;
  return setup->config->numerics.scheme.fast_current;
}

const iso_model *iso_setup_model(const iso_setup *setup, int region) {
  const int k = iso_study_own_model(setup->config, region);
  return k >= 0 && k < setup->nown ? &setup->own[k].model : setup->config->regions[region].model;
}
