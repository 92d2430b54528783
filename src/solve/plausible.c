#include "solve/plausible.h"

#include "base/memory.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MOST_MV 1000 /* membranes break down before, on either side */

static bool is_plausible(double vm) { return fabs(vm) < MOST_MV; } /* not NaN either */

/* On this rank, by two reductions on the device: of V and of -V. A maximum is NaN where a value is. */
static bool all_plausible(const iso_field *vm, iso_field *room) {
  const iso_lid n = vm->mesh->nowned;
  if (!(iso_device_max(vm->device, n, vm->real) < MOST_MV)) return false;
  iso_field_combine(room, -1, vm, 0, vm);
  return iso_device_max(vm->device, n, room->real) < MOST_MV;
}

typedef struct place {
  double gid, vm, x[3]; /* gid INFINITY: none */
} place;

/* The first node by global number on this rank. */
static iso_status find_first(const iso_field *vm, place *first, iso_error *err) {
  const iso_mesh *mesh = vm->mesh;
  double *values;
  ISO_TRY(iso_alloc(&values, (size_t)mesh->nowned, sizeof *values, "Vm", err));
  iso_field_get(vm, values);
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    if (is_plausible(values[i]) || (double)mesh->gid[i] >= first->gid) continue;
    first->gid = (double)mesh->gid[i], first->vm = isnan(values[i]) ? NAN : values[i]; /* whatever its sign */
    memcpy(first->x, mesh->xyz[i], sizeof first->x);
  }
  free(values);
  return ISO_OK;
}

/* The same of all ranks, on all of them. */
static void share_first(MPI_Comm comm, place *first) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  struct {
    double gid;
    int rank;
  } mine = {first->gid, rank}, least;
  MPI_Allreduce(&mine, &least, 1, MPI_DOUBLE_INT, MPI_MINLOC, comm);
  MPI_Bcast(first, sizeof *first / sizeof(double), MPI_DOUBLE, least.rank, comm);
}

iso_status iso_plausible(const iso_field *vm, iso_field *room, double time_ms, iso_gid *node,
                         iso_error *err) {
  MPI_Comm comm = vm->mesh->comm;
  int broken = !all_plausible(vm, room);
  MPI_Allreduce(MPI_IN_PLACE, &broken, 1, MPI_INT, MPI_MAX, comm);
  if (!broken) return ISO_OK;
  place first = {.gid = INFINITY};
  ISO_TRY(iso_agree(comm, find_first(vm, &first, err), err));
  share_first(comm, &first);
  *node = (iso_gid)first.gid;
  return iso_fail(
      err, ISO_EFAIL,
      "Vm is %.6g mV at node %.0f (from 0), at %.6g, %.6g, %.6g mm, at %.6g ms, where membranes stay "
      "within %d mV: the ionic model or a stimulus overflowed; reduce time.step_ms or the amplitude of "
      "the stimuli",
      first.vm, first.gid, first.x[0], first.x[1], first.x[2], time_ms, MOST_MV);
}
