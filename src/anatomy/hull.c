#include "anatomy/hull.h"

#include "anatomy/outer_faces.h"
#include "base/ascending.h"
#include "base/memory.h"
#include "grid/geometry.h"
#include "grid/share/whole.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char what[] = "the outer surface";

/* A face on its way: the lowest node first, then as it turns. */
typedef struct triangle {
  iso_gid node[3];
  double xyz[3][3];
  int64_t solid; /* 1: of a volume */
} triangle;

typedef struct list {
  int64_t n;
  triangle *item;
} list;

/* ---- of this rank ---- */

/* Each face once: the owner of its lowest node has all faces of that node, and gives it. */
static void add(list *out, const iso_mesh *mesh, const iso_lid node[3], bool solid) {
  triangle *t = &out->item[out->n];
  int low = 0;
  for (int k = 1; k < 3; k++)
    if (mesh->gid[node[k]] < mesh->gid[node[low]]) low = k;
  for (int k = 0; k < 3; k++) {
    const iso_lid i = node[(low + k) % 3];
    t->node[k] = mesh->gid[i];
    memcpy(t->xyz[k], mesh->xyz[i], sizeof t->xyz[k]);
  }
  t->solid = solid;
  out->n += node[low] < mesh->nowned;
}

static void add_face(list *out, const iso_mesh *mesh, const iso_outer_face *face) {
  const iso_lid *n = face->node;
  int low = 0;
  for (int k = 1; k < 4; k++)
    if (mesh->gid[n[k]] < mesh->gid[n[low]]) low = k;
  if (n[2] == n[3]) {
    add(out, mesh, n, true);
    return;
  }
  add(out, mesh, (iso_lid[]){n[low], n[(low + 1) % 4], n[(low + 2) % 4]}, true);
  add(out, mesh, (iso_lid[]){n[low], n[(low + 2) % 4], n[(low + 3) % 4]}, true);
}

static iso_status list_own(const iso_mesh *mesh, list *out, iso_error *err) {
  iso_outer_face *face = NULL;
  int64_t n = 0;
  iso_status status = iso_outer_faces_list(mesh, &face, &n, err);
  if (status == ISO_OK)
    status = iso_alloc(&out->item, (size_t)(2 * n + mesh->nelem + 1), sizeof *out->item, what, err);
  for (int64_t f = 0; f < n && status == ISO_OK; f++) add_face(out, mesh, &face[f]);
  for (iso_lid e = 0; e < mesh->nelem && status == ISO_OK; e++)
    if (mesh->shape[e] == ISO_TRIANGLE) add(out, mesh, mesh->conn + (int64_t)e * mesh->width, false);
  free(face);
  return status;
}

/* ---- of all ---- */

static int by_nodes(const void *a, const void *b) {
  const triangle *s = a, *t = b;
  for (int k = 0; k < 3; k++)
    if (s->node[k] != t->node[k]) return s->node[k] < t->node[k] ? -1 : 1;
  return 0;
}

static iso_status number_nodes(iso_hull *h, const list *all, iso_error *err) {
  int64_t n = 0;
  ISO_TRY(iso_alloc(&h->gid, 3 * (size_t)all->n, sizeof *h->gid, what, err));
  for (int64_t f = 0; f < all->n; f++)
    for (int k = 0; k < 3; k++) h->gid[n++] = all->item[f].node[k];
  qsort(h->gid, (size_t)n, sizeof *h->gid, iso_ascending_int64);
  for (int64_t i = 0; i < n; i++)
    if (i == 0 || h->gid[i] != h->gid[i - 1]) h->gid[h->nnodes++] = h->gid[i];
  return ISO_OK;
}

static void turn_inwards(iso_hull *h, const triangle *t, const int32_t face[3]) {
  double a[3], b[3], out[3];
  iso_subtract(t->xyz[1], t->xyz[0], a);
  iso_subtract(t->xyz[2], t->xyz[0], b);
  iso_cross(a, b, out);
  for (int k = 0; k < 3; k++)
    for (int d = 0; d < 3; d++) h->inward[face[k]][d] -= out[d];
}

