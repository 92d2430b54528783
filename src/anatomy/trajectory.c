#include "anatomy/trajectory.h"

#include "anatomy/gradient.h"
#include "anatomy/upwind.h"
#include "base/memory.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The diagonal of the box around the mesh, the same on all ranks. */
static double diagonal(const iso_mesh *mesh) {
  double least[6], square = 0; /* coordinates, and their opposites */
  for (int d = 0; d < 6; d++) least[d] = INFINITY;
  for (iso_lid i = 0; i < mesh->nowned; i++)
    for (int d = 0; d < 3; d++) {
      least[d] = fmin(least[d], mesh->xyz[i][d]);
      least[d + 3] = fmin(least[d + 3], -mesh->xyz[i][d]);
    }
  MPI_Allreduce(MPI_IN_PLACE, least, 6, MPI_DOUBLE, MPI_MIN, mesh->comm);
  for (int d = 0; d < 3; d++) square += (least[d] + least[d + 3]) * (least[d] + least[d + 3]);
  return sqrt(square);
}

static iso_status check_start(const iso_mesh *mesh, const uint8_t *start, const char *what, iso_error *err) {
  int any = 0;
  for (iso_lid i = 0; i < mesh->nowned && !any; i++) any = start[i] != 0;
  MPI_Allreduce(MPI_IN_PLACE, &any, 1, MPI_INT, MPI_LOR, mesh->comm);
  return any ? ISO_OK : iso_fail(err, ISO_EINPUT, "%s: no node is where it is 0", what);
}

typedef struct march {
  const iso_mesh *mesh;
  iso_upwind *upwind; /* [nowned] */
  double *next;       /* [nowned] */
  double longest;     /* mm; bounds those that lead round */
} march;

static double updated(const march *m, iso_lid i, const double *length) {
  const iso_upwind *u = &m->upwind[i];
  double sum = u->step_mm;
  if (u->step_mm == 0) return m->longest;
  for (int k = 0; k < 3; k++) sum += u->weight[k] * length[u->node[k]];
  return fmin(sum, m->longest);
}

/* One update of all; whether any value changed by more than rounding. */
static bool advance(march *m, const uint8_t *start, double *length) {
  double most = 0;
  for (iso_lid i = 0; i < m->mesh->nowned; i++) m->next[i] = start[i] ? 0 : updated(m, i, length);
  for (iso_lid i = 0; i < m->mesh->nowned; i++) {
    most = fmax(most, fabs(m->next[i] - length[i]));
    length[i] = m->next[i];
  }
  return most > 1e-10 * m->longest;
}

/* From 0, values only grow, and none beyond the longest, so this ends: after about as many rounds as elements
 * follow each other along a line. */
static iso_status run(march *m, const uint8_t *start, double *length, iso_error *err) {
  memset(length, 0, (size_t)m->mesh->nlocal * sizeof *length);
  for (int changed = 1; changed;) {
    changed = advance(m, start, length);
    ISO_TRY(iso_halo_update(m->mesh->halo, length, sizeof *length, err));
    MPI_Allreduce(MPI_IN_PLACE, &changed, 1, MPI_INT, MPI_LOR, m->mesh->comm);
  }
  return ISO_OK;
}

static iso_status prepare(march *m, const double (*direction)[3], double sign, iso_error *err) {
  ISO_TRY(iso_alloc(&m->upwind, (size_t)m->mesh->nowned, sizeof *m->upwind, "trajectories", err));
  ISO_TRY(iso_alloc(&m->next, (size_t)m->mesh->nowned, sizeof *m->next, "trajectories", err));
  return iso_upwind_find(m->mesh, direction, -sign, m->upwind, err);
}

iso_status iso_trajectory_length(iso_anatomy *anatomy, const double (*direction)[3], double sign,
                                 const uint8_t *start, const char *what, double *length, iso_error *err) {
  const iso_mesh *mesh = anatomy->mesh;
  ISO_TRY(check_start(mesh, start, what, err));
  march m = {.mesh = mesh, .longest = diagonal(mesh)};
  iso_status status = iso_agree(mesh->comm, prepare(&m, direction, sign, err), err);
  if (status == ISO_OK) status = run(&m, start, length, err);
  free(m.upwind);
  free(m.next);
  return status;
}

static iso_status find_depth(iso_anatomy *a, const double (*direction)[3], const uint8_t *from,
                             const uint8_t *to, double *ahead, double *depth, iso_error *err) {
  static const char what[] = "the depth in the wall";
  ISO_TRY(iso_trajectory_length(a, direction, 1, from, what, depth, err));
  ISO_TRY(iso_trajectory_length(a, direction, -1, to, what, ahead, err));
  for (iso_lid i = 0; i < a->mesh->nlocal; i++) {
    const double both = depth[i] + ahead[i];
    depth[i] = both > 0 ? depth[i] / both : 0;
  }
  return ISO_OK;
}

iso_status iso_trajectory_depth(iso_anatomy *anatomy, const double *u, const uint8_t *from, const uint8_t *to,
                                double *depth, iso_error *err) {
  const iso_mesh *mesh = anatomy->mesh;
  double *ahead = NULL, (*direction)[3] = NULL;
  iso_status status = iso_alloc(&ahead, (size_t)mesh->nlocal, sizeof *ahead, "trajectories", err);
  if (status == ISO_OK)
    status = iso_alloc(&direction, (size_t)mesh->nlocal, sizeof *direction, "trajectories", err);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) status = iso_gradient_at_nodes(mesh, u, direction, err);
  if (status == ISO_OK)
    status = find_depth(anatomy, (const double(*)[3])direction, from, to, ahead, depth, err);
  free(ahead);
  free(direction);
  return status;
}
