#include "anatomy/atrial_top.h"

#include "anatomy/anatomy.h"
#include "anatomy/atria.h"
#include "anatomy/sums.h"
#include "base/memory.h"
#include "grid/geometry.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

enum { VALVE = ISO_ON_TV_SEPTAL | ISO_ON_TV_FREE, RIMS = VALVE | ISO_ON_SVC | ISO_ON_IVC };

typedef struct work {
  const iso_mesh *mesh;
  uint8_t *side;     /* [nlocal] bits of RIMS */
  uint8_t *above;    /* [nlocal] on which side of the plane */
  uint8_t *cut;      /* [nelem] */
  iso_gid *label;    /* [nlocal] the lowest number of its arc's nodes; INT64_MAX off the plane and on rims */
  double (*term)[4]; /* [nowned] room */
} work;

static iso_status allocate(work *w, iso_error *err) {
  const size_t n = (size_t)w->mesh->nlocal;
  ISO_TRY(iso_alloc(&w->side, n, 1, "the atrium's top", err));
  ISO_TRY(iso_alloc(&w->above, n, 1, "the atrium's top", err));
  ISO_TRY(iso_alloc(&w->label, n, sizeof *w->label, "the atrium's top", err));
  ISO_TRY(iso_alloc(&w->cut, (size_t)w->mesh->nelem, 1, "the atrium's top", err));
  return iso_alloc(&w->term, (size_t)w->mesh->nowned, sizeof *w->term, "the atrium's top", err);
}

static void find_middle(work *w, int bits, double middle[3]) {
  double sum[4];
  for (iso_lid i = 0; i < w->mesh->nowned; i++) {
    w->term[i][3] = (w->side[i] & bits) != 0;
    for (int d = 0; d < 3; d++) w->term[i][d] = w->term[i][3] * w->mesh->xyz[i][d];
  }
  iso_exact_sums(w->mesh, (const double(*)[4])w->term, sum);
  for (int d = 0; d < 3; d++) middle[d] = sum[d] / sum[3]; /* not finite where there is no node */
}

/* The side of every node of the plane through the middles. */
static iso_status look_at_plane(work *w, iso_error *err) {
  double svc[3], ivc[3], valve[3], along[3], across[3], normal[3], from[3];
  find_middle(w, ISO_ON_SVC, svc);
  find_middle(w, ISO_ON_IVC, ivc);
  find_middle(w, VALVE, valve);
  iso_subtract(ivc, svc, along);
  iso_subtract(valve, svc, across);
  iso_cross(along, across, normal);
  if (!(iso_length(normal) > 1e-3 * iso_length(along) * iso_length(across)))
    return iso_fail(
        err, ISO_EINPUT,
        "--top cannot be found: the middles of the venae cavae and the tricuspid valve are on one "
        "line; give it, as a list of nodes from one vena cava to the other");
  for (iso_lid i = 0; i < w->mesh->nlocal; i++) {
    iso_subtract(w->mesh->xyz[i], svc, from);
    w->above[i] = iso_dot(from, normal) >= 0;
  }
  return ISO_OK;
}

static void cut_elements(work *w) {
  const iso_mesh *mesh = w->mesh;
  for (iso_lid i = 0; i < mesh->nlocal; i++) w->label[i] = INT64_MAX;
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
    const int n = iso_shape_nodes(mesh->shape[e]);
    bool has[2] = {false, false};
    for (int c = 0; c < n; c++) has[w->above[conn[c]]] = true;
    w->cut[e] = iso_anatomy_has_volume(mesh, e) && has[0] && has[1];
    for (int c = 0; c < n && w->cut[e]; c++)
      if (!w->side[conn[c]]) w->label[conn[c]] = mesh->gid[conn[c]];
  }
}

/* The nodes of a cut element that are on no rim get the lowest of their labels; whether any changed. */
static bool lower(work *w, iso_lid e) {
  const iso_lid *conn = w->mesh->conn + (int64_t)e * w->mesh->width;
  const int n = iso_shape_nodes(w->mesh->shape[e]);
  iso_gid least = INT64_MAX;
  bool changed = false;
  for (int c = 0; c < n; c++)
    if (w->label[conn[c]] < least) least = w->label[conn[c]];
  for (int c = 0; c < n; c++)
    if (!w->side[conn[c]] && w->label[conn[c]] > least) w->label[conn[c]] = least, changed = true;
  return changed;
}

