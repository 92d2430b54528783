/* A walk over all sets of nodes of a configuration. */
#include "config/config_sets.h"

#include "base/text.h"
#include "config/config_read.h"
#include "config/sections/rules.h"

#include <stdio.h>
#include <string.h>

enum { PATH_SIZE = 256, MOST_LISTED = 64 };

static iso_status visit_list(int n, iso_select *sets, const char *path, const char *key,
                             const iso_set_visitor *visitor, iso_error *err) {
  for (int k = 0; k < n; k++) {
    char at[PATH_SIZE];
    snprintf(at, sizeof at, "%.200s.%s.%d", path, key, k);
    ISO_TRY(iso_config_visit_set(&sets[k], at, visitor, err));
  }
  return ISO_OK;
}

iso_status iso_config_visit_set(iso_select *set, const char *path, const iso_set_visitor *visitor,
                                iso_error *err) {
  ISO_TRY(visitor->visit(visitor->self, set, path, err));
  ISO_TRY(visit_list(set->nall, set->all, path, "and", visitor, err));
  ISO_TRY(visit_list(set->nany, set->any, path, "or", visitor, err));
  return visit_list(set->nnone, set->none, path, "not", visitor, err);
}

/* Where it is told at all. */
static iso_status visit_given(iso_select *set, const char *path, const iso_set_visitor *visitor,
                              iso_error *err) {
  return iso_select_given(set) ? iso_config_visit_set(set, path, visitor, err) : ISO_OK;
}

/* One of a list of the configuration. */
static iso_status visit_entry(iso_select *set, const char *list, int i, const char *key,
                              const iso_set_visitor *visitor, iso_error *err) {
  char path[PATH_SIZE];
  snprintf(path, sizeof path, "%s.%d%s", list, i, key);
  return visit_given(set, path, visitor, err);
}

static iso_status visit_leads(iso_config_implant *implant, const iso_set_visitor *visitor, iso_error *err) {
  static const char *const name[ISO_CONFIG_LEADS] = {"atrium", "ventricle", "left_ventricle"};
  char path[PATH_SIZE];
  for (int l = 0; l < ISO_CONFIG_LEADS; l++) {
    if (!implant->has_lead[l]) continue;
    snprintf(path, sizeof path, "devices.%.60s.%s.sense", implant->name, name[l]);
    ISO_TRY(visit_given(&implant->lead[l].sense, path, visitor, err));
    snprintf(path, sizeof path, "devices.%.60s.%s", implant->name, name[l]);
    ISO_TRY(visit_given(&implant->lead[l].where, path, visitor, err));
  }
  return ISO_OK;
}

/* Where premature pulses are given, and beats are measured. */
static iso_status visit_premature(const iso_config_protocol *p, const iso_set_visitor *visitor,
                                  iso_error *err) {
  const iso_config_restitution *r = &p->restitution;
  for (int k = 0; p->premature_at && k < p->nsites; k++)
    ISO_TRY(visit_entry(&p->premature_at[k], "protocol.sites", k, "", visitor, err));
  ISO_TRY(visit_given((iso_select *)&r->from, "protocol.restitution.from", visitor, err));
  return visit_given((iso_select *)&r->to, "protocol.restitution.to", visitor, err);
}

iso_status iso_config_visit_users(const iso_config *config, const iso_set_visitor *visitor, iso_error *err) {
  for (int k = 0; k < config->nregions; k++)
    ISO_TRY(visit_entry(&config->regions[k].where, "regions", k, "", visitor, err));
  for (int k = 0; k < config->nlesions; k++) {
    ISO_TRY(visit_entry(&config->lesions[k].where, "lesions", k, "", visitor, err));
    ISO_TRY(visit_entry(&config->lesions[k].lines, "lesions", k, ".line_set", visitor, err));
  }
  for (int k = 0; k < config->nlayers; k++)
    ISO_TRY(visit_entry(&config->layers[k].where, "fast_endocardium", k, "", visitor, err));
  for (int k = 0; k < config->nstimuli; k++)
    ISO_TRY(visit_entry(&config->stimuli[k].where, "stimuli", k, "", visitor, err));
  for (int k = 0; k < config->nactors; k++) {
    ISO_TRY(visit_entry(&config->actors[k].sense, "actors", k, ".sense", visitor, err));
    ISO_TRY(visit_entry(&config->actors[k].where, "actors", k, "", visitor, err));
  }
  for (int k = 0; k < config->nimplants; k++) ISO_TRY(visit_leads(&config->implants[k], visitor, err));
  if (config->has_protocol) {
    ISO_TRY(visit_given((iso_select *)&config->protocol.sense, "protocol.sense", visitor, err));
    ISO_TRY(visit_given((iso_select *)&config->protocol.where, "protocol", visitor, err));
    ISO_TRY(visit_premature(&config->protocol, visitor, err));
  }
  ISO_TRY(visit_given((iso_select *)&config->outputs.left, "outputs.synchrony.left", visitor, err));
  ISO_TRY(visit_given((iso_select *)&config->outputs.right, "outputs.synchrony.right", visitor, err));
  for (int k = 0; config->outputs.segment_at && k < config->outputs.nsegments; k++)
    ISO_TRY(visit_entry(&config->outputs.segment_at[k], "outputs.synchrony.segments", k, "", visitor, err));
  for (int k = 0; k < config->outputs.nprobes; k++)
    ISO_TRY(visit_entry(&config->outputs.probes[k].where, "outputs.probes", k, "", visitor, err));
  return ISO_OK;
}

