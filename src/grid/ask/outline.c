#include "grid/ask/outline.h"

#include "base/ascending.h"
#include "base/memory.h"
#include "base/share.h"
#include "grid/ask/outline_parts.h"
#include "grid/ask/surface.h"
#include "grid/geometry.h"
#include "grid/shapes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef iso_outline_point point;
typedef iso_outline_piece piece;
typedef iso_outline_draft draft;

/* ---- pieces ---- */

static iso_status add(draft *d, iso_lid a, iso_lid b, iso_lid c, iso_error *err) {
  if (d->npieces == d->room) {
    d->room = 2 * d->room + 1024;
    ISO_TRY(iso_realloc(&d->piece, (size_t)d->room, sizeof *d->piece, "pieces of a surface", err));
  }
  d->piece[d->npieces++] = (piece){{a, b, c}};
  d->drawn[a] = d->drawn[b] = d->drawn[c] = 1;
  return ISO_OK;
}

/* One with four corners is cut from its first node, so that both sides of a wall agree. */
static iso_status add_face(draft *d, const iso_lid *node, int n, iso_error *err) {
  int first = 0;
  for (int k = 1; k < n; k++)
    if (d->mesh->gid[node[k]] < d->mesh->gid[node[first]]) first = k;
  for (int k = 1; k + 1 < n; k++)
    ISO_TRY(add(d, node[first], node[(first + k) % n], node[(first + k + 1) % n], err));
  return ISO_OK;
}

static iso_status add_element(draft *d, iso_lid e, uint8_t faces, iso_error *err) {
  const iso_mesh *mesh = d->mesh;
  const iso_cell *cell = &iso_shapes[mesh->shape[e]];
  const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
  const int dimension = iso_shape_dimension(mesh->shape[e]);
  if (dimension == 1) return add(d, conn[0], conn[1], conn[1], err);
  if (dimension == 2) return add_face(d, conn, 3, err);
  for (int f = 0; f < cell->nfaces; f++) {
    iso_lid node[4];
    for (int k = 0; k < cell->face_nodes; k++) node[k] = conn[cell->face[f][k]];
    if (faces >> f & 1) ISO_TRY(add_face(d, node, cell->face_nodes, err));
  }
  return ISO_OK;
}

static iso_status list_pieces(draft *d, iso_error *err) {
  const iso_mesh *mesh = d->mesh;
  uint8_t *faces = NULL;
  iso_status status = iso_alloc(&d->drawn, (size_t)mesh->nlocal, 1, "a surface", err);
  if (status == ISO_OK) status = iso_alloc(&d->cube, (size_t)mesh->nlocal, sizeof *d->cube, "a surface", err);
  if (status == ISO_OK) status = iso_alloc(&faces, (size_t)mesh->nelem, 1, "a surface", err);
  if (status == ISO_OK) status = iso_surface_faces(mesh, faces, NULL, err);
  for (iso_lid e = 0; e < mesh->nelem && status == ISO_OK; e++) status = add_element(d, e, faces[e], err);
  free(faces);
  return status;
}

static void find_extent(draft *d) {
  double end[6] = {INFINITY, INFINITY, INFINITY,
                   INFINITY, INFINITY, INFINITY}; /* lowest, minus the highest */
  for (iso_lid i = 0; i < d->mesh->nlocal; i++)
    for (int k = 0; k < 3 && d->drawn[i]; k++) {
      end[k] = fmin(end[k], d->mesh->xyz[i][k]);
      end[3 + k] = fmin(end[3 + k], -d->mesh->xyz[i][k]);
    }
  MPI_Allreduce(MPI_IN_PLACE, end, 6, MPI_DOUBLE, MPI_MIN, d->mesh->comm);
  for (int k = 0; k < 3; k++) {
    d->low[k] = end[k];
    d->extent = fmax(d->extent, -end[3 + k] - end[k]);
  }
}

/* ---- what points are joined by ---- */

static int by_corners(const void *a, const void *b) {
  for (int k = 0; k < 3; k++) {
    const int64_t x = ((const piece *)a)->corner[k], y = ((const piece *)b)->corner[k];
    if (x != y) return x < y ? -1 : 1;
  }
  return 0;
}

/* The same piece, whichever of its corners was the first. */
static void turn(piece *p) {
  const int64_t *c = p->corner;
  if (c[1] == c[2]) {
    if (c[0] > c[1]) *p = (piece){{c[1], c[0], c[0]}};
    return;
  }
  while (c[0] > c[1] || c[0] > c[2]) *p = (piece){{c[1], c[2], c[0]}};
}

static int64_t keep_different(piece *p, int64_t n) {
  int64_t kept = 0;
  qsort(p, (size_t)n, sizeof *p, by_corners);
  for (int64_t i = 0; i < n; i++)
    if (kept == 0 || by_corners(&p[i], &p[kept - 1]) != 0) p[kept++] = p[i];
  return kept;
}

static int64_t find_point(const draft *d, int64_t cube) {
  int64_t low = 0, high = d->npoints;
  while (high - low > 1) {
    const int64_t middle = low + (high - low) / 2;
    if (d->point[middle].cube <= cube)
      low = middle;
    else
      high = middle;
  }
  return low;
}

/* Whether corners that were different still are. */
static bool is_left(const piece *p, bool is_line) {
  const int64_t *c = p->corner;
  return c[0] != c[1] && c[0] != c[2] && (is_line || c[1] != c[2]);
}

