#include "grid/ask/select.h"

#include "base/ascending.h"
#include "base/memory.h"
#include "grid/ask/named.h"
#include "grid/ask/select_fields.h"
#include "grid/ask/surface.h"
#include "grid/geometry.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what each node lacks: lack [nowned] mm, 0 inside, INFINITY where no place would do. Each condition
 * leaves the largest, since all are to be met. ---- */

static double box_lacks(const iso_select_box *box, const double x[3]) {
  double square = 0;
  bool inside = true;
  for (int d = 0; d < 3; d++) {
    const double below = box->min_mm[d] - x[d], above = x[d] - box->max_mm[d];
    inside &= below <= ISO_SELECT_ROOM_MM && above <= ISO_SELECT_ROOM_MM;
    const double out = fmax(fmax(below, above), 0);
    square += out * out;
  }
  return inside ? 0 : sqrt(square);
}

static double sphere_lacks(const iso_select_sphere *sphere, const double x[3]) {
  double square = 0;
  for (int d = 0; d < 3; d++) square += (x[d] - sphere->centre_mm[d]) * (x[d] - sphere->centre_mm[d]);
  const double out = sqrt(square) - sphere->radius_mm;
  return out <= ISO_SELECT_ROOM_MM ? 0 : out;
}

static double line_lacks(const iso_select_line *line, const double x[3]) {
  double along[3], from[3], off[3];
  iso_subtract(line->to_mm, line->from_mm, along);
  iso_subtract(x, line->from_mm, from);
  const double square = iso_dot(along, along), t = square > 0 ? iso_dot(from, along) / square : 0;
  const double at = t < 0 ? 0 : t > 1 ? 1 : t;
  for (int d = 0; d < 3; d++) off[d] = from[d] - at * along[d];
  const double out = iso_length(off) - line->radius_mm;
  return out <= ISO_SELECT_ROOM_MM ? 0 : out;
}

static void meet_place(const iso_mesh *mesh, const iso_select *s, double *lack) {
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    if (s->has_box) lack[i] = fmax(lack[i], box_lacks(&s->box, mesh->xyz[i]));
    if (s->has_sphere) lack[i] = fmax(lack[i], sphere_lacks(&s->sphere, mesh->xyz[i]));
    if (s->has_line) lack[i] = fmax(lack[i], line_lacks(&s->line, mesh->xyz[i]));
  }
}

static void meet_pattern(const iso_mesh *mesh, const iso_select_pattern *of, double *lack) {
  iso_pattern pattern;
  iso_pattern_new(&pattern, of);
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (lack[i] < INFINITY && !iso_pattern_has(&pattern, mesh->xyz[i])) lack[i] = INFINITY;
}

typedef iso_status read_list(MPI_Comm, const char *, iso_gid, int64_t *, iso_gid **, iso_error *);

/* Those that a file names. */
static iso_status meet_file(const iso_mesh *mesh, read_list *read, const char *file, double *lack,
                            iso_error *err) {
  int64_t n;
  iso_gid *list;
  ISO_TRY(read(mesh->comm, file, mesh->nnodes, &n, &list, err));
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (n == 0 || !bsearch(&mesh->gid[i], list, (size_t)n, sizeof *list, iso_ascending_int64))
      lack[i] = INFINITY;
  free(list);
  return ISO_OK;
}

static bool has_tag(const iso_select *s, int32_t tag) {
  for (int t = 0; t < s->ntags; t++)
    if (s->tags[t] == tag) return true;
  return false;
}

/* Marks the nodes of surfaces with one of the tags. */
static iso_status tag_skin(const iso_mesh *mesh, const iso_select *s, uint8_t *tagged, iso_error *err) {
  iso_gid *node;
  int64_t n = 0;
  ISO_TRY(iso_alloc_all(mesh->comm, &node, (size_t)mesh->skin.n, sizeof *node, "a selection", err));
  for (int64_t k = 0; k < mesh->skin.n; k++)
    if (has_tag(s, mesh->skin.tag[k])) node[n++] = mesh->skin.node[k];
  iso_status status = iso_mark_nodes(mesh, n, node, tagged, err);
  free(node);
  return status;
}

static iso_status meet_tags(const iso_mesh *mesh, const iso_select *s, double *lack, iso_error *err) {
  uint8_t *tagged;
  ISO_TRY(iso_alloc_all(mesh->comm, &tagged, (size_t)mesh->nlocal, 1, "a selection", err));
  iso_status status = ISO_OK;
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int k = 0; has_tag(s, iso_mesh_file_tag(mesh, e)) && k < iso_shape_nodes(mesh->shape[e]); k++)
      tagged[mesh->conn[(int64_t)e * mesh->width + k]] = 1;
  if (mesh->has_skin) status = tag_skin(mesh, s, tagged, err);
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (!tagged[i]) lack[i] = INFINITY;
  free(tagged);
  return status;
}

