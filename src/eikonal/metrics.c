/* D^-1 of the elements.
 *
 * A front is about as wide as it runs in a millisecond, and elements that share a node are one to it at
 * least: where fibres turn from element to element within that width, it does not run along each of them, but
 * as in their mean. So dyads f f and n n are averaged, from elements to nodes and back, before D = cs^2 I +
 * (cf^2 - cs^2) <f f> + (cn^2 - cs^2) <n n> is inverted. How often is measured against monodomain waves on
 * fronts of 0.6 to 1.3 edges: 1 + 2 (front / edge)^2 times (docs/eikonal.md). */
#include "eikonal/eikonal_parts.h"

#include "base/memory.h"
#include "grid/ask/edges.h"
#include "grid/halo.h"
#include "grid/shapes.h"
#include "kernels/element.h"

#include <stdlib.h>
#include <string.h>

#define UNIT_MM 1e-6 /* lengths are summed in whole units, in any order */
#define MOST_PASSES 32

/* ---- of one element ---- */

/* |edge|^2 of a tetrahedron. */
static iso_metric edges_of(const iso_mesh *mesh, iso_lid e, const iso_metric *metric) {
  const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
  const iso_cell *shape = &iso_shapes[ISO_TETRAHEDRON];
  iso_metric square;
  for (int k = 0; k < shape->nedges; k++) {
    const double *x = mesh->xyz[conn[shape->edge[k][0]]], *y = mesh->xyz[conn[shape->edge[k][1]]];
    const double d[3] = {y[0] - x[0], y[1] - x[1], y[2] - x[2]};
    square.m[k] = iso_metric_dot(metric, d, d);
  }
  return square;
}

/* R A R^T. */
static iso_metric turned(const iso_metric *a, const iso_turn *t) {
  const double *n = t->axis, c = t->cosine, s = t->sine, rest = 1 - c;
  const double r[3][3] = {
      {c + rest * n[0] * n[0], rest * n[0] * n[1] - s * n[2], rest * n[0] * n[2] + s * n[1]},
      {rest * n[1] * n[0] + s * n[2], c + rest * n[1] * n[1], rest * n[1] * n[2] - s * n[0]},
      {rest * n[2] * n[0] - s * n[1], rest * n[2] * n[1] + s * n[0], c + rest * n[2] * n[2]}};
  static const int row[6] = {0, 1, 2, 0, 0, 1}, column[6] = {0, 1, 2, 1, 2, 2};
  iso_metric out;
  for (int k = 0; k < 6; k++) {
    const double *x = r[row[k]], *y = r[column[k]];
    out.m[k] = x[0] * (a->m[0] * y[0] + a->m[3] * y[1] + a->m[4] * y[2]) +
               x[1] * (a->m[3] * y[0] + a->m[1] * y[1] + a->m[5] * y[2]) +
               x[2] * (a->m[4] * y[0] + a->m[5] * y[1] + a->m[2] * y[2]);
  }
  return out;
}

/* along f f + across (I - f f - n n) + normal n n; across I without a fibre. */
static iso_metric tensor(const iso_mesh *mesh, iso_lid e, const iso_turn *turn, double along, double across,
                         double normal) {
  static const float none[3] = {0, 0, 0};
  double m[3][3];
  iso_conductivity(mesh->fibres ? iso_mesh_fibre(mesh, e) : none, iso_mesh_sheet(mesh, e), along, across,
                   normal, m);
  const iso_metric out = {{m[0][0], m[1][1], m[2][2], m[0][1], m[0][2], m[1][2]}};
  return turn ? turned(&out, turn) : out;
}

static double boost_of(const iso_tissue *tissue, iso_lid e) { return tissue->boost ? tissue->boost[e] : 1; }

iso_metric iso_eikonal_metric(const iso_mesh *mesh, iso_lid e, const iso_speeds *s, double boost,
                              const iso_turn *turn) {
  return tensor(mesh, e, turn, 1 / (boost * s->along * s->along), 1 / (boost * s->across * s->across),
                1 / (boost * s->normal * s->normal));
}

iso_metric iso_eikonal_metric_part(const iso_mesh *mesh, iso_lid e, const iso_speeds *s, double boost,
                                   const iso_turn *turn, int direction) {
  const double across = 1 / (boost * s->across * s->across);
  if (direction == 0) return tensor(mesh, e, turn, 1 / (boost * s->along * s->along), 0, 0);
  if (direction == 1) return tensor(mesh, e, turn, 0, across, mesh->sheets ? 0 : across);
  return tensor(mesh, e, turn, 0, 0, mesh->sheets ? 1 / (boost * s->normal * s->normal) : 0);
}

