#include "anatomy/ventricular_fibres.h"

#include "anatomy/gradient.h"
#include "anatomy/trajectory.h"
#include "base/memory.h"
#include "grid/geometry.h"

#include <stdlib.h>
#include <string.h>

/* All that is known at nodes [nlocal]. */
typedef struct walls {
  const iso_mesh *mesh;
  iso_ventricles ventricles;
  iso_tract tract[2];
  double *apicobasal;
  double *depth, *septal_depth; /* NULL where the rule takes none */
  double (*grad_lv)[3], (*grad_rv)[3], (*grad_epi)[3], (*grad_apicobasal)[3];
} walls;

static void free_walls(walls *w) {
  iso_ventricles_free(&w->ventricles);
  iso_tracts_free(w->tract);
  free(w->apicobasal);
  free(w->depth);
  free(w->septal_depth);
  free(w->grad_lv);
  free(w->grad_rv);
  free(w->grad_epi);
  free(w->grad_apicobasal);
}

static iso_status find_gradient(const iso_mesh *mesh, const double *u, double (**out)[3], iso_error *err) {
  iso_status status = iso_alloc(out, (size_t)mesh->nlocal, sizeof **out, "gradients", err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  return iso_gradient_at_nodes(mesh, u, *out, err);
}

static iso_status find_gradients(walls *w, iso_error *err) {
  const iso_ventricles *v = &w->ventricles;
  ISO_TRY(find_gradient(w->mesh, v->lv, &w->grad_lv, err));
  ISO_TRY(find_gradient(w->mesh, v->rv, &w->grad_rv, err));
  ISO_TRY(find_gradient(w->mesh, v->epi, &w->grad_epi, err));
  return find_gradient(w->mesh, w->apicobasal, &w->grad_apicobasal, err);
}

/* The surfaces that a depth is between, [nowned] each, and the field that rises from one to the other. */
typedef struct between {
  uint8_t *from, *to;
  double *u;
} between;

static iso_status measure_free_walls(walls *w, iso_anatomy *anatomy, const uint8_t *on, between *b,
                                     iso_error *err) {
  const int endo = ISO_ON_LV_ENDO | ISO_ON_RV_ENDO;
  iso_ventricles_mark(w->mesh, on, endo, b->from);
  for (iso_lid i = 0; i < w->mesh->nowned; i++) b->to[i] = on[i] & ISO_ON_EPI && !(on[i] & endo);
  return iso_trajectory_depth(anatomy, w->ventricles.epi, b->from, b->to, w->depth, err);
}

static iso_status measure_septum(walls *w, iso_anatomy *anatomy, const uint8_t *on, between *b,
                                 iso_error *err) {
  const iso_ventricles *v = &w->ventricles;
  if (!v->two) return ISO_OK;
  iso_ventricles_mark(w->mesh, on, ISO_ON_LV_ENDO, b->from);
  iso_ventricles_mark(w->mesh, on, ISO_ON_RV_ENDO, b->to);
  for (iso_lid i = 0; i < w->mesh->nlocal; i++) b->u[i] = v->rv[i] - v->lv[i];
  return iso_trajectory_depth(anatomy, b->u, b->from, b->to, w->septal_depth, err);
}

static iso_status allocate_depths(walls *w, between *b, iso_error *err) {
  const size_t n = (size_t)w->mesh->nlocal;
  ISO_TRY(iso_alloc(&w->depth, n, sizeof *w->depth, "depths", err));
  ISO_TRY(iso_alloc(&w->septal_depth, n, sizeof *w->septal_depth, "depths", err));
  ISO_TRY(iso_alloc(&b->u, n, sizeof *b->u, "depths", err));
  ISO_TRY(iso_alloc(&b->from, n, 1, "depths", err));
  return iso_alloc(&b->to, n, 1, "depths", err);
}

static iso_status find_depths(walls *w, iso_anatomy *anatomy, const uint8_t *on, iso_error *err) {
  between b = {0};
  iso_status status = iso_agree(w->mesh->comm, allocate_depths(w, &b, err), err);
  if (status == ISO_OK) status = measure_free_walls(w, anatomy, on, &b, err);
  if (status == ISO_OK) status = measure_septum(w, anatomy, on, &b, err);
  free(b.from);
  free(b.to);
  free(b.u);
  return status;
}

/* Where tracts are known, the way to the base is that to the valves, in each ventricle its own. */
static void enter_tracts(const walls *w, iso_lid e, iso_wall_point *p) {
  const double right = iso_wall_right(p), share[2] = {1 - right, right};
  const double length = iso_length(p->grad_apicobasal);
  double sum[3] = {0};
  if (!w->tract[0].known && !w->tract[1].known) return;
  for (int k = 0; k < 2; k++) {
    double along[3];
    for (int d = 0; d < 3; d++) along[d] = p->grad_apicobasal[d] / (length > 0 ? length : 1);
    if (w->tract[k].known) p->tract[k] = iso_tract_at(&w->tract[k], w->mesh, e, along);
    for (int d = 0; d < 3; d++) sum[d] += share[k] * along[d];
  }
  memcpy(p->grad_apicobasal, sum, sizeof sum);
}

static iso_wall_point at_element(const walls *w, iso_lid e) {
  const iso_mesh *mesh = w->mesh;
  const iso_ventricles *v = &w->ventricles;
  iso_wall_point p = {.lv = iso_mean_of_nodes(mesh, e, v->lv),
                      .rv = iso_mean_of_nodes(mesh, e, v->rv),
                      .epi = iso_mean_of_nodes(mesh, e, v->epi)};
  if (w->depth) p.depth = iso_mean_of_nodes(mesh, e, w->depth);
  if (w->septal_depth) p.septal_depth = iso_mean_of_nodes(mesh, e, w->septal_depth);
  iso_gradient_mean(mesh, e, (const double(*)[3])w->grad_lv, p.grad_lv);
  iso_gradient_mean(mesh, e, (const double(*)[3])w->grad_rv, p.grad_rv);
  iso_gradient_mean(mesh, e, (const double(*)[3])w->grad_epi, p.grad_epi);
  iso_gradient_mean(mesh, e, (const double(*)[3])w->grad_apicobasal, p.grad_apicobasal);
  enter_tracts(w, e, &p);
  return p;
}

static iso_status find_walls(walls *w, iso_anatomy *anatomy, const uint8_t *on, const uint8_t *valve,
                             const iso_fibre_rule *rule, iso_error *err) {
  ISO_TRY(iso_ventricles_new(&w->ventricles, anatomy, on, err));
  ISO_TRY(iso_tracts_new(w->tract, &w->ventricles, on, valve, err));
  iso_status status =
      iso_alloc(&w->apicobasal, (size_t)w->mesh->nlocal, sizeof *w->apicobasal, "the way to the base", err);
  ISO_TRY(iso_agree(w->mesh->comm, status, err));
  ISO_TRY(iso_ventricles_apicobasal(&w->ventricles, on, w->apicobasal, err));
  if (rule->law == ISO_FIBRES_LINEAR) ISO_TRY(find_depths(w, anatomy, on, err));
  return find_gradients(w, err);
}

iso_status iso_ventricular_fibres(iso_anatomy *anatomy, const uint8_t *on, const uint8_t *valve,
                                  const iso_fibre_rule *rule, iso_frame *frames, iso_error *err) {
  walls w = {.mesh = anatomy->mesh};
  iso_status status = find_walls(&w, anatomy, on, valve, rule, err);
  for (iso_lid e = 0; e < w.mesh->nelem && status == ISO_OK; e++) {
    if (!iso_anatomy_has_volume(w.mesh, e)) continue;
    const iso_wall_point point = at_element(&w, e);
    frames[e] = iso_fibre_frame(rule, &point);
  }
  free_walls(&w);
  return status;
}
