#include "plan/heart_maps.h"

#include "base/memory.h"
#include "base/version.h"
#include "fit/maps.h"
#include "fit/waves.h"
#include "result/maps.h"
#include "study/node_field.h"
#include "study/provenance.h"
#include "study/result_names.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ACTIVATION "activation_time" /* of members' results */

enum { MEAN, DEVIATION, SHARE, MAPS };

typedef struct heart_maps {
  iso_job *job;
  const iso_spreads *spreads;
  iso_config config;
  iso_timer timer;
  iso_setup setup;
  int cases;
  double *value;    /* [cases][MAPS][nnodes] */
  double *room;     /* [nnodes] */
  bool same;        /* all members have a map of this mesh */
  iso_fit_map *map; /* [cases][MAPS] */
  iso_arena *memory;
} heart_maps;

/* ---- over the hearts ---- */

/* The row of the first heart of a case that counts, or -1. */
static int first_heart(const iso_spreads *s, int c) {
  for (int k = 0; k < s->hearts; k++)
    if (iso_spreads_counts(s, c, k)) return iso_spreads_row(s, c, k);
  return -1;
}

static int mapped_cases(const iso_spreads *s) {
  return s->cases < ISO_MOST_MAPPED_CASES ? s->cases : ISO_MOST_MAPPED_CASES;
}

/* Of the first case that has one: its mesh is everybody's. */
static int first_row(const iso_spreads *s) {
  int row = -1;
  for (int c = 0; c < mapped_cases(s) && row < 0; c++) row = first_heart(s, c);
  return row;
}

/* Whether a member's results have the map, of the mesh that is here. */
static bool has_map(const heart_maps *h, const char *path) {
  char was[32] = "", is[32];
  size_t length;
  int nc, id;
  if (iso_nc_open(path, &nc) != NC_NOERR) return false;
  if (nc_inq_varid(nc, ACTIVATION, &id) == NC_NOERR &&
      nc_inq_attlen(nc, NC_GLOBAL, "mesh_checksum", &length) == NC_NOERR && length < sizeof was)
    nc_get_att_text(nc, NC_GLOBAL, "mesh_checksum", was);
  nc_close(nc);
  snprintf(is, sizeof is, "%016llx", (unsigned long long)h->setup.mesh->checksum);
  return !strcmp(was, is);
}

/* One more heart, after n. count [nnodes] of those that activate. */
static void add_heart(const heart_maps *h, double *value) {
  const iso_lid n = h->setup.mesh->nowned;
  for (iso_lid i = 0; i < n; i++) {
    double *count = &value[SHARE * n + i];
    if (isnan(h->room[i])) continue;
    iso_fit_add_value(h->room[i], (int)*count, &value[MEAN * n + i], &value[DEVIATION * n + i]);
    *count += 1;
  }
}

static void finish_case(const heart_maps *h, int hearts, double *value) {
  const iso_lid n = h->setup.mesh->nowned;
  for (iso_lid i = 0; i < n; i++) {
    const double count = value[SHARE * n + i];
    if (count < 1) value[MEAN * n + i] = NAN;
    value[DEVIATION * n + i] = count > 1 ? sqrt(value[DEVIATION * n + i] / (count - 1)) : NAN;
    value[SHARE * n + i] = count / hearts;
  }
}

static iso_status add_case(heart_maps *h, int c, iso_error *err) {
  double *value = h->value + (size_t)c * MAPS * (size_t)h->setup.mesh->nowned;
  char path[PATH_MAX];
  int hearts = 0;
  for (int k = 0; k < h->spreads->hearts; k++) {
    if (!iso_spreads_counts(h->spreads, c, k)) continue;
    iso_member_path(h->job->options->folder, iso_spreads_row(h->spreads, c, k), ISO_END_MAPS, path,
                    sizeof path);
    h->same = h->same && has_map(h, path);
    if (!h->same) return ISO_OK;
    ISO_TRY(iso_node_field_read(h->setup.mesh, path, ACTIVATION, h->room, err));
    add_heart(h, value);
    hearts++;
  }
  if (hearts > 0) finish_case(h, hearts, value);
  return ISO_OK;
}

/* ---- the file ---- */

