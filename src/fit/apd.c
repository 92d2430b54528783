#include "fit/apd.h"

#include "base/memory.h"
#include "fit/exponential.h"
#include "grid/ask/select_fields.h"
#include "grid/shapes.h"
#include "study/node_field.h"
#include "study/recovery.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static double log_of(double percent) { return iso_fit_log(1 + percent / 100); }

typedef struct maker {
  iso_fit_apd *to;
  const iso_setup *setup;
  const iso_config_apd *asked;
  uint8_t *is_muscle; /* [nlocal] of an element that is no line */
  double *room;       /* [nlocal] */
} maker;

static iso_lid nodes_of(const maker *m) { return m->setup->mesh->nlocal; }

static void find_muscle(const maker *m) {
  const iso_mesh *mesh = m->setup->mesh;
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int k = 0; mesh->shape[e] != ISO_LINE && k < iso_shape_nodes(mesh->shape[e]); k++)
      m->is_muscle[mesh->conn[(int64_t)e * mesh->width + k]] = 1;
}

/* ---- regions ---- */

/* How much of each region a node has: all of one, but where they meet. */
static iso_status add_regions(const maker *m, iso_error *err) {
  const int regions = m->setup->config->nregions;
  const double spread = log_of(m->asked->regions.percent);
  iso_templates one = {.n = regions};
  ISO_TRY(iso_alloc(&one.region, (size_t)regions, sizeof *one.region, "regions", err));
  iso_status status = ISO_OK;
  for (int r = 0; r < regions && status == ISO_OK; r++) {
    for (int s = 0; s < regions; s++) one.region[s].apd_ms = s == r;
    if (regions == 1)
      for (iso_lid i = 0; i < nodes_of(m); i++) m->room[i] = 1;
    else
      status = iso_spread_recovery(m->setup, &one, m->room, err);
    for (iso_lid i = 0; i < nodes_of(m) && status == ISO_OK; i++)
      m->to->share[(size_t)i * (size_t)m->to->n + (size_t)(m->to->regions + r)] = spread * m->room[i];
  }
  free(one.region);
  return status;
}

/* ---- gradients ---- */

static iso_status read_field(const maker *m, const iso_config_apd_gradient *g, iso_error *err) {
  const iso_config *config = m->setup->config;
  iso_error inner = {0};
  char path[180];
  const iso_status status =
      g->by ? iso_coordinate_read(m->setup->mesh, config->mesh.file, g->by, m->room, &inner)
            : iso_node_field_read(m->setup->mesh, g->field, g->variable, m->room, &inner);
  snprintf(path, sizeof path, "fit.apd.gradients.%.100s", g->name);
  if (status == ISO_EINPUT) return iso_config_fail(config, err, path, "%s", inner.message);
  if (status != ISO_OK) return iso_fail(err, status, "%s", inner.message);
  for (iso_lid i = 0; i < nodes_of(m); i++)
    if (m->is_muscle[i] && !isfinite(m->room[i]))
      return iso_config_fail(config, err, path, "it is no finite number at node %lld (from 0)",
                             (long long)m->setup->mesh->gid[i]);
  return ISO_OK;
}

/* About the mean of the heart, which it leaves as it is; nodes of networks that the field does not know have
 * it. */
static iso_status add_gradient(const maker *m, int k, iso_error *err) {
  const iso_config_apd_gradient *g = &m->asked->gradients[k];
  const double spread = log_of(g->spread_percent), middle = log_of(g->percent);
  double sum = 0, least = INFINITY, most = -INFINITY;
  int64_t n = 0;
  char path[180];
  ISO_TRY(read_field(m, g, err));
  for (iso_lid i = 0; i < nodes_of(m); i++) {
    if (!m->is_muscle[i]) continue;
    least = fmin(least, m->room[i]), most = fmax(most, m->room[i]);
    sum += m->room[i];
    n++;
  }
  snprintf(path, sizeof path, "fit.apd.gradients.%.100s", g->name);
  if (!(most > least))
    return iso_config_fail(m->setup->config, err, path,
                           "it is the same everywhere, so there is no gradient "
                           "along it");
  for (iso_lid i = 0; i < nodes_of(m); i++) {
    const double x = isfinite(m->room[i]) ? m->room[i] - sum / (double)n : 0;
    m->to->share[(size_t)i * (size_t)m->to->n + (size_t)(m->to->first + k)] = spread * x;
    m->to->middle[i] += middle * x;
  }
  return ISO_OK;
}

/* ---- the field ---- */

/* A node's is the mean over its elements. */
static void add_field(const maker *m, const iso_basis *basis, int first) {
  const iso_mesh *mesh = m->setup->mesh;
  const double spread = log_of(m->asked->field.percent);
  const size_t n = (size_t)m->to->n;
  for (iso_lid i = 0; i < mesh->nlocal; i++) m->room[i] = 0;
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int c = 0; c < iso_shape_nodes(mesh->shape[e]); c++) {
      const iso_lid i = mesh->conn[(int64_t)e * mesh->width + c];
      m->room[i]++;
      for (int64_t k = basis->start[e]; k < basis->start[e + 1]; k++)
        m->to->share[(size_t)i * n + (size_t)(first + basis->which[k])] += spread * basis->value[k];
    }
  for (iso_lid i = 0; i < mesh->nlocal; i++)
    for (int k = 0; k < basis->n && m->room[i] > 0; k++)
      m->to->share[(size_t)i * n + (size_t)(first + k)] /= m->room[i];
}

