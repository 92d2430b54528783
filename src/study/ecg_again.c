#include "study/ecg_again.h"

#include "base/atomic.h"
#include "base/memory.h"
#include "linear/device_memory.h"
#include "result/series_read.h"
#include "study/checkpoints.h"
#include "study/ecg.h"
#include "study/result_names.h"
#include "study/targets.h"

#include <math.h>
#include <stdlib.h>

typedef struct again {
  iso_setup setup;
  iso_series_file series;
  iso_ecg_study ecg;
  double *vm;      /* [nowned] mV */
  void *device_vm; /* real [nowned] */
  char *netcdf, *csv;
} again;

static const void *vm_of(void *self) { return ((const again *)self)->device_vm; }

/* All that the weights depend on, and no simulation. */
static iso_status set_up(again *a, MPI_Comm comm, iso_error *err) {
  iso_setup *setup = &a->setup;
  ISO_TRY(iso_setup_device(setup, comm, err));
  ISO_TRY(iso_setup_own(setup, comm, err));
  ISO_TRY(iso_setup_mesh(setup, comm, err));
  return iso_setup_tissue(setup, err);
}

/* Not collective. */
static iso_status make_room(again *a, iso_error *err) {
  const size_t n = (size_t)a->setup.mesh->nowned, bytes = n * a->setup.device->real_bytes;
  ISO_TRY(iso_alloc(&a->vm, n, sizeof *a->vm, "a snapshot", err));
  a->device_vm = iso_device_alloc(a->setup.device, bytes);
  return a->device_vm ? ISO_OK : iso_fail_device(err, a->setup.device, bytes, "a snapshot");
}

static iso_status show_all(again *a, iso_error *err) {
  const iso_mesh *mesh = a->setup.mesh;
  const iso_guest guest = iso_ecg_guest(a->ecg.ecg, a->setup.config->outputs.ecg.interval_ms);
  const iso_view_source source = {.self = a, .vm_on_device = vm_of};
  for (int64_t k = 0; k < a->series.nsteps; k++) {
    const iso_view view = {.mesh = mesh, .step = k, .time_ms = a->series.time_ms[k], .source = &source};
    ISO_TRY(iso_series_get(&a->series, k, a->vm, err));
    iso_device_upload_real(a->setup.device, a->device_vm, 0, mesh->nowned, a->vm);
    ISO_TRY(guest.look(guest.self, &view, err));
  }
  return ISO_OK;
}

static iso_status write(again *a, iso_error *err) {
  iso_provenance provenance;
  iso_status status = iso_provenance_new(&provenance, &a->setup, NAN, err);
  if (status == ISO_OK) status = iso_ecg_study_write(&a->ecg, &a->setup, a->netcdf, a->csv, &provenance, err);
  iso_provenance_free(&provenance);
  return status;
}

static iso_status work(again *a, MPI_Comm comm, const char *snapshots, const char *prefix, iso_error *err) {
  if (!iso_ecg_asked(a->setup.config))
    return iso_config_fail(a->setup.config, err, "outputs",
                           "there are no electrodes; give outputs.ecg.electrodes, or --electrodes FILE.csv");
  ISO_TRY(iso_output_name(comm, &a->netcdf, prefix, ISO_END_ECG, err));
  ISO_TRY(iso_output_name(comm, &a->csv, prefix, ISO_END_ECG_CSV, err));
  ISO_TRY(iso_targets_check(comm, a->setup.config, prefix, NULL, 2, (const char *const[]){a->netcdf, a->csv},
                            err));
  ISO_TRY(iso_output_check(comm, a->netcdf, err));
  ISO_TRY(iso_output_check(comm, a->csv, err));
  ISO_TRY(set_up(a, comm, err));
  ISO_TRY(iso_series_open(&a->series, snapshots, a->setup.mesh, err));
  ISO_TRY(iso_ecg_study_new(&a->ecg, &a->setup, err));
  ISO_TRY(iso_agree(comm, make_room(a, err), err));
  ISO_TRY(show_all(a, err));
  return write(a, err);
}

iso_status iso_ecg_again(MPI_Comm comm, const iso_config *config, const char *snapshots, const char *prefix,
                         const iso_log *log, iso_error *err) {
  iso_timer timer;
  iso_timer_start(&timer);
  again a = {.setup = {.config = config, .log = log, .timer = &timer, .no_pacing = true},
             .series = {.id = -1}};
  const iso_status status = work(&a, comm, snapshots, prefix, err);
  iso_ecg_study_free(&a.ecg);
  iso_series_close(&a.series);
  if (a.device_vm) iso_device_release(a.setup.device, a.device_vm);
  iso_setup_free(&a.setup);
  free(a.vm);
  free(a.netcdf);
  free(a.csv);
  return status;
}