void iso_eikonal_set_turns(iso_eikonal *k, const iso_turn *turn) { k->turn = turn; }

static iso_metric inverse(const iso_metric *a) {
  const double *m = a->m, xx = m[0], yy = m[1], zz = m[2], xy = m[3], xz = m[4], yz = m[5];
  const double x = yy * zz - yz * yz, y = xz * yz - xy * zz, z = xy * yz - xz * yy;
  const double det = xx * x + xy * y + xz * z;
  return (iso_metric){{x / det, (xx * zz - xz * xz) / det, (xx * yy - xy * xy) / det, y / det, z / det,
                       (xy * xz - xx * yz) / det}};
}

/* ---- means ---- */

typedef struct averages {
  const iso_mesh *mesh;
  const iso_tissue *tissue;
  int *passes;        /* [tissue->nregions] */
  iso_lid *n;         /* [nlocal] elements of an owned node that have a direction */
  iso_metric *node;   /* [nlocal] */
  iso_metric *normal; /* [nelem] <n n>; NULL: no region needs it */
} averages;

/* Lines run along themselves. */
static bool has_direction(const iso_mesh *mesh, iso_lid e) {
  if (!mesh->fibres || mesh->shape[e] == ISO_LINE) return false;
  const float *f = iso_mesh_fibre(mesh, e);
  return f[0] != 0 || f[1] != 0 || f[2] != 0;
}

/* How often the elements of each region take the mean: 0 where no direction differs or none is to be
 * averaged.
 */
static iso_status count_passes(const averages *a, const iso_speeds *speeds, iso_error *err) {
  const iso_mesh *mesh = a->mesh;
  const int n = a->tissue->nregions;
  int64_t *sum;
  ISO_TRY(iso_alloc_all(mesh->comm, &sum, 2 * (size_t)n, sizeof *sum, "edges of regions", err));
  for (iso_lid e = 0; e < mesh->nelem; e++) { /* at the owner of its first node */
    if (mesh->conn[(int64_t)e * mesh->width] >= mesh->nowned || !has_direction(mesh, e)) continue;
    const int r = iso_tissue_region(a->tissue, iso_mesh_tag(mesh, e));
    sum[2 * r] += llround(iso_element_edge_mm(mesh, e) / UNIT_MM);
    sum[2 * r + 1]++;
  }
  MPI_Allreduce(MPI_IN_PLACE, sum, 2 * n, MPI_INT64_T, MPI_SUM, mesh->comm);
  for (int r = 0; r < n; r++) {
    const iso_speeds *s = &speeds[r];
    const bool differs = s->along != s->across || s->normal != s->across;
    const double edge_mm = UNIT_MM * (double)sum[2 * r] / (double)sum[2 * r + 1];
    const double widths = s->front_mm / edge_mm;
    if (differs && sum[2 * r + 1] > 0 && s->front_mm > 0)
      a->passes[r] = (int)fmin(MOST_PASSES, round(1 + 2 * widths * widths));
  }
  free(sum);
  return ISO_OK;
}

/* Means of a node's elements, in the order of their global numbers. */
static iso_status to_nodes(const averages *a, const iso_metric *field, iso_error *err) {
  const iso_mesh *mesh = a->mesh;
  memset(a->node, 0, (size_t)mesh->nlocal * sizeof *a->node);
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int i = 0; i < iso_shape_nodes(mesh->shape[e]) && has_direction(mesh, e); i++)
      for (int c = 0; c < 6; c++) a->node[mesh->conn[(int64_t)e * mesh->width + i]].m[c] += field[e].m[c];
  for (iso_lid k = 0; k < mesh->nowned; k++)
    for (int c = 0; c < 6 && a->n[k] > 0; c++) a->node[k].m[c] /= (double)a->n[k];
  return iso_halo_update(mesh->halo, a->node, sizeof *a->node, err);
}

static void to_elements(const averages *a, int pass, iso_metric *field) {
  const iso_mesh *mesh = a->mesh;
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    if (!has_direction(mesh, e) || pass >= a->passes[iso_tissue_region(a->tissue, iso_mesh_tag(mesh, e))])
      continue;
    const int n = iso_shape_nodes(mesh->shape[e]);
    iso_metric sum = {{0}};
    for (int i = 0; i < n; i++)
      for (int c = 0; c < 6; c++) sum.m[c] += a->node[mesh->conn[(int64_t)e * mesh->width + i]].m[c];
    for (int c = 0; c < 6; c++) field[e].m[c] = sum.m[c] / n;
  }
}