/* Pieces of cubes, those that are left, each once. */
static int64_t join_cubes(draft *d) {
  int64_t n = 0;
  for (int64_t i = 0; i < d->npieces; i++) {
    piece p = d->piece[i];
    const bool is_line = p.corner[1] == p.corner[2];
    for (int k = 0; k < 3; k++) p.corner[k] = d->cube[p.corner[k]];
    if (!is_left(&p, is_line)) continue;
    turn(&p);
    d->piece[n++] = p;
  }
  return keep_different(d->piece, n);
}

/* On rank 0: from all ranks' pieces. */
static iso_status take_pieces(iso_outline *out, const draft *d, piece *all, int64_t n, iso_error *err) {
  n = keep_different(all, n);
  for (int64_t i = 0; i < n; i++)
    *(all[i].corner[1] == all[i].corner[2] ? &out->nlines : &out->ntriangles) += 1;
  ISO_TRY(iso_alloc(&out->triangle, (size_t)out->ntriangles, sizeof *out->triangle, "triangles", err));
  ISO_TRY(iso_alloc(&out->line, (size_t)out->nlines, sizeof *out->line, "lines", err));
  int64_t triangles = 0, lines = 0;
  for (int64_t i = 0; i < n; i++) {
    const bool is_line = all[i].corner[1] == all[i].corner[2];
    int32_t *to = is_line ? out->line[lines++] : out->triangle[triangles++];
    for (int k = 0; k < (is_line ? 2 : 3); k++) to[k] = (int32_t)find_point(d, all[i].corner[k]);
  }
  return ISO_OK;
}

/* Points in the order of their nodes: any other order would tell of the cubes. */
static int by_node(const void *a, const void *b) {
  const point *p = *(const point *const *)a, *q = *(const point *const *)b;
  return (p->node > q->node) - (p->node < q->node);
}

static iso_status order_points(iso_outline *out, const draft *d, iso_error *err) {
  const point **order = NULL;
  int32_t *place = NULL;
  iso_status status = iso_alloc(&order, (size_t)d->npoints, sizeof *order, "points", err);
  if (status == ISO_OK) status = iso_alloc(&place, (size_t)d->npoints, sizeof *place, "points", err);
  if (status == ISO_OK) status = iso_alloc(&out->xyz, (size_t)d->npoints, sizeof *out->xyz, "points", err);
  if (status == ISO_OK) {
    for (int i = 0; i < d->npoints; i++) order[i] = &d->point[i];
    qsort(order, (size_t)d->npoints, sizeof(const point *), by_node);
    for (int i = 0; i < d->npoints; i++) {
      place[order[i] - d->point] = i;
      out->node[i] = order[i]->node;
      memcpy(out->xyz[i], order[i]->xyz, sizeof *out->xyz);
    }
    for (int64_t i = 0; i < out->ntriangles; i++)
      for (int k = 0; k < 3; k++) out->triangle[i][k] = place[out->triangle[i][k]];
    for (int64_t i = 0; i < out->nlines; i++)
      for (int k = 0; k < 2; k++) out->line[i][k] = place[out->line[i][k]];
  }
  free(order);
  free(place);
  return status;
}

static iso_status finish(iso_outline *out, draft *d, iso_error *err) {
  MPI_Comm comm = d->mesh->comm;
  piece *all = NULL;
  int64_t n;
  const int64_t mine = join_cubes(d);
  ISO_TRY(iso_gather_items(comm, d->piece, mine, sizeof *d->piece, "a surface", &all, &n, err));
  out->npoints = d->npoints;
  iso_status status = iso_alloc(&out->node, (size_t)d->npoints, sizeof *out->node, "points", err);
  if (status == ISO_OK && iso_rank(comm) == 0) status = take_pieces(out, d, all, n, err);
  if (status == ISO_OK && iso_rank(comm) == 0) status = order_points(out, d, err);
  free(all);
  ISO_TRY(iso_agree(comm, status, err));
  MPI_Bcast(out->node, out->npoints, MPI_INT64_T, 0, comm);
  return ISO_OK;
}

iso_status iso_outline_new(iso_outline *out, const iso_mesh *mesh, int most_points, iso_error *err) {
  draft d = {.mesh = mesh};
  *out = (iso_outline){0};
  iso_status status = iso_agree(mesh->comm, list_pieces(&d, err), err);
  if (status == ISO_OK) {
    find_extent(&d);
    status = iso_outline_find_points(&d, most_points, &out->cell_mm, err);
  }
  if (status == ISO_OK) status = finish(out, &d, err);
  free(d.drawn);
  free(d.piece);
  free(d.cube);
  free(d.point);
  return status;
}

/* ---- values ---- */

/* One rank owns each point; bits of the others are 0, and the sum has those of the one. */
iso_status iso_outline_values(const iso_outline *o, const iso_mesh *mesh, const double *owned, double *value,
                              iso_error *err) {
  const int rank = iso_rank(mesh->comm);
  uint64_t *bits = NULL;
  ISO_TRY(iso_alloc_all(mesh->comm, &bits, (size_t)o->npoints, sizeof *bits, "values of points", err));
  for (iso_lid i = 0; i < mesh->nowned && o->npoints > 0; i++) {
    const iso_gid *at =
        bsearch(&mesh->gid[i], o->node, (size_t)o->npoints, sizeof *o->node, iso_ascending_int64);
    if (at) memcpy(&bits[at - o->node], &owned[i], sizeof *bits);
  }
  MPI_Reduce(rank == 0 ? MPI_IN_PLACE : bits, bits, o->npoints, MPI_UINT64_T, MPI_SUM, 0, mesh->comm);
  memcpy(value, bits, (size_t)o->npoints * sizeof *bits);
  free(bits);
  return ISO_OK;
}

void iso_outline_free(iso_outline *o) {
  free(o->node);
  free(o->xyz);
  free(o->triangle);
  free(o->line);
  *o = (iso_outline){0};
}
