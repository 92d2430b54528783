/* Rules of the section sites, and of sets of nodes wherever they stand: the names of sites in them, and the
 * files that they are read from. */
#include "config/sections/rules.h"

#include "config/config_read.h"
#include "config/config_sets.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Of a set made of sets: more than anyone writes, few enough to be searched one after the other. */
enum { MOST_SETS = 1000, PATH_SIZE = 256 };

/* A set that may be made of the first nsites sites. weight: of sets, counted up. */
typedef struct completion {
  const iso_config *config;
  int nsites, weight;
} completion;

/* The set of a name at path.key, where there is one. */
static iso_status find_site(completion *c, const char *name, const char *path, const char *key,
                            const iso_select **out, iso_error *err) {
  const iso_config *config = c->config;
  char at[PATH_SIZE], none[900];
  if (!name) return ISO_OK;
  snprintf(at, sizeof at, "%.200s.%s", path, key);
  const int i = iso_config_find_site(config, name);
  if (i < 0 || i >= c->nsites)
    return FAIL(at, "%s", iso_config_no_site(config, c->nsites, name, none, sizeof none));
  *out = &config->sites[i].where;
  c->weight += config->sites[i].weight;
  return ISO_OK;
}

static iso_status find_stops(completion *c, iso_select_path *way, const char *path, iso_error *err) {
  const iso_config *config = c->config;
  char at[PATH_SIZE], key[32];
  snprintf(at, sizeof at, "%.200s.path", path);
  if (way->nstops < 2) return FAIL(at, "a path has two stops at least");
  for (int k = 0; k < way->nstops; k++) {
    iso_select_stop *stop = &way->stops[k];
    snprintf(key, sizeof key, "stops.%d.site", k);
    ISO_TRY(find_site(c, stop->site, at, key, &stop->of, err));
    if ((stop->site != NULL) + !isnan(stop->at_mm[0]) == 1) continue;
    snprintf(at, sizeof at, "%.200s.path.stops.%d", path, k);
    return FAIL(at, "say where the path goes, once: site or at_mm");
  }
  return ISO_OK;
}

static iso_status check_box(const iso_config *config, const iso_select *s, const char *path, iso_error *err) {
  char key[PATH_SIZE];
  snprintf(key, sizeof key, "%.200s.box", path);
  for (int k = 0; s->has_box && k < 3; k++)
    if (s->box.min_mm[k] > s->box.max_mm[k])
      return FAIL(key, "min_mm exceeds max_mm in %c; swap them", "xyz"[k]);
  return ISO_OK;
}

/* An interval of a coordinate that does not begin anew at 1. */
static iso_status check_interval(const iso_config *config, const double range[2], const char *path,
                                 const char *name, iso_error *err) {
  char key[PATH_SIZE];
  if (!(range[0] > range[1])) return ISO_OK;
  snprintf(key, sizeof key, "%.200s.coordinates.%s", path, name);
  return FAIL(key, "%.6g comes before %.6g; swap them", range[1], range[0]);
}

static iso_status check_segments(const iso_config *config, const iso_select *s, const char *path,
                                 iso_error *err) {
  char key[PATH_SIZE];
  for (int k = 0; k < s->nsegments; k++) {
    if (s->segments[k] >= 1 && s->segments[k] <= 17) continue;
    snprintf(key, sizeof key, "%.200s.segment", path);
    return FAIL(key, "there is no segment %d; AHA segments are 1 to 17", (int)s->segments[k]);
  }
  return ISO_OK;
}

static iso_status check_field(const iso_config *config, const iso_select *s, const char *path,
                              iso_error *err) {
  const iso_select_field *f = &s->field;
  char key[PATH_SIZE];
  if (!s->has_field) return ISO_OK;
  snprintf(key, sizeof key, "%.200s.field", path);
  if (isnan(f->at_least) && isnan(f->below)) return FAIL(key, "give a threshold: at_least, below, or both");
  if (f->at_least >= f->below)
    return FAIL(key, "nothing is at least %.6g and below %.6g; swap them", f->at_least, f->below);
  return ISO_OK;
}

/* Coordinates and segments are fields of the mesh's file, which refinement would give other nodes. */
static iso_status check_fields(const iso_config *config, iso_select *s, const char *path, iso_error *err) {
  if (!s->has_coordinates && s->nsegments == 0) return ISO_OK;
  ISO_TRY(iso_config_needs_coordinates(config, path, err));
  s->fields = config->mesh.file;
  ISO_TRY(check_segments(config, s, path, err));
  ISO_TRY(check_interval(config, s->coordinates.transmural, path, "transmural", err));
  ISO_TRY(check_interval(config, s->coordinates.apicobasal, path, "apicobasal", err));
  return check_interval(config, s->coordinates.transventricular, path, "transventricular", err);
}

static iso_status complete(void *self, iso_select *s, const char *path, iso_error *err) {
  completion *c = self;
  const iso_config *config = c->config;
  if (!iso_select_given(s))
    return FAIL(
        path,
        "it reaches nothing; say where: site, box, sphere, line, pattern, around, path, field, nodes, tag, "
        "surface, coordinates, segment, and, or, not");
  c->weight++;
  ISO_TRY(find_site(c, s->name, path, "site", &s->same, err));
  if (s->has_around) ISO_TRY(find_site(c, s->around.site, path, "around.site", &s->around.of, err));
  if (s->has_path) ISO_TRY(find_stops(c, &s->path, path, err));
  ISO_TRY(check_box(config, s, path, err));
  ISO_TRY(check_fields(config, s, path, err));
  ISO_TRY(check_field(config, s, path, err));
  if (c->weight <= MOST_SETS) return ISO_OK;
  return FAIL(path, "it is made of more than %d sets, those of its sites included", MOST_SETS);
}

iso_status iso_config_complete_where(const iso_config *config, iso_select *where, const char *path,
                                     iso_error *err) {
  completion c = {.config = config, .nsites = config->nsites};
  return iso_config_visit_set(where, path, &(iso_set_visitor){complete, &c}, err);
}

iso_status iso_config_complete_sites(iso_config *config, iso_error *err) {
  for (int i = 0; i < config->nsites; i++) {
    completion c = {.config = config, .nsites = i};
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "sites.%.200s", config->sites[i].name);
    ISO_TRY(iso_config_visit_set(&config->sites[i].where, path, &(iso_set_visitor){complete, &c}, err));
    config->sites[i].weight = c.weight;
  }
  return ISO_OK;
}

/* ---- files ---- */

static iso_status look_for(const iso_config *config, const char *path, const char *key, const char *file,
                           iso_error *err) {
  char at[PATH_SIZE];
  if (!file || !*file || iso_config_exists(file, "") || iso_config_exists(file, ".gz")) return ISO_OK;
  snprintf(at, sizeof at, "%.200s.%s", path, key);
  return FAIL(at, "%s is not there; paths start from the configuration's folder", file);
}

static iso_status look_in(void *self, iso_select *set, const char *path, iso_error *err) {
  ISO_TRY(look_for(self, path, "nodes", set->nodes, err));
  if (set->has_field) ISO_TRY(look_for(self, path, "field.file", set->field.file, err));
  return look_for(self, path, "surface", set->surface, err);
}

iso_status iso_config_look_for_sets(const iso_config *config, iso_error *err) {
  return iso_config_visit_sets(config, &(iso_set_visitor){look_in, (void *)config}, err);
}
