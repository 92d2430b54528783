/* Sets that take more than a mesh: bands around sites and paths, by ways through the tissue or along its
 * surface, and what a field in a file says. */
#include "study/setup.h"

#include "anatomy/strip.h"
#include "base/memory.h"
#include "eikonal/eikonal.h"
#include "grid/share/whole.h"
#include "study/node_field.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The whole mesh as one region. */
static const iso_region everything;
static const iso_tissue whole = {.nregions = 1, .regions = &everything};

/* The nodes of a site that a set is made of, which are some. */
static iso_status find_site(const iso_mesh *mesh, const iso_select *of, const char *name, iso_selection *out,
                            iso_error *err) {
  char miss[300];
  ISO_TRY(iso_select_nodes(mesh, of, iso_setup_meet, out, err));
  if (out->total > 0) return ISO_OK;
  iso_selection_miss(out, miss, sizeof miss);
  iso_selection_free(out);
  return iso_fail(err, ISO_EINPUT, "%s%s%s%s", name ? "the site '" : "a site ", name ? name : "",
                  name ? "' " : "", miss);
}

/* ---- around ---- */

iso_status iso_setup_distances(const iso_mesh *mesh, const iso_selection *from, double *distance,
                               iso_error *err) {
  const iso_speeds unit = {1, 1, 1, 0}; /* mm/ms, so that times are distances */
  iso_eikonal *wave = NULL;
  ISO_TRY(iso_eikonal_new(&wave, mesh, 1, err));
  iso_status status = iso_eikonal_set_speeds(wave, &whole, &unit, err);
  if (status == ISO_OK) {
    iso_eikonal_clear(wave);
    iso_eikonal_start_at(wave, 0, from->count, from->node);
    status = iso_eikonal_solve(wave, NULL, err);
  }
  const double *times = status == ISO_OK ? iso_eikonal_times(wave) : NULL;
  for (iso_lid i = 0; status == ISO_OK && i < mesh->nlocal; i++) distance[i] = times[i];
  iso_eikonal_free(wave);
  return status;
}

/* Whether an element has nodes on both sides of a distance. */
static bool is_passed(const iso_mesh *mesh, iso_lid e, const double *distance, double at) {
  const iso_lid *node = mesh->conn + (int64_t)e * mesh->width;
  bool below = false, above = false;
  for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++) {
    below |= distance[node[k]] < at;
    above |= distance[node[k]] >= at;
  }
  return below && above;
}

/* own: room for [nowned]. */
static void lack_band(const iso_mesh *mesh, const iso_select_around *a, const double *distance, double *own,
                      double *lack) {
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    const double out = fabs(distance[i] - a->distance_mm) - a->width_mm / 2;
    own[i] = out <= ISO_SELECT_ROOM_MM ? 0 : out;
  }
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int k = 0; is_passed(mesh, e, distance, a->distance_mm) && k < iso_shape_nodes(mesh->shape[e]);
         k++) {
      const iso_lid i = mesh->conn[(int64_t)e * mesh->width + k];
      if (i < mesh->nowned) own[i] = 0;
    }
  for (iso_lid i = 0; i < mesh->nowned; i++) lack[i] = fmax(lack[i], own[i]);
}

static iso_status meet_around(const iso_mesh *mesh, const iso_select_around *a, double *lack,
                              iso_error *err) {
  double *distance = NULL, *own = NULL;
  iso_selection from;
  ISO_TRY(find_site(mesh, a->of, a->site, &from, err));
  iso_status status = iso_alloc(&distance, (size_t)mesh->nlocal, sizeof *distance, "distances", err);
  if (status == ISO_OK) status = iso_alloc(&own, (size_t)mesh->nowned, sizeof *own, "distances", err);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) status = iso_setup_distances(mesh, &from, distance, err);
  if (status == ISO_OK) lack_band(mesh, a, distance, own, lack);
  iso_selection_free(&from);
  free(distance);
  free(own);
  return status;
}

/* ---- path ---- */

typedef struct way {
  iso_hull hull;
  iso_path_stop *stop; /* [nstops] */
  int64_t **node;      /* [nstops] of each */
  iso_surface_path path;
  iso_strip strip;
} way;

/* Those of a set that are on the hull, by their index there. number, node: freed by the caller. */
static iso_status list_stop(const iso_mesh *mesh, const iso_hull *hull, const iso_selection *found,
                            iso_gid *number, iso_gid **all, int64_t **node, int64_t *n, iso_error *err) {
  int64_t total;
  for (int64_t k = 0; k < found->count; k++) number[k] = mesh->gid[found->node[k]];
  ISO_TRY(iso_gather_whole(mesh->comm, found->count, number, sizeof *number, "a path", &total, all, err));
  ISO_TRY(iso_agree(mesh->comm, iso_alloc(node, (size_t)total, sizeof **node, "a path", err), err));
  *n = 0;
  for (int64_t k = 0; k < total; k++) {
    const int64_t i = iso_hull_find(hull, (*all)[k]);
    if (i >= 0) (*node)[(*n)++] = i;
  }
  return ISO_OK;
}