/* A surface with a name, or the outer one. */
static iso_status meet_surface(const iso_mesh *mesh, const char *name, double *lack, iso_error *err) {
  uint8_t *on;
  ISO_TRY(iso_alloc_all(mesh->comm, &on, (size_t)mesh->nowned, 1, "a selection", err));
  iso_status status = name ? iso_named_nodes(mesh, name, on, err)
                           : iso_agree(mesh->comm, iso_surface_nodes(mesh, on, err), err);
  for (iso_lid i = 0; status == ISO_OK && i < mesh->nowned; i++)
    if (!on[i]) lack[i] = INFINITY;
  free(on);
  return status;
}

/* A list whose numbers are those of the mesh's file, where nodes have others now, came with the mesh. */
static iso_status meet_list(const iso_mesh *mesh, read_list *read, const char *file, double *lack,
                            iso_error *err) {
  char name[ISO_NAME_SIZE];
  iso_list_name(file, name);
  return iso_surfaces_find(&mesh->surfaces, name) >= 0 ? meet_surface(mesh, name, lack, err)
                                                       : meet_file(mesh, read, file, lack, err);
}

static iso_status meet(const iso_mesh *mesh, const iso_select *s, iso_select_further *further, double *lack,
                       iso_error *err);

typedef enum { ALL, ANY, NONE } combination;

/* With the part lack of one of several sets: part and best are room for [nowned]. */
static void combine(iso_lid n, combination how, const double *part, double *best, double *lack) {
  for (iso_lid i = 0; i < n; i++) {
    if (how == ALL) lack[i] = fmax(lack[i], part[i]);
    if (how == ANY) best[i] = fmin(best[i], part[i]);
    if (how == NONE && part[i] == 0) lack[i] = INFINITY;
  }
}

static iso_status meet_sets(const iso_mesh *mesh, combination how, int n, const iso_select *sets,
                            iso_select_further *further, double *lack, iso_error *err) {
  double *part, *best;
  if (n == 0) return ISO_OK;
  ISO_TRY(iso_alloc_all(mesh->comm, &part, 2 * (size_t)mesh->nowned, sizeof *part, "a selection", err));
  iso_status status = ISO_OK;
  best = part + mesh->nowned;
  for (iso_lid i = 0; i < mesh->nowned; i++) best[i] = INFINITY;
  for (int k = 0; k < n && status == ISO_OK; k++) {
    memset(part, 0, (size_t)mesh->nowned * sizeof *part);
    status = meet(mesh, &sets[k], further, part, err);
    combine(mesh->nowned, how, part, best, lack);
  }
  if (how == ANY) combine(mesh->nowned, ALL, best, best, lack);
  free(part);
  return status;
}

static iso_status meet(const iso_mesh *mesh, const iso_select *s, iso_select_further *further, double *lack,
                       iso_error *err) {
  meet_place(mesh, s, lack);
  if (s->has_pattern) meet_pattern(mesh, &s->pattern, lack);
  if (s->nodes) ISO_TRY(meet_list(mesh, iso_vtx_read, s->nodes, lack, err));
  if (s->ntags) ISO_TRY(meet_tags(mesh, s, lack, err));
  if (s->surface && *s->surface) ISO_TRY(meet_list(mesh, iso_surf_read, s->surface, lack, err));
  if (s->surface && !*s->surface) ISO_TRY(meet_surface(mesh, NULL, lack, err));
  if (s->surface_name) ISO_TRY(meet_surface(mesh, s->surface_name, lack, err));
  if (s->has_coordinates || s->nsegments) ISO_TRY(iso_meet_fields(mesh, s, lack, err));
  if (s->has_around || s->has_path || s->has_field) ISO_TRY(further(mesh, s, lack, err));
  if (s->same) ISO_TRY(meet_sets(mesh, ALL, 1, s->same, further, lack, err));
  ISO_TRY(meet_sets(mesh, ALL, s->nall, s->all, further, lack, err));
  ISO_TRY(meet_sets(mesh, ANY, s->nany, s->any, further, lack, err));
  return meet_sets(mesh, NONE, s->nnone, s->none, further, lack, err);
}

/* ---- the nodes ---- */

/* Of the node of each rank with the least value, then the lowest number, the one of all ranks: *value, *node
 * (-1: all are INFINITY) and its place. */
static void least_of_all(const iso_mesh *mesh, double *value, iso_gid *node, double at_mm[3]) {
  const iso_gid mine = *node;
  double least = *value, place[3] = {-INFINITY, -INFINITY, -INFINITY};
  MPI_Allreduce(value, &least, 1, MPI_DOUBLE, MPI_MIN, mesh->comm);
  *node = *value == least && isfinite(least) ? mine : INT64_MAX;
  MPI_Allreduce(MPI_IN_PLACE, node, 1, MPI_INT64_T, MPI_MIN, mesh->comm);
  if (*node == mine && *value == least) memcpy(place, at_mm, sizeof place);
  MPI_Allreduce(place, at_mm, 3, MPI_DOUBLE, MPI_MAX, mesh->comm);
  *value = least;
  if (*node == INT64_MAX) *node = -1;
}

