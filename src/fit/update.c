#include "fit/update.h"

#include "base/memory.h"
#include "fit/ecg.h"
#include "fit/fit.h"
#include "fit/twin.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- data of before and now ---- */

static iso_status read_configuration(iso_config *out, const char *twin, iso_error *err) {
  iso_twin_file file;
  char *text = NULL;
  iso_status status = iso_twin_open(&file, twin, err);
  if (status == ISO_OK) status = iso_twin_configuration(&file, &text);
  iso_twin_close(&file);
  if (status == ISO_OK) status = iso_config_read_text(out, twin, text, strlen(text), 0, NULL, err);
  free(text);
  return status;
}

static iso_status copy_text(const iso_config *config, char **text, iso_error *err) {
  return *text ? iso_arena_text(config->memory, text, *text, strlen(*text), err) : ISO_OK;
}

/* The map of a twin, with texts of the configuration's own. */
static iso_status take_map(const iso_config *config, const char *twin, const iso_config_map *from,
                           iso_config_map *to, iso_error *err) {
  *to = *from;
  ISO_TRY(copy_text(config, &to->name, err));
  ISO_TRY(copy_text(config, &to->paced, err));
  ISO_TRY(copy_text(config, &to->date, err));
  ISO_TRY(copy_text(config, &to->source, err));
  to->unit = "mm", to->array = to->name;
  return iso_arena_text(config->memory, &to->file, twin, strlen(twin), err);
}

/* Whether a map that is given again has the points that the twin was fitted to, and no others on the heart.
 */
static bool has_points(const iso_lat_map *map, const iso_lat_map *was) {
  for (int k = 0, i = 0; k < was->n; k++) {
    const iso_lat_point *p = &was->point[k];
    while (i < map->n && map->point[i].number < p->number) i++;
    if (i == map->n || map->point[i].number != p->number || map->point[i].lat_ms != p->lat_ms ||
        memcmp(map->point[i].at_mm, p->at_mm, sizeof p->at_mm) != 0)
      return false;
  }
  return was->far < 0 || map->n == was->n + was->far;
}

/* Those of was, whose points are among the map's. */
static bool has_errors(const iso_config_map *given, const iso_lat_map *map, const iso_lat_map *was) {
  for (int k = 0, i = 0; k < was->n; k++) {
    while (map->point[i].number < was->point[k].number) i++;
    const double sd = isnan(map->point[i].sd_ms) ? given->sd_ms : map->point[i].sd_ms;
    if (sd != was->point[k].sd_ms) return false;
  }
  return true;
}

static bool is_same_text(const char *a, const char *b) { return a == b || (a && b && !strcmp(a, b)); }

/* Another key's name; NULL: what the twin was fitted to. */
static const char *find_other_key(const iso_config_map *given, const iso_config_map *known,
                                  const iso_lat_map *map, const iso_lat_map *was) {
  return !has_errors(given, map, was)                ? "sd_ms"
         : !is_same_text(given->paced, known->paced) ? "paced"
         : given->clock_sd_ms != known->clock_sd_ms  ? "clock_sd_ms"
         : given->farthest_mm != known->farthest_mm  ? "farthest_mm"
         : given->hold_out != known->hold_out        ? "hold_out"
                                                     : NULL;
}

static iso_status compare_again(const iso_config *config, const iso_config_map *given,
                                const iso_config_map *known, const iso_lat_map *map, const iso_lat_map *was,
                                iso_error *err) {
  char path[180];
  snprintf(path, sizeof path, "fit.maps.%.100s", given->name);
  if (!has_points(map, was))
    return iso_config_fail(
        config, err, path,
        "%s was fitted to other points of that name; give the new ones a name of their own", known->file);
  const char *key = find_other_key(given, known, map, was);
  if (!key) return ISO_OK;
  snprintf(path, sizeof path, "fit.maps.%.100s.%s", given->name, key);
  return iso_config_fail(config, err, path,
                         "%s was fitted to this map with another one, which counts: keep it, or fit all maps "
                         "anew, without --update",
                         known->file);
}

static iso_status check_again(const iso_config *config, const iso_config_map *given,
                              const iso_config_map *known, iso_error *err) {
  iso_lat_map map = {0}, was = {0};
  iso_status status = iso_lat_map_read(&map, given, err);
  if (status == ISO_OK) status = iso_lat_map_read(&was, known, err);
  if (status == ISO_OK) status = compare_again(config, given, known, &map, &was, err);
  iso_lat_map_free(&map);
  iso_lat_map_free(&was);
  return status;
}

static int by_name(const void *a, const void *b) {
  return strcmp(((const iso_config_map *)a)->name, ((const iso_config_map *)b)->name);
}

