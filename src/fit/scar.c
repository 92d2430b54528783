/* Scars whose place is known: by what velocities there are times those around. */
#include "fit/model.h"

#include "base/memory.h"
#include "config/config_sets.h"
#include "fit/exponential.h"
#include "grid/shapes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static iso_status find_nodes(const iso_fit_model *m, int k, iso_error *err) {
  const iso_config *config = m->config;
  const iso_config_fit_scar *asked = &config->fit.scars[k];
  iso_selection hit;
  char path[160], miss[300];
  const int site = iso_config_find_site(config, asked->site); /* the rules want it */
  snprintf(path, sizeof path, "fit.scars.%.100s.site", asked->name);
  ISO_TRY(iso_setup_site(m->wave.setup, site, &hit, err));
  for (int64_t i = 0; i < hit.count; i++) m->scar[k].has[hit.node[i]] = 1;
  const iso_status status =
      hit.count > 0 ? ISO_OK
                    : iso_config_fail(config, err, path, "%s", iso_selection_miss(&hit, miss, sizeof miss));
  iso_selection_free(&hit);
  return status;
}

static void find_parts(const iso_mesh *mesh, const iso_fit_scar *s) {
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    const int n = iso_shape_nodes(mesh->shape[e]);
    int in = 0;
    for (int c = 0; c < n; c++) in += s->has[mesh->conn[(int64_t)e * mesh->width + c]];
    s->part[e] = (double)in / n;
  }
}

iso_status iso_fit_scars_begin(iso_fit_model *m, iso_error *err) {
  const iso_config_fit *fit = &m->config->fit;
  const iso_mesh *mesh = m->places.mesh;
  ISO_TRY(iso_alloc(&m->scar, (size_t)fit->nscars, sizeof *m->scar, "scars", err));
  for (int k = 0; k < fit->nscars; k++) {
    iso_fit_scar *s = &m->scar[k];
    s->spread = iso_fit_log(1 + fit->scars[k].percent / 100);
    ISO_TRY(iso_alloc(&s->has, (size_t)mesh->nlocal, sizeof *s->has, "scars", err));
    ISO_TRY(iso_alloc(&s->part, (size_t)mesh->nelem, sizeof *s->part, "scars", err));
    ISO_TRY(find_nodes(m, k, err));
    find_parts(mesh, s);
  }
  return ISO_OK;
}

void iso_fit_scars_free(iso_fit_model *m) {
  for (int k = 0; m->scar && k < m->config->fit.nscars; k++) {
    free(m->scar[k].has);
    free(m->scar[k].part);
  }
  free(m->scar);
  m->scar = NULL;
}

/* ---- factors ---- */

double iso_fit_scar_factor(const iso_fit_model *m, int k, const double *z) {
  return m->config->fit.scars[k].velocity_factor * iso_fit_exp(m->scar[k].spread * z[m->at.scar + k]);
}

static double mix(double part, double factor) { return 1 + part * (factor - 1); }

void iso_fit_scars_set(iso_fit_model *m, const double *z) {
  for (int k = 0; k < m->config->fit.nscars; k++) m->scar[k].factor = iso_fit_scar_factor(m, k, z);
}

double iso_fit_scars_of(const iso_fit_model *m, iso_lid e) {
  double all = 1;
  for (int k = 0; k < m->config->fit.nscars; k++) all *= mix(m->scar[k].part[e], m->scar[k].factor);
  return all;
}

double iso_fit_scars_at(const iso_fit_model *m, iso_lid e, const double *z) {
  double all = 1;
  for (int k = 0; k < m->config->fit.nscars; k++)
    if (m->scar[k].part[e] > 0) all *= mix(m->scar[k].part[e], iso_fit_scar_factor(m, k, z));
  return all;
}

double iso_fit_scars_at_node(const iso_fit_model *m, iso_lid node, const double *z) {
  double all = 1;
  for (int k = 0; k < m->config->fit.nscars; k++)
    if (m->scar[k].has[node]) all *= iso_fit_scar_factor(m, k, z);
  return all;
}

double iso_fit_scars_variance(const iso_fit_model *m, iso_lid node) {
  double sum = 0;
  for (int k = 0; k < m->config->fit.nscars; k++)
    if (m->scar[k].has[node]) sum += m->scar[k].spread * m->scar[k].spread;
  return sum;
}

/* The derivative of log mix by the number: part factor spread / mix. */
void iso_fit_scars_slope(const iso_fit_model *m, iso_lid e, double all, double *slope) {
  for (int k = 0; k < m->config->fit.nscars; k++) {
    const iso_fit_scar *s = &m->scar[k];
    if (s->part[e] > 0)
      slope[m->at.scar + k] += all * s->spread * s->part[e] * s->factor / mix(s->part[e], s->factor);
  }
}