static void find_nearest(const iso_mesh *mesh, const double *lack, iso_selection *out) {
  out->nearest = -1, out->distance_mm = INFINITY;
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    if (lack[i] > out->distance_mm || !isfinite(lack[i])) continue;
    if (lack[i] == out->distance_mm && mesh->gid[i] > out->nearest) continue;
    out->distance_mm = lack[i], out->nearest = mesh->gid[i];
    memcpy(out->at_mm, mesh->xyz[i], sizeof out->at_mm);
  }
  least_of_all(mesh, &out->distance_mm, &out->nearest, out->at_mm);
}

static iso_status list_nodes(const iso_mesh *mesh, const double *lack, iso_selection *out, iso_error *err) {
  ISO_TRY(iso_alloc(&out->node, (size_t)mesh->nowned, sizeof *out->node, "a selection", err));
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (lack[i] == 0) out->node[out->count++] = i;
  return ISO_OK;
}

iso_status iso_select_nodes(const iso_mesh *mesh, const iso_select *select, iso_select_further *further,
                            iso_selection *out, iso_error *err) {
  double *lack;
  *out = (iso_selection){.nearest = -1};
  ISO_TRY(iso_alloc_all(mesh->comm, &lack, (size_t)mesh->nowned, sizeof *lack, "a selection", err));
  iso_status status = meet(mesh, select, further, lack, err);
  if (status == ISO_OK) status = iso_agree(mesh->comm, list_nodes(mesh, lack, out, err), err);
  if (status == ISO_OK) {
    MPI_Allreduce(&out->count, &out->total, 1, MPI_INT64_T, MPI_SUM, mesh->comm);
    if (out->total == 0) find_nearest(mesh, lack, out);
  }
  free(lack);
  if (status != ISO_OK) iso_selection_free(out);
  return status;
}

void iso_selection_free(iso_selection *selection) {
  free(selection->node);
  *selection = (iso_selection){.nearest = -1};
}

const char *iso_selection_miss(const iso_selection *s, char *text, size_t size) {
  if (s->nearest < 0)
    snprintf(text, size,
             "hits no node, wherever it were: none meets its conditions on tags, lists, surfaces, fields and "
             "other "
             "sites "
             "('isochrone mesh info' prints the tags of a mesh)");
  else
    snprintf(text, size,
             "hits no node; the nearest, number %lld at (%.6g, %.6g, %.6g) mm, is %.3g mm away: move or "
             "enlarge it",
             (long long)s->nearest, s->at_mm[0], s->at_mm[1], s->at_mm[2], s->distance_mm);
  return text;
}

/* Summed as whole numbers of a power of two about 2^-30 of the largest coordinate: no order of ranks changes
 * it. */
static void find_middle(const iso_mesh *mesh, const iso_selection *s, double middle[3]) {
  double largest = 0;
  for (int64_t k = 0; k < s->count; k++)
    for (int d = 0; d < 3; d++) largest = fmax(largest, fabs(mesh->xyz[s->node[k]][d]));
  MPI_Allreduce(MPI_IN_PLACE, &largest, 1, MPI_DOUBLE, MPI_MAX, mesh->comm);
  const double unit = largest > 0 ? ldexp(1, ilogb(largest) - 30) : 1;
  int64_t sum[3] = {0};
  for (int64_t k = 0; k < s->count; k++)
    for (int d = 0; d < 3; d++) sum[d] += llround(mesh->xyz[s->node[k]][d] / unit);
  MPI_Allreduce(MPI_IN_PLACE, sum, 3, MPI_INT64_T, MPI_SUM, mesh->comm);
  for (int d = 0; d < 3; d++) middle[d] = unit * ((double)sum[d] / (double)s->total);
}

iso_gid iso_selection_centre(const iso_mesh *mesh, const iso_selection *s) {
  double middle[3], least = INFINITY, at_mm[3] = {0};
  iso_gid node = INT64_MAX;
  if (s->total == 0) return -1;
  find_middle(mesh, s, middle);
  for (int64_t k = 0; k < s->count; k++) {
    const iso_lid i = s->node[k];
    const double dx = mesh->xyz[i][0] - middle[0], dy = mesh->xyz[i][1] - middle[1],
                 dz = mesh->xyz[i][2] - middle[2];
    const double square = dx * dx + dy * dy + dz * dz;
    if (square < least || (square == least && mesh->gid[i] < node)) least = square, node = mesh->gid[i];
  }
  least_of_all(mesh, &least, &node, at_mm);
  return node;
}
