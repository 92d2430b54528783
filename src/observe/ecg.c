#include "observe/ecg.h"

#include "base/memory.h"
#include "base/share.h"
#include "linear/device_memory.h"
#include "linear/weighing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BUFFERED = 256 }; /* samples that the device keeps */

struct iso_ecg {
  iso_device *device;
  const iso_mesh *mesh;
  int nelectrodes;
  iso_weighing weighing;
  void *sum;      /* device, int64_t [BUFFERED][nelectrodes] */
  int64_t *whole; /* [BUFFERED][nelectrodes] the same on the host */
  double time_ms[BUFFERED];
  int nbuffered;
  int64_t nsamples; /* that rank 0 has */
  /* Of rank 0. */
  int64_t capacity;
  double *time;      /* [nsamples] ms */
  double *potential; /* [nsamples][nelectrodes] mV */
};

/* ---- set-up ---- */

static iso_status allocate(iso_ecg *e, iso_error *err) {
  const size_t n = (size_t)e->nelectrodes, sums = BUFFERED * n * sizeof(int64_t);
  ISO_TRY(iso_alloc(&e->whole, BUFFERED * n, sizeof *e->whole, "samples of electrodes", err));
  e->sum = iso_device_alloc(e->device, sums);
  return e->sum ? ISO_OK : iso_fail_device(err, e->device, sums, "samples of electrodes");
}

iso_status iso_ecg_new(iso_ecg **out, iso_device *device, const iso_mesh *mesh, int nelectrodes,
                       const double *weight, iso_error *err) {
  iso_ecg *e = NULL;
  *out = NULL;
  iso_status status = iso_alloc(&e, 1, sizeof *e, "electrodes", err);
  if (status == ISO_OK) {
    *e = (iso_ecg){.device = device, .mesh = mesh, .nelectrodes = nelectrodes};
    status = allocate(e, err);
  }
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) status = iso_weighing_new(&e->weighing, device, mesh, nelectrodes, weight, err);
  if (status == ISO_OK)
    *out = e;
  else
    iso_ecg_free(e);
  return status;
}

/* ---- samples ---- */

/* Room on rank 0 for another n samples. */
static iso_status make_room(iso_ecg *e, int64_t n, iso_error *err) {
  if (e->nsamples + n <= e->capacity) return ISO_OK;
  const int64_t capacity = 2 * e->capacity + n;
  ISO_TRY(iso_realloc(&e->time, (size_t)capacity, sizeof *e->time, "samples of electrodes", err));
  ISO_TRY(iso_realloc(&e->potential, (size_t)(capacity * e->nelectrodes), sizeof *e->potential,
                      "samples of electrodes", err));
  e->capacity = capacity;
  return ISO_OK;
}

/* On rank 0. */
static void keep(iso_ecg *e) {
  double *potential = e->potential + e->nsamples * e->nelectrodes;
  for (int s = 0; s < e->nbuffered; s++) {
    e->time[e->nsamples + s] = e->time_ms[s];
    for (int k = 0; k < e->nelectrodes; k++)
      *potential++ = iso_weighing_value(&e->weighing, k, e->whole[s * e->nelectrodes + k]);
  }
}

iso_status iso_ecg_finish(iso_ecg *e, iso_error *err) {
  MPI_Comm comm = e->mesh->comm;
  const int n = e->nbuffered * e->nelectrodes, rank = iso_rank(comm);
  const size_t bytes = (size_t)n * sizeof *e->whole;
  if (n == 0) return ISO_OK;
  ISO_TRY(iso_agree(comm, rank == 0 ? make_room(e, e->nbuffered, err) : ISO_OK, err));
  iso_device_download(e->device, e->sum, 0, e->whole, bytes);
  MPI_Reduce(rank == 0 ? MPI_IN_PLACE : e->whole, e->whole, n, MPI_INT64_T, MPI_SUM, 0, comm);
  if (rank == 0) keep(e);
  memset(e->whole, 0, bytes);
  iso_device_upload(e->device, e->sum, 0, e->whole, bytes);
  e->nsamples += e->nbuffered;
  e->nbuffered = 0;
  return ISO_OK;
}

static iso_status look(void *self, const iso_view *view, iso_error *err) {
  iso_ecg *e = self;
  iso_weighing_launch(&e->weighing, iso_view_vm_on_device(view),
                      (int64_t *)e->sum + e->nbuffered * e->nelectrodes);
  e->time_ms[e->nbuffered++] = view->time_ms;
  return e->nbuffered == BUFFERED ? iso_ecg_finish(e, err) : ISO_OK;
}

/* ---- saving ---- */

static iso_status save_all(const iso_ecg *e, iso_archive *archive, iso_error *err) {
  ISO_TRY(iso_archive_put_count(archive, "ecg.samples", "1", "samples so far", e->nsamples, err));
  ISO_TRY(iso_archive_put_root(archive, "ecg.time", "ms", "times of the samples", ISO_ARCHIVE_DOUBLE,
                               e->nsamples, e->time, err));
  return iso_archive_put_root(archive, "ecg.potential", "mV", "potential of each electrode, sample by sample",
                              ISO_ARCHIVE_DOUBLE, e->nsamples * e->nelectrodes, e->potential, err);
}

static iso_status save(void *self, iso_archive *archive, iso_error *err) {
  iso_ecg *e = self;
  ISO_TRY(iso_ecg_finish(e, err));
  return iso_agree(e->mesh->comm, save_all(e, archive, err), err);
}

static iso_status restore_root(iso_ecg *e, int64_t nsamples, const iso_archive *archive, iso_error *err) {
  e->nsamples = 0;
  ISO_TRY(make_room(e, nsamples, err));
  ISO_TRY(iso_archive_get_doubles(archive, "ecg.time", nsamples, e->time, err));
  return iso_archive_get_doubles(archive, "ecg.potential", nsamples * e->nelectrodes, e->potential, err);
}

/* What is on the device is of a time that is gone. */
static void forget_buffered(iso_ecg *e) {
  const size_t bytes = (size_t)(BUFFERED * e->nelectrodes) * sizeof *e->whole;
  memset(e->whole, 0, bytes);
  iso_device_upload(e->device, e->sum, 0, e->whole, bytes);
  e->nbuffered = 0;
}

static iso_status restore(void *self, const iso_archive *archive, iso_error *err) {
  iso_ecg *e = self;
  int64_t nsamples = 0;
  forget_buffered(e);
  iso_status status = iso_archive_get_count(archive, "ecg.samples", &nsamples, err);
  if (status == ISO_OK && iso_rank(e->mesh->comm) == 0) status = restore_root(e, nsamples, archive, err);
  e->nsamples = nsamples;
  return iso_agree(e->mesh->comm, status, err);
}

/* ---- the guest ---- */

iso_guest iso_ecg_guest(iso_ecg *e, double interval_ms) {
  return (iso_guest){.name = "ecg",
                     .stop_ms = INFINITY,
                     .every_ms = interval_ms,
                     .only_launches = true,
                     .self = e,
                     .look = look,
                     .save = save,
                     .restore = restore};
}

int64_t iso_ecg_samples(const iso_ecg *e) { return e->nsamples; }
const double *iso_ecg_times(const iso_ecg *e) { return e->time; }
const double *iso_ecg_potentials(const iso_ecg *e) { return e->potential; }

void iso_ecg_free(iso_ecg *e) {
  if (!e) return;
  iso_weighing_free(&e->weighing);
  iso_device_release(e->device, e->sum);
  free(e->whole);
  free(e->time);
  free(e->potential);
  free(e);
}