static iso_status average(const averages *a, iso_metric *field, iso_error *err) {
  int most = 0;
  for (int r = 0; r < a->tissue->nregions; r++) most = a->passes[r] > most ? a->passes[r] : most;
  for (int pass = 0; pass < most; pass++) {
    ISO_TRY(to_nodes(a, field, err));
    to_elements(a, pass, field);
  }
  return ISO_OK;
}

static iso_status make_averages(averages *a, const iso_speeds *speeds, iso_error *err) {
  const iso_mesh *mesh = a->mesh;
  const size_t nodes = (size_t)mesh->nlocal;
  bool sheets = false;
  for (int r = 0; r < a->tissue->nregions; r++) sheets |= speeds[r].normal != speeds[r].across;
  ISO_TRY(iso_alloc(&a->passes, (size_t)a->tissue->nregions, sizeof *a->passes, "regions", err));
  ISO_TRY(iso_alloc(&a->n, nodes, sizeof *a->n, "means of fibres", err));
  ISO_TRY(iso_alloc(&a->node, nodes, sizeof *a->node, "means of fibres", err));
  if (sheets) ISO_TRY(iso_alloc(&a->normal, (size_t)mesh->nelem, sizeof *a->normal, "means of sheets", err));
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int i = 0; i < iso_shape_nodes(mesh->shape[e]) && has_direction(mesh, e); i++)
      a->n[mesh->conn[(int64_t)e * mesh->width + i]]++;
  return ISO_OK;
}

/* <f f> in k->metric, and <n n>. */
static iso_status average_directions(iso_eikonal *k, averages *a, const iso_speeds *speeds, iso_error *err) {
  const iso_mesh *mesh = k->mesh;
  ISO_TRY(count_passes(a, speeds, err));
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    const iso_turn *turn = k->turn ? &k->turn[e] : NULL;
    k->metric[e] = tensor(mesh, e, turn, 1, 0, 0);
    if (a->normal) a->normal[e] = tensor(mesh, e, turn, 0, 0, 1);
  }
  ISO_TRY(average(a, k->metric, err));
  return a->normal ? average(a, a->normal, err) : ISO_OK;
}

/* D^-1 from the means. */
static iso_metric metric_of(const averages *a, iso_lid e, const iso_metric *fibre, const iso_speeds *speeds) {
  const iso_speeds *s = &speeds[iso_tissue_region(a->tissue, iso_mesh_tag(a->mesh, e))];
  const double across = s->across * s->across, boost = boost_of(a->tissue, e);
  iso_metric d;
  for (int c = 0; c < 6; c++) {
    d.m[c] = (c < 3 ? across : 0) + (s->along * s->along - across) * fibre->m[c];
    if (a->normal) d.m[c] += (s->normal * s->normal - across) * a->normal[e].m[c];
    d.m[c] *= boost;
  }
  return inverse(&d);
}

static iso_status check(const iso_mesh *mesh, const iso_tissue *tissue, const iso_speeds *speeds,
                        iso_error *err) {
  for (int r = 0; r < tissue->nregions; r++)
    if (!(speeds[r].along > 0) || !(speeds[r].across > 0) || !(speeds[r].normal > 0))
      return iso_fail(err, ISO_EINPUT,
                      "region %d has a wave of %g, %g and %g m/s; give it positive velocities", r,
                      speeds[r].along, speeds[r].across, speeds[r].normal);
  for (iso_lid e = 0; e < mesh->nelem; e++)
    if (iso_tissue_region(tissue, iso_mesh_tag(mesh, e)) < 0)
      return iso_fail(err, ISO_EINPUT, "the mesh has elements with tag %d, which no region takes",
                      (int)iso_mesh_tag(mesh, e));
  return ISO_OK;
}

iso_status iso_eikonal_set_metrics(iso_eikonal *k, const iso_tissue *tissue, const iso_speeds *speeds,
                                   iso_error *err) {
  const iso_mesh *mesh = k->mesh;
  averages a = {.mesh = mesh, .tissue = tissue};
  iso_status status = check(mesh, tissue, speeds, err);
  if (status == ISO_OK) status = make_averages(&a, speeds, err);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) status = average_directions(k, &a, speeds, err);
  for (iso_lid e = 0; e < mesh->nelem && status == ISO_OK; e++) {
    k->metric[e] = metric_of(&a, e, &k->metric[e], speeds);
    if (mesh->shape[e] == ISO_TETRAHEDRON) k->metric[e] = edges_of(mesh, e, &k->metric[e]);
  }
  free(a.passes);
  free(a.n);
  free(a.node);
  free(a.normal);
  return status;
}
