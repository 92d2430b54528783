#include "anatomy/openings.h"

#include "anatomy/outer_faces.h"
#include "anatomy/sums.h"
#include "base/memory.h"
#include "base/text.h"
#include "grid/geometry.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Of the faces between the sides, once each. */
typedef struct edge {
  iso_gid low, high; /* its nodes */
  iso_gid label;
} edge;

typedef struct work {
  const iso_mesh *mesh;
  uint8_t inner, outer;
  uint8_t *side; /* [nlocal] the bits of both that a node has */
  iso_outer_face *face;
  int64_t n;         /* faces, and then those between the sides, which come first */
  double (*term)[4]; /* [nowned] room */
  int64_t nedges;
  edge *edge; /* [nedges] whose lower node this rank owns, so that all their faces are here */
} work;

static bool is_between(const work *k, const iso_outer_face *face) {
  int all = k->inner | k->outer; /* a face of one surface has its bit at all nodes */
  for (int c = 0; c < 4; c++) all &= k->side[face->node[c]];
  return all == 0;
}

static void keep_between(work *k) {
  int64_t kept = 0;
  for (int64_t f = 0; f < k->n; f++)
    if (is_between(k, &k->face[f])) k->face[kept++] = k->face[f];
  k->n = kept;
}

/* Nodes of a face get its lowest label; returns whether any changed. */
static bool lower_labels(const work *k, iso_gid *label) {
  bool changed = false;
  for (int64_t f = 0; f < k->n; f++) {
    const iso_lid *node = k->face[f].node;
    iso_gid least = INT64_MAX;
    for (int c = 0; c < 4; c++)
      if (label[node[c]] < least) least = label[node[c]];
    for (int c = 0; c < 4; c++)
      if (label[node[c]] > least) label[node[c]] = least, changed = true;
  }
  return changed;
}

static iso_status spread_labels(const work *k, iso_gid *label, iso_error *err) {
  const iso_mesh *mesh = k->mesh;
  for (iso_lid i = 0; i < mesh->nlocal; i++) label[i] = INT64_MAX;
  for (int64_t f = 0; f < k->n; f++)
    for (int c = 0; c < 4; c++) label[k->face[f].node[c]] = mesh->gid[k->face[f].node[c]];
  for (int changed = 1; changed;) {
    changed = 0;
    while (lower_labels(k, label)) changed = 1;
    ISO_TRY(iso_halo_update(mesh->halo, label, sizeof *label, err));
    MPI_Allreduce(MPI_IN_PLACE, &changed, 1, MPI_INT, MPI_LOR, mesh->comm);
  }
  return ISO_OK;
}

/* The lowest label above one, and the sides that its nodes are on; INT64_MAX where there is none. */
static iso_gid next_label(const work *k, const iso_gid *label, iso_gid above, int *sides) {
  iso_gid next = INT64_MAX;
  for (iso_lid i = 0; i < k->mesh->nowned; i++)
    if (label[i] > above && label[i] < next) next = label[i];
  MPI_Allreduce(MPI_IN_PLACE, &next, 1, MPI_INT64_T, MPI_MIN, k->mesh->comm);
  *sides = 0;
  for (iso_lid i = 0; i < k->mesh->nowned; i++)
    if (label[i] == next) *sides |= k->side[i];
  MPI_Allreduce(MPI_IN_PLACE, sides, 1, MPI_INT, MPI_BOR, k->mesh->comm);
  return next;
}

static int by_nodes(const void *a, const void *b) {
  const edge *p = a, *q = b;
  return p->low != q->low ? (p->low > q->low) - (p->low < q->low) : (p->high > q->high) - (p->high < q->high);
}

static void add_edge(work *k, const iso_gid *label, iso_lid a, iso_lid b) {
  const iso_gid *gid = k->mesh->gid;
  const iso_lid low = gid[a] < gid[b] ? a : b;
  if (a == b || low >= k->mesh->nowned) return; /* twice the last corner of a triangle */
  k->edge[k->nedges++] = (edge){gid[low], gid[low == a ? b : a], label[a]};
}

static iso_status list_edges(work *k, const iso_gid *label, iso_error *err) {
  int64_t kept = 0;
  ISO_TRY(iso_alloc(&k->edge, 4 * (size_t)k->n, sizeof *k->edge, "edges of openings", err));
  for (int64_t f = 0; f < k->n; f++)
    for (int c = 0; c < 4; c++) add_edge(k, label, k->face[f].node[c], k->face[f].node[(c + 1) % 4]);
  qsort(k->edge, (size_t)k->nedges, sizeof *k->edge, by_nodes);
  for (int64_t e = 0; e < k->nedges; e++)
    if (e == 0 || by_nodes(&k->edge[e], &k->edge[e - 1]) != 0) k->edge[kept++] = k->edge[e];
  k->nedges = kept;
  return ISO_OK;
}

