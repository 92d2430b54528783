#include "study/tune.h"

#include "base/memory.h"
#include "base/timer.h"
#include "grid/ask/edges.h"
#include "study/accuracy.h"
#include "study/cable.h"
#include "study/tune_search.h"
#include "study/tune_strips.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Of the conductivity: below, the velocity is the mesh's, not the tissue's. */
#define LEAST_POWER 0.25

const char *iso_tuned_strip_text(const iso_tuned *item, char text[ISO_TUNED_STRIP_TEXT]) {
  static const char *const shapes[ISO_NSHAPES] = {"lines", "triangles", "tetrahedra", "hexahedra"};
  snprintf(text, ISO_TUNED_STRIP_TEXT, "strips of %s with edges of %.4g mm, steps of %.4g ms",
           shapes[item->shape], item->edge_mm, item->step_ms);
  return text;
}

const char *iso_tune_direction_text(iso_tune_direction direction) {
  static const char *const text[] = {"along the fibres", "across the fibres", "normal to the sheets",
                                     "in every direction"};
  return text[direction];
}

const char *iso_tune_direction_key(iso_tune_direction direction) {
  static const char *const key[] = {"longitudinal_S_per_m", "transverse_S_per_m", "normal_S_per_m",
                                    "isotropic_S_per_m"};
  return key[direction];
}

/* ---- what is asked for ---- */

static bool has_key(const iso_config *config, int region, iso_tune_direction direction) {
  char path[96];
  snprintf(path, sizeof path, "regions.%d.conductivity.%s", region, iso_tune_direction_key(direction));
  return iso_config_given(config, path);
}

static double asked(const iso_config_velocity *v, iso_tune_direction direction) {
  const double of[] = {v->longitudinal_m_per_s, v->transverse_m_per_s, v->normal_m_per_s};
  return isnan(v->isotropic_m_per_s) ? of[direction] : v->isotropic_m_per_s;
}

static double start(const iso_config_region *r, iso_tune_direction direction) {
  const double of[] = {r->longitudinal_S_per_m, r->transverse_S_per_m, r->normal_S_per_m,
                       r->longitudinal_S_per_m};
  return of[direction];
}

static void add(const iso_config *config, int r, iso_tune_direction direction, double velocity,
                iso_tuning *out) {
  out->item[out->n++] = (iso_tuned){.region = r,
                                    .direction = direction,
                                    .asked_m_per_s = velocity,
                                    .start_S_per_m = start(&config->regions[r], direction)};
}

static iso_status add_region(const iso_config *config, int r, iso_tuning *out, iso_error *err) {
  const iso_config_velocity *v = &config->regions[r].velocity;
  const bool alike = !isnan(v->isotropic_m_per_s);
  if (has_key(config, r, ISO_EVERY_WAY)) {
    char path[64];
    snprintf(path, sizeof path, "regions.%d.velocity", r);
    if (alike) add(config, r, ISO_EVERY_WAY, v->isotropic_m_per_s, out);
    for (int d = 0; d < ISO_EVERY_WAY && !alike; d++)
      if (!isnan(asked(v, d)))
        return iso_config_fail(
            config, err, path,
            "the velocity of region '%.60s' is to depend on the direction, and its conductivity is "
            "isotropic_S_per_m; give longitudinal_S_per_m and transverse_S_per_m to begin with",
            config->regions[r].name);
    return ISO_OK;
  }
  for (int d = 0; d < ISO_EVERY_WAY; d++) {
    const bool of_others = d == ISO_NORMAL_TO_SHEET && alike && !has_key(config, r, d);
    if (!isnan(asked(v, d)) && !of_others) add(config, r, d, asked(v, d), out);
  }
  return ISO_OK;
}

static iso_status list(const iso_config *config, iso_tuning *out, iso_error *err) {
  *out = (iso_tuning){0};
  ISO_TRY(
      iso_alloc(&out->item, (size_t)config->nregions * ISO_EVERY_WAY, sizeof *out->item, "velocities", err));
  for (int r = 0; r < config->nregions; r++) ISO_TRY(add_region(config, r, out, err));
  if (out->n > 0) return ISO_OK;
  return iso_config_fail(config, err, "regions",
                         "no region asks for a velocity: give one the section velocity, like "
                         "{longitudinal_m_per_s: 0.6, transverse_m_per_s: 0.3}");
}

/* ---- the search ---- */

/* The other conductivity of a strip while along is tried: as the velocities that are asked for will have it.
 */
static double beside(const iso_config *config, const iso_tuned *item, double along) {
  const iso_config_region *region = &config->regions[item->region];
  const iso_tune_direction other = item->direction == ISO_ALONG_FIBRE ? ISO_ACROSS_FIBRE : ISO_ALONG_FIBRE;
  if (item->direction == ISO_EVERY_WAY) return along;
  const double velocity = asked(&region->velocity, other);
  if (isnan(velocity)) return start(region, other);
  return along * (velocity / item->asked_m_per_s) * (velocity / item->asked_m_per_s);
}

typedef struct trial {
  const iso_config *config;
  const iso_tuned *item;
  iso_cable *cable;
  bool ran; /* with another conductivity */
} trial;

/* What runs with one conductivity and is refused with another is beyond what the scheme can take of it. */
static iso_status try(void *self, double along, double *m_per_s, iso_error *err) {
  trial *t = self;
  iso_error why = {0};
  const iso_status status =
      iso_cable_velocity(t->cable, along, beside(t->config, t->item, along), m_per_s, &why);
  if (status == ISO_EINPUT && t->ran) {
    *m_per_s = INFINITY;
    return ISO_OK;
  }
  t->ran = true;
  return status == ISO_OK ? ISO_OK : iso_fail(err, status, "%s", why.message);
}

