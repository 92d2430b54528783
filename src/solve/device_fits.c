#include "solve/device_fits.h"

#include "kernels/plan.h"

#include <math.h>

static int most_states(const iso_tissue *tissue) {
  int most = 0;
  for (int r = 0; r < tissue->nregions; r++)
    if (tissue->regions[r].model->nstates > most) most = tissue->regions[r].model->nstates;
  return most;
}

/* Of patches at their own pace: the slope, and where the device plans V in the middle of each level's step
 * and what patches say to other ranks. */
static double paced_fields(const iso_device *device, const iso_mesh *mesh, const iso_numerics *numerics) {
  if (numerics->pace != ISO_PACE_ADAPTIVE) return 0;
  return 1 + (iso_device_plans(device) ? ISO_LEVELS + (mesh->halo->nneighbours > 0) : 0);
}

/* Bytes that this rank will allocate: the large arrays, counted. */
static double needed(const iso_device *device, const iso_mesh *mesh, const iso_tissue *tissue,
                     const iso_system *system, const iso_numerics *numerics) {
  const double real_bytes = (double)device->real_bytes, nodes = mesh->nlocal, elements = mesh->nelem;
  const double entries = (double)system->start[system->nrows] * (sizeof(iso_lid) + real_bytes);
  const double vectors = numerics->diffusion == ISO_DIFFUSION_IMPLICIT ? 6 : 3;
  const double matrices = numerics->diffusion == ISO_DIFFUSION_IMPLICIT ? 2 : 1;
  const double fields = 5 + vectors + 2 + paced_fields(device, mesh, numerics) + most_states(tissue);
  double bytes = nodes * (fields * real_bytes + 2 * sizeof(iso_watch_event)) + matrices * entries;
  if (numerics->fast_current == ISO_FAST_NODAL) return bytes;
  bytes += nodes * ((ISO_MAX_FAST + 1) * real_bytes + sizeof(int64_t) + 1);
  bytes += elements * (real_bytes + 2 + sizeof(iso_lid) * mesh->width);
  bytes += (double)system->elements.node_start[mesh->nlocal] * sizeof(iso_lid);
  return bytes + (double)iso_device_fast_scratch(device, mesh->nelem, mesh->nlocal, mesh->width);
}

/* The ranks of this rank's GPU, in a communicator of their own. Collective. */
static MPI_Comm same_gpu(const iso_device *device, MPI_Comm comm) {
  MPI_Comm machine, gpu;
  MPI_Comm_split_type(comm, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
  MPI_Comm_split(machine, (int)(device->gpu & 0x7fffffffU), 0, &gpu);
  MPI_Comm_free(&machine);
  return gpu;
}

int iso_device_ranks(const iso_device *device, MPI_Comm comm) {
  int ranks;
  MPI_Comm gpu = same_gpu(device, comm);
  MPI_Comm_size(gpu, &ranks);
  MPI_Comm_free(&gpu);
  return device->gpu ? ranks : 1;
}

iso_status iso_device_fits(const iso_device *device, const iso_mesh *mesh, const iso_tissue *tissue,
                           const iso_system *system, const iso_numerics *numerics, iso_error *err) {
  size_t free_bytes, all_bytes;
  iso_device_memory(device, &free_bytes, &all_bytes);
  const double mine = needed(device, mesh, tissue, system, numerics);
  double all = 0, of_gpu = 0;
  MPI_Comm gpu = same_gpu(device, mesh->comm);
  MPI_Allreduce(&mine, &all, 1, MPI_DOUBLE, MPI_SUM, mesh->comm);
  MPI_Allreduce(&mine, &of_gpu, 1, MPI_DOUBLE, MPI_SUM, gpu);
  MPI_Comm_free(&gpu);
  iso_status status = ISO_OK;
  if (all_bytes > 0 && of_gpu > (double)free_bytes)
    /* A twentieth of a GPU goes to its driver and to what is not counted. */
    status = iso_fail(
        err, ISO_EFAIL,
        "out of GPU memory: the ranks of a GPU need %.1f MB, and %.1f of its %.1f MB are free; about %.0f "
        "such GPUs would do, with one rank each, or use numerics.precision: single",
        1e-6 * of_gpu, 1e-6 * (double)free_bytes, 1e-6 * (double)all_bytes,
        ceil(all / (0.95 * (double)all_bytes)));
  return iso_agree(mesh->comm, status, err);
}
