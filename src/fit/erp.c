#include "fit/erp.h"

#include "base/memory.h"
#include "config/config_sets.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct iso_fit_erp {
  double cycle_ms;
  int n; /* nodes of the site */
  iso_lid *node;
  const iso_restitution **table; /* [n] */
  double *known;                 /* [nlocal] apd_field */
};

static iso_status fail(const iso_fit_model *m, int k, const char *key, const char *what, iso_error *err) {
  char path[160];
  snprintf(path, sizeof path, "fit.erps.%.100s%s", m->config->fit.erps[k].name, key);
  return iso_config_fail(m->config, err, path, "%s", what);
}

/* ---- a node ---- */

/* Halvings of what the duration may be: to 1e-12 of it. */
enum { HALVINGS = 40 };

/* A table's duration after a rest, and how it rises. */
static double duration(const iso_restitution *t, double rest_ms, double *slope) {
  int i = 1;
  *slope = 0;
  if (!(rest_ms > t->rest_ms[0])) return t->apd_ms[0];
  if (!(rest_ms < t->rest_ms[t->n - 1])) return t->apd_ms[t->n - 1];
  while (rest_ms > t->rest_ms[i]) i++;
  *slope = (t->apd_ms[i] - t->apd_ms[i - 1]) / (t->rest_ms[i] - t->rest_ms[i - 1]);
  return t->apd_ms[i - 1] + *slope * (rest_ms - t->rest_ms[i - 1]);
}

static double longest(const iso_restitution *t) {
  double most = 0;
  for (int i = 0; i < t->n; i++) most = fmax(most, t->apd_ms[i]);
  return most;
}

double iso_fit_erp_at(const iso_restitution *t, double factor, double cycle_ms, double *by_log) {
  const double cycle = cycle_ms / factor; /* by the table's own time */
  double low = 0, high = longest(t), slope;
  for (int k = 0; k < HALVINGS; k++) {
    const double middle = (low + high) / 2;
    *(duration(t, cycle - middle, &slope) > middle ? &low : &high) = middle;
  }
  const double lasts = (low + high) / 2;
  duration(t, cycle - lasts, &slope);
  /* of a = f(cycle - a) by the logarithm of the factor, by which the cycle falls */
  if (by_log) *by_log = factor * (lasts + t->rest_ms[0] - t->wait_ms - slope * cycle / (1 + slope));
  return factor * (lasts + t->rest_ms[0] - t->wait_ms);
}

/* ---- a site ---- */

static double factor_of(const iso_fit_erp *e, const iso_fit_model *m, int i) {
  return m->apd.factor[e->node[i]] * e->known[e->node[i]];
}

static void predict(const iso_data_set *set, const iso_fit_model *m, const double *z, double *value) {
  const iso_fit_erp *e = set->erp;
  (void)z;
  *value = 0;
  for (int i = 0; i < e->n; i++)
    *value += iso_fit_erp_at(e->table[i], factor_of(e, m, i), e->cycle_ms, NULL) / e->n;
}

static void slope(const iso_data_set *set, iso_fit_model *m, const double *z, int datum, double *out) {
  const iso_fit_erp *e = set->erp;
  const size_t n = (size_t)m->apd.n;
  (void)z, (void)datum;
  for (int i = 0; i < e->n; i++) {
    const double *share = m->apd.share + (size_t)e->node[i] * n;
    double by;
    iso_fit_erp_at(e->table[i], factor_of(e, m, i), e->cycle_ms, &by);
    for (size_t j = 0; j < n; j++) out[(size_t)m->at.apd + j] += by / e->n * share[j];
  }
}

const iso_data_kind iso_fit_erp_kind = {"ms", "ERP", "measurement", predict, slope};

/* ---- reading ---- */

static iso_status select_site(const iso_fit_model *m, int k, iso_selection *hit, iso_error *err) {
  const int site = iso_config_find_site(m->config, m->config->fit.erps[k].site);
  if (site < 0)
    return fail(m, k, ".site", "there is no such site; name where it was measured under sites", err);
  ISO_TRY(iso_setup_site(m->wave.setup, site, hit, err));
  if (hit->count > 0) return ISO_OK;
  iso_selection_free(hit);
  return fail(m, k, ".site", "no node of the heart is in it", err);
}

static int region_of(const iso_fit_model *m, iso_lid node) {
  return iso_tissue_of_node(&m->tissue, m->places.mesh->node_tag[node]);
}