static iso_status find_stop(const iso_mesh *mesh, const iso_select_stop *stop, way *w, int k,
                            iso_error *err) {
  iso_selection found;
  iso_gid *number = NULL, *all = NULL;
  if (!stop->of) {
    ISO_TRY(iso_agree(mesh->comm, iso_alloc(&w->node[k], 1, sizeof *w->node[k], "a path", err), err));
    w->node[k][0] = iso_hull_nearest(&w->hull, stop->at_mm);
    w->stop[k] = (iso_path_stop){1, w->node[k]};
    return ISO_OK;
  }
  ISO_TRY(find_site(mesh, stop->of, stop->site, &found, err));
  iso_status status = iso_alloc(&number, (size_t)found.count, sizeof *number, "a path", err);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK)
    status = list_stop(mesh, &w->hull, &found, number, &all, &w->node[k], &w->stop[k].n, err);
  if (status == ISO_OK && w->stop[k].n == 0)
    status = iso_fail(err, ISO_EINPUT, "the site '%s' has no node on the outer surface, where paths go",
                      stop->site);
  w->stop[k].node = w->node[k];
  iso_selection_free(&found);
  free(number);
  free(all);
  return status;
}

static iso_status lack_strip(const iso_mesh *mesh, const iso_select_path *p, const iso_strip *strip,
                             double *lack) {
  const double half = p->width_mm / 2;
  double low[3], high[3];
  iso_strip_bounds(strip, low, high);
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    const double *x = mesh->xyz[i];
    double box = 0, deep;
    for (int d = 0; d < 3; d++) box = fmax(box, fmax(low[d] - x[d], x[d] - high[d]));
    if (box > half + 1) { /* far away: the box says enough of how far */
      lack[i] = fmax(lack[i], box - half);
      continue;
    }
    double out = iso_strip_distance(strip, x, &deep) - half;
    if (!isnan(p->depth_mm)) out = fmax(out, deep - p->depth_mm);
    if (out > ISO_SELECT_ROOM_MM) lack[i] = fmax(lack[i], out);
  }
  return ISO_OK;
}

static iso_status find_strip(const iso_mesh *mesh, const iso_select_path *p, way *w, iso_error *err) {
  int lost = 0;
  iso_error why = {0};
  for (int k = 0; k < p->nstops; k++) ISO_TRY(find_stop(mesh, &p->stops[k], w, k, err));
  iso_status status = iso_surface_path_find(&w->path, &w->hull, p->nstops, w->stop, p->closed, &lost, &why);
  if (status == ISO_EINPUT)
    iso_fail(err, status, "path: no way along the outer surface leads from stop %d to the next", lost - 1);
  else if (status != ISO_OK)
    iso_fail(err, status, "%s", why.message);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  const double depth = isnan(p->depth_mm) ? INFINITY : p->depth_mm;
  return iso_agree(mesh->comm, iso_strip_new(&w->strip, &w->hull, &w->path, depth, err), err);
}

static iso_status meet_path(const iso_mesh *mesh, const iso_select_path *p, double *lack, iso_error *err) {
  way w = {0};
  const size_t n = (size_t)p->nstops;
  iso_status status = iso_hull_new(&w.hull, mesh, err);
  if (status == ISO_OK) {
    status = iso_alloc(&w.stop, n, sizeof *w.stop, "a path", err);
    if (status == ISO_OK) status = iso_alloc(&w.node, n, sizeof *w.node, "a path", err);
    status = iso_agree(mesh->comm, status, err);
  }
  if (status == ISO_OK) status = find_strip(mesh, p, &w, err);
  if (status == ISO_OK) status = lack_strip(mesh, p, &w.strip, lack);
  for (size_t k = 0; w.node && k < n; k++) free(w.node[k]);
  free(w.node);
  free(w.stop);
  iso_strip_free(&w.strip);
  iso_surface_path_free(&w.path);
  iso_hull_free(&w.hull);
  return status;
}

/* ---- field ---- */

static iso_status meet_field(const iso_mesh *mesh, const iso_select_field *f, double *lack, iso_error *err) {
  double *value;
  ISO_TRY(iso_alloc_all(mesh->comm, &value, (size_t)mesh->nowned, sizeof *value, "a field", err));
  const iso_status status = iso_node_field_read(mesh, f->file, f->variable, value, err);
  for (iso_lid i = 0; status == ISO_OK && i < mesh->nowned; i++) {
    const bool above = isnan(f->at_least) || value[i] >= f->at_least;
    const bool below = isnan(f->below) || value[i] < f->below;
    if (isnan(value[i]) || !above || !below) lack[i] = INFINITY;
  }
  free(value);
  return status;
}

iso_status iso_setup_meet(const iso_mesh *mesh, const iso_select *s, double *lack, iso_error *err) {
  if (s->has_field) ISO_TRY(meet_field(mesh, &s->field, lack, err));
  if (s->has_around) ISO_TRY(meet_around(mesh, &s->around, lack, err));
  return s->has_path ? meet_path(mesh, &s->path, lack, err) : ISO_OK;
}
