#include "anatomy/transfer.h"

#include "anatomy/anatomy.h"
#include "anatomy/gradient.h"
#include "base/memory.h"
#include "grid/ask/bins.h"
#include "grid/geometry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* All ranks look for the points of all in rounds, of so many of each at most. */
enum { ROUND = 1 << 16 };

/* Of a ventricle, the nodes of this rank that are near it, to find the one nearest to a point. */
typedef struct near {
  int64_t n;
  iso_lid *node;   /* [n] owned */
  iso_gid *number; /* [n] */
  double (*at)[3]; /* [n] */
  iso_bins bins;
} near;

typedef struct search {
  const iso_mesh *from;
  iso_chart chart;
  near near[2]; /* left, right */
  int nfields;
  const double *const *fields;
  bool of_elements;   /* the fields are [from nelem], not of nodes */
  int *count, *first; /* [ranks] of a round, times what is sent */
  /* of the points of a round [all] */
  int64_t all;
  iso_chart_point *point;
  double (*at)[3];
  iso_chart_place *place;
  double *distance;
  iso_gid *number, *mine;
  double *value; /* [all][nfields] */
  bool
      nowhere; /* whether some point is in a ventricle that the heart does not have; the same on every rank */
} search;

/* ---- the nearest node ---- */

static iso_status list_near(near *out, const iso_chart *chart, bool right, iso_error *err) {
  const iso_mesh *mesh = chart->mesh;
  const size_t most = (size_t)mesh->nowned;
  ISO_TRY(iso_alloc(&out->node, most, sizeof *out->node, "coordinates", err));
  ISO_TRY(iso_alloc(&out->number, most, sizeof *out->number, "coordinates", err));
  ISO_TRY(iso_alloc(&out->at, most, sizeof *out->at, "coordinates", err));
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    if (chart->point[i].right != right || chart->around.first[i] == chart->around.first[i + 1]) continue;
    out->node[out->n] = i;
    out->number[out->n] = mesh->gid[i];
    memcpy(out->at[out->n++], chart->point[i].at, sizeof *out->at);
  }
  return iso_bins_new(&out->bins, out->n, (const double(*)[3])out->at, err);
}

static void free_near(near *n) {
  free(n->node);
  free(n->number);
  free(n->at);
  iso_bins_free(&n->bins);
}

/* The points without an element get the nearest place around the nearest node, on the rank that owns it. */
static void find_nearest(search *s, MPI_Comm comm) {
  for (int64_t i = 0; i < s->all; i++) {
    const near *among = &s->near[s->point[i].right];
    s->distance[i] = INFINITY;
    if (s->number[i] < INT64_MAX) continue; /* it has */
    const int64_t k = iso_bins_nearest(&among->bins, s->point[i].at, among->number, &s->distance[i]);
    s->place[i].node[0] = k < 0 ? -1 : among->node[k];
  }
  double *least = s->value; /* room */
  memcpy(least, s->distance, (size_t)s->all * sizeof *least);
  MPI_Allreduce(MPI_IN_PLACE, least, (int)s->all, MPI_DOUBLE, MPI_MIN, comm);
  for (int64_t i = 0; i < s->all; i++) {
    const iso_lid node = s->place[i].node[0];
    const bool best = s->number[i] == INT64_MAX && node >= 0 && s->distance[i] == least[i];
    s->mine[i] = best ? s->from->gid[node] : INT64_MAX;
  }
}

static void settle_nearest(search *s, MPI_Comm comm, int64_t *beside) {
  iso_gid *lowest = s->mine + s->all;
  memcpy(lowest, s->mine, (size_t)s->all * sizeof *lowest);
  MPI_Allreduce(MPI_IN_PLACE, lowest, (int)s->all, MPI_INT64_T, MPI_MIN, comm);
  for (int64_t i = 0; i < s->all; i++) {
    if (s->number[i] < INT64_MAX) continue;
    ++*beside;
    s->nowhere |= lowest[i] == INT64_MAX;
    if (s->mine[i] == lowest[i] && s->mine[i] < INT64_MAX)
      s->place[i] = iso_chart_nearest(&s->chart, s->place[i].node[0], &s->point[i]);
  }
}

/* ---- a round ---- */