/* Nodes and faces without edges, of all ranks: 1 of a patch, 0 of a ring, less of a plate with several holes.
 */
static int64_t euler_number(const work *k, const iso_gid *label, iso_gid which) {
  const iso_mesh *mesh = k->mesh;
  int64_t count = 0;
  for (iso_lid i = 0; i < mesh->nowned; i++) count += label[i] == which;
  for (int64_t e = 0; e < k->nedges; e++) count -= k->edge[e].label == which;
  for (int64_t f = 0; f < k->n; f++) { /* the rank of its lowest node counts a face */
    iso_lid low = k->face[f].node[0];
    for (int c = 1; c < 4; c++)
      if (mesh->gid[k->face[f].node[c]] < mesh->gid[low]) low = k->face[f].node[c];
    count += low < mesh->nowned && label[low] == which;
  }
  MPI_Allreduce(MPI_IN_PLACE, &count, 1, MPI_INT64_T, MPI_SUM, mesh->comm);
  return count;
}

static iso_opening measure(const work *k, const iso_gid *label, iso_gid which) {
  const iso_mesh *mesh = k->mesh;
  iso_opening out = {.label = which};
  double sum[4];
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    k->term[i][3] = label[i] == which;
    for (int d = 0; d < 3; d++) k->term[i][d] = k->term[i][3] * mesh->xyz[i][d];
  }
  iso_exact_sums(mesh, (const double(*)[4])k->term, sum);
  out.nodes = llround(sum[3]);
  for (int d = 0; d < 3; d++) out.middle_mm[d] = sum[d] / sum[3];
  return out;
}

static iso_status list(iso_openings *out, const work *k, iso_error *err) {
  int sides;
  for (iso_gid which = -1; (which = next_label(k, out->label, which, &sides)) < INT64_MAX;) {
    if (!(sides & k->inner) || !(sides & k->outer) || euler_number(k, out->label, which) > 0) continue;
    if (out->n == ISO_MOST_OPENINGS)
      return iso_fail(
          err, ISO_EINPUT,
          "there are more than %d openings between endocardium and epicardium; their lists of nodes "
          "leave gaps",
          (int)ISO_MOST_OPENINGS);
    out->opening[out->n++] = measure(k, out->label, which);
  }
  return ISO_OK;
}

static iso_status prepare(work *k, iso_openings *out, const uint8_t *on, iso_error *err) {
  const size_t n = (size_t)k->mesh->nlocal;
  ISO_TRY(iso_alloc(&out->label, n, sizeof *out->label, "openings", err));
  ISO_TRY(iso_alloc(&k->side, n, 1, "openings", err));
  ISO_TRY(iso_alloc(&k->term, (size_t)k->mesh->nowned, sizeof *k->term, "openings", err));
  for (iso_lid i = 0; i < k->mesh->nowned; i++) k->side[i] = (uint8_t)(on[i] & (k->inner | k->outer));
  return iso_outer_faces_list(k->mesh, &k->face, &k->n, err);
}

static iso_status find(iso_openings *out, work *k, iso_error *err) {
  ISO_TRY(iso_halo_update(k->mesh->halo, k->side, 1, err));
  keep_between(k);
  ISO_TRY(spread_labels(k, out->label, err));
  ISO_TRY(iso_agree(k->mesh->comm, list_edges(k, out->label, err), err));
  return list(out, k, err);
}

iso_status iso_openings_find(iso_openings *out, const iso_mesh *mesh, const uint8_t *on, uint8_t inner,
                             uint8_t outer, iso_error *err) {
  work k = {.mesh = mesh, .inner = inner, .outer = outer};
  *out = (iso_openings){0};
  iso_status status = iso_agree(mesh->comm, prepare(&k, out, on, err), err);
  if (status == ISO_OK) status = find(out, &k, err);
  free(k.side);
  free(k.face);
  free(k.term);
  free(k.edge);
  return status;
}

void iso_openings_free(iso_openings *openings) {
  free(openings->label);
  *openings = (iso_openings){0};
}

iso_opening *iso_openings_nearest(iso_openings *o, const double place[3]) {
  iso_opening *best = &o->opening[0];
  for (int k = 1; k < o->n; k++)
    if (iso_square_distance(o->opening[k].middle_mm, place) < iso_square_distance(best->middle_mm, place))
      best = &o->opening[k];
  return best;
}

const char *iso_openings_list(const iso_openings *o, char *text, size_t size) {
  *text = '\0';
  for (int k = 0; k < o->n; k++) {
    const double *at = o->opening[k].middle_mm;
    iso_text_append(text, size, "%s(%.4g, %.4g, %.4g) of %lld nodes", k ? ", " : "", at[0], at[1], at[2],
                    (long long)o->opening[k].nodes);
  }
  return text;
}
