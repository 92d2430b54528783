#include "plan/heart_maps.h"

#include "base/memory.h"
#include "base/version.h"
#include "fit/maps.h"
#include "fit/waves.h"
#include "grid/hash.h"
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
  double *value; /* [cases][MAPS][nnodes] */
  double *room;  /* [nnodes] */
  bool same;     /* all members have a map of this mesh */
  bool alike;    /* or of one in another shape: nodes correspond */
  bool has_elements;
  uint64_t elements; /* their hash, of the first member */
  iso_fit_map *map;  /* [cases][MAPS] */
  iso_arena *memory;
} heart_maps;

/* ---- cases ---- */

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

static void path_of(const heart_maps *h, int row, char path[PATH_MAX]) {
  iso_member_path(h->job->options->folder, row, ISO_END_MAPS, path, PATH_MAX);
}

/* ---- whether members have maps of one mesh ---- */

/* Of one block of elements, to go on with: the hash of its nodes. */
static iso_status add_block(int nc, int block, uint64_t *hash, iso_error *err) {
  char name[32];
  int id, ndims, dim[NC_MAX_VAR_DIMS];
  size_t rows, columns;
  long long *node;
  snprintf(name, sizeof name, "connect%d", block);
  if (nc_inq_varid(nc, name, &id) != NC_NOERR ||
      nc_inq_var(nc, id, NULL, NULL, &ndims, dim, NULL) != NC_NOERR || ndims != 2 ||
      nc_inq_dimlen(nc, dim[0], &rows) != NC_NOERR || nc_inq_dimlen(nc, dim[1], &columns) != NC_NOERR)
    return ISO_OK;
  ISO_TRY(iso_alloc(&node, rows * columns, sizeof *node, "elements", err));
  if (nc_get_var_longlong(nc, id, node) == NC_NOERR)
    *hash = iso_hash_words(*hash, node, rows * columns * sizeof *node);
  free(node);
  return ISO_OK;
}

/* Of the elements of results, whatever their nodes' places. */
static iso_status hash_elements(int nc, uint64_t *hash, iso_error *err) {
  size_t nodes = 0, blocks = 0;
  int id;
  if (nc_inq_dimid(nc, "num_nodes", &id) == NC_NOERR) nc_inq_dimlen(nc, id, &nodes);
  if (nc_inq_dimid(nc, "num_el_blk", &id) == NC_NOERR) nc_inq_dimlen(nc, id, &blocks);
  *hash = iso_hash(nodes);
  for (size_t b = 1; b <= blocks; b++) ISO_TRY(add_block(nc, (int)b, hash, err));
  return ISO_OK;
}

/* Sets h->same and h->alike by a member's results. */
static iso_status compare_open(heart_maps *h, int nc, iso_error *err) {
  char was[32] = "", is[32];
  size_t length;
  uint64_t hash;
  int id;
  if (nc_inq_varid(nc, ACTIVATION, &id) != NC_NOERR) h->same = h->alike = false;
  if (nc_inq_attlen(nc, NC_GLOBAL, "mesh_checksum", &length) == NC_NOERR && length < sizeof was)
    nc_get_att_text(nc, NC_GLOBAL, "mesh_checksum", was);
  snprintf(is, sizeof is, "%016llx", (unsigned long long)h->setup.mesh->checksum);
  h->same = h->same && !strcmp(was, is);
  if (!h->alike) return ISO_OK;
  ISO_TRY(hash_elements(nc, &hash, err));
  if (!h->has_elements) h->elements = hash, h->has_elements = true;
  h->alike = hash == h->elements;
  return ISO_OK;
}

static iso_status compare(heart_maps *h, int c, int heart, iso_error *err) {
  char path[PATH_MAX];
  int nc;
  path_of(h, iso_spreads_row(h->spreads, c, heart), path);
  if (iso_nc_open(path, &nc) != NC_NOERR) {
    h->same = h->alike = false;
    return ISO_OK;
  }
  const iso_status status = compare_open(h, nc, err);
  nc_close(nc);
  return status;
}

/* Of hearts of several shapes (mesh.shape) nodes correspond where elements are the same. */
static iso_status compare_all(heart_maps *h, iso_error *err) {
  h->same = true, h->alike = h->config.mesh.has_shape;
  for (int c = 0; c < h->cases; c++)
    for (int k = 0; k < h->spreads->hearts && (h->same || h->alike); k++)
      if (iso_spreads_counts(h->spreads, c, k)) ISO_TRY(compare(h, c, k, err));
  return ISO_OK;
}

/* ---- over the hearts ---- */

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
    path_of(h, iso_spreads_row(h->spreads, c, k), path);
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
  h->cases = mapped_cases(h->spreads);
  return iso_setup_mesh(&h->setup, MPI_COMM_SELF, err);
}

/* The mean of the modes is what the maps of several shapes are shown on. */
static iso_status take_mean_shape(heart_maps *h, iso_error *err) {
  iso_setup_free(&h->setup);
  h->setup = (iso_setup){.config = &h->config, .timer = &h->timer, .no_pacing = true};
  h->config.mesh.shape.nscores = 0;
  return iso_setup_mesh(&h->setup, MPI_COMM_SELF, err);
}

static iso_status make_room(heart_maps *h, iso_error *err) {
  const size_t n = (size_t)h->setup.mesh->nowned;
  ISO_TRY(iso_alloc(&h->value, (size_t)h->cases * MAPS * n, sizeof *h->value, "maps", err));
  ISO_TRY(iso_alloc(&h->map, (size_t)h->cases * MAPS, sizeof *h->map, "maps", err));
  return iso_alloc(&h->room, n, sizeof *h->room, "maps", err);
}

static iso_status make(heart_maps *h, const char *configuration, iso_error *err) {
  ISO_TRY(compare_all(h, err));
  if (!h->same && !h->alike) {
    iso_log_say(h->job->options->log, ISO_LOG_INFO,
                "no " ISO_HEART_MAPS ": members' maps are of different meshes or lesions, or not there");
    return ISO_OK;
  }
  if (!h->same) ISO_TRY(take_mean_shape(h, err));
  ISO_TRY(make_room(h, err));
  for (int c = 0; c < h->cases; c++) ISO_TRY(add_case(h, c, err));
  return write(h, configuration, err);
}

iso_status iso_heart_maps_save(iso_job *job, const iso_spreads *spreads, const char *configuration,
                               iso_error *err) {
  heart_maps h = {.job = job, .spreads = spreads};
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