/* Leaves the places that count on one rank each. */
static void find_places(search *s, MPI_Comm comm, const iso_bins *bins, int64_t *beside) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  for (int64_t i = 0; i < s->all; i++) s->place[i].element = -1;
  iso_chart_locate(&s->chart, bins, s->point, s->place);
  for (int64_t i = 0; i < s->all; i++)
    s->distance[i] = s->place[i].element < 0 ? INFINITY : s->place[i].extent;
  MPI_Allreduce(MPI_IN_PLACE, s->distance, (int)s->all, MPI_DOUBLE, MPI_MIN, comm);
  for (int64_t i = 0; i < s->all; i++) {
    const bool least = s->place[i].element >= 0 && s->place[i].extent == s->distance[i];
    s->number[i] = s->mine[i] = least ? s->place[i].element : INT64_MAX;
  }
  MPI_Allreduce(MPI_IN_PLACE, s->number, (int)s->all, MPI_INT64_T, MPI_MIN, comm);
  for (int64_t i = 0; i < s->all; i++) { /* several ranks may have the element: the lowest one says */
    const bool has = s->mine[i] < INT64_MAX && s->mine[i] == s->number[i];
    s->mine[i] = has ? rank : INT64_MAX;
  }
  MPI_Allreduce(s->mine, s->mine + s->all, (int)s->all, MPI_INT64_T, MPI_MIN, comm);
  for (int64_t i = 0; i < s->all; i++)
    if (s->number[i] < INT64_MAX && s->mine[s->all + i] != rank) s->place[i].element = -1;
  find_nearest(s, comm);
  settle_nearest(s, comm, beside);
}

static double mean_of(const double *field, const iso_chart_place *p) {
  double sum = 0;
  for (int c = 0; c < 4; c++)
    if (p->weight[c] > 0) sum += p->weight[c] * field[p->node[c]];
  return sum;
}

/* All ranks but one contribute zero bytes to a bitwise or, so that what is no number stays that. */
static void share_values(search *s, MPI_Comm comm) {
  const size_t n = (size_t)s->all * (size_t)s->nfields;
  memset(s->value, 0, n * sizeof *s->value);
  for (int64_t i = 0; i < s->all; i++) {
    const iso_chart_place *p = &s->place[i];
    for (int f = 0; p->element >= 0 && f < s->nfields; f++) {
      s->value[i * s->nfields + f] = s->of_elements ? s->fields[f][p->local] : mean_of(s->fields[f], p);
    }
  }
  MPI_Allreduce(MPI_IN_PLACE, s->value, (int)(n * sizeof *s->value), MPI_BYTE, MPI_BOR, comm);
}

/* The points of all ranks: own [n] of this one. Leaves in first where its own begin. */
static void gather(search *s, MPI_Comm comm, int n, const iso_chart_point *own, int64_t *mine) {
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  MPI_Allgather(&n, 1, MPI_INT, s->count, 1, MPI_INT, comm);
  s->all = 0;
  for (int r = 0; r < size; r++) {
    if (r == rank) *mine = s->all;
    s->first[r] = (int)(s->all * (int64_t)sizeof *own);
    s->all += s->count[r];
    s->count[r] *= (int)sizeof *own;
  }
  MPI_Allgatherv(own, (int)((size_t)n * sizeof *own), MPI_BYTE, s->point, s->count, s->first, MPI_BYTE, comm);
  for (int64_t i = 0; i < s->all; i++) memcpy(s->at[i], s->point[i].at, sizeof *s->at);
}

static iso_status do_round(search *s, MPI_Comm comm, int n, const iso_chart_point *own, int64_t *mine,
                           int64_t *beside, iso_error *err) {
  iso_bins bins;
  gather(s, comm, n, own, mine);
  const iso_status status = iso_bins_new(&bins, s->all, (const double(*)[3])s->at, err);
  ISO_TRY(iso_agree(comm, status, err));
  find_places(s, comm, &bins, beside);
  share_values(s, comm);
  iso_bins_free(&bins);
  return ISO_OK;
}

/* ---- all ---- */

/* Points of each rank in a round: fewer where there are many ranks. */
static int round_size(MPI_Comm comm) {
  int size;
  MPI_Comm_size(comm, &size);
  return size < ROUND ? ROUND / size : 1;
}