static iso_status fill(iso_hull *h, const list *all, iso_error *err) {
  const size_t n = (size_t)h->nnodes;
  ISO_TRY(iso_alloc(&h->xyz, n, sizeof *h->xyz, what, err));
  ISO_TRY(iso_alloc(&h->inward, n, sizeof *h->inward, what, err));
  ISO_TRY(iso_alloc(&h->face, (size_t)all->n, sizeof *h->face, what, err));
  h->nfaces = all->n;
  for (int64_t f = 0; f < all->n; f++) {
    const triangle *t = &all->item[f];
    for (int k = 0; k < 3; k++) {
      h->face[f][k] = (int32_t)iso_hull_find(h, t->node[k]);
      memcpy(h->xyz[h->face[f][k]], t->xyz[k], sizeof t->xyz[k]);
    }
    if (t->solid) turn_inwards(h, t, h->face[f]);
  }
  for (size_t i = 0; i < n; i++) {
    const double length = iso_length(h->inward[i]);
    for (int d = 0; d < 3 && length > 0; d++) h->inward[i][d] /= length;
  }
  return ISO_OK;
}

static iso_status list_around(iso_hull *h, iso_error *err) {
  const size_t n = (size_t)h->nnodes;
  ISO_TRY(iso_alloc(&h->around_first, n + 2, sizeof *h->around_first, what, err));
  ISO_TRY(iso_alloc(&h->around, 3 * (size_t)h->nfaces, sizeof *h->around, what, err));
  for (int64_t f = 0; f < h->nfaces; f++)
    for (int k = 0; k < 3; k++) h->around_first[h->face[f][k] + 2]++;
  for (size_t i = 0; i < n; i++) h->around_first[i + 2] += h->around_first[i + 1];
  for (int64_t f = 0; f < h->nfaces; f++)
    for (int k = 0; k < 3; k++) h->around[h->around_first[h->face[f][k] + 1]++] = f;
  return ISO_OK;
}

iso_status iso_hull_new(iso_hull *out, const iso_mesh *mesh, iso_error *err) {
  list mine = {0}, all = {0};
  *out = (iso_hull){0};
  iso_status status = iso_agree(mesh->comm, list_own(mesh, &mine, err), err);
  if (status == ISO_OK)
    status = iso_gather_whole(mesh->comm, mine.n, mine.item, sizeof *mine.item, what, &all.n, &all.item, err);
  free(mine.item);
  if (status == ISO_OK && all.n == 0)
    status = iso_fail(err, ISO_EINPUT, "the mesh has no surface: it is made of lines");
  if (status == ISO_OK) {
    qsort(all.item, (size_t)all.n, sizeof *all.item, by_nodes);
    status = number_nodes(out, &all, err);
    if (status == ISO_OK) status = fill(out, &all, err);
    if (status == ISO_OK) status = list_around(out, err);
    status = iso_agree(mesh->comm, status, err);
  }
  free(all.item);
  return status;
}

void iso_hull_free(iso_hull *h) {
  free(h->gid);
  free(h->xyz);
  free(h->inward);
  free(h->face);
  free(h->around_first);
  free(h->around);
  *h = (iso_hull){0};
}

int64_t iso_hull_find(const iso_hull *h, iso_gid node) {
  const iso_gid *at = bsearch(&node, h->gid, (size_t)h->nnodes, sizeof *h->gid, iso_ascending_int64);
  return at ? at - h->gid : -1;
}

int64_t iso_hull_nearest(const iso_hull *h, const double place[3]) {
  int64_t best = 0;
  double least = INFINITY;
  for (int64_t i = 0; i < h->nnodes; i++) {
    const double square = iso_square_distance(h->xyz[i], place);
    if (square < least) least = square, best = i;
  }
  return best;
}