static const iso_config_map *find(int n, const iso_config_map *map, const char *name) {
  for (int k = 0; k < n; k++)
    if (!strcmp(map[k].name, name)) return &map[k];
  return NULL;
}

static const iso_config_fit_erp *find_erp(const iso_config_fit *fit, const char *name) {
  for (int k = 0; k < fit->nerps; k++)
    if (!strcmp(fit->erps[k].name, name)) return &fit->erps[k];
  return NULL;
}

static bool has_ecg(const iso_config_fit *fit, const char *name) {
  for (int k = 0; k < fit->necgs; k++)
    if (!strcmp(fit->ecgs[k].name, name)) return true;
  return false;
}

static bool is_same_erp(const iso_config_fit_erp *a, const iso_config_fit_erp *b) {
  return !strcmp(a->site, b->site) && a->cycle_ms == b->cycle_ms && a->erp_ms == b->erp_ms &&
         a->sd_ms == b->sd_ms;
}

static iso_status fail_lacks(const iso_config *config, const char *key, const char *name, const char *twin,
                             iso_error *err) {
  return iso_fail(err, ISO_EINPUT, "%s: fit.%s lacks '%.100s', to which %s was fitted; keep it there",
                  config->file, key, name, twin);
}

/* What comes from the configuration again: of ECGs the samples from their files, and ERPs. */
static iso_status check_kept(const iso_config *config, const iso_config *old, const char *twin,
                             iso_error *err) {
  for (int k = 0; k < old->fit.necgs; k++)
    if (!has_ecg(&config->fit, old->fit.ecgs[k].name))
      return fail_lacks(config, "ecgs", old->fit.ecgs[k].name, twin, err);
  for (int k = 0; k < old->fit.nerps; k++) {
    const iso_config_fit_erp *was = &old->fit.erps[k], *is = find_erp(&config->fit, was->name);
    if (!is) return fail_lacks(config, "erps", was->name, twin, err);
    if (!is_same_erp(is, was))
      return iso_fail(
          err, ISO_EINPUT,
          "fit.erps.%.100s: %s was fitted to another one of that name (%g ms, within %g, at %.100s "
          "with a cycle of %g ms); keep it, and give the new one a name of its own",
          was->name, twin, was->erp_ms, was->sd_ms, was->site, was->cycle_ms);
  }
  return ISO_OK;
}

static iso_status join(iso_config *config, const iso_config *old, const char *twin, iso_error *err) {
  iso_config_fit *fit = &config->fit;
  iso_config_map *all;
  int n = 0;
  ISO_TRY(check_kept(config, old, twin, err));
  ISO_TRY(iso_arena_alloc(config->memory, &all, (size_t)(fit->nmaps + old->fit.nmaps), sizeof *all, err));
  for (; n < old->fit.nmaps; n++) ISO_TRY(take_map(config, twin, &old->fit.maps[n], &all[n], err));
  for (int k = 0; k < fit->nmaps; k++) {
    const iso_config_map *known = find(old->fit.nmaps, all, fit->maps[k].name);
    if (known)
      ISO_TRY(check_again(config, &fit->maps[k], known, err));
    else
      all[n++] = fit->maps[k];
  }
  if (n == old->fit.nmaps && fit->necgs == old->fit.necgs && fit->nerps == old->fit.nerps)
    return iso_fail(err, ISO_EINPUT, "%s: there is nothing that %s was not fitted to already", config->file,
                    twin);
  qsort(all, (size_t)n, sizeof *all, by_name);
  fit->maps = all, fit->nmaps = n;
  return ISO_OK;
}

iso_status iso_fit_join(iso_config *config, const char *twin, iso_error *err) {
  iso_config old;
  ISO_TRY(read_configuration(&old, twin, err));
  const iso_status status = join(config, &old, twin, err);
  iso_config_free(&old);
  return status;
}

/* ---- where it goes on ---- */

static iso_status take_members(iso_fit_start *out, const iso_fit_work *w, const iso_twin_hearts *h, double *z,
                               iso_error *err) {
  const size_t n = (size_t)w->model.at.n, members = (size_t)w->setup.config->fit.members;
  memcpy(z, h->best, n * sizeof *z);
  ISO_TRY(iso_alloc(&out->member, members * n, sizeof *out->member, "members", err));
  for (size_t m = 0; m < members; m++)
    memcpy(out->member + m * n, m < (size_t)h->members ? h->z + m * n : z, n * sizeof *z);
  return ISO_OK;
}