static iso_status allocate(search *s, MPI_Comm comm, iso_error *err) {
  int size;
  MPI_Comm_size(comm, &size);
  const size_t all = (size_t)round_size(comm) * (size_t)size;
  const size_t columns = s->nfields > 1 ? (size_t)s->nfields : 1;
  static const char what[] = "the points of a round";
  ISO_TRY(iso_alloc(&s->count, (size_t)size, sizeof *s->count, what, err));
  ISO_TRY(iso_alloc(&s->first, (size_t)size, sizeof *s->first, what, err));
  ISO_TRY(iso_alloc(&s->point, all, sizeof *s->point, what, err));
  ISO_TRY(iso_alloc(&s->at, all, sizeof *s->at, what, err));
  ISO_TRY(iso_alloc(&s->place, all, sizeof *s->place, what, err));
  ISO_TRY(iso_alloc(&s->distance, all, sizeof *s->distance, what, err));
  ISO_TRY(iso_alloc(&s->number, all, sizeof *s->number, what, err));
  ISO_TRY(iso_alloc(&s->mine, 2 * all, sizeof *s->mine, what, err));
  return iso_alloc(&s->value, all * columns, sizeof *s->value, what, err);
}

static iso_status prepare(search *s, const iso_chart_fields *at, MPI_Comm comm, iso_error *err) {
  ISO_TRY(iso_chart_new(&s->chart, s->from, at, err));
  for (int right = 0; right < 2; right++) ISO_TRY(list_near(&s->near[right], &s->chart, right, err));
  return allocate(s, comm, err);
}

/* Of this rank's points [n] the values out [nfields][n]. */
static iso_status run(search *s, MPI_Comm comm, iso_lid n, const iso_chart_point *points, double *const *out,
                      int64_t *beside, iso_error *err) {
  const iso_lid each = round_size(comm);
  iso_lid most = n;
  MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_INT32_T, MPI_MAX, comm);
  for (iso_lid from = 0; from < most; from += each) {
    const iso_lid left = n - from, now = left < 0 ? 0 : left < each ? left : each;
    int64_t mine = 0;
    ISO_TRY(do_round(s, comm, now, now > 0 ? points + from : points, &mine, beside, err));
    for (iso_lid i = 0; i < now; i++)
      for (int f = 0; f < s->nfields; f++) out[f][from + i] = s->value[(mine + i) * s->nfields + f];
  }
  if (s->nowhere)
    return iso_fail(err, ISO_EINPUT,
                    "one of the hearts has a ventricle that the other has not (transventricular)");
  return ISO_OK;
}

static iso_status find_all(search *s, const iso_chart_fields *at, MPI_Comm comm, iso_lid n,
                           const iso_chart_point *points, double *const *out, int64_t *beside,
                           iso_error *err) {
  iso_status status = iso_agree(comm, prepare(s, at, comm, err), err);
  if (status == ISO_OK) status = run(s, comm, n, points, out, beside, err);
  iso_chart_free(&s->chart);
  for (int right = 0; right < 2; right++) free_near(&s->near[right]);
  free(s->count);
  free(s->first);
  free(s->point);
  free(s->at);
  free(s->place);
  free(s->distance);
  free(s->number);
  free(s->mine);
  free(s->value);
  return status;
}

iso_status iso_transfer_fields(const iso_mesh *from, const iso_chart_fields *at, int n,
                               const double *const *fields, const iso_mesh *to, const iso_chart_fields *want,
                               double *const *out, int64_t *beside, iso_error *err) {
  search s = {.from = from, .nfields = n, .fields = fields};
  iso_chart_point *points = NULL;
  *beside = 0;
  iso_status status = iso_alloc(&points, (size_t)to->nowned, sizeof *points, "the points of a heart", err);
  status = iso_agree(to->comm, status, err);
  for (iso_lid i = 0; i < to->nowned && status == ISO_OK; i++) points[i] = iso_chart_of(want, i);
  if (status == ISO_OK) status = find_all(&s, at, to->comm, to->nowned, points, out, beside, err);
  free(points);
  return status;
}

/* ---- vectors of elements ---- */

/* Of a field told by the corners of an element. */
static void gradient_of(const iso_mesh *mesh, iso_lid e, const double *corner, double *u, double g[3]) {
  const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
  for (int c = 0; c < iso_shape_nodes(mesh->shape[e]); c++) u[conn[c]] = corner[c];
  iso_gradient_of_element(mesh, e, u, g);
}