static iso_status name_maps(heart_maps *h, int c, iso_results *results, iso_error *err) {
  static const char *const what[] = {ACTIVATION, ACTIVATION "_sd", "activated_probability"};
  static const char *const meaning[] = {"the first, mean over the hearts in which it activates",
                                        "its standard deviation over these hearts",
                                        "share of the hearts in which it activates"};
  const iso_mesh *mesh = h->setup.mesh;
  char label[256];
  const bool one = h->spreads->cases == 1;
  iso_spreads_label(h->spreads, c, label, sizeof label);
  for (int k = 0; k < MAPS; k++) {
    iso_fit_map *map = &h->map[c * MAPS + k];
    *map = (iso_fit_map){what[k], k == SHARE ? "1" : "ms", meaning[k], mesh,
                         h->value + ((size_t)c * MAPS + (size_t)k) * (size_t)mesh->nowned};
    if (!one) ISO_TRY(iso_fit_map_name(h->memory, results, what[k], label, c + 1, &map->name, err));
    ISO_TRY(iso_fit_map_add(results, map, err));
  }
  return ISO_OK;
}

static iso_status write(heart_maps *h, const char *configuration, iso_error *err) {
  const iso_attribute attributes[] = {{"program", "Isochrone " ISO_VERSION},
                                      {"program_commit", iso_program_commit()},
                                      {"intended_use", ISO_NOT_A_DEVICE},
                                      {"configuration", configuration}};
  char path[PATH_MAX];
  iso_results results = {0};
  iso_status status = iso_arena_new(&h->memory, err);
  for (int c = 0; c < h->cases && status == ISO_OK; c++)
    if (first_heart(h->spreads, c) >= 0) status = name_maps(h, c, &results, err);
  snprintf(path, sizeof path, "%s/" ISO_HEART_MAPS, h->job->options->folder);
  if (status == ISO_OK)
    status = iso_maps_write(path,
                            &(iso_maps){.title = h->config.title,
                                        .mesh = h->setup.mesh,
                                        .compression = h->config.outputs.compression,
                                        .results = &results,
                                        .nattributes = sizeof attributes / sizeof *attributes,
                                        .attributes = attributes},
                            err);
  iso_results_free(&results);
  return status;
}

/* ---- all of it ---- */

static iso_status begin(heart_maps *h, int row, iso_error *err) {
  ISO_TRY(iso_job_load(h->job, row, NULL, &h->config, MPI_COMM_SELF, err));
  iso_timer_start(&h->timer);
  h->setup = (iso_setup){.config = &h->config, .timer = &h->timer, .no_pacing = true};
  ISO_TRY(iso_setup_mesh(&h->setup, MPI_COMM_SELF, err));
  const size_t n = (size_t)h->setup.mesh->nowned;
  h->cases = mapped_cases(h->spreads);
  ISO_TRY(iso_alloc(&h->value, (size_t)h->cases * MAPS * n, sizeof *h->value, "maps", err));
  ISO_TRY(iso_alloc(&h->map, (size_t)h->cases * MAPS, sizeof *h->map, "maps", err));
  return iso_alloc(&h->room, n, sizeof *h->room, "maps", err);
}

static iso_status make(heart_maps *h, const char *configuration, iso_error *err) {
  for (int c = 0; c < h->cases && h->same; c++) ISO_TRY(add_case(h, c, err));
  if (h->same) return write(h, configuration, err);
  iso_log_say(h->job->options->log, ISO_LOG_INFO,
              "no " ISO_HEART_MAPS ": members' maps are of different meshes or lesions, or not there");
  return ISO_OK;
}

iso_status iso_heart_maps_save(iso_job *job, const iso_spreads *spreads, const char *configuration,
                               iso_error *err) {
  heart_maps h = {.job = job, .spreads = spreads, .same = true};
  const int row = first_row(spreads);
  if (row < 0) return ISO_OK;
  iso_status status = begin(&h, row, err);
  if (status == ISO_OK) status = make(&h, configuration, err);
  iso_setup_free(&h.setup);
  iso_config_free(&h.config);
  if (h.memory) iso_arena_free(h.memory);
  free(h.value);
  free(h.map);
  free(h.room);
  return status;
}
