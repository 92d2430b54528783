/* Links of the mesh, as the rounds go through them. */
#include "eikonal/eikonal_parts.h"

#include "base/memory.h"
#include "grid/halo.h"

#include <stdlib.h>

static iso_status check(const iso_delays *delays, int n, iso_error *err) {
  for (int g = 0; g < n; g++)
    if (!(delays[g].forward >= 0) || !(delays[g].back >= 0))
      return iso_fail(err, ISO_EINPUT, "links of group %d delay a wave by %g and %g ms; give 0 or more", g,
                      delays[g].forward, delays[g].back);
  return ISO_OK;
}

static iso_delays delays_of(const iso_link *link, int n, const iso_delays *delays) {
  const bool known = link->group >= 0 && link->group < n;
  return known ? delays[link->group] : (iso_delays){INFINITY, INFINITY, false};
}

/* ---- ways ---- */

/* The mean D^-1 of the elements of an owned node, in the order of their global numbers. */
static iso_metric around(const iso_eikonal *k, const iso_tissue *tissue, const iso_speeds *speeds,
                         iso_lid node) {
  const int64_t n = k->around.first[node + 1] - k->around.first[node];
  iso_metric sum = {{0}};
  for (int64_t j = k->around.first[node]; j < k->around.first[node + 1]; j++) {
    const iso_lid e = k->around.elem[j];
    const iso_metric one =
        iso_eikonal_metric(k->mesh, e, &speeds[iso_tissue_region(tissue, iso_mesh_tag(k->mesh, e))],
                           tissue->boost ? tissue->boost[e] : 1, k->turn ? &k->turn[e] : NULL);
    for (int c = 0; c < 6; c++) sum.m[c] += one.m[c] / (double)n;
  }
  return sum;
}

/* metric [nlocal]: its owner tells that of node[1] to the other rank. */
static iso_status find_ways(iso_eikonal *k, const iso_tissue *tissue, const iso_speeds *speeds,
                            iso_metric *metric, iso_error *err) {
  const iso_mesh *mesh = k->mesh;
  const iso_mesh_links *links = &mesh->links;
  for (iso_lid j = 0; j < links->n; j++)
    if (links->node[j][1] < mesh->nowned)
      metric[links->node[j][1]] = around(k, tissue, speeds, links->node[j][1]);
  ISO_TRY(iso_halo_update(mesh->halo, metric, sizeof *metric, err));
  for (iso_lid j = 0; j < links->n; j++) {
    const double *x = mesh->xyz[links->node[j][0]], *y = mesh->xyz[links->node[j][1]];
    const double way[3] = {y[0] - x[0], y[1] - x[1], y[2] - x[2]};
    k->way_ms[j] = sqrt(iso_metric_dot(&metric[links->node[j][1]], way, way));
  }
  return ISO_OK;
}

iso_status iso_eikonal_find_ways(iso_eikonal *k, const iso_tissue *tissue, const iso_speeds *speeds,
                                 iso_error *err) {
  int any = k->mesh->links.n > 0;
  iso_metric *metric = NULL;
  MPI_Allreduce(MPI_IN_PLACE, &any, 1, MPI_INT, MPI_MAX, k->mesh->comm);
  free(k->way_ms);
  k->way_ms = NULL;
  if (!any) return ISO_OK;
  iso_status status = iso_alloc(&k->way_ms, (size_t)k->mesh->links.n, sizeof *k->way_ms, "links", err);
  if (status == ISO_OK)
    status = iso_alloc(&metric, (size_t)k->mesh->nlocal, sizeof *metric, "ways of links", err);
  status = iso_agree(k->mesh->comm, status, err);
  if (status == ISO_OK) status = find_ways(k, tissue, speeds, metric, err);
  free(metric);
  return status;
}

/* ---- passages ---- */

/* Of each local node, in the order of links. */
static iso_status fill(iso_eikonal *k, int n, const iso_delays *delays, iso_error *err) {
  const iso_mesh_links *links = &k->mesh->links;
  const size_t nlocal = (size_t)k->mesh->nlocal;
  iso_lid *start;
  if (links->n == 0) return ISO_OK;
  ISO_TRY(iso_alloc(&k->passages, nlocal + 2, sizeof *k->passages, "links", err));
  ISO_TRY(iso_alloc(&k->passage, 2 * (size_t)links->n, sizeof *k->passage, "links", err));
  start = k->passages;
  for (iso_lid j = 0; j < links->n; j++)
    for (int end = 0; end < 2; end++) start[links->node[j][end] + 2]++;
  for (size_t i = 0; i < nlocal; i++) start[i + 2] += start[i + 1];
  for (iso_lid j = 0; j < links->n; j++) {
    iso_delays d = delays_of(&links->link[j], n, delays);
    if (d.way) d.forward += k->way_ms[j], d.back += k->way_ms[j];
    const iso_lid *node = links->node[j];
    k->passage[start[node[0] + 1]++] = (iso_passage){node[1], j, d.forward, d.back};
    k->passage[start[node[1] + 1]++] = (iso_passage){node[0], j, d.back, d.forward};
  }
  return ISO_OK;
}

iso_status iso_eikonal_set_delays(iso_eikonal *k, int n, const iso_delays *delays, iso_error *err) {
  free(k->passages);
  free(k->passage);
  k->passages = NULL, k->passage = NULL;
  iso_status status = check(delays, n, err);
  if (status == ISO_OK) status = fill(k, n, delays, err);
  return iso_agree(k->mesh->comm, status, err);
}