/* ---- all of them ---- */

static void find_means(const maker *m) {
  iso_fit_apd *to = m->to;
  const size_t n = (size_t)to->n;
  for (int r = 0; r < m->setup->config->nregions; r++) {
    int64_t count = 0;
    for (iso_lid i = 0; i < nodes_of(m); i++) {
      if (iso_tissue_of_node(&m->setup->tissue, m->setup->mesh->node_tag[i]) != r) continue;
      for (size_t k = 0; k < n; k++) to->region_share[(size_t)r * n + k] += to->share[(size_t)i * n + k];
      to->region_middle[r] += to->middle[i];
      count++;
    }
    for (size_t k = 0; k < n && count > 0; k++) to->region_share[(size_t)r * n + k] /= (double)count;
    if (count > 0) to->region_middle[r] /= (double)count;
  }
}

static iso_status fill(const maker *m, const iso_basis *basis, iso_error *err) {
  iso_fit_apd *to = m->to;
  const size_t nodes = (size_t)nodes_of(m), regions = (size_t)m->setup->config->nregions, n = (size_t)to->n;
  ISO_TRY(iso_alloc(&to->share, nodes * n, sizeof *to->share, "action potentials", err));
  ISO_TRY(iso_alloc(&to->middle, nodes, sizeof *to->middle, "action potentials", err));
  ISO_TRY(iso_alloc(&to->region_share, regions * n, sizeof *to->region_share, "action potentials", err));
  ISO_TRY(iso_alloc(&to->region_middle, regions, sizeof *to->region_middle, "action potentials", err));
  find_muscle(m);
  if (to->regions >= 0) ISO_TRY(add_regions(m, err));
  for (int k = 0; k < m->asked->ngradients; k++) ISO_TRY(add_gradient(m, k, err));
  if (basis->n > 0) add_field(m, basis, to->n - basis->n);
  find_means(m);
  return ISO_OK;
}

static iso_status make(maker *m, iso_error *err) {
  const double correlation_mm = m->asked->has_field ? m->asked->field.correlation_mm : 0;
  iso_basis basis;
  m->to->regions = m->asked->has_regions ? 0 : -1;
  m->to->first = m->asked->has_regions ? m->setup->config->nregions : 0;
  ISO_TRY(iso_alloc(&m->is_muscle, (size_t)nodes_of(m), 1, "action potentials", err));
  ISO_TRY(iso_alloc(&m->room, (size_t)nodes_of(m), sizeof *m->room, "action potentials", err));
  iso_status status =
      iso_basis_new(&basis, m->setup->mesh, correlation_mm, "fit.apd.field", m->setup->log, err);
  m->to->n = m->to->first + m->asked->ngradients + basis.n;
  if (status == ISO_OK) status = fill(m, &basis, err);
  iso_basis_free(&basis);
  return status;
}

iso_status iso_fit_apd_new(iso_fit_apd *out, const iso_setup *setup, iso_error *err) {
  const size_t nodes = (size_t)setup->mesh->nlocal;
  maker m = {.to = out, .setup = setup, .asked = &setup->config->fit.apd};
  *out = (iso_fit_apd){.regions = -1};
  ISO_TRY(iso_alloc(&out->factor, nodes, sizeof *out->factor, "action potentials", err));
  for (size_t i = 0; i < nodes; i++) out->factor[i] = 1;
  if (!setup->config->fit.has_apd) return ISO_OK;
  const iso_status status = make(&m, err);
  free(m.is_muscle);
  free(m.room);
  return status;
}

void iso_fit_apd_free(iso_fit_apd *a) {
  free(a->share);
  free(a->middle);
  free(a->region_share);
  free(a->region_middle);
  free(a->factor);
  *a = (iso_fit_apd){0};
}

/* ---- for numbers z ---- */

static double exponential(int n, const double *share, double middle, const double *z) {
  for (int k = 0; k < n; k++) middle += share[k] * z[k];
  return iso_fit_exp(middle);
}

void iso_fit_apd_set(iso_fit_apd *a, int nodes, const double *z) {
  for (int i = 0; i < nodes; i++)
    a->factor[i] = exponential(a->n, a->share + (size_t)i * (size_t)a->n, a->middle[i], z);
}

double iso_fit_apd_of_region(const iso_fit_apd *a, int r, const double *z) {
  return exponential(a->n, a->region_share + (size_t)r * (size_t)a->n, a->region_middle[r], z);
}

double iso_fit_apd_of_gradient(const iso_fit_apd *a, const iso_config_apd_gradient *g, int k,
                               const double *z) {
  return iso_fit_exp(log_of(g->percent) + log_of(g->spread_percent) * z[a->first + k]);
}