/* Of a set, in a variable of the twin; empty: the twin has none. */
static iso_status find_checksum(const iso_twin_file *f, const iso_data_set *set, const char *name,
                                char out[257]) {
  size_t nsets;
  ISO_TRY(iso_twin_length(f, "set", &nsets));
  for (size_t s = 0; s < nsets; s++) {
    ISO_TRY(iso_twin_text(f, "set_kind", s, "name_length", out));
    if (strcmp(out, set->kind->noun) != 0) continue;
    ISO_TRY(iso_twin_text(f, "set_name", s, "name_length", out));
    if (!strcmp(out, set->name)) return iso_twin_text(f, name, s, "name_length", out);
  }
  *out = 0;
  return ISO_OK;
}

/* Twins of before do not say how ECGs see the heart. */
static iso_status check_seen(const iso_fit_work *w, const iso_twin_file *f, const iso_data_set *set,
                             iso_error *err) {
  char was[257], is[17], path[180];
  int id;
  if (!set->ecg || nc_inq_varid(f->nc, ISO_TWIN_SEEN, &id) != NC_NOERR) return ISO_OK;
  ISO_TRY(find_checksum(f, set, ISO_TWIN_SEEN, was));
  snprintf(is, sizeof is, "%016llx", (unsigned long long)iso_fit_ecg_hash(set->ecg, &w->model));
  if (!*was || !strcmp(was, is)) return ISO_OK;
  snprintf(path, sizeof path, "fit.ecgs.%.100s.electrodes", set->name);
  return iso_config_fail(
      w->setup.config, err, path,
      "%s was fitted to this ECG as other electrodes see it, or in another medium, of other "
      "conductivities or another upstroke: keep them, or fit all data anew, without --update",
      f->path);
}

static iso_status fail_other(const iso_config *config, const iso_data_set *set, const char *twin,
                             iso_error *err) {
  char path[160];
  if (set->ecg) {
    snprintf(path, sizeof path, "fit.ecgs.%.100s", set->name);
    return iso_config_fail(
        config, err, path,
        "%s was fitted to other samples, other errors or another paced beat of that name: keep its file and "
        "keys, and give a new ECG a name of its own",
        twin);
  }
  if (!set->site)
    return iso_fail(err, ISO_EINPUT,
                    "%s: the points of map %s are not those of its checksum: take the file as "
                    "isochrone fit wrote it",
                    twin, set->name);
  const char *site = set->erp ? config->fit.erps[set->number].site : set->from->paced;
  snprintf(path, sizeof path, "sites.%.100s", site);
  return iso_config_fail(
      config, err, path,
      "it has other nodes than when %s was fitted to what was measured there (%s %s): put it "
      "back, and give the other place a name of its own",
      twin, set->kind->noun, set->name);
}

/* ECGs come from their files again, and sites from the configuration. Twins of before have no set_far, and
 * checksums without sites. */
static iso_status check_sets(const iso_fit_work *w, const iso_twin_file *f, iso_error *err) {
  int id;
  const bool is_old = nc_inq_varid(f->nc, "set_far", &id) != NC_NOERR;
  for (int s = 0; s < w->data.nsets; s++) {
    const iso_data_set *set = &w->data.set[s];
    char was[257], is[17];
    if (is_old && !set->ecg) continue;
    ISO_TRY(find_checksum(f, set, "set_checksum", was));
    snprintf(is, sizeof is, "%016llx", (unsigned long long)iso_data_set_hash(set));
    if (*was && strcmp(was, is) != 0) return fail_other(w->setup.config, set, f->path, err);
    ISO_TRY(check_seen(w, f, set, err));
  }
  return ISO_OK;
}

static iso_status check_data(const iso_fit_work *w, const char *path, iso_error *err) {
  iso_twin_file file;
  iso_status status = iso_twin_open(&file, path, err);
  if (status == ISO_OK) status = check_sets(w, &file, err);
  iso_twin_close(&file);
  return status;
}

iso_status iso_fit_start_new(iso_fit_start *out, const iso_fit_work *w, const char *path, double *z,
                             iso_error *err) {
  iso_twin_hearts hearts = {0};
  *out = (iso_fit_start){0};
  iso_status status = iso_twin_hearts_read(&hearts, path, err);
  if (status == ISO_OK) status = iso_twin_hearts_turn(&hearts, path, &w->model, &w->asked, err);
  if (status == ISO_OK) status = check_data(w, path, err);
  if (status == ISO_OK) status = take_members(out, w, &hearts, z, err);
  iso_twin_hearts_free(&hearts);
  return status;
}

void iso_fit_start_free(iso_fit_start *start) {
  free(start->member);
  *start = (iso_fit_start){0};
}
