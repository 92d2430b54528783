#include "fit/maps.h"

#include "base/memory.h"
#include "base/share.h"
#include "fit/exponential.h"
#include "fit/waves.h"
#include "result/maps.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The logarithm of what the configuration's fields and layers multiply the velocities of an element by. */
static double known_factor(const iso_fit_model *m, iso_lid e) {
  const double *boost = m->wave.setup->tissue.boost;
  return boost && boost[e] > 0 ? iso_fit_log(boost[e]) / 2 : 0; /* burned tissue has none */
}

/* Logarithms at nodes: of velocities along the fibres, and of what they are times those of the configuration.
 * Means over elements. */
static void find_velocities(const iso_fit_model *m, const double *z, double *along, double *factor) {
  const iso_mesh *mesh = m->places.mesh;
  for (iso_lid i = 0; i < mesh->nlocal; i++) along[i] = factor[i] = 0;
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    const int r = iso_tissue_region(&m->tissue, iso_mesh_tag(mesh, e));
    const double ratio = m->at.ratio[r] >= 0 ? m->at.ratio_spread * z[m->at.ratio[r]] : 0;
    const double by = iso_fit_model_factor(m, e, z) + ratio / 2;
    const double all = iso_fit_log(m->wave.speeds[r].along) + known_factor(m, e);
    for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++) {
      const iso_lid node = mesh->conn[(int64_t)e * mesh->width + k];
      along[node] += by + all, factor[node] += by;
    }
  }
  for (iso_lid i = 0; i < mesh->nlocal; i++) {
    const double n = (double)(m->places.around.first[i + 1] - m->places.around.first[i]);
    along[i] /= n, factor[i] /= n;
  }
}

static void add_times(void *self, int member, const double *time) {
  iso_fit_maps *maps = self;
  for (iso_lid i = 0; i < maps->model->places.mesh->nlocal; i++)
    iso_fit_add_value(time[i], member, &maps->time_ms[i], &maps->time_sd[i]);
}

/* Of the logarithm of a region's velocity along the fibres, beforehand. */
static double variance_of(const iso_fit_model *m, int r) {
  const double half = m->at.ratio[r] >= 0 ? m->at.ratio_spread / 2 : 0;
  return m->at.velocity_spread * m->at.velocity_spread + half * half;
}

/* Of a node's, which is the mean over its elements: each region's counts with its share of them. */
static double variance_at(const iso_fit_model *m, iso_lid node) {
  const iso_around *around = &m->places.around;
  const int64_t first = around->first[node], end = around->first[node + 1];
  const iso_mesh *mesh = m->places.mesh;
  double pairs = 0;
  for (int64_t j = first; j < end; j++) {
    const int r = iso_tissue_region(&m->tissue, iso_mesh_tag(mesh, around->elem[j]));
    for (int64_t k = first; k < end; k++)
      if (iso_tissue_region(&m->tissue, iso_mesh_tag(mesh, around->elem[k])) == r) pairs += variance_of(m, r);
  }
  const double n = (double)(end - first);
  return pairs / (n * n) + m->at.field_spread * m->at.field_spread + iso_fit_scars_variance(m, node);
}

static void finish(iso_fit_maps *maps, int members) {
  const iso_fit_model *m = maps->model;
  for (iso_lid i = 0; i < m->places.mesh->nlocal; i++) {
    const double whole = variance_at(m, i);
    maps->time_sd[i] = sqrt(maps->time_sd[i] / (members - 1));
    const double spread = sqrt(maps->velocity_sd[i] / (members - 1));
    maps->velocity[i] = iso_fit_exp(maps->velocity[i]);
    maps->velocity_sd[i] = 100 * (iso_fit_exp(spread) - 1);
    maps->known[i] = whole > 0 ? spread / sqrt(whole) : 0;
    maps->slow[i] /= members;
  }
}

static iso_status make(iso_fit_maps *maps, iso_fit_work *w, const iso_ensemble *e, double **room,
                       iso_error *err) {
  const size_t n = (size_t)w->setup.mesh->nlocal;
  const double slow = iso_fit_log(w->setup.config->fit.slow_percent / 100);
  ISO_TRY(iso_alloc(&maps->time_ms, n, sizeof *maps->time_ms, "maps", err));
  ISO_TRY(iso_alloc(&maps->time_sd, n, sizeof *maps->time_sd, "maps", err));
  ISO_TRY(iso_alloc(&maps->velocity, n, sizeof *maps->velocity, "maps", err));
  ISO_TRY(iso_alloc(&maps->velocity_sd, n, sizeof *maps->velocity_sd, "maps", err));
  ISO_TRY(iso_alloc(&maps->slow, n, sizeof *maps->slow, "maps", err));
  ISO_TRY(iso_alloc(&maps->known, n, sizeof *maps->known, "maps", err));
  ISO_TRY(iso_alloc(room, 2 * n, sizeof **room, "maps", err));
  for (int k = 0; iso_rank(w->comm) == 0 && k < e->members; k++) {
    find_velocities(&w->model, e->z + (size_t)k * (size_t)e->nz, *room, *room + n);
    for (size_t i = 0; i < n; i++) {
      iso_fit_add_value((*room)[i], k, &maps->velocity[i], &maps->velocity_sd[i]);
      maps->slow[i] += (*room)[n + i] < slow;
    }
  }
  return ISO_OK;
}