static iso_status spread(work *w, iso_error *err) {
  ISO_TRY(iso_halo_update(w->mesh->halo, w->label, sizeof *w->label, err));
  for (int changed = 1; changed;) {
    changed = 0;
    for (bool more = true; more;) {
      more = false;
      for (iso_lid e = 0; e < w->mesh->nelem; e++)
        if (w->cut[e]) more |= lower(w, e);
      changed |= more;
    }
    ISO_TRY(iso_halo_update(w->mesh->halo, w->label, sizeof *w->label, err));
    MPI_Allreduce(MPI_IN_PLACE, &changed, 1, MPI_INT, MPI_LOR, w->mesh->comm);
  }
  return ISO_OK;
}

/* The rims that an arc's elements have nodes on. */
static int rims_of(const work *w, iso_gid arc) {
  int rims = 0;
  for (iso_lid e = 0; e < w->mesh->nelem; e++) {
    const iso_lid *conn = w->mesh->conn + (int64_t)e * w->mesh->width;
    int all = 0;
    bool of_arc = false;
    for (int c = 0; c < iso_shape_nodes(w->mesh->shape[e]) && w->cut[e]; c++)
      all |= w->side[conn[c]], of_arc |= w->label[conn[c]] == arc;
    if (of_arc) rims |= all;
  }
  MPI_Allreduce(MPI_IN_PLACE, &rims, 1, MPI_INT, MPI_BOR, w->mesh->comm);
  return rims;
}

/* The arc with the most nodes of those that reach both venae cavae; INT64_MAX where none does. */
static iso_gid find_arc(const work *w) {
  iso_gid best = INT64_MAX, arc = -1;
  int64_t most = 0;
  for (;;) {
    iso_gid next = INT64_MAX;
    int64_t n = 0;
    for (iso_lid i = 0; i < w->mesh->nowned; i++)
      if (w->label[i] > arc && w->label[i] < next) next = w->label[i];
    MPI_Allreduce(MPI_IN_PLACE, &next, 1, MPI_INT64_T, MPI_MIN, w->mesh->comm);
    if (next == INT64_MAX) return best;
    arc = next;
    for (iso_lid i = 0; i < w->mesh->nowned; i++) n += w->label[i] == arc;
    MPI_Allreduce(MPI_IN_PLACE, &n, 1, MPI_INT64_T, MPI_SUM, w->mesh->comm);
    const int both = ISO_ON_SVC | ISO_ON_IVC;
    if (n > most && (rims_of(w, arc) & both) == both) best = arc, most = n;
  }
}

static iso_status find(work *w, uint8_t *on, iso_error *err) {
  for (iso_lid i = 0; i < w->mesh->nowned; i++) w->side[i] = on[i] & RIMS;
  ISO_TRY(iso_halo_update(w->mesh->halo, w->side, 1, err));
  ISO_TRY(look_at_plane(w, err));
  cut_elements(w);
  ISO_TRY(spread(w, err));
  const iso_gid arc = find_arc(w);
  if (arc == INT64_MAX)
    return iso_fail(
        err, ISO_EINPUT,
        "--top cannot be found: the plane through the middles of the venae cavae and the tricuspid "
        "valve has no wall from one vena cava to the other; give it, as a list of nodes");
  for (iso_lid i = 0; i < w->mesh->nowned; i++)
    if (w->label[i] == arc) on[i] |= ISO_ON_TOP;
  return ISO_OK;
}

iso_status iso_atrial_top(const iso_mesh *mesh, uint8_t *on, iso_error *err) {
  work w = {.mesh = mesh};
  iso_status status = iso_agree(mesh->comm, allocate(&w, err), err);
  if (status == ISO_OK) status = find(&w, on, err);
  free(w.side);
  free(w.above);
  free(w.cut);
  free(w.label);
  free(w.term);
  return status;
}
