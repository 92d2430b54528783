#include "anatomy/surface_patch.h"

#include "anatomy/outer_faces.h"
#include "base/memory.h"
#include "grid/geometry.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct surface {
  const iso_mesh *mesh;
  int64_t n;
  iso_outer_face *face; /* [n] those of this rank's elements */
  double (*normal)[3];  /* [n] of length 1 */
  int64_t *first;       /* [nlocal + 1] into around */
  int64_t *around;      /* faces of each node */
  uint8_t *smooth;      /* [nlocal] 1 inside a patch, 0 on a rim and elsewhere */
  iso_gid *label;       /* [nlocal] the lowest number of the smooth nodes that hang together */
} surface;

static void free_surface(surface *s) {
  free(s->face);
  free(s->normal);
  free(s->first);
  free(s->around);
  free(s->smooth);
  free(s->label);
}

static void find_normal(const iso_mesh *mesh, const iso_lid node[4], double normal[3]) {
  double a[3], b[3];
  iso_subtract(mesh->xyz[node[1]], mesh->xyz[node[0]], a);
  iso_subtract(mesh->xyz[node[2]], mesh->xyz[node[0]], b);
  iso_cross(a, b, normal);
  const double length = iso_length(normal);
  for (int d = 0; d < 3; d++) normal[d] /= length > 0 ? length : 1;
}

static iso_status list_faces(surface *s, iso_error *err) {
  ISO_TRY(iso_outer_faces_list(s->mesh, &s->face, &s->n, err));
  ISO_TRY(iso_alloc(&s->normal, (size_t)s->n, sizeof *s->normal, "surface faces", err));
  for (int64_t f = 0; f < s->n; f++) find_normal(s->mesh, s->face[f].node, s->normal[f]);
  return ISO_OK;
}

static int corners(const iso_outer_face *f) { return f->node[3] == f->node[2] ? 3 : 4; }

static iso_status list_around(surface *s, iso_error *err) {
  const size_t n = (size_t)s->mesh->nlocal;
  ISO_TRY(iso_alloc(&s->first, n + 2, sizeof *s->first, "surface faces", err));
  ISO_TRY(iso_alloc(&s->around, 4 * (size_t)s->n, sizeof *s->around, "surface faces", err));
  for (int64_t f = 0; f < s->n; f++)
    for (int k = 0; k < corners(&s->face[f]); k++) s->first[s->face[f].node[k] + 2]++;
  for (size_t i = 0; i < n; i++) s->first[i + 2] += s->first[i + 1];
  for (int64_t f = 0; f < s->n; f++)
    for (int k = 0; k < corners(&s->face[f]); k++) s->around[s->first[s->face[f].node[k] + 1]++] = f;
  return ISO_OK;
}

static bool shares_edge(const iso_outer_face *a, const iso_outer_face *b, iso_lid node) {
  for (int k = 0; k < corners(a); k++)
    for (int l = 0; l < corners(b); l++)
      if (a->node[k] == b->node[l] && a->node[k] != node) return true;
  return false;
}

/* Whether no edge at the node is sharp. An owned node has all its faces here. */
static bool is_smooth(const surface *s, iso_lid i) {
  const double least = cos(ISO_SHARP_DEGREES * 3.14159265358979323846 / 180);
  for (int64_t k = s->first[i]; k < s->first[i + 1]; k++)
    for (int64_t l = s->first[i]; l < k; l++) {
      const int64_t a = s->around[k], b = s->around[l];
      if (shares_edge(&s->face[a], &s->face[b], i) && iso_dot(s->normal[a], s->normal[b]) < least)
        return false;
    }
  return s->first[i + 1] > s->first[i];
}

/* Smooth nodes of a face get its lowest label; returns whether any changed. */
static bool lower_labels(surface *s) {
  bool changed = false;
  for (int64_t f = 0; f < s->n; f++) {
    iso_gid least = INT64_MAX;
    const iso_lid *node = s->face[f].node;
    for (int k = 0; k < 4; k++)
      if (s->smooth[node[k]] && s->label[node[k]] < least) least = s->label[node[k]];
    for (int k = 0; k < 4; k++)
      if (s->smooth[node[k]] && s->label[node[k]] > least) s->label[node[k]] = least, changed = true;
  }
  return changed;
}

