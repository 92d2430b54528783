/* The stage device: what computes, and how halos go between several. */
#include "study/setup.h"

#include "linear/exchange.h"
#include "solve/device_fits.h"
#include "study/load.h"

#include <stdlib.h>
#include <string.h>

/* Number of this rank among those of its machine. Collective. */
static int local_rank(MPI_Comm comm) {
  MPI_Comm machine;
  int rank;
  MPI_Comm_split_type(comm, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
  MPI_Comm_rank(machine, &rank);
  MPI_Comm_free(&machine);
  return rank;
}

/* Whether rank 0, which would, can compile own models for its device. */
static bool takes_own(const iso_setup *setup, MPI_Comm comm) {
  int rank, takes = 1;
  MPI_Comm_rank(comm, &rank);
  if (rank == 0 && setup->device) takes = iso_setup_takes_own(setup->device, setup->log);
  MPI_Bcast(&takes, 1, MPI_INT, 0, comm);
  return takes;
}

/* Which way halos go between GPUs, if there are several. */
static iso_status say_halo_path(const iso_setup *setup, MPI_Comm comm, iso_error *err) {
  int ranks;
  bool direct;
  size_t free_bytes, all_bytes;
  MPI_Comm_size(comm, &ranks);
  iso_status status = iso_exchange_is_direct(setup->device, &direct, err);
  ISO_TRY(iso_agree(comm, status, err));
  iso_device_memory(setup->device, &free_bytes, &all_bytes);
  if (ranks > 1 && all_bytes > 0)
    iso_log_say(setup->log, ISO_LOG_INFO, "halo: MPI takes it %s (ISOCHRONE_GPU_DIRECT=%d for the other way)",
                direct ? "straight from GPU memory" : "through memory of the host", !direct);
  return ISO_OK;
}

static void warn_of_sharing(const iso_setup *setup, MPI_Comm comm) {
  int ranks = iso_device_ranks(setup->device, comm), most;
  MPI_Allreduce(&ranks, &most, 1, MPI_INT, MPI_MAX, comm);
  if (most > 1)
    iso_log_say(setup->log, ISO_LOG_WARNING,
                "%d ranks share a GPU, which serves them in turn; one rank for each GPU is faster", most);
}

iso_status iso_setup_device(iso_setup *setup, MPI_Comm comm, iso_error *err) {
  const iso_config *config = setup->config;
  char message[256];
  int threads;
  ISO_TRY(iso_setup_threads(setup, comm, &threads, err));
  iso_device_options options = {.kind = config->device,
                                .precision = config->numerics.precision,
                                .threads = threads,
                                .simd = getenv("ISOCHRONE_SIMD"),
                                .local_rank = local_rank(comm)};
  setup->device = iso_device_open(&options, message, sizeof message);
  if (iso_study_own_models(config).n > 0 && !strcmp(config->device, "auto") && !takes_own(setup, comm)) {
    iso_device_close(setup->device);
    options.kind = "cpu";
    setup->device = iso_device_open(&options, message, sizeof message);
  }
  iso_status status =
      setup->device ? ISO_OK : iso_fail(err, ISO_EFAIL, "--device %s: %s", config->device, message);
  ISO_TRY(iso_agree(comm, status, err));
  warn_of_sharing(setup, comm);
  return say_halo_path(setup, comm, err);
}
