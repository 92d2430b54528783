#include "fit/waves.h"

#include "base/memory.h"
#include "base/share.h"

#include <stdlib.h>
#include <string.h>

void iso_fit_add_value(double value, int k, double *mean, double *square) {
  const double before = value - *mean;
  *mean += before / (k + 1);
  *square += before * (value - *mean);
}

/* Times of a member on rank 0, from the rank that has run its wave. */
static void bring(MPI_Comm comm, int from, iso_lid n, double *time) {
  const int rank = iso_rank(comm);
  if (from == 0) return;
  if (rank == from) MPI_Send(time, (int)n, MPI_DOUBLE, 0, 0, comm);
  if (rank == 0) MPI_Recv(time, (int)n, MPI_DOUBLE, from, 0, comm, MPI_STATUS_IGNORE);
}

/* Each rank runs one, then rank 0 takes them in their order. time [nlocal]: room. */
static iso_status run(MPI_Comm comm, iso_fit_model *model, int members, const double *z, double *time,
                      iso_fit_visit visit, void *self, iso_error *err) {
  const iso_lid n = model->places.mesh->nlocal;
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  for (int first = 0; first < members; first += size) {
    const int mine = first + rank;
    iso_status status = ISO_OK;
    if (mine < members) status = iso_fit_model_run(model, z + (size_t)mine * (size_t)model->at.n, err);
    ISO_TRY(iso_agree(comm, status, err));
    for (int from = 0; from < size && first + from < members; from++) {
      if (rank == from) memcpy(time, iso_fit_model_times(model, 0), (size_t)n * sizeof *time);
      bring(comm, from, n, time);
      if (rank == 0) visit(self, first + from, time);
    }
  }
  return ISO_OK;
}

iso_status iso_fit_waves(MPI_Comm comm, iso_fit_model *model, int members, const double *z,
                         iso_fit_visit visit, void *self, iso_error *err) {
  double *time = NULL;
  ISO_TRY(iso_alloc_all(comm, &time, (size_t)model->places.mesh->nlocal, sizeof *time, "waves", err));
  const iso_status status = run(comm, model, members, z, time, visit, self, err);
  free(time);
  return status;
}