iso_status iso_coordinate_frames(const iso_mesh *mesh, const iso_chart_fields *at, iso_frame *frame,
                                 iso_error *err) {
  double *u = NULL;
  ISO_TRY(iso_alloc(&u, (size_t)mesh->nlocal, sizeof *u, "frames of coordinates", err));
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    double inside[ISO_MAX_NODES], across[3], along[3];
    if (!iso_anatomy_has_volume(mesh, e)) continue;
    iso_chart_middle(at, mesh, e, inside);
    gradient_of(mesh, e, inside, u, across);
    iso_gradient_of_element(mesh, e, at->apicobasal, along);
    frame[e] = iso_frame_on_wall(along, across);
  }
  free(u);
  return ISO_OK;
}

/* Rows of vectors' parts in frames, [n][3][elements]. */
typedef struct parts {
  int n;
  double *row[3 * ISO_MOST_VECTORS];
  iso_frame *frame; /* [elements] */
} parts;

static iso_status parts_new(parts *out, int n, const iso_mesh *mesh, const iso_chart_fields *at,
                            iso_error *err) {
  const size_t elements = (size_t)mesh->nelem;
  *out = (parts){.n = n};
  iso_status status = iso_alloc(&out->frame, elements, sizeof *out->frame, "frames of coordinates", err);
  for (int f = 0; f < 3 * n && status == ISO_OK; f++)
    status = iso_alloc(&out->row[f], elements, sizeof *out->row[f], "vectors", err);
  if (status == ISO_OK) status = iso_coordinate_frames(mesh, at, out->frame, err);
  return iso_agree(mesh->comm, status, err);
}

static void parts_free(parts *p) {
  for (int f = 0; f < 3 * p->n; f++) free(p->row[f]);
  free(p->frame);
}

static void to_parts(parts *p, const iso_mesh *mesh, float (*const *vectors)[3]) {
  for (int v = 0; v < p->n; v++)
    for (iso_lid e = 0; e < mesh->nelem; e++)
      for (int k = 0; k < 3 && iso_anatomy_has_volume(mesh, e); k++) {
        const double x[3] = {vectors[v][e][0], vectors[v][e][1], vectors[v][e][2]};
        p->row[3 * v + k][e] = iso_dot(p->frame[e].axis[k], x);
      }
}

static void from_parts(const parts *p, const iso_mesh *mesh, float (*const *out)[3]) {
  for (int v = 0; v < p->n; v++)
    for (iso_lid e = 0; e < mesh->nelem; e++)
      for (int d = 0; d < 3; d++) {
        double x = 0;
        for (int k = 0; k < 3; k++) x += p->row[3 * v + k][e] * p->frame[e].axis[k][d];
        out[v][e][d] = (float)x;
      }
}

static iso_status list_middles(const iso_mesh *mesh, const iso_chart_fields *at, iso_chart_point **out,
                               iso_error *err) {
  const iso_status status = iso_alloc(out, (size_t)mesh->nelem, sizeof **out, "the elements of a heart", err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  for (iso_lid e = 0; e < mesh->nelem; e++) (*out)[e] = iso_chart_middle(at, mesh, e, NULL);
  return ISO_OK;
}

iso_status iso_transfer_vectors(const iso_mesh *from, const iso_chart_fields *at, int n,
                                float (*const *vectors)[3], const iso_mesh *to, const iso_chart_fields *want,
                                float (*const *out)[3], int64_t *beside, iso_error *err) {
  parts there = {0}, here = {0};
  iso_chart_point *points = NULL;
  *beside = 0;
  iso_status status = parts_new(&there, n, from, at, err);
  if (status == ISO_OK) status = parts_new(&here, n, to, want, err);
  if (status == ISO_OK) status = list_middles(to, want, &points, err);
  if (status == ISO_OK) {
    search s = {.from = from, .nfields = 3 * n, .of_elements = true};
    to_parts(&there, from, vectors);
    s.fields = (const double *const *)there.row;
    status = find_all(&s, at, to->comm, to->nelem, points, here.row, beside, err);
  }
  if (status == ISO_OK) from_parts(&here, to, out);
  parts_free(&there);
  parts_free(&here);
  free(points);
  return status;
}
