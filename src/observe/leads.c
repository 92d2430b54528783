#include "observe/leads.h"

#include "base/memory.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct electrodes {
  int n;
  const char *const *name;
  int ra, la, ll; /* -1: not there */
} electrodes;

static int find(const electrodes *e, const char *name, size_t length) {
  for (int k = 0; k < e->n; k++)
    if (strlen(e->name[k]) == length && !strncmp(e->name[k], name, length)) return k;
  return -1;
}

static bool has_limbs(const electrodes *e) { return e->ra >= 0 && e->la >= 0 && e->ll >= 0; }

static bool is_limb(const electrodes *e, int k) {
  return k == e->ra || k == e->la || k == e->ll || !strcmp(e->name[k], "RL");
}

/* V1 .. V9, V3R and the like. */
static bool is_chest(const char *name) {
  if (name[0] != 'V' || name[1] < '1' || name[1] > '9') return false;
  return !name[2] || !strcmp(name + 2, "R");
}

static void add(iso_leads *leads, const iso_lead *lead) { leads->lead[leads->n++] = *lead; }

static void add_limb_leads(iso_leads *leads, const electrodes *e) {
  const int ra = e->ra, la = e->la, ll = e->ll;
  const iso_lead limb[] = {
      {"I", "LA - RA", ISO_LEAD_LIMB, 2, {la, ra}, {1, -1}},
      {"II", "LL - RA", ISO_LEAD_LIMB, 2, {ll, ra}, {1, -1}},
      {"III", "LL - LA", ISO_LEAD_LIMB, 2, {ll, la}, {1, -1}},
      {"aVR", "RA - (LA + LL) / 2", ISO_LEAD_LIMB, 3, {ra, la, ll}, {1, -0.5, -0.5}},
      {"aVL", "LA - (RA + LL) / 2", ISO_LEAD_LIMB, 3, {la, ra, ll}, {1, -0.5, -0.5}},
      {"aVF", "LL - (RA + LA) / 2", ISO_LEAD_LIMB, 3, {ll, ra, la}, {1, -0.5, -0.5}},
  };
  for (size_t k = 0; k < sizeof limb / sizeof *limb; k++) add(leads, &limb[k]);
}

static void add_chest_lead(iso_leads *leads, const electrodes *e, int k) {
  const double third = -1.0 / 3;
  iso_lead lead = {.kind = ISO_LEAD_CHEST,
                   .n = 4,
                   .electrode = {k, e->ra, e->la, e->ll},
                   .factor = {1, third, third, third}};
  snprintf(lead.name, sizeof lead.name, "%s", e->name[k]);
  snprintf(lead.meaning, sizeof lead.meaning, "%s - (RA + LA + LL) / 3", e->name[k]);
  add(leads, &lead);
}

static void add_unipolar_lead(iso_leads *leads, const electrodes *e, int k) {
  iso_lead lead = {.kind = ISO_LEAD_UNIPOLAR, .n = 1, .electrode = {k}, .factor = {1}};
  snprintf(lead.name, sizeof lead.name, "%s", e->name[k]);
  snprintf(lead.meaning, sizeof lead.meaning, "%s against infinity", e->name[k]);
  add(leads, &lead);
}

/* Names may have dashes, too: any of them may be the one between two names. */
static iso_status add_pair(iso_leads *leads, const electrodes *e, const char *pair, iso_error *err) {
  for (const char *dash = strchr(pair, '-'); dash; dash = strchr(dash + 1, '-')) {
    const int a = find(e, pair, (size_t)(dash - pair)), b = find(e, dash + 1, strlen(dash + 1));
    if (a < 0 || b < 0 || a == b) continue;
    iso_lead lead = {.kind = ISO_LEAD_BIPOLAR, .n = 2, .electrode = {a, b}, .factor = {1, -1}};
    if (snprintf(lead.name, sizeof lead.name, "%s", pair) >= (int)sizeof lead.name)
      return iso_fail(err, ISO_EINPUT, "the pair '%.80s' has more than %d characters; shorten the names",
                      pair, ISO_LEAD_NAME - 1);
    snprintf(lead.meaning, sizeof lead.meaning, "%s - %s", e->name[a], e->name[b]);
    if (iso_leads_find(leads, pair))
      return iso_fail(err, ISO_EINPUT,
                      "there are two leads '%s'; ask for a pair once, or rename an electrode", pair);
    add(leads, &lead);
    return ISO_OK;
  }
  return iso_fail(err, ISO_EINPUT, "'%.80s' is no pair of two electrodes; write it as A-B, with their names",
                  pair);
}

iso_status iso_leads_new(iso_leads *out, int n, const char *const *electrode, int npairs,
                         const char *const *pair, iso_error *err) {
  electrodes e = {.n = n, .name = electrode};
  e.ra = find(&e, "RA", 2), e.la = find(&e, "LA", 2), e.ll = find(&e, "LL", 2);
  *out = (iso_leads){0};
  ISO_TRY(iso_alloc(&out->lead, (size_t)(n + npairs) + 6, sizeof *out->lead, "leads", err));
  const bool limbs = has_limbs(&e);
  if (limbs) add_limb_leads(out, &e);
  for (int k = 0; k < n && limbs; k++)
    if (is_chest(electrode[k])) add_chest_lead(out, &e, k);
  for (int k = 0; k < n; k++)
    if (!limbs || (!is_limb(&e, k) && !is_chest(electrode[k]))) add_unipolar_lead(out, &e, k);
  for (int k = 0; k < npairs; k++) ISO_TRY(add_pair(out, &e, pair[k], err));
  return ISO_OK;
}

void iso_leads_free(iso_leads *leads) {
  free(leads->lead);
  *leads = (iso_leads){0};
}

const iso_lead *iso_leads_find(const iso_leads *leads, const char *name) {
  for (int k = 0; k < leads->n; k++)
    if (!strcmp(leads->lead[k].name, name)) return &leads->lead[k];
  return NULL;
}

double iso_lead_value(const iso_lead *lead, const double *potential) {
  double sum = 0;
  for (int k = 0; k < lead->n; k++) sum += lead->factor[k] * potential[lead->electrode[k]];
  return sum;
}

double iso_lead_activation(const iso_lead *lead, int64_t n, const double *time_ms, const double *value) {
  double most = 0, when = NAN;
  for (int64_t i = 0; i + 1 < n; i++) {
    const double rise = (value[i + 1] - value[i]) / (time_ms[i + 1] - time_ms[i]);
    const double steep = lead->kind == ISO_LEAD_BIPOLAR ? fabs(rise) : -rise;
    if (steep > most) most = steep, when = 0.5 * (time_ms[i] + time_ms[i + 1]);
  }
  return when;
}
