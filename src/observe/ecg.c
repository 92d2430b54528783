#include "observe/ecg.h"

#include "base/memory.h"
#include "base/share.h"
#include "linear/device_memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BUFFERED = 256 }; /* samples that the device keeps */

#define MOST_MV 1000 /* membranes break down before, and runs end */

struct iso_ecg {
  iso_device *device;
  const iso_mesh *mesh;
  int nelectrodes;
  int *exponent;  /* [nelectrodes] a whole number's last place is worth 2^-exponent mV */
  void *weight;   /* device, double [nelectrodes][nowned], times 2^exponent */
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

/* The power of two above a number, which is above 0. */
static int power_above(double value) {
  int power;
  frexp(value, &power);
  return power;
}

/* Collective. An exponent e with which 2^e |w| MOST_MV is at most 2^51 and its sum over all nodes at most
 * 2^62, as iso_weigh asks, a factor of 2 being left for rounding. The sum is one of whole numbers: every rank
 * finds the same. */
static int exponent_of(const iso_mesh *mesh, const double *weight) {
  double most = 0;
  int64_t shares = 0; /* of the largest weight, each rounded up to 2^-20 */
  for (iso_lid i = 0; i < mesh->nowned; i++) most = fmax(most, fabs(weight[i]));
  MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_DOUBLE, MPI_MAX, mesh->comm);
  if (!(most > 0)) return 0;
  for (iso_lid i = 0; i < mesh->nowned; i++) shares += (int64_t)ceil(0x1p20 * (fabs(weight[i]) / most));
  MPI_Allreduce(MPI_IN_PLACE, &shares, 1, MPI_INT64_T, MPI_SUM, mesh->comm);
  const int of_one = 50 - power_above(most * MOST_MV),
            of_all = 61 - power_above(most * MOST_MV * ldexp((double)shares, -20));
  return of_one < of_all ? of_one : of_all;
}

static iso_status upload_weights(iso_ecg *e, const double *weight, iso_error *err) {
  const size_t n = (size_t)e->mesh->nowned;
  double *scaled;
  ISO_TRY(iso_alloc(&scaled, n, sizeof *scaled, "weights of electrodes", err));
  for (int k = 0; k < e->nelectrodes; k++) {
    for (size_t i = 0; i < n; i++) scaled[i] = ldexp(weight[(size_t)k * n + i], e->exponent[k]);
    iso_device_upload(e->device, e->weight, (size_t)k * n * sizeof *scaled, scaled, n * sizeof *scaled);
  }
  free(scaled);
  return ISO_OK;
}

static iso_status allocate(iso_ecg *e, iso_error *err) {
  const size_t n = (size_t)e->nelectrodes, weights = n * (size_t)e->mesh->nowned * sizeof(double),
               sums = BUFFERED * n * sizeof(int64_t);
  ISO_TRY(iso_alloc(&e->exponent, n, sizeof *e->exponent, "electrodes", err));
  ISO_TRY(iso_alloc(&e->whole, BUFFERED * n, sizeof *e->whole, "samples of electrodes", err));
  e->weight = iso_device_alloc(e->device, weights);
  if (!e->weight) return iso_fail_device(err, e->device, weights, "weights of electrodes");
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
  for (int k = 0; k < nelectrodes && status == ISO_OK; k++)
    e->exponent[k] = exponent_of(mesh, weight + (size_t)k * (size_t)mesh->nowned);
  if (status == ISO_OK) status = iso_agree(mesh->comm, upload_weights(e, weight, err), err);
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
      *potential++ = ldexp((double)e->whole[s * e->nelectrodes + k], -e->exponent[k]);
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
  iso_launch_weigh(e->device, &(iso_weigh){.count = e->mesh->nowned,
                                           .nsums = e->nelectrodes,
                                           .weight = e->weight,
                                           .x = iso_view_vm_on_device(view),
                                           .bound = MOST_MV,
                                           .sum = (int64_t *)e->sum + e->nbuffered * e->nelectrodes});
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
  iso_device_release(e->device, e->weight);
  iso_device_release(e->device, e->sum);
  free(e->exponent);
  free(e->whole);
  free(e->time);
  free(e->potential);
  free(e);
}
