#include "fit/doubles.h"

#include "base/memory.h"
#include "grid/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int points_of(const iso_data_set *set) { return set->at ? set->nused + set->nheld : 0; }

/* ---- points of maps ---- */

typedef struct key {
  uint64_t hash; /* of a point's place and time */
  int set;
} key;

typedef struct count {
  const iso_fit_data *data;
  int n;
  key *key;    /* [n] of all points, by hash and then by set */
  int *shared; /* [nsets][nsets] points of both; of one with itself those that it has more often than once */
} count;

static int by_hash(const void *a, const void *b) {
  const key *x = a, *y = b;
  if (x->hash != y->hash) return x->hash < y->hash ? -1 : 1;
  return x->set - y->set;
}

static void list_points(count *c) {
  for (int s = 0; s < c->data->nsets; s++) {
    const iso_data_set *set = &c->data->set[s];
    for (int k = 0; k < points_of(set); k++)
      c->key[c->n++] = (key){iso_hash_words(iso_hash_place(set->at[k].point.at_mm), &set->at[k].point.lat_ms,
                                            sizeof set->at[k].point.lat_ms),
                             s};
  }
  if (c->n > 0) qsort(c->key, (size_t)c->n, sizeof *c->key, by_hash);
}

/* Of points from..to - 1, which are one. */
static void count_group(count *c, int from, int to) {
  const int n = c->data->nsets;
  for (int i = from; i < to; i++) {
    const int set = c->key[i].set;
    if (i > from && c->key[i - 1].set == set) {
      c->shared[set * n + set]++;
      continue;
    }
    for (int j = from; j < i; j++)
      if (j == from || c->key[j - 1].set != c->key[j].set) c->shared[c->key[j].set * n + set]++;
  }
}

static void count_all(count *c) {
  list_points(c);
  for (int from = 0, to; from < c->n; from = to) {
    for (to = from + 1; to < c->n && c->key[to].hash == c->key[from].hash;) to++;
    count_group(c, from, to);
  }
}

static iso_status fail(const iso_config *config, const char *kind, const iso_data_set *one,
                       const iso_data_set *other, int n, const char *what, iso_error *err) {
  char path[160];
  snprintf(path, sizeof path, "fit.%s.%.100s", kind, other->name);
  return iso_config_fail(
      config, err, path,
      "%d of its %d %s are those of fit.%s.%.100s, too, and would count twice: leave one of "
      "them out",
      n, other->nused + other->nheld, what, kind, one->name);
}

static iso_status judge_maps(const count *c, const iso_config *config, const iso_log *log, iso_error *err) {
  const int n = c->data->nsets;
  for (int t = 0; t < n; t++) {
    const iso_data_set *set = &c->data->set[t];
    if (c->shared[t * n + t] > 0)
      iso_log_say(
          log, ISO_LOG_WARNING,
          "map %s: %d points are there already, at the same place and time, and count again: take them "
          "out if they are copies",
          set->name, c->shared[t * n + t]);
    for (int s = 0; s < t; s++) {
      const int shared = c->shared[s * n + t];
      if (2 * shared > points_of(set) || 2 * shared > points_of(&c->data->set[s]))
        return fail(config, "maps", &c->data->set[s], set, shared, "points", err);
    }
  }
  return ISO_OK;
}

static bool has_point(const iso_lat_map *map, const iso_lat_point *p) {
  for (int k = 0; k < map->n; k++)
    if (map->point[k].lat_ms == p->lat_ms && !memcmp(map->point[k].at_mm, p->at_mm, sizeof p->at_mm))
      return true;
  return false;
}

int iso_fit_data_shared(const iso_data_set *map, const iso_lat_map *other) {
  int shared = 0;
  for (int k = 0; k < points_of(map); k++) shared += has_point(other, &map->at[k].point);
  return shared;
}

/* ---- samples of ECGs ---- */

static bool has_same_samples(const iso_data_set *a, const iso_data_set *b) {
  return a->ecg && b->ecg && a->nused == b->nused &&
         !memcmp(a->value, b->value, (size_t)a->nused * sizeof *a->value);
}

static iso_status judge_ecgs(const iso_fit_data *data, const iso_config *config, iso_error *err) {
  for (int t = 0; t < data->nsets; t++)
    for (int s = 0; s < t; s++)
      if (has_same_samples(&data->set[s], &data->set[t]))
        return fail(config, "ecgs", &data->set[s], &data->set[t], data->set[t].nused, "samples", err);
  return ISO_OK;
}

iso_status iso_fit_data_refuse_doubles(const iso_fit_data *data, const iso_config *config, const iso_log *log,
                                       iso_error *err) {
  const size_t nsets = (size_t)data->nsets;
  count c = {.data = data};
  size_t points = 0;
  for (int s = 0; s < data->nsets; s++) points += (size_t)points_of(&data->set[s]);
  iso_status status = iso_alloc(&c.key, points, sizeof *c.key, "data", err);
  if (status == ISO_OK) status = iso_alloc(&c.shared, nsets * nsets, sizeof *c.shared, "data", err);
  if (status == ISO_OK) {
    count_all(&c);
    status = judge_maps(&c, config, log, err);
  }
  if (status == ISO_OK) status = judge_ecgs(data, config, err);
  free(c.key);
  free(c.shared);
  return status;
}