iso_status iso_fit_maps_new(iso_fit_maps *out, iso_fit_work *w, const iso_ensemble *e, iso_error *err) {
  double *room = NULL;
  *out = (iso_fit_maps){.model = &w->model, .members = e->members};
  iso_status status = iso_agree(w->comm, make(out, w, e, &room, err), err);
  if (status == ISO_OK) status = iso_fit_waves(w->comm, &w->model, e->members, e->z, add_times, out, err);
  if (status == ISO_OK && iso_rank(w->comm) == 0) finish(out, e->members);
  free(room);
  return status;
}

void iso_fit_maps_free(iso_fit_maps *maps) {
  free(maps->time_ms);
  free(maps->time_sd);
  free(maps->velocity);
  free(maps->velocity_sd);
  free(maps->slow);
  free(maps->known);
  *maps = (iso_fit_maps){0};
}

/* ---- the file ---- */

static void fill(const void *self, int64_t row, double *owned) {
  const iso_fit_map *m = self;
  (void)row;
  for (iso_lid i = 0; i < m->mesh->nowned; i++) owned[i] = isfinite(m->value[i]) ? m->value[i] : NAN;
}

static bool is_taken(const iso_results *results, const char *name) {
  for (int k = 0; k < results->nvariables; k++)
    if (!strcmp(results->variables[k].name, name)) return true;
  return false;
}

iso_status iso_fit_map_name(iso_arena *memory, const iso_results *results, const char *what, const char *of,
                            int number, const char **out, iso_error *err) {
  char *name;
  ISO_TRY(iso_arena_print(memory, &name, err, "%s_%.60s", what, of));
  for (char *c = name; *c; c++)
    if (!((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9'))) *c = '_';
  while (is_taken(results, name)) ISO_TRY(iso_arena_print(memory, &name, err, "%s_%d", name, number));
  *out = name;
  return ISO_OK;
}

iso_status iso_fit_map_add(iso_results *results, const iso_fit_map *map, iso_error *err) {
  return iso_results_add(results,
                         &(iso_variable){.name = map->name,
                                         .unit = map->unit,
                                         .meaning = map->meaning,
                                         .type = ISO_VARIABLE_REAL,
                                         .may_lack = true,
                                         .fill = fill,
                                         .self = map},
                         err);
}

iso_status iso_fit_maps_write(const iso_fit_model *model, const iso_results *results,
                              const iso_provenance *provenance, const char *path, iso_error *err) {
  return iso_maps_write(path,
                        &(iso_maps){.title = model->config->title,
                                    .mesh = model->places.mesh,
                                    .compression = model->config->outputs.compression,
                                    .results = results,
                                    .nattributes = provenance->count,
                                    .attributes = provenance->attribute},
                        err);
}

iso_status iso_fit_maps_save(const iso_fit_maps *maps, const iso_provenance *provenance, const char *path,
                             iso_error *err) {
  const iso_mesh *mesh = maps->model->places.mesh;
  const iso_fit_map all[] = {
      {"activation_time", "ms", "mean over the twin's members", mesh, maps->time_ms},
      {"activation_time_sd", "ms", "its standard deviation", mesh, maps->time_sd},
      {"velocity", "m/s", "along the fibres, geometric mean over the members", mesh, maps->velocity},
      {"velocity_sd", "%", "its standard deviation", mesh, maps->velocity_sd},
      {"slow_probability", "1",
       "share of the members whose velocity is below fit.slow_percent of the configuration's", mesh,
       maps->slow},
      {ISO_FIT_MAPS_MARK, "1", "spread of its logarithm, by that of what is known beforehand", mesh,
       maps->known},
  };
  iso_results results = {0};
  iso_status status = ISO_OK;
  for (size_t k = 0; k < sizeof all / sizeof *all && status == ISO_OK; k++)
    status = iso_fit_map_add(&results, &all[k], err);
  if (status == ISO_OK) status = iso_fit_maps_write(maps->model, &results, provenance, path, err);
  iso_results_free(&results);
  return status;
}
