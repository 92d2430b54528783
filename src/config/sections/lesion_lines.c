/* Lines of an atrium by their names: sets made of bands around sites and of paths between them. */
#include "config/sections/rules.h"

#include "base/arena.h"
#include "base/text.h"
#include "config/config_sets.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- landmarks ---- */

typedef enum { LSV, LIV, RSV, RIV, MITRAL, TRICUSPID, CAVA, NLANDMARKS } landmark;

/* Rims of openings, as sites. */
static const char *const landmark_name[NLANDMARKS] = {
    [LSV] = "left_superior_vein",  [LIV] = "left_inferior_vein", [RSV] = "right_superior_vein",
    [RIV] = "right_inferior_vein", [MITRAL] = "mitral_valve",    [TRICUSPID] = "tricuspid_valve",
    [CAVA] = "inferior_cava",
};

/* ---- lines ---- */

enum { VEINS = 1, ROOF = 2, FLOOR = 4, MITRAL_LINE = 8, CAVOTRICUSPID = 16 };

static const struct {
  const char *name;
  int lines;
} names[] = {{"veins", VEINS},        {"roof", ROOF},
             {"floor", FLOOR},        {"box", VEINS | ROOF | FLOOR},
             {"mitral", MITRAL_LINE}, {"cavotricuspid", CAVOTRICUSPID}};
enum { NNAMES = sizeof names / sizeof *names };

/* Paths between the rims. Within the circles round the veins nothing is left to part. */
static const struct {
  int line;
  landmark from, to;
} paths[] = {
    {ROOF, LSV, RSV}, {FLOOR, LIV, RIV}, {MITRAL_LINE, LIV, MITRAL}, {CAVOTRICUSPID, TRICUSPID, CAVA}};
enum { NPATHS = sizeof paths / sizeof *paths };

typedef struct work {
  iso_config *config;
  iso_config_line_set *of;
  char path[64]; /* its key */
  iso_error *err;
} work;

static iso_status read_lines(const work *w, int *lines) {
  const iso_config *config = w->config;
  iso_error *err = w->err;
  const char *known[NNAMES];
  char at[96], list[200] = "", meant[128];
  for (int k = 0; k < NNAMES; k++) known[k] = names[k].name;
  iso_text_list(list, sizeof list, NNAMES, known);
  *lines = 0;
  for (int i = 0; i < w->of->nlines; i++) {
    const char *name = w->of->lines[i];
    int k = 0;
    while (k < NNAMES && strcmp(names[k].name, name) != 0) k++;
    snprintf(at, sizeof at, "%s.lines", w->path);
    if (k == NNAMES)
      return FAIL(at, "there is no line '%.60s'%s There are: %s", name,
                  iso_text_meant("", iso_text_nearest(name, NNAMES, known), meant, sizeof meant), list);
    *lines |= names[k].lines;
  }
  return ISO_OK;
}

static iso_status find_landmark(const work *w, landmark which, const iso_select **out) {
  const iso_config *config = w->config;
  iso_error *err = w->err;
  const int site = iso_config_find_site(config, landmark_name[which]);
  if (site < 0)
    return FAIL(w->path, "it needs a site named '%s', with the nodes of that rim; name it under sites",
                landmark_name[which]);
  *out = &config->sites[site].where;
  return ISO_OK;
}

/* The nodes of n landmarks. */
static iso_status make_union(const work *w, int n, const landmark *of, const iso_select **out) {
  iso_select *set;
  ISO_TRY(iso_arena_alloc(w->config->memory, &set, 1, sizeof *set, w->err));
  ISO_TRY(iso_arena_alloc(w->config->memory, &set->any, (size_t)n, sizeof *set->any, w->err));
  set->nany = n;
  for (int k = 0; k < n; k++) {
    set->any[k].name = (char *)landmark_name[of[k]];
    ISO_TRY(find_landmark(w, of[k], &set->any[k].same));
  }
  *out = set;
  return ISO_OK;
}

static iso_status make_band(const work *w, int n, const landmark *of, double distance_mm, double width_mm,
                            iso_select *out) {
  out->has_around = true;
  out->around = (iso_select_around){.distance_mm = distance_mm, .width_mm = width_mm};
  return make_union(w, n, of, &out->around.of);
}

static iso_status make_path(const work *w, landmark from, landmark to, iso_select *out) {
  out->has_path = true;
  out->path = (iso_select_path){.nstops = 2, .width_mm = w->of->width_mm, .depth_mm = NAN};
  ISO_TRY(iso_arena_alloc(w->config->memory, &out->path.stops, 2, sizeof *out->path.stops, w->err));
  for (int k = 0; k < 2; k++) {
    const landmark which = k ? to : from;
    out->path.stops[k].site = (char *)landmark_name[which];
    ISO_TRY(find_landmark(w, which, &out->path.stops[k].of));
  }
  return ISO_OK;
}

static iso_status make_circles(const work *w, iso_select *out) {
  static const landmark side[2][2] = {{LSV, LIV}, {RSV, RIV}};
  for (int k = 0; k < 2; k++) ISO_TRY(make_band(w, 2, side[k], w->of->distance_mm, w->of->width_mm, &out[k]));
  return ISO_OK;
}

/* Paths without what circles, if there are any, isolate: up to their inner edge. */
static iso_status make_paths(const work *w, int lines, iso_select *out) {
  static const landmark veins[] = {LSV, LIV, RSV, RIV};
  const double inside = w->of->distance_mm - w->of->width_mm / 2;
  ISO_TRY(iso_arena_alloc(w->config->memory, &out->any, NPATHS, sizeof *out->any, w->err));
  for (int k = 0; k < NPATHS; k++)
    if (lines & paths[k].line) ISO_TRY(make_path(w, paths[k].from, paths[k].to, &out->any[out->nany++]));
  if (!(lines & VEINS) || inside <= 0) return ISO_OK;
  ISO_TRY(iso_arena_alloc(w->config->memory, &out->none, 1, sizeof *out->none, w->err));
  out->nnone = 1;
  return make_band(w, 4, veins, inside / 2, inside, out->none);
}

iso_status iso_config_make_lines(iso_config *config, int i, iso_error *err) {
  iso_config_lesion *lesion = &config->lesions[i];
  iso_select *set = &lesion->lines;
  work w = {.config = config, .of = &lesion->line_set, .err = err};
  int lines;
  snprintf(w.path, sizeof w.path, "lesions.%d.line_set", i);
  ISO_TRY(read_lines(&w, &lines));
  ISO_TRY(iso_arena_alloc(config->memory, &set->any, 3, sizeof *set->any, err));
  if (lines & VEINS) {
    ISO_TRY(make_circles(&w, set->any));
    set->nany = 2;
  }
  if (lines & ~VEINS) ISO_TRY(make_paths(&w, lines, &set->any[set->nany++]));
  if (!iso_select_given(&lesion->where)) return ISO_OK;
  set->nall = 1;
  set->all = &lesion->where;
  return ISO_OK;
}
