#include "anatomy/trajectory.h"

#include "anatomy/gradient.h"
#include "anatomy/sums.h"
#include "base/memory.h"
#include "grid/geometry.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Twice the distance of the farthest node from the middle of all; term [nowned][4]: room. It does not depend
 * on how the mesh lies in space. */
static double diameter(const iso_mesh *mesh, double (*term)[4]) {
  double sum[4], most = 0;
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    memcpy(term[i], mesh->xyz[i], sizeof mesh->xyz[i]);
    term[i][3] = 1;
  }
  iso_exact_sums(mesh, (const double(*)[4])term, sum);
  const double middle[3] = {sum[0] / sum[3], sum[1] / sum[3], sum[2] / sum[3]};
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    double out[3];
    iso_subtract(mesh->xyz[i], middle, out);
    most = fmax(most, iso_length(out));
  }
  MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_DOUBLE, MPI_MAX, mesh->comm);
  return 2 * most;
}

static iso_status check_given(const iso_mesh *mesh, const double *given, const char *what, iso_error *err) {
  int any = 0;
  for (iso_lid i = 0; i < mesh->nowned && !any; i++) any = !isnan(given[i]);
  MPI_Allreduce(MPI_IN_PLACE, &any, 1, MPI_INT, MPI_LOR, mesh->comm);
  return any ? ISO_OK : iso_fail(err, ISO_EINPUT, "%s: no node is where it begins", what);
}

typedef struct march {
  const iso_mesh *mesh;
  iso_upwind *upwind; /* [nowned] */
  double *next;       /* [nowned] */
  double (*term)[4];  /* [nowned] room */
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
static bool advance(march *m, const double *given, double *length) {
  double most = 0;
  for (iso_lid i = 0; i < m->mesh->nowned; i++)
    m->next[i] = isnan(given[i]) ? updated(m, i, length) : given[i];
  for (iso_lid i = 0; i < m->mesh->nowned; i++) {
    most = fmax(most, fabs(m->next[i] - length[i]));
    length[i] = m->next[i];
  }
  return most > 1e-10 * m->longest;
}

/* From 0, values only grow, and none beyond the longest, so this ends: after about as many rounds as elements
 * follow each other along a line. */
static iso_status run(march *m, const double *given, double *length, iso_error *err) {
  memset(length, 0, (size_t)m->mesh->nlocal * sizeof *length);
  for (int changed = 1; changed;) {
    changed = advance(m, given, length);
    ISO_TRY(iso_halo_update(m->mesh->halo, length, sizeof *length, err));
    MPI_Allreduce(MPI_IN_PLACE, &changed, 1, MPI_INT, MPI_LOR, m->mesh->comm);
  }
  return ISO_OK;
}

static iso_status prepare(march *m, const iso_lines *lines, iso_error *err) {
  ISO_TRY(iso_alloc(&m->upwind, (size_t)m->mesh->nowned, sizeof *m->upwind, "trajectories", err));
  ISO_TRY(iso_alloc(&m->next, (size_t)m->mesh->nowned, sizeof *m->next, "trajectories", err));
  ISO_TRY(iso_alloc(&m->term, (size_t)m->mesh->nowned, sizeof *m->term, "trajectories", err));
  return iso_upwind_find(m->mesh, lines, m->upwind, err);
}

iso_status iso_trajectory_length(iso_anatomy *anatomy, const iso_lines *lines, const double *given,
                                 const char *what, double *length, iso_error *err) {
  march m = {.mesh = anatomy->mesh};
  ISO_TRY(check_given(m.mesh, given, what, err));
  iso_status status = iso_agree(m.mesh->comm, prepare(&m, lines, err), err);
  if (status == ISO_OK) {
    m.longest = diameter(m.mesh, m.term);
    status = run(&m, given, length, err);
  }
  free(m.upwind);
  free(m.next);
  free(m.term);
  return status;
}

void iso_trajectory_ratio(const iso_mesh *mesh, const double *behind, const double *ahead, double *out) {
  for (iso_lid i = 0; i < mesh->nlocal; i++) {
    const double both = behind[i] + ahead[i];
    out[i] = both > 0 ? behind[i] / both : 0;
  }
}

/* What the depth is found with. */
typedef struct room {
  double *ahead, *given, (*direction)[3];
} room;

static iso_status allocate(room *r, const iso_mesh *mesh, iso_error *err) {
  const size_t n = (size_t)mesh->nlocal;
  ISO_TRY(iso_alloc(&r->ahead, n, sizeof *r->ahead, "trajectories", err));
  ISO_TRY(iso_alloc(&r->given, n, sizeof *r->given, "trajectories", err));
  return iso_alloc(&r->direction, n, sizeof *r->direction, "trajectories", err);
}

static iso_status march_from(iso_anatomy *a, room *r, const double *u, double sign, const uint8_t *start,
                             double *length, iso_error *err) {
  const iso_lines lines = {(const double(*)[3])r->direction, sign, u, NULL};
  for (iso_lid i = 0; i < a->mesh->nowned; i++) r->given[i] = start[i] ? 0 : NAN;
  return iso_trajectory_length(a, &lines, r->given, "the depth in the wall", length, err);
}

iso_status iso_trajectory_depth(iso_anatomy *anatomy, const double *u, const uint8_t *from, const uint8_t *to,
                                double *depth, iso_error *err) {
  const iso_mesh *mesh = anatomy->mesh;
  room r = {0};
  iso_status status = iso_agree(mesh->comm, allocate(&r, mesh, err), err);
  if (status == ISO_OK) status = iso_gradient_at_nodes(mesh, u, r.direction, err);
  if (status == ISO_OK) status = march_from(anatomy, &r, u, 1, from, depth, err);
  if (status == ISO_OK) status = march_from(anatomy, &r, u, -1, to, r.ahead, err);
  if (status == ISO_OK) iso_trajectory_ratio(mesh, depth, r.ahead, depth);
  free(r.ahead);
  free(r.given);
  free(r.direction);
  return status;
}
