/* Threads of each rank. Where ranks and threads together are more than the cores, a thread that has its turn
 * waits for one that has none, and does so by spinning: 30 times slower where both are doubled. Results do
 * not depend on the number of threads, so there may be fewer. */
#define _GNU_SOURCE /* sched_getaffinity */
#include "study/setup.h"

#include "base/memory.h"

#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <strings.h>

/* Of a core: what a thread takes that packs snapshots of every millisecond on a CPU (docs/benchmarks.md).
 * Where it has to share a core with its rank, which spins while it waits for others, both take longer than
 * one after the other. */
#define PACKING 0.1

/* Of the cores that this rank may use, its share where other ranks of this machine may use them, too. masks
 * [ranks] */
static double share_of(int mine, int ranks, const cpu_set_t *masks) {
  double share = 0;
  for (int c = 0; c < CPU_SETSIZE; c++) {
    if (!CPU_ISSET(c, &masks[mine])) continue;
    int users = 0;
    for (int r = 0; r < ranks; r++) users += CPU_ISSET(c, &masks[r]) != 0;
    share += 1.0 / users;
  }
  return share;
}

/* Collective over the ranks of one machine. */
static iso_status cores_of_rank(MPI_Comm machine, double *share, iso_error *err) {
  int rank, ranks;
  cpu_set_t *masks = NULL;
  MPI_Comm_rank(machine, &rank);
  MPI_Comm_size(machine, &ranks);
  ISO_TRY(iso_alloc_all(machine, &masks, (size_t)ranks, sizeof *masks, "masks of cores", err));
  const int unknown =
      sched_getaffinity(0, sizeof *masks, &masks[rank]) != 0; /* of more cores than a mask has */
  MPI_Allgather(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, masks, sizeof *masks, MPI_BYTE, machine);
  *share = unknown ? INFINITY : share_of(rank, ranks, masks);
  free(masks);
  return ISO_OK;
}

/* Who has threads sleep while they wait may have as many as they like; it may differ by machine. */
static bool threads_sleep(void) {
  const char *policy = getenv("OMP_WAIT_POLICY");
  return policy && !strcasecmp(policy, "passive");
}

/* Collective. The cores that a rank may use, where other ranks of its machine may use them its share of them:
 * the least of all ranks; infinite where no machine says. */
static iso_status least_cores(MPI_Comm comm, double *share, iso_error *err) {
  MPI_Comm machine;
  MPI_Comm_split_type(comm, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
  iso_status status = cores_of_rank(machine, share, err);
  MPI_Comm_free(&machine);
  ISO_TRY(iso_agree(comm, status, err));
  MPI_Allreduce(MPI_IN_PLACE, share, 1, MPI_DOUBLE, MPI_MIN, comm);
  return ISO_OK;
}

iso_status iso_setup_spare_core(const iso_setup *setup, bool *spare, iso_error *err) {
  double share = 0;
  ISO_TRY(least_cores(setup->mesh->comm, &share, err));
  *spare = share >= setup->config->threads + PACKING;
  return ISO_OK;
}

iso_status iso_setup_threads(const iso_setup *setup, MPI_Comm comm, int *threads, iso_error *err) {
  const int wanted = setup->config->threads;
  double share = 0;
  *threads = wanted;
  ISO_TRY(least_cores(comm, &share, err));
  if (threads_sleep()) share = INFINITY;
  if (wanted <= 1 || wanted <= share + 1e-9) return ISO_OK;
  *threads = share < 2 ? 1 : (int)(share + 1e-9);
  iso_log_say(
      setup->log, ISO_LOG_WARNING,
      "threads: %d for each rank are more than its share of the cores, %.3g; %d will do, since threads "
      "without a core hold up all others (OMP_WAIT_POLICY=passive has them sleep instead)",
      wanted, share, *threads);
  return ISO_OK;
}
