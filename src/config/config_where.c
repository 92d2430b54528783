/* Sets of nodes: sites by their names, and the files that sets are read from. */
#include "config/config_read.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define FAIL(...) iso_config_fail(config, err, __VA_ARGS__)

/* Of a set made of sets: more than anyone writes, few enough to be searched one after the other. */
enum { MOST_SETS = 1000, MOST_NAMES = 64, PATH_SIZE = 256 };

static iso_status fail_name(const iso_config *config, const char *path, const char *name, int nsites,
                            iso_error *err) {
  const char *names[MOST_NAMES];
  const int n = nsites < MOST_NAMES ? nsites : MOST_NAMES;
  char list[700] = "", meant[128];
  for (int i = 0; i < n; i++) names[i] = config->sites[i].name;
  iso_text_list(list, sizeof list, n, names);
  const char *before = nsites < config->nsites ? " before this one" : "";
  if (n == 0) return FAIL(path, "there is no site '%.60s'%s; name it under sites", name, before);
  return FAIL(path, "there is no site '%.60s'%s%s There are: %s", name, before,
              iso_text_meant("", iso_text_nearest(name, n, names), meant, sizeof meant), list);
}

static iso_status find_site(const iso_config *config, iso_select *s, const char *path, int nsites,
                            int *weight, iso_error *err) {
  char key[PATH_SIZE];
  snprintf(key, sizeof key, "%.200s.site", path);
  for (int i = 0; s->name && i < nsites; i++) {
    if (strcmp(s->name, config->sites[i].name)) continue;
    s->same = &config->sites[i].where;
    *weight += config->sites[i].weight;
    return ISO_OK;
  }
  return s->name ? fail_name(config, key, s->name, nsites, err) : ISO_OK;
}

static iso_status check_box(const iso_config *config, const iso_select *s, const char *path, iso_error *err) {
  char key[PATH_SIZE];
  snprintf(key, sizeof key, "%.200s.box", path);
  for (int k = 0; s->has_box && k < 3; k++)
    if (s->box.min_mm[k] > s->box.max_mm[k])
      return FAIL(key, "min_mm exceeds max_mm in %c; swap them", "xyz"[k]);
  return ISO_OK;
}

static iso_status complete(const iso_config *config, iso_select *s, const char *path, int nsites, int *weight,
                           iso_error *err);

static iso_status complete_sets(const iso_config *config, const char *path, const char *key, int n,
                                iso_select *sets, int nsites, int *weight, iso_error *err) {
  for (int k = 0; k < n; k++) {
    char at[PATH_SIZE];
    snprintf(at, sizeof at, "%.200s.%s.%d", path, key, k);
    ISO_TRY(complete(config, &sets[k], at, nsites, weight, err));
  }
  return ISO_OK;
}

/* A set at path that may be made of the first nsites sites. weight: of sets, counted up. */
static iso_status complete(const iso_config *config, iso_select *s, const char *path, int nsites, int *weight,
                           iso_error *err) {
  if (!iso_select_given(s))
    return FAIL(path, "it reaches nothing; say where: site, box, sphere, nodes, tag, surface, and, or, not");
  ++*weight;
  ISO_TRY(find_site(config, s, path, nsites, weight, err));
  ISO_TRY(check_box(config, s, path, err));
  ISO_TRY(complete_sets(config, path, "and", s->nall, s->all, nsites, weight, err));
  ISO_TRY(complete_sets(config, path, "or", s->nany, s->any, nsites, weight, err));
  ISO_TRY(complete_sets(config, path, "not", s->nnone, s->none, nsites, weight, err));
  if (*weight <= MOST_SETS) return ISO_OK;
  return FAIL(path, "it is made of more than %d sets, those of its sites included", MOST_SETS);
}

iso_status iso_config_complete_where(const iso_config *config, iso_select *where, const char *path,
                                     iso_error *err) {
  int weight = 0;
  return complete(config, where, path, config->nsites, &weight, err);
}

iso_status iso_config_complete_sites(iso_config *config, iso_error *err) {
  for (int i = 0; i < config->nsites; i++) {
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "sites.%.200s", config->sites[i].name);
    ISO_TRY(complete(config, &config->sites[i].where, path, i, &config->sites[i].weight, err));
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

static iso_status look_in(const iso_config *config, const char *path, const char *key, int n,
                          const iso_select *sets, iso_error *err) {
  for (int k = 0; k < n; k++) {
    char at[PATH_SIZE];
    snprintf(at, sizeof at, "%.200s.%s.%d", path, key, k);
    ISO_TRY(iso_config_look_for_where(config, &sets[k], at, err));
  }
  return ISO_OK;
}

iso_status iso_config_look_for_where(const iso_config *config, const iso_select *where, const char *path,
                                     iso_error *err) {
  ISO_TRY(look_for(config, path, "nodes", where->nodes, err));
  ISO_TRY(look_for(config, path, "surface", where->surface, err));
  ISO_TRY(look_in(config, path, "and", where->nall, where->all, err));
  ISO_TRY(look_in(config, path, "or", where->nany, where->any, err));
  return look_in(config, path, "not", where->nnone, where->none, err);
}
