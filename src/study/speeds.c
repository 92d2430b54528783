#include "study/speeds.h"

#include "study/tune_strips.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* About the velocity of a front, in sqrt(D / ms): see tissue/resolution.h. */
#define FRONT 2.0
#define FRONT_MS 1.0 /* in which it rises */

static double *speed_of(iso_speeds *s, iso_tune_direction direction) {
  double *const of[] = {&s->along, &s->across, &s->normal, &s->along};
  return of[direction];
}

/* ---- what is asked for ---- */

static bool asks(const iso_config_velocity *v) {
  return !isnan(v->longitudinal_m_per_s) || !isnan(v->transverse_m_per_s) || !isnan(v->normal_m_per_s) ||
         !isnan(v->isotropic_m_per_s);
}

static iso_status take_asked(const iso_config *config, int r, iso_speeds *out, iso_error *err) {
  const iso_config_velocity *v = &config->regions[r].velocity;
  char path[64];
  if (!isnan(v->isotropic_m_per_s)) {
    out->along = out->across = out->normal = v->isotropic_m_per_s;
    return ISO_OK;
  }
  out->along = v->longitudinal_m_per_s;
  out->across = v->transverse_m_per_s;
  out->normal = isnan(v->normal_m_per_s) ? v->transverse_m_per_s : v->normal_m_per_s;
  if (!isnan(out->along) && !isnan(out->across)) return ISO_OK;
  snprintf(path, sizeof path, "regions.%d.velocity", r);
  return iso_config_fail(config, err, path,
                         "an eikonal wave needs longitudinal_m_per_s and transverse_m_per_s, or "
                         "isotropic_m_per_s alone; or leave velocity out, and it is found from the "
                         "conductivities");
}

/* ---- what is measured ---- */

static double conductivity_of(const iso_config_region *r, iso_tune_direction direction) {
  const double of[] = {r->longitudinal_S_per_m, r->transverse_S_per_m, r->normal_S_per_m,
                       r->longitudinal_S_per_m};
  return of[direction];
}

static void add(const iso_config *config, int r, iso_tune_direction direction, iso_tuning *t) {
  t->item[t->n++] = (iso_tuned){
      .region = r, .direction = direction, .start_S_per_m = conductivity_of(&config->regions[r], direction)};
}

static void add_region(const iso_config *config, int r, iso_tuning *t) {
  const iso_config_region *region = &config->regions[r];
  const bool round = region->normal_S_per_m == region->transverse_S_per_m;
  if (round && region->longitudinal_S_per_m == region->transverse_S_per_m) {
    add(config, r, ISO_EVERY_WAY, t);
    return;
  }
  add(config, r, ISO_ALONG_FIBRE, t);
  add(config, r, ISO_ACROSS_FIBRE, t);
  if (!round) add(config, r, ISO_NORMAL_TO_SHEET, t);
}

static iso_status measure(const iso_setup *setup, iso_tuned *item, iso_error *err) {
  const iso_config_region *region = &setup->config->regions[item->region];
  const double along = item->start_S_per_m;
  const double beside = item->direction == ISO_EVERY_WAY     ? along
                        : item->direction == ISO_ALONG_FIBRE ? region->transverse_S_per_m
                                                             : region->longitudinal_S_per_m;
  iso_cable *cable;
  char path[64];
  item->asked_m_per_s = FRONT * sqrt(along / (region->chi_per_mm * region->cm_uF_per_mm2));
  ISO_TRY(iso_tune_cable(&cable, setup->config, item, setup->no_cache, err));
  const iso_status status = iso_cable_velocity(cable, along, beside, &item->velocity_m_per_s, err);
  iso_cable_free(cable);
  const bool may_block = setup->config->method == ISO_METHOD_RECURRENT;
  if (status != ISO_OK || item->velocity_m_per_s > 0 || may_block) return status;
  snprintf(path, sizeof path, "regions.%d.conductivity", item->region);
  return iso_config_fail(
      setup->config, err, path,
      "in region '%.60s' no wave comes through a strip %s with edges of %.3g mm and %.3g S/m, so that its "
      "velocity is not known: say it by velocity, or use a finer mesh (mesh.refine)",
      region->name, iso_tune_direction_text(item->direction), item->edge_mm, along);
}

static iso_status measure_all(const iso_setup *setup, iso_tuning *t, iso_error *err) {
  MPI_Comm comm = setup->mesh->comm;
  int rank, ranks;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &ranks);
  if (t->n == 0) return ISO_OK;
  ISO_TRY(iso_tune_strips(setup, NAN, t, err));
  iso_status status = ISO_OK;
  for (int k = rank; status == ISO_OK && k < t->n; k += ranks) status = measure(setup, &t->item[k], err);
  ISO_TRY(iso_agree(comm, status, err));
  iso_tune_share(comm, t);
  return ISO_OK;
}

static void take_measured(const iso_tuning *t, iso_speeds *out) {
  for (int k = 0; k < t->n; k++) {
    const iso_tuned *item = &t->item[k];
    iso_speeds *s = &out[item->region];
    *speed_of(s, item->direction) = item->velocity_m_per_s;
    if (item->direction == ISO_EVERY_WAY) s->across = s->along;
    if (item->direction != ISO_ALONG_FIBRE && item->direction != ISO_NORMAL_TO_SHEET) s->normal = s->across;
    s->front_mm = s->along * FRONT_MS;
  }
}

/* ---- both ---- */

static iso_status check_directions(const iso_setup *setup, int r, const iso_speeds *s, iso_error *err) {
  const iso_mesh *mesh = setup->mesh;
  char path[64];
  snprintf(path, sizeof path, "regions.%d.velocity", r);
  if (!mesh->fibres && (s->along != s->across || s->normal != s->across))
    return iso_config_fail(setup->config, err, path,
                           "the mesh has no fibres for a velocity that depends on the direction; give "
                           "mesh.fibre, a mesh with fibres, or isotropic_m_per_s");
  if (!mesh->sheets && s->normal != s->across)
    return iso_config_fail(setup->config, err, path,
                           "the mesh has no sheet directions for a normal velocity that differs from the "
                           "transverse one; leave normal_m_per_s out");
  return ISO_OK;
}

iso_status iso_study_speeds(const iso_setup *setup, iso_speeds *out, iso_error *err) {
  const iso_config *config = setup->config;
  iso_tuning t;
  iso_status status = iso_tune_room(&t, config->nregions, err);
  for (int r = 0; status == ISO_OK && r < config->nregions; r++) {
    if (asks(&config->regions[r].velocity))
      status = take_asked(config, r, &out[r], err);
    else
      add_region(config, r, &t);
  }
  status = iso_agree(setup->mesh->comm, status, err);
  if (status == ISO_OK) status = measure_all(setup, &t, err);
  if (status == ISO_OK) take_measured(&t, out);
  iso_tuning_free(&t);
  for (int r = 0; status == ISO_OK && r < config->nregions; r++)
    status = check_directions(setup, r, &out[r], err);
  return status;
}