static iso_status find_regions(const iso_fit_model *m, bool *passes, iso_error *err) {
  for (int k = 0; k < m->config->fit.nerps; k++) {
    iso_selection hit;
    ISO_TRY(select_site(m, k, &hit, err));
    for (int64_t i = 0; i < hit.count; i++) passes[region_of(m, hit.node[i])] = true;
    iso_selection_free(&hit);
  }
  return ISO_OK;
}

iso_status iso_fit_erp_measure(iso_restitutions *out, const iso_fit_model *m, iso_error *err) {
  bool *passes;
  *out = (iso_restitutions){0};
  if (m->config->fit.nerps == 0) return ISO_OK;
  ISO_TRY(iso_alloc(&passes, (size_t)m->config->nregions, sizeof *passes, "restitution", err));
  iso_status status = find_regions(m, passes, err);
  if (status == ISO_OK) status = iso_restitutions_measure(out, m->wave.setup, m->wave.speeds, passes, err);
  free(passes);
  return status;
}

static iso_status take_nodes(iso_fit_erp *e, const iso_fit_model *m, const iso_selection *hit,
                             const iso_restitutions *restitution, iso_error *err) {
  const size_t n = (size_t)hit->count, nodes = (size_t)m->places.mesh->nlocal;
  ISO_TRY(iso_alloc(&e->node, n, sizeof *e->node, "an ERP", err));
  ISO_TRY(iso_alloc(&e->table, n, sizeof *e->table, "an ERP", err));
  ISO_TRY(iso_alloc(&e->known, nodes, sizeof *e->known, "an ERP", err));
  for (size_t i = 0; i < nodes; i++) e->known[i] = 1;
  for (e->n = 0; e->n < hit->count; e->n++) {
    e->node[e->n] = hit->node[e->n];
    e->table[e->n] = &restitution->region[region_of(m, e->node[e->n])];
  }
  return iso_setup_stretch(m->wave.setup, e->known, err);
}

/* A beat that comes when it is due leaves every node. */
static iso_status check(const iso_fit_erp *e, const iso_fit_model *m, int k, iso_error *err) {
  double most = 0;
  char text[200];
  for (int i = 0; i < e->n; i++)
    most = fmax(most, iso_fit_erp_at(e->table[i], factor_of(e, m, i), e->cycle_ms, NULL));
  if (most < e->cycle_ms) return ISO_OK;
  snprintf(
      text, sizeof text,
      "the heart that is thought of beforehand does not follow: at %g ms it is refractory for %.4g ms; see "
      "whether the model is one of this tissue",
      e->cycle_ms, most);
  return fail(m, k, ".cycle_ms", text, err);
}

static iso_status fill(iso_data_set *set, const iso_fit_model *m, int k, const iso_restitutions *restitution,
                       iso_error *err) {
  const iso_config_fit_erp *from = &m->config->fit.erps[k];
  iso_selection hit;
  ISO_TRY(iso_alloc(&set->erp, 1, sizeof *set->erp, "an ERP", err));
  ISO_TRY(iso_alloc(&set->value, 1, sizeof *set->value, "an ERP", err));
  ISO_TRY(iso_alloc(&set->sd, 1, sizeof *set->sd, "an ERP", err));
  ISO_TRY(iso_alloc(&set->predicted, 1, sizeof *set->predicted, "an ERP", err));
  set->nused = 1, *set->value = from->erp_ms, *set->sd = from->sd_ms;
  set->erp->cycle_ms = from->cycle_ms;
  ISO_TRY(select_site(m, k, &hit, err));
  const iso_status status = take_nodes(set->erp, m, &hit, restitution, err);
  if (status == ISO_OK) set->site = iso_fit_hash_nodes(m->places.mesh, set->erp->n, set->erp->node);
  iso_selection_free(&hit);
  return status == ISO_OK ? check(set->erp, m, k, err) : status;
}

iso_status iso_fit_erp_read(iso_data_set *set, const iso_fit_model *m, int k,
                            const iso_restitutions *restitution, iso_error *err) {
  const iso_config_fit_erp *from = &m->config->fit.erps[k];
  *set = (iso_data_set){
      .kind = &iso_fit_erp_kind, .name = from->name, .source = from->source, .date = from->date, .number = k};
  return fill(set, m, k, restitution, err);
}

void iso_fit_erp_free(iso_fit_erp *e) {
  if (!e) return;
  free(e->node);
  free(e->table);
  free(e->known);
  free(e);
}
