/* Which nodes a stimulus hits. */
#include "study/setup.h"

#include "base/memory.h"
#include "grid/ask/surface.h"
#include "grid/format/read.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool in_geometry(const iso_config_stimulus *s, const double x[3]) {
  /* A bound given as a decimal number includes the node meant: 1.5 and 3 * 0.5 may differ in the last bits.
   */
  double room = 1e-9, square = 0;
  for (int d = 0; d < 3; d++) {
    if (s->has_box && (x[d] < s->min_mm[d] - room || x[d] > s->max_mm[d] + room)) return false;
    square += (x[d] - s->centre_mm[d]) * (x[d] - s->centre_mm[d]);
  }
  return !s->has_sphere || sqrt(square) <= s->radius_mm + room;
}

static void keep_geometry(const iso_mesh *mesh, const iso_config_stimulus *s, uint8_t *hit) {
  if (!s->has_box && !s->has_sphere) return;
  for (iso_lid i = 0; i < mesh->nowned; i++) hit[i] = hit[i] && in_geometry(s, mesh->xyz[i]);
}

static iso_status keep_tag(const iso_mesh *mesh, int32_t tag, uint8_t *hit, iso_error *err) {
  uint8_t *tagged;
  ISO_TRY(iso_alloc(&tagged, (size_t)mesh->nlocal, 1, "a stimulus", err));
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int k = 0; mesh->tag[e] == tag && k < iso_shape_nodes(mesh->shape[e]); k++)
      tagged[mesh->conn[(int64_t)e * mesh->width + k]] = 1;
  for (iso_lid i = 0; i < mesh->nowned; i++) hit[i] = hit[i] && tagged[i];
  free(tagged);
  return ISO_OK;
}

static iso_status keep_surface(const iso_mesh *mesh, uint8_t *hit, iso_error *err) {
  uint8_t *on_surface;
  ISO_TRY(iso_alloc(&on_surface, (size_t)mesh->nowned, 1, "a stimulus", err));
  iso_status status = iso_surface_nodes(mesh, on_surface, err);
  for (iso_lid i = 0; i < mesh->nowned; i++) hit[i] = hit[i] && on_surface[i];
  free(on_surface);
  return status;
}

static int compare(const void *a, const void *b) {
  iso_gid x = *(const iso_gid *)a, y = *(const iso_gid *)b;
  return (x > y) - (x < y);
}

static void keep_listed(const iso_mesh *mesh, int64_t n, const iso_gid *list, uint8_t *hit) {
  for (iso_lid i = 0; i < mesh->nowned; i++)
    hit[i] = hit[i] && n && bsearch(&mesh->gid[i], list, (size_t)n, sizeof *list, compare);
}

static iso_status keep_all_conditions(const iso_setup *setup, const iso_config_stimulus *s, int64_t nlisted,
                                      const iso_gid *listed, uint8_t *hit, iso_error *err) {
  const iso_mesh *mesh = setup->mesh;
  keep_geometry(mesh, s, hit);
  if (s->nodes) keep_listed(mesh, nlisted, listed, hit);
  if (s->has_tag) ISO_TRY(keep_tag(mesh, s->tag, hit, err));
  if (s->surface) ISO_TRY(keep_surface(mesh, hit, err));
  return ISO_OK;
}

static iso_status list_hits(const iso_mesh *mesh, const uint8_t *hit, int64_t *count, iso_lid **node,
                            iso_error *err) {
  ISO_TRY(iso_alloc(node, (size_t)mesh->nowned, sizeof **node, "a stimulus", err));
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (hit[i]) (*node)[(*count)++] = i;
  return ISO_OK;
}

iso_status iso_setup_stimulated(const iso_setup *setup, int k, int64_t *count, iso_lid **node,
                                iso_error *err) {
  const iso_mesh *mesh = setup->mesh;
  const iso_config_stimulus *s = &setup->config->stimuli[k];
  int64_t nlisted = 0, total;
  iso_gid *listed = NULL;
  uint8_t *hit = NULL;
  *count = 0, *node = NULL;
  if (s->nodes) ISO_TRY(iso_vtx_read(mesh->comm, s->nodes, mesh->nnodes, &nlisted, &listed, err));
  iso_status status = iso_alloc(&hit, (size_t)mesh->nowned, 1, "a stimulus", err);
  if (status == ISO_OK) {
    memset(hit, 1, (size_t)mesh->nowned);
    status = keep_all_conditions(setup, s, nlisted, listed, hit, err);
  }
  if (status == ISO_OK) status = list_hits(mesh, hit, count, node, err);
  free(hit);
  free(listed);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  MPI_Allreduce(count, &total, 1, MPI_INT64_T, MPI_SUM, mesh->comm);
  if (total > 0) return ISO_OK;
  char path[64];
  snprintf(path, sizeof path, "stimuli.%d", k);
  return iso_config_fail(
      setup->config, err, path,
      "the stimulus '%s' hits no node; move or enlarge it ('isochrone mesh info' prints the extent of a "
      "mesh)",
      s->name ? s->name : "");
}