/* The message of a velocity that cannot be had, at the key that asks for it. */
static iso_status refuse(const iso_config *config, const iso_tuned *item, const iso_tune_limits *limits,
                         iso_error *err) {
  const iso_config_region *region = &config->regions[item->region];
  char path[64];
  snprintf(path, sizeof path, "regions.%d.velocity", item->region);
  if (!(limits->slowest_m_per_s > 0))
    return iso_config_fail(
        config, err, path,
        "in region '%.60s' no wave comes through a strip %s with edges of %.3g mm, whatever the conductivity "
        "up to %.3g S/m: is %s excitable with these parameters? A finer mesh may help (mesh.refine)",
        region->name, iso_tune_direction_text(item->direction), item->edge_mm, limits->most_S_per_m,
        region->model->name);
  if (limits->slowest_m_per_s > item->asked_m_per_s)
    return iso_config_fail(
        config, err, path,
        "in region '%.60s' %.3g m/s %s are out of reach with edges of %.3g mm: the slowest wave that comes "
        "through them has %.3g m/s, with %.3g S/m, and with less it is blocked; use a finer mesh "
        "(mesh.refine), or ask for a faster wave",
        region->name, item->asked_m_per_s, iso_tune_direction_text(item->direction), item->edge_mm,
        limits->slowest_m_per_s, limits->slowest_S_per_m);
  return iso_config_fail(
      config, err, path,
      "in region '%.60s' %.3g m/s %s are out of reach: %.3g m/s is all that %.3g S/m give; "
      "ask for a slower wave",
      region->name, item->asked_m_per_s, iso_tune_direction_text(item->direction), limits->fastest_m_per_s,
      limits->most_S_per_m);
}

static iso_status tune(const iso_config *config, const iso_tune_options *options, iso_tuned *item,
                       iso_error *err) {
  const double began = iso_clock();
  trial t = {.config = config, .item = item};
  iso_tune_limits limits;
  ISO_TRY(iso_tune_cable(&t.cable, config, item, options->no_cache, err));
  iso_tune_found found;
  iso_status status = iso_tune_search(&(iso_tune_wave){&t, try}, item->asked_m_per_s, item->start_S_per_m,
                                      &found, &limits, err);
  iso_cable_free(t.cable);
  ISO_TRY(status);
  item->found_S_per_m = found.S_per_m;
  item->velocity_m_per_s = found.m_per_s;
  item->power = found.power;
  item->runs = found.runs;
  item->seconds = iso_clock() - began;
  return isnan(found.S_per_m) ? refuse(config, item, &limits, err) : ISO_OK;
}

/* ---- all of them ---- */

static void warn_of_fields(const iso_config *config, const iso_tuning *t, const iso_log *log) {
  for (int k = 0; k < t->n; k++) {
    const iso_config_region *r = &config->regions[t->item[k].region];
    const bool again = k > 0 && t->item[k].region == t->item[k - 1].region;
    for (int p = 0; p < r->nparameters && !again; p++)
      if (iso_setting_varies(&r->parameters[p]))
        iso_log_say(log, ISO_LOG_WARNING,
                    "region %s: %s differs from node to node; the strip has the value of the variant",
                    r->name, r->parameters[p].name);
  }
}

/* A wave that hardly minds its conductivity is driven by the elements. */
static void warn_of_coarse(const iso_config *config, const iso_tuning *t, const iso_log *log) {
  for (int k = 0; k < t->n; k++) {
    const iso_tuned *i = &t->item[k];
    if (!(i->power < LEAST_POWER)) continue;
    iso_log_say(
        log, ISO_LOG_WARNING,
        "region %s: with edges of %.2g mm the velocity %s hardly depends on the conductivity (its power "
        "is %.2g, and 0.5 on fine meshes): the elements carry the wave; use a finer mesh (mesh.refine)",
        config->regions[i->region].name, i->edge_mm, iso_tune_direction_text(i->direction), i->power);
  }
}

static iso_status make_strips(MPI_Comm comm, const iso_config *config, const iso_tune_options *options,
                              iso_tuning *t, iso_error *err) {
  iso_timer timer;
  iso_timer_start(&timer);
  iso_setup setup = {.config = config, .log = options->log, .timer = &timer, .no_pacing = true};
  iso_status status = iso_setup_mesh(&setup, comm, err);
  if (status == ISO_OK) status = iso_setup_tissue(&setup, err);
  if (status == ISO_OK) status = iso_tune_strips(&setup, options->edge_mm, t, err);
  iso_setup_free(&setup);
  return status;
}

iso_status iso_tune(MPI_Comm comm, const iso_config *config, const iso_tune_options *options, iso_tuning *out,
                    iso_error *err) {
  int rank, ranks;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &ranks);
  iso_status status = iso_agree(comm, list(config, out, err), err);
  if (status == ISO_OK) status = make_strips(comm, config, options, out, err);
  if (status == ISO_OK) {
    warn_of_fields(config, out, options->log);
    for (int k = rank; status == ISO_OK && k < out->n; k += ranks)
      status = tune(config, options, &out->item[k], err);
    status = iso_agree(comm, status, err);
  }
  if (status == ISO_OK) {
    iso_tune_share(comm, out);
    warn_of_coarse(config, out, options->log);
  }
  if (status != ISO_OK) iso_tuning_free(out);
  return status;
}
