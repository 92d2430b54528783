/* Rules of the section study. */
#include "config/config_sets.h"
#include "config/sections/rules.h"

#include "base/arena.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "site" of "stimuli.0.site". */
static char *last_word(char *key) {
  char *dot = strrchr(key, '.');
  return dot && dot[1] ? dot + 1 : key;
}

static iso_status name_case(const iso_config *config, const char *path, iso_config_case *c, iso_error *err) {
  char text[256] = "";
  if (c->name) return ISO_OK;
  for (int i = 0; i < c->nset; i++) {
    char *shown;
    ISO_TRY(iso_config_shown_setting(c->set[i], &shown, err));
    iso_text_append(text, sizeof text, "%s%s", i ? " " : "", shown);
    free(shown);
  }
  if (c->nset == 0)
    return FAIL(path, "a case that sets nothing is the configuration as it is; give it a name, like 'none'");
  return iso_arena_text(config->memory, &c->name, text, strlen(text), err);
}

/* A distribution, that can be one. */
static iso_status complete_drawn(const iso_config *config, const char *path, iso_config_drawn *p,
                                 iso_error *err) {
  const double *given[] = {p->uniform, p->normal, p->lognormal, p->whole};
  int n = 0;
  for (int k = 0; k < 4; k++) n += !isnan(given[k][0]);
  if (n != 1) return FAIL(path, "give one distribution: uniform, normal, lognormal or whole");
  if (p->uniform[0] >= p->uniform[1] || p->whole[0] > p->whole[1])
    return FAIL(path, "it ends before it begins; the smaller number is the first one");
  if (p->normal[1] <= 0) return FAIL(path, "the second number of normal is its standard deviation, above 0");
  if (p->lognormal[0] <= 0 || p->lognormal[1] <= 1)
    return FAIL(path,
                "the first number of lognormal is its median, above 0, the second one a factor above 1");
  if (p->whole[0] > floor(p->whole[0]) || p->whole[1] > floor(p->whole[1]))
    return FAIL(path, "whole has two whole numbers, like [1, 1000]");
  if (!p->name) p->name = last_word(p->key);
  return ISO_OK;
}

static iso_status complete_draws(const iso_config *config, int i, const iso_config_axis *a, iso_error *err) {
  char path[96];
  snprintf(path, sizeof path, "study.axes.%d", i);
  if (a->twin && a->ndrawn > 0)
    return FAIL(path, "a twin says itself what its members differ in; leave out drawn, or take another axis");
  if (!a->twin && !a->draws != !a->ndrawn)
    return FAIL(path, "draws goes with drawn, like {draws: 20, drawn: [{key: "
                      "regions.0.parameters.g_Kr.scale, lognormal: [1, 1.3]}]}");
  for (int k = 0; k < a->ndrawn; k++) {
    snprintf(path, sizeof path, "study.axes.%d.drawn.%d", i, k);
    ISO_TRY(complete_drawn(config, path, &a->drawn[k], err));
    for (int j = 0; j < k; j++) /* the last would win, and the table have both */
      if (!strcmp(a->drawn[k].key, a->drawn[j].key))
        return FAIL(path, "%.100s is drawn by number %d already; leave one out", a->drawn[k].key, j);
  }
  return ISO_OK;
}

/* Members are told apart by the names of their cases. */
static iso_status check_names(const iso_config *config, int i, const iso_config_axis *a, iso_error *err) {
  char path[96];
  for (int c = 1; c < a->ncases; c++)
    for (int d = 0; d < c; d++) {
      if (strcmp(a->cases[c].name, a->cases[d].name) != 0) continue;
      snprintf(path, sizeof path, "study.axes.%d.cases.%d", i, c);
      return FAIL(path, "'%.60s' is the name of case %d already; give this one a name of its own",
                  a->cases[c].name, d);
    }
  return ISO_OK;
}

static iso_status complete_axis(iso_config *config, int i, iso_error *err) {
  iso_config_axis *a = &config->study.axes[i];
  char path[96];
  snprintf(path, sizeof path, "study.axes.%d", i);
  ISO_TRY(complete_draws(config, i, a, err));
  const bool draws = a->draws > 0 && !a->twin;
  if ((a->key != NULL) + (a->ncases > 0) + (a->file != NULL) + draws + (a->twin != NULL) != 1)
    return FAIL(path, "say what members differ in, once: key with values, cases, file, draws, or twin");
  if (!a->key != !a->nvalues)
    return FAIL(path, "a key goes with its values, like {key: stimuli.0.site, values: [apex, base]}");
  for (int c = 0; c < a->ncases; c++) {
    snprintf(path, sizeof path, "study.axes.%d.cases.%d", i, c);
    ISO_TRY(name_case(config, path, &a->cases[c], err));
  }
  ISO_TRY(check_names(config, i, a, err));
  if (!a->name && a->key) a->name = last_word(a->key);
  if (!a->name) ISO_TRY(iso_arena_print(config->memory, &a->name, err, "case%d", i + 1));
  for (int j = 0; j < i; j++)
    if (!strcmp(a->name, config->study.axes[j].name)) {
      snprintf(path, sizeof path, "study.axes.%d", i);
      return FAIL(path, "'%.60s' is the name of study.axes.%d already; give this one a name of its own",
                  a->name, j);
    }
  return ISO_OK;
}

bool iso_config_is_barrier(const iso_config *config, const char *site) {
  const iso_config_ablation *a = &config->study.ablation;
  for (int k = 0; k < a->nbarriers; k++)
    if (!strcmp(a->barriers[k], site)) return true;
  return false;
}

static iso_status complete_ablation(iso_config *config, iso_error *err) {
  iso_config_ablation *a = &config->study.ablation;
  char path[48];
  if (a->nbarriers > 0 && !isnan(a->radius_mm))
    return FAIL("study.ablation", "a lesion is a ball of radius_mm or a path to barriers; leave one out");
  if (a->nbarriers == 0 && isnan(a->radius_mm)) a->radius_mm = 5;
  for (int k = 0; k < a->nbarriers; k++) {
    snprintf(path, sizeof path, "study.ablation.barriers.%d", k);
    if (iso_config_find_site(config, a->barriers[k]) < 0)
      return FAIL(path, "there is no site '%.60s'; name one of sites", a->barriers[k]);
  }
  if (a->lesions > 0 && a->at == ISO_ABLATE_FREQUENCY && !(config->outputs.spectra.interval_ms > 0))
    return FAIL("study.ablation.at", "there are no dominant frequencies without outputs.spectra; give it an "
                                     "interval_ms, or take exit or isthmus");
  if (a->lesions > 0 && config->method == ISO_METHOD_EIKONAL)
    return FAIL("study.ablation", "method: eikonal has one wave and no re-entry; take method: monodomain, or "
                                  "leave it out");
  return ISO_OK;
}

iso_status iso_config_complete_study(iso_config *config, iso_error *err) {
  char path[48];
  for (int i = 0; i < config->study.naxes; i++) ISO_TRY(complete_axis(config, i, err));
  for (int k = 0; k < config->study.naccept; k++) {
    snprintf(path, sizeof path, "study.accept.%d.between", k);
    if (config->study.accept[k].between[0] > config->study.accept[k].between[1])
      return FAIL(path, "it ends before it begins; the smaller number is the first one");
  }
  if (config->study.has_screen && config->method == ISO_METHOD_EIKONAL)
    return FAIL("study.screen", "members that are eikonal beats need no screen; take method: monodomain, or "
                                "leave it out");
  return complete_ablation(config, err);
}