iso_status iso_config_visit_sets(const iso_config *config, const iso_set_visitor *visitor, iso_error *err) {
  for (int k = 0; k < config->nsites; k++) {
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "sites.%.200s", config->sites[k].name);
    ISO_TRY(iso_config_visit_set(&config->sites[k].where, path, visitor, err));
  }
  return iso_config_visit_users(config, visitor, err);
}

/* ---- who is used ---- */

typedef struct usage {
  const iso_config *config;
  bool *used;
} usage;

static void use(const usage *u, const iso_select *set) {
  for (int i = 0; set && i < u->config->nsites; i++)
    if (set == &u->config->sites[i].where) u->used[i] = true;
}

static iso_status mark(void *self, iso_select *set, const char *path, iso_error *err) {
  const usage *u = self;
  const iso_select *of = set->around.of;
  (void)path, (void)err;
  use(u, set->same);
  use(u, of);
  for (int k = 0; of && k < of->nany; k++) use(u, of->any[k].same); /* that line sets have made */
  for (int k = 0; k < set->path.nstops; k++) use(u, set->path.stops[k].of);
  return ISO_OK;
}

/* The section fit names sites, too. */
static bool is_fitted(const iso_config *config, const char *site) {
  for (int k = 0; config->has_fit && k < config->fit.nmaps; k++)
    if (config->fit.maps[k].paced && !strcmp(config->fit.maps[k].paced, site)) return true;
  for (int k = 0; config->has_fit && k < config->fit.necgs; k++)
    if (config->fit.ecgs[k].paced && !strcmp(config->fit.ecgs[k].paced, site)) return true;
  for (int k = 0; config->has_fit && k < config->fit.nscars; k++)
    if (!strcmp(config->fit.scars[k].site, site)) return true;
  for (int k = 0; config->has_fit && k < config->fit.nerps; k++)
    if (!strcmp(config->fit.erps[k].site, site)) return true;
  return false;
}

/* A word of the text, not a part of one: lead, not leads. */
static bool has_word(const char *text, const char *word) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  const size_t n = strlen(word);
  for (const char *at = text; n > 0 && (at = strstr(at, word)); at++) {
    const bool begins = at == text || !strchr(letters, at[-1]);
    if (begins && (!at[n] || !strchr(letters, at[n]))) return true;
  }
  return false;
}

/* Members of a study may use it. What the rows of a file say is not known here. */
static bool is_varied(const iso_config_study *study, const char *site) {
  for (int a = 0; a < study->naxes; a++) {
    const iso_config_axis *axis = &study->axes[a];
    if (axis->file) return true;
    for (int v = 0; v < axis->nvalues; v++)
      if (has_word(axis->values[v], site)) return true;
    for (int c = 0; c < axis->ncases; c++)
      for (int s = 0; s < axis->cases[c].nset; s++)
        if (has_word(axis->cases[c].set[s], site)) return true;
  }
  return false;
}

int iso_config_find_site(const iso_config *config, const char *name) {
  for (int i = 0; i < config->nsites; i++)
    if (!strcmp(config->sites[i].name, name)) return i;
  return -1;
}

const char *iso_config_no_site(const iso_config *config, int n, const char *name, char *buffer, size_t size) {
  const char *names[MOST_LISTED] = {NULL}, *before = n < config->nsites ? " before this one" : "";
  char meant[128];
  const int listed = n < MOST_LISTED ? n : MOST_LISTED;
  for (int k = 0; k < listed; k++) names[k] = config->sites[k].name;
  const char *nearest = iso_text_nearest(name, listed, names);
  snprintf(buffer, size, "there is no site '%.60s'%s%s", name, before,
           n > 0 ? iso_text_meant("", nearest, meant, sizeof meant) : "; name it under sites");
  if (n > 0) iso_text_append(buffer, size, " There are: ");
  iso_text_list(buffer, size, listed, names);
  return buffer;
}

void iso_config_used_sites(const iso_config *config, bool *used) {
  const iso_set_visitor visitor = {mark, &(usage){config, used}};
  iso_error none = {0};
  for (int i = 0; i < config->nsites; i++) {
    const char *name = config->sites[i].name;
    used[i] =
        iso_config_is_barrier(config, name) || is_fitted(config, name) || is_varied(&config->study, name);
  }
  iso_config_visit_users(config, &visitor, &none);
  for (int i = config->nsites - 1; i >= 0; i--) /* each is made of those before it */
    if (used[i]) iso_config_visit_set(&config->sites[i].where, "", &visitor, &none);
}