static iso_status label_patches(surface *s, const uint8_t *parted, iso_error *err) {
  const iso_mesh *mesh = s->mesh;
  for (iso_lid i = 0; i < mesh->nowned; i++) s->smooth[i] = !parted[i] && is_smooth(s, i);
  ISO_TRY(iso_halo_update(mesh->halo, s->smooth, 1, err));
  for (iso_lid i = 0; i < mesh->nlocal; i++) s->label[i] = mesh->gid[i];
  for (int changed = 1; changed;) {
    changed = 0;
    while (lower_labels(s)) changed = 1;
    ISO_TRY(iso_halo_update(mesh->halo, s->label, sizeof *s->label, err));
    MPI_Allreduce(MPI_IN_PLACE, &changed, 1, MPI_INT, MPI_LOR, mesh->comm);
  }
  return ISO_OK;
}

/* Label of the nearest smooth node, the same on every rank; INT64_MAX: there is none. */
static iso_gid nearest_label(const surface *s, const double point[3]) {
  const iso_mesh *mesh = s->mesh;
  double least = INFINITY, all;
  iso_gid best[2] = {INT64_MAX, INT64_MAX}, lowest; /* node, label */
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    double out[3];
    iso_subtract(mesh->xyz[i], point, out);
    const double square = iso_dot(out, out);
    if (!s->smooth[i] || square > least || (square == least && mesh->gid[i] > best[0])) continue;
    least = square, best[0] = mesh->gid[i], best[1] = s->label[i];
  }
  MPI_Allreduce(&least, &all, 1, MPI_DOUBLE, MPI_MIN, mesh->comm);
  if (least > all) best[0] = best[1] = INT64_MAX;
  MPI_Allreduce(&best[0], &lowest, 1, MPI_INT64_T, MPI_MIN, mesh->comm);
  if (best[0] != lowest) best[1] = INT64_MAX;
  MPI_Allreduce(MPI_IN_PLACE, &best[1], 1, MPI_INT64_T, MPI_MIN, mesh->comm);
  return best[1];
}

/* The nodes of its faces, that is with those of its rim. */
static void mark(const surface *s, iso_gid label, uint8_t *is) {
  for (int64_t f = 0; f < s->n; f++) {
    const iso_lid *node = s->face[f].node;
    bool in = false;
    for (int k = 0; k < 4; k++) in |= s->smooth[node[k]] && s->label[node[k]] == label;
    for (int k = 0; in && k < 4; k++)
      if (node[k] < s->mesh->nowned) is[node[k]] = 1;
  }
}

static iso_status prepare(surface *s, iso_error *err) {
  ISO_TRY(iso_alloc(&s->smooth, (size_t)s->mesh->nlocal, 1, "surface patches", err));
  ISO_TRY(iso_alloc(&s->label, (size_t)s->mesh->nlocal, sizeof *s->label, "surface patches", err));
  ISO_TRY(list_faces(s, err));
  return list_around(s, err);
}

iso_status iso_surface_patch(const iso_mesh *mesh, const double point_mm[3], const uint8_t *parted,
                             uint8_t *is, iso_error *err) {
  surface s = {.mesh = mesh};
  memset(is, 0, (size_t)mesh->nowned);
  iso_status status = iso_agree(mesh->comm, prepare(&s, err), err);
  if (status == ISO_OK) status = label_patches(&s, parted, err);
  const iso_gid label = status == ISO_OK ? nearest_label(&s, point_mm) : 0;
  if (status == ISO_OK && label == INT64_MAX)
    status = iso_fail(err, ISO_EINPUT,
                      "nothing is left of the outer surface between its sharp edges and the base; where its "
                      "edges are round, give lists of nodes instead of places (at:)");
  if (status == ISO_OK) mark(&s, label, is);
  free_surface(&s);
  return status;
}
